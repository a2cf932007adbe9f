"""The limits of [alerts] are those of the marks: on panels, in the list and map of nodes, in --once."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.commands.once.cluster import print_cluster
from nodetop.commands.once.summary import print_summary
from nodetop.drawing.glyphs import UNICODE
from nodetop.drawing.runs import Line
from nodetop.model.cluster_totals import summarise
from nodetop.model.node_status import status
from nodetop.model.snapshot import CpuMetrics, MemoryMetrics, NodeSnapshot, SensorReading, TemperatureMetrics
from nodetop.screens.base.appearance import look_for, view_for
from nodetop.settings.options import Settings
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.map import ClusterMapPanel
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.table import ClusterTablePanel
from nodetop.widgets.node.registry import node_panels
from tests.screens.scripted import scripted_app, text_of
from tests.widgets.scenes import START

GIB = 2**30
NODE = NodeSnapshot(
    node="a", taken_at=START,
    cpu=CpuMetrics(busy_percent=70.0),
    memory=MemoryMetrics(
        total_bytes=10 * GIB, used_bytes=7 * GIB, used_percent=70.0, swap_total_bytes=GIB, swap_used_bytes=GIB // 2
    ),
    temperature=TemperatureMetrics(
        cpu_celsius=62.0, sensors=(SensorReading(chip="soc", label="", celsius=62.0, kind="cpu"),)
    ),
)  # fmt: skip
ROW = status(NODE, START)
ALERTS = {"cpu": "60/50", "mem": "50/40, critical 65/60", "swap": "40", "temperature": "60/50", "filesystem": False}


def view(alerts: dict[str, Any]) -> View:
    settings = Settings(alerts=alerts)
    shown = view_for(settings, look_for(settings, {"LANG": "C.UTF-8"}))
    shown.glyphs, shown.snapshot, shown.now = UNICODE, NODE, START
    return shown


def signs(lines: list[Line]) -> set[tuple[str, str]]:
    """The marks of severity among the runs."""
    return {(style, text.strip()) for line in lines for style, text in line if style in ("warning", "critical")}


WARNED, ALARMED = {("warning", UNICODE.warning)}, {("critical", UNICODE.critical)}
DRAWN: dict[str, tuple[Callable[[View], list[Line]], set[tuple[str, str]]]] = {
    "cpu": (lambda view: node_panels()["cpu"].lines(view, 60, 10), WARNED),
    "memory": (lambda view: node_panels()["memory"].lines(view, 60, 20), WARNED | ALARMED),
    "temperature": (lambda view: node_panels()["temperature"].lines(view, 50, 6), WARNED),
    "one line": (lambda view: node_panels()["cpu"].lines(view, 60, 1), WARNED),
    "table": (lambda view: ClusterTablePanel(two_nodes()).lines(view, 160, 6), WARNED | ALARMED),
}


def two_nodes() -> ClusterState:
    """The bar stands on the first, so that the second is drawn in its own colours."""
    return ClusterState(nodes=(replace(ROW, node="0", cpu_busy_percent=1.0), ROW))


@pytest.mark.parametrize("where", DRAWN)
def test_a_value_is_marked_from_the_users_limit_on(where: str) -> None:
    draw, wanted = DRAWN[where]
    assert signs(draw(view({}))) == set()
    assert signs(draw(view(ALERTS))) == wanted


@pytest.mark.parametrize(("width", "rows"), [(60, 6), (17, 3), (8, 3)])
def test_tiles_of_every_size_are_marked(width: int, rows: int) -> None:
    panel = ClusterMapPanel(two_nodes())
    calm, marked = ({style for line in panel.lines(view(each), width, rows) for style, _ in line}
                    for each in ({}, ALERTS))  # fmt: skip
    assert "warning" in marked and "warning" not in calm


def test_a_node_that_does_not_report_has_no_mark() -> None:
    state = ClusterState(nodes=(replace(ROW, node="0", cpu_busy_percent=1.0), replace(ROW, state="gone")))
    shown = ClusterTablePanel(state).lines(view(ALERTS), 160, 6)
    assert not any(text.strip() in (UNICODE.warning, UNICODE.critical) for _, text in shown[3])


def test_once_marks_by_the_same_limits(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    def printed(alerts: dict[str, Any]) -> str:
        print_summary([NODE], Settings(alerts=alerts), ascii_only=True)
        print_cluster("hub", summarise([ROW]), [ROW], Settings(alerts=alerts), ascii_only=True)
        return capfdbinary.readouterr().out.decode()

    assert "!" not in printed({})
    text = printed(ALERTS)
    assert text.count("! 70.0%") == 4 and text.count("! 62") == 2


async def test_the_running_monitor_marks_by_them() -> None:
    app, source = scripted_app(alerts={"cpu": "1/0"})
    calm, _ = scripted_app()
    busy = replace(source.ring.latest, cpu=CpuMetrics(busy_percent=7.0))  # type: ignore[type-var]
    source.ring.add(busy)
    async with app.run_test(size=(160, 48)):
        assert f"7%{UNICODE.warning}" in text_of(app)
    async with calm.run_test(size=(160, 48)):
        assert calm.screen.view.levels["cpu"] == (85, 95)  # type: ignore[attr-defined]
