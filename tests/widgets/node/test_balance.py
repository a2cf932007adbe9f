"""The lines that say what busy time and memory were used for: where they are, and that their numbers add up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.model.snapshot import Balance, NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.node.balance import cpu_balance, whole_numbers
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.memory import MemoryPanel
from tests.widgets.scenes import server

GIB = 2**30


def snapshot(
    listed: float, ended: float, kernel: float, other: float, *, at: float = 0.0, **more: float
) -> NodeSnapshot:
    base = server(5)
    assert base.cpu is not None
    busy = listed + ended + kernel + other + more.get("steal", 0.0)
    balance = Balance(
        cpu_listed_percent=listed, cpu_ended_percent=ended, cpu_kernel_percent=kernel, cpu_other_percent=other,
        cpu_steal_percent=more.get("steal", 0.0), ended_parent="make\x1b[2J", ended_parent_pid=4711,
        memory_processes_bytes=12 * GIB, memory_cache_bytes=8 * GIB, memory_kernel_bytes=GIB,
        memory_huge_pages_bytes=0, memory_free_bytes=2 * GIB, memory_other_bytes=GIB // 2,
    )  # fmt: skip
    return replace(base, taken_at=base.taken_at + at, cpu=replace(base.cpu, busy_percent=busy), balance=balance)


def line(width: int, *parts: float, **more: float) -> str:
    found = cpu_balance(View(snapshot=snapshot(*parts, **more)), width)  # type: ignore[arg-type]
    return "" if found is None else plain(found).rstrip()


def test_the_line_names_who_was_busy() -> None:
    assert line(120, 12.3, 70.9, 6.2, 3.8) == (
        "busy  93%  listed  12  ended  71  kernel   6  other   4  ended: children of make·[2J (4711)"
    )
    assert "steal  10" in line(120, 12, 20, 5, 3, steal=10.0)
    assert "children" not in line(120, 12, 2, 5, 3)


def test_without_numbers_there_is_no_line() -> None:
    assert cpu_balance(View(snapshot=server(5)), 100) is None


@given(st.lists(st.floats(0, 100), min_size=5, max_size=5))
def test_whole_numbers_add_up(parts: list[float]) -> None:
    whole = sum(parts)
    numbers = whole_numbers(parts, whole)
    assert sum(numbers) == round(whole)
    assert all(abs(number - part) <= 1 for number, part in zip(numbers, parts, strict=True))


def rows(panel: CpuPanel, shown: NodeSnapshot, height: int, width: int = 48) -> list[str]:
    return [plain(line) for line in panel.lines(View(snapshot=shown), width, height)]


def test_a_high_panel_has_a_line_for_it() -> None:
    assert re.search(r"busy  20%  listed  18  ended   0", rows(CpuPanel(), snapshot(18, 0, 1, 1), 12, 70)[-2])


@pytest.mark.parametrize("height", [5, 7])
def test_a_low_panel_has_it_only_while_the_list_misleads(height: int) -> None:
    panel = CpuPanel()
    assert "user" in rows(panel, snapshot(60, 1, 1, 1), height)[-2]
    assert "listed  12  ended  71  kernel   6  other   4" in rows(panel, snapshot(12, 71, 6, 4, at=2), height)[-2]
    assert "listed  60  ended   1" in rows(panel, snapshot(60, 1, 1, 1, at=30), height)[-2], "it does not flicker"
    assert "user" in rows(panel, snapshot(60, 1, 1, 1, at=100), height)[-2]


@pytest.mark.parametrize("size", [(80, 20), (160, 50)])
def test_zoomed_panels_show_both(size: tuple[int, int]) -> None:
    for panel, words in ((CpuPanel(), "listed  12  ended  71"), (MemoryPanel(), "processes 12.0G  kernel  1.0G")):
        view = View(snapshot=snapshot(12, 71, 6, 4), layout=Panels(zoomed=panel.name))
        lines = panel.lines(view, *size)
        assert any(words in plain(each) for each in lines), panel.name
        assert {line_width(each) for each in lines} == {size[0]}


def test_memory_has_its_line_where_a_row_is_left() -> None:
    def lines(height: int) -> str:
        return "\n".join(plain(line) for line in MemoryPanel().lines(View(snapshot=snapshot(1, 1, 1, 1)), 60, height))

    assert "processes" not in lines(6)
    assert "processes 12.0G" in lines(16)
