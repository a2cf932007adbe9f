"""The panel of workloads on the node screen."""

import pytest

from nodetop.drawing.glyphs import ASCII, UNICODE, Glyphs
from nodetop.drawing.runs import line_width, plain
from nodetop.history.ring import Ring
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.workloads.panel import WorkloadsSummaryPanel
from tests.widgets.workloads.workload_scenes import APP, SIDE, UNIT, with_workloads


def lines(view: View, width: int, height: int, panel: WorkloadsSummaryPanel | None = None) -> list[str]:
    drawn = (panel or WorkloadsSummaryPanel()).lines(view, width, height)
    assert [line_width(line) for line in drawn] == [width] * height
    return [plain(line) for line in drawn]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("width", [1, 10, 40, 80, 160])
@pytest.mark.parametrize("height", [1, 2, 4, 12])
def test_any_size(glyphs: Glyphs, width: int, height: int) -> None:
    lines(View(ring=Ring(), snapshot=with_workloads(), glyphs=glyphs), width, height)


def test_the_busiest_first_and_how_many_more_there_are() -> None:
    panel = WorkloadsSummaryPanel()
    shown = lines(View(ring=Ring(), snapshot=with_workloads()), 120, 5, panel)
    assert "1 pod " in shown[0] and "CPU%" in shown[1] and "NET RX" in shown[1]
    assert "shop/web-0/app" in shown[2] and "60.0" in shown[2]
    assert panel.shown == {APP, SIDE} and UNIT not in panel.shown
    assert "+1" in shown[4]
    assert not any("kubepods.slice" in line for line in shown)


def test_a_focused_panel_scrolls_to_all_of_them() -> None:
    panel = WorkloadsSummaryPanel()
    view = View(ring=Ring(), snapshot=with_workloads(), focused="workloads")
    lines(view, 120, 5, panel)
    panel.window.scroll(5)
    assert any("nginx" in line for line in lines(view, 120, 5, panel))


def test_without_any_the_reason_is_said() -> None:
    assert "not available" in lines(View(ring=Ring(), snapshot=NodeSnapshot(node="a", taken_at=0.0)), 60, 4)[1]
