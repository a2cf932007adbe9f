"""One moment for all screens: what its keys do, and that it is the same on each of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.app import NodetopApp
from nodetop.base.when import clock_text
from nodetop.history.means import MeanSnapshot
from nodetop.model.hub_api import MomentRow, NodeProcess
from nodetop.model.snapshot import HistoryPoint, Stat, TopProcess
from nodetop.recording.file import Header
from nodetop.recording.incident_file import IncidentFile
from nodetop.screens.base.moment import Moment
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from nodetop.settings.options import Settings
from nodetop.sources.replay import ReplaySource
from tests.screens.scripted import press, scripted_app, text_of, until
from tests.screens.scripted_cluster import cluster_app, rows_of
from tests.widgets.scenes import START, server

SIZE = (140, 40)
times = st.lists(st.floats(0, 1e6), min_size=1, max_size=30, unique=True).map(sorted)


@given(times, st.lists(st.integers(-40, 40), max_size=6))
def test_steps_stay_within_what_is_known_and_add_up(known: list[float], steps: list[int]) -> None:
    moment, place = Moment(), len(known) - 1
    for step in steps:
        there = max(0, min(place + step, len(known) - 1))
        assert moment.step(known, step) is (there != place)
        place = there
        assert moment.at == known[place]


@given(times, st.floats(-100, 2e6), st.sampled_from([-60.0, 60.0]))
def test_a_jump_always_moves_unless_at_an_end(known: list[float], start: float, seconds: float) -> None:
    moment = Moment(start)
    before = max((at for at in known if at <= start), default=known[0])
    moved = moment.jump(known, seconds)
    assert moment.at in known
    if seconds > 0:
        assert moment.at is not None and (moment.at > before) is moved is (before != known[-1])
    else:
        assert moment.at is not None and moment.at <= before


async def test_the_rows_are_those_of_the_moment_and_come_back_to_now() -> None:
    app, source = cluster_app(rows_of(3))
    source.past = [
        MomentRow(node="web-01", cpu_busy_percent=99.0, mean_seconds=300.0),
        MomentRow(node="web-02", state="gone"),
    ]
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-03" in text)
        await press(pilot, "left_square_bracket")
        text = await until(pilot, lambda text: " ago" in text and "5-minute means" in text)
        assert "99%" in text and "web-03" not in text and " none " in text
        at = source.moments[-1]
        assert at == source.times()[-2]
        assert clock_text(int(at)) in text
        await press(pilot, "left_square_bracket", "right_square_bracket")
        await until(pilot, lambda _: source.moments[-1] == at)
        source.tell_rows(rows_of(3, 5))
        await pilot.pause()
        assert "99%" in text_of(app)  # what happens now is not of that moment
        await press(pilot, "grave_accent")
        await until(pilot, lambda text: "live" in text and "web-03" in text)
        assert app.screen.state.nodes == source.rows  # type: ignore[attr-defined]


async def test_a_time_is_typed_and_one_that_is_none_is_told() -> None:
    app, source = cluster_app(rows_of(2))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-02" in text)
        assert "not a time" in await press(pilot, "b", *"soon", "enter")
        await press(pilot, "escape")
        await press(pilot, "b", *"-10s", "enter")
        await until(pilot, lambda text: "10s ago" in text)
        assert source.moments[-1] == app.clock.wall() - 10
        await press(pilot, "b", *"-9d", "enter")
        await until(pilot, lambda text: "no more data" in text)
        assert app.moment.at == source.times()[0]
        await press(pilot, "escape")
        await until(pilot, lambda text: "live" in text)


async def test_a_hub_that_cannot_tell_says_so_and_the_rows_stay() -> None:
    app, source = cluster_app(rows_of(2))
    source.past = "history cannot be read"
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-02" in text)
        await press(pilot, "left_curly_bracket")
        text = await until(pilot, lambda text: "history cannot be read" in text)
        assert "web-02" in text and "going to" in text


async def test_processes_of_all_nodes_are_those_of_the_moment() -> None:
    app, source = cluster_app(rows_of(2))
    source.found = [NodeProcess(node="web-01", cluster="default", pid=1, name="init", command="init")]
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-02" in text)
        await press(pilot, "a")
        await until(pilot, lambda text: "init" in text)
        assert source.searched_at[-1] is None
        await press(pilot, "left_square_bracket")
        await until(pilot, lambda text: " ago" in text)
        assert source.searched_at[-1] == app.moment.at == source.times()[-2]


async def test_a_node_is_opened_at_the_moment_and_steps_for_all() -> None:
    app, source = cluster_app(rows_of(2))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-02" in text)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        await press(pilot, "enter")
        assert isinstance(app.screen, NodeScreen)
        assert app.screen.view.snapshot is source.ring[len(source.ring) - 3]
        await press(pilot, "left_square_bracket")
        at = source.ring[len(source.ring) - 4].taken_at
        assert app.moment.at == at
        await press(pilot, "escape")
        assert isinstance(app.screen, ClusterScreen)
        await until(pilot, lambda text: clock_text(int(at)) in text)
        assert source.moments[-1] == app.moment.at == at
        await press(pilot, "enter", "w")
        assert isinstance(app.screen, TrendsScreen)
        assert app.screen.trends.back > 0


def point(at: float, busy: float) -> HistoryPoint:
    return HistoryPoint(
        at=at, samples=60, cpu_busy_percent=Stat(mean=busy, max=99.0), memory_used_percent=Stat(mean=40.0, max=41.0),
        top_cpu=(TopProcess(pid=31, name="backup-job", user="root", value=88.0),),
    )  # fmt: skip


async def test_before_the_samples_in_memory_there_is_history() -> None:
    app, source = scripted_app()
    first = source.ring[0].taken_at // 300 * 300
    source.points = [point(first - 300 * number, 10.0 + number) for number in range(1, 30)]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await press(pilot, "b", *"-30m", "enter")
        text = await until(pilot, lambda text: "5-minute mean" in text)
        assert "backup-job" in text and "88.0" in text and "peak values" in text
        assert isinstance(app.screen.view.snapshot, MeanSnapshot)  # type: ignore[attr-defined]
        before = app.screen.view.snapshot.taken_at  # type: ignore[attr-defined]
        await press(pilot, "left_square_bracket")
        assert app.screen.view.snapshot.taken_at == before - 300  # type: ignore[attr-defined]
        for _ in range(12):
            await press(pilot, "right_square_bracket")
        assert not isinstance(app.screen.view.snapshot, MeanSnapshot)  # type: ignore[attr-defined]
        await press(pilot, "b", *"-9h", "enter")
        await until(pilot, lambda text: "no more data" in text)
        assert app.moment.at == first - 300 * 29


async def test_stepping_back_goes_on_into_history() -> None:
    app, source = scripted_app()
    first = source.ring[0].taken_at
    source.points = [point((first - 400) // 300 * 300, 42.0)]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await press(pilot, *["left_square_bracket"] * (len(source.ring) - 1))
        assert app.moment.at == first
        await press(pilot, "left_square_bracket")
        text = await until(pilot, lambda text: "5-minute mean" in text)
        assert "42%" in text


@pytest.fixture
def incident(tmp_path: Path) -> ReplaySource:
    """Two nodes: one with samples of two minutes, both with an hour of history."""
    path = tmp_path / "i.gz"
    start = float(int(START) // 300 * 300)
    with IncidentFile(path) as file:
        file.begin(Header(nodetop_recording=2, since=start - 3600, until=start + 120, nodes=("db-1", "web-01")))
        for node, busy in (("db-1", 20.0), ("web-01", 60.0)):
            file.add_points(node, 300.0, [point(start - 300 * n, busy + n) for n in range(12)])
        file.add_samples(server(tick) for tick in range(60))
        file.commit()
    return ReplaySource(path)


async def test_an_incident_is_walked_through_on_every_screen(incident: ReplaySource) -> None:
    app = NodetopApp(incident, Settings())
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "web-01" in text and "replay" in text)
        assert "live" not in text
        await press(pilot, "b", *"-30m", "enter")
        text = await until(pilot, lambda text: "30m 0s ago" in text and "5-minute means" in text)
        at = clock_text(int(app.moment.at or 0))
        assert at in text and "2 up" in text
        text = await press(pilot, "a")
        await until(pilot, lambda text: "backup-job" in text and at in text)
        await press(pilot, "escape", "m")
        await until(pilot, lambda text: "map" in text and at in text)
        await press(pilot, "m", "down", "enter")
        text = await until(pilot, lambda text: "5-minute mean" in text and "backup-job" in text)
        assert text.lstrip().startswith("web-01")
        await press(pilot, "w")
        await until(pilot, lambda text: "backup-job" in text and "mean" in text)
        await press(pilot, "escape", "escape")
        await until(pilot, lambda text: at in text and isinstance(app.screen, ClusterScreen))
        await press(pilot, "grave_accent")
        await until(pilot, lambda text: " replay" in text and "ago" not in text)
