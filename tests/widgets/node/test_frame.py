"""The whole screen as text, and values over time kept between frames."""

from msgspec.structs import replace

from nodetop.base.lingering import SteadyRows
from nodetop.drawing.runs import line_width, plain
from nodetop.history.means import mean_snapshot
from nodetop.history.ring import Ring
from nodetop.model.panels import Panels
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, ProbeReport, TemperatureMetrics
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.frame import arrangement_of, frame
from nodetop.widgets.node.memory import MemoryPanel
from tests.widgets.scenes import played, server

PANELS: dict[str, Panel] = {"cpu": CpuPanel(), "memory": MemoryPanel()}


def busy(snapshot: NodeSnapshot) -> float | None:
    return snapshot.cpu.busy_percent if snapshot.cpu else None


def test_panels_are_put_together() -> None:
    lines = frame(PANELS, played(5), 100, 30)
    assert [line_width(line) for line in lines] == [100] * 30
    assert plain(lines[1]).startswith("╭─ ¹cpu ─") and "²memory" in plain(lines[1])


def test_one_panel_can_have_the_screen() -> None:
    view = played(5)
    view.layout = Panels(zoomed="memory")
    lines = frame(PANELS, view, 100, 30)
    assert plain(lines[1]).startswith("╭─ ²memory ─") and plain(lines[28]).startswith("╰")
    assert line_width(lines[1]) == 100


def test_a_machine_without_sensors_has_no_temperature_panel() -> None:
    drawn: list[str] = []

    class Recorder:
        name = "temperature"

        def lines(self, view: View, width: int, height: int) -> list[list[tuple[str, str]]]:
            drawn.append(self.name)
            return [[("text", " " * width)] for _ in range(height)]

    frame({"temperature": Recorder()}, played(2, lambda tick: server(tick, sensors=False)), 160, 48)
    assert drawn == []
    frame({"temperature": Recorder()}, played(2), 160, 48)
    assert drawn == ["temperature"]
    past = mean_snapshot("n", HistoryPoint(at=1.0, samples=9), 300.0)
    frame({"temperature": Recorder()}, View(snapshot=past), 160, 48)
    assert drawn == ["temperature"], "history keeps no single sensors"
    without = NodeSnapshot(node="n", taken_at=1.0, probes=(ProbeReport(name="temperature", status="unavailable"),))
    frame({"temperature": Recorder()}, View(snapshot=without), 160, 48)
    assert drawn == ["temperature"]


def test_kept_values_are_those_of_the_ring() -> None:
    keeper, view = SeriesKeeper(), View()
    for tick in range(40):
        view.ring.add(server(tick))
        view.snapshot = view.ring.latest
        if tick % 3 == 0:  # frames may be dropped, samples may not
            assert keeper.last(view, "busy", busy, 10) == view.ring.series(busy, 10)
    view.position = 12
    assert keeper.last(view, "busy", busy, 10) == view.ring.series(busy, 10, until=12)


def test_another_node_has_another_past() -> None:
    keeper, first, second = SeriesKeeper(), played(10), played(7, lambda tick: server(tick, cores=2))
    keeper.last(first, "busy", busy, 10)
    assert keeper.last(second, "busy", busy, 10) == second.ring.series(busy, 10)
    assert keeper.last(View(), "busy", busy, 10) == []


def test_a_ring_that_forgets_is_followed() -> None:
    keeper, view = SeriesKeeper(), View(ring=Ring(keep_seconds=20))
    for tick in range(60):
        view.ring.add(server(tick))
        assert keeper.last(view, "busy", busy, 1000) == view.ring.series(busy, 1000)


def test_a_graph_zoomed_out_shows_the_peak_of_each_group_and_shifts_without_changing() -> None:
    keeper, view = SeriesKeeper(), View(ring=Ring(keep_seconds=60), samples_per_dot=4)
    seen: list[list[float | None]] = []
    for tick in range(80):
        view.ring.add(server(tick))
        seen.append(keeper.last(view, "busy", busy, 5))
    values = [busy(server(tick)) for tick in range(80)]
    assert seen[-1] == [max(values[start : start + 4]) for start in range(60, 80, 4)]  # type: ignore[type-var]
    assert seen[-2][:-1] == seen[-1][:-1]
    assert seen[2] == [max(values[:3])]  # type: ignore[type-var]
    view.position = len(view.ring) - 5
    assert keeper.last(view, "busy", busy, 2) == seen[-1][2:4]


def test_interfaces_and_mounts_that_come_and_go_do_not_move_the_panels() -> None:
    steady, seen = SteadyRows(), set()
    for tick in range(1, 120):
        snapshot = server(tick)
        networks, filesystems = snapshot.networks or (), snapshot.filesystems or ()
        if tick % 2:  # a container's interface and mount, there for one sample
            networks = (*networks, replace(networks[-1], interface="veth9"))
            filesystems = (*filesystems, replace(filesystems[0], mount_point="/run/overlay"))
        view = View(snapshot=replace(snapshot, networks=networks, filesystems=filesystems))
        seen.add(tuple(arrangement_of(view, 240, 70, steady).items()))
    assert len(seen) == 1


def test_what_is_gone_for_good_gives_its_rows_to_the_processes() -> None:
    steady = SteadyRows()
    heights = []
    for tick in range(1, 60):
        snapshot = server(tick)
        if tick > 5:
            snapshot = replace(snapshot, filesystems=(), disks=(), temperature=TemperatureMetrics())
        heights.append(arrangement_of(View(snapshot=snapshot), 240, 70, steady)["processes"].height)
    assert len(set(heights)) == 2 and heights[5 + 20] == heights[0] < heights[-1]


def test_rows_of_the_cpu_shares_do_not_come_and_go() -> None:
    panel, view, shown = CpuPanel(), View(), []
    for tick in range(60):
        snapshot = server(tick, cores=2)
        assert snapshot.cpu is not None
        stolen = 0.3 if tick % 4 == 1 else 0.0
        view.snapshot = replace(snapshot, cpu=replace(snapshot.cpu, steal_percent=stolen))
        view.ring.add(view.snapshot)
        text = "\n".join(plain(line) for line in panel.lines(view, 160, 14))
        shown.append("steal" in text)
    assert not shown[0] and all(shown[1:])
