"""What limits a container, beside the values of its host."""

import pytest
from msgspec.structs import replace

from nodetop.drawing.runs import plain
from nodetop.model.cgroups import CgroupLimits
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.memory import MemoryPanel
from tests.widgets.scenes import limited, played, server


def text(panel: Panel, view: View, width: int = 60, height: int = 10) -> str:
    return "\n".join(plain(line) for line in panel.lines(view, width, height))


def with_limits(**fields: object) -> View:
    view = played(3)
    view.snapshot = replace(server(2), limits=CgroupLimits(**fields))  # type: ignore[arg-type]
    return view


def test_the_limit_its_use_and_the_throttling_stand_in_the_cpu_panel() -> None:
    view = played(3, limited)
    assert "limit 2.0 cores ━" in text(CpuPanel(), view)
    assert " 83%  throttled  12%!" in text(CpuPanel(), view)
    assert "of 2.0  83%" in text(CpuPanel(), view, 60, 1)


@pytest.mark.parametrize("width", [20, 30, 40])
def test_what_matters_most_stays_where_it_is_narrow(width: int) -> None:
    assert "limit 2.0 cores" in text(CpuPanel(), played(3, limited), width, 6)


def test_the_limit_stands_below_used_memory() -> None:
    lines = text(MemoryPanel(), played(3, limited), 50, 5).split("\n")
    assert "used " in lines[1] and "limit " in lines[2] and " 512M " in lines[2]
    assert "‼ OOM kills 2" in lines[3]


def test_memory_high_is_called_so() -> None:
    view = with_limits(memory_high_bytes=2**28, memory_limit_bytes=2**29, memory_used_percent=50.0)
    assert "high " in text(MemoryPanel(), view) and " 256M  50%" in text(MemoryPanel(), view)


def test_nothing_is_shown_without_limits() -> None:
    plain_view, same = played(3), played(3)
    assert same.snapshot is not None
    same.snapshot = replace(same.snapshot, limits=CgroupLimits(pids_limit=100, pids_used=5))
    for panel in (CpuPanel(), MemoryPanel()):
        assert text(panel, plain_view) == text(panel, same)
        assert "limit" not in text(panel, plain_view)


def test_processes_that_near_their_limit_are_told() -> None:
    assert "! pids 90/100" in text(MemoryPanel(), with_limits(pids_limit=100, pids_used=90), 50, 12)


def test_what_is_unknown_is_a_dash() -> None:
    assert "limit 0.25 cores" in text(CpuPanel(), with_limits(cpu_limit_cores=0.25))
    assert "–" in text(CpuPanel(), with_limits(cpu_limit_cores=0.25)).split("limit 0.25 cores")[1].split("\n")[0]
