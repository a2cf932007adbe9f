"""The inbox: what it shows of a host, a cluster and a recording, and what its keys do."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.alerts.handling import Scope
from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.keys.alerts import ALERTS
from nodetop.model import wire
from nodetop.model.snapshot import HistoryPoint, NodeStatus, Stat, TopProcess
from nodetop.screens.alerts import AlertsScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from nodetop.sources.replay import ReplaySource
from nodetop.sources.source import NodesChanged, SourceProblem
from tests.screens.scripted import START_TICK, ScriptedSource, press, scripted_app, text_of, until
from tests.screens.scripted_cluster import cluster_app, rows_of
from tests.widgets.scenes import START, server

SIZE = (140, 40)
NOW = START + 2 * (START_TICK + 4) + 0.5


def app_in(folder: Path, source: ScriptedSource | None = None, **alerts: object) -> tuple[NodetopApp, ScriptedSource]:
    return scripted_app(source, data_dir=folder, alerts=alerts)


def inbox(app: Any) -> AlertsScreen:
    assert isinstance(app.screen, AlertsScreen)
    return app.screen


def calm(count: int = 3, **first: Any) -> tuple[NodeStatus, ...]:
    """Rows of nodes of which only the first may have something."""
    rows = [NodeStatus(node=f"web-{n:02d}", cpu_busy_percent=5.0, age_seconds=1.0) for n in range(1, count + 1)]
    return (replace(rows[0], **first), *rows[1:])


async def test_a_full_disk_is_in_the_first_line_and_in_the_inbox(tmp_path: Path) -> None:
    app, _ = app_in(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "! 1 warn" in text.splitlines()[0])
        text = await press(pilot, "A")
        assert "file system /var/lib/postgresql" in text and "91%" in text and "≥ 90%" in text
        assert "F1 help" in text and "ack" in text
        text = await press(pilot, "escape")
        assert isinstance(app.screen, NodeScreen) and "! 1 warn" in text.splitlines()[0]


async def test_what_is_not_watched_calls_nobody(tmp_path: Path) -> None:
    app, _ = app_in(tmp_path, filesystem=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("A")
        text = await until(pilot, lambda text: "no alerts" in text)
        assert "crit" not in text and "1 warn" not in text


async def test_every_key_of_the_inbox_does_what_the_help_says(tmp_path: Path) -> None:
    app, _ = app_in(tmp_path, memory="1/0")
    async with app.run_test(size=(140, 60)) as pilot:
        await until(pilot, lambda text: "! 2 warn" in text)
        await pilot.press("A")
        screen = inbox(app)
        for keys, index in (("down", 1), ("up", 0), ("pagedown", 1), ("home", 0), ("end", 1), ("g", 0), ("G", 1)):
            await press(pilot, keys)
            assert screen.state.index == index, keys
        await press(pilot, "ctrl+u")
        assert screen.state.index == 0
        help_text = await press(pilot, "f1")
        for action in ALERTS:
            assert action.text in help_text
        await press(pilot, "escape")
        await press(pilot, "A")
        assert isinstance(app.screen, NodeScreen)


async def test_the_filter_takes_effect_while_it_is_typed(tmp_path: Path) -> None:
    app, _ = app_in(tmp_path, memory="1/0")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "! 2 warn" in text)
        await press(pilot, "A", "slash", *"memory")
        text = await until(pilot, lambda text: "file system" not in text and "memory used" in text)
        await press(pilot, "enter")
        assert "filter memory" in text
        await press(pilot, "escape")
        assert await until(pilot, lambda text: "file system" in text)
        await press(pilot, "slash", *"nothing")
        await until(pilot, lambda text: "no alert matches" in text)


async def test_seen_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    for run in range(2):
        app, _ = app_in(tmp_path)
        async with app.run_test(size=SIZE) as pilot:
            if run == 0:
                await until(pilot, lambda text: "1 warn" in text)
            await press(pilot, "A")
            await until(pilot, lambda text: "file system" in text)
            if run == 0:
                await press(pilot, "a")
            await until(pilot, lambda text: "1 acknowledged or muted" in text)
            text = await press(pilot, "escape")
            assert "1 warn" not in text
            if run == 1:
                await press(pilot, "A", "space")
                await until(pilot, lambda text: "! 1 warning" in text and "1 acknowledged" not in text)


async def test_muting_for_a_while(tmp_path: Path) -> None:
    app, source = app_in(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "1 warn" in text)
        text = await press(pilot, "A", "m")
        assert (
            "this alert for 1 hour" in text
            and "file system, all nodes for 8 hours" in text
            and "web-01 for 1 day" in text
        )
        await press(pilot, "end", "enter")
        await until(pilot, lambda text: "muted 1d 0h" in text)
        assert isinstance(app.clock, FakeClock)
        app.clock.advance(86_401)
        source.sample(replace(server(START_TICK + 5), taken_at=app.clock.wall()))
        await until(pilot, lambda text: "! 1 warning" in text)
        await press(pilot, "m", "enter")
        await until(pilot, lambda text: "muted 1h 0m" in text)
        await press(pilot, "m")
        await press(pilot, "end", "enter")
        await until(pilot, lambda text: "! 1 warning" in text)


async def test_a_decision_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    app, _ = app_in(tmp_path / "data")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "1 warn" in text)
        await press(pilot, "A", "a")
        await until(pilot, lambda text: "are not saved" in text and "1 acknowledged or muted" in text)


def a_busy_hour() -> list[HistoryPoint]:
    return [
        HistoryPoint(
            at=START - 300 * (40 - index), samples=150, cpu_busy_percent=Stat(mean=busy, max=busy),
            top_cpu=(TopProcess(pid=77, name="cc1plus", value=99.0),),
        )
        for index in range(40)
        for busy in [96.0 if 10 <= index < 20 else 4.0]
    ]  # fmt: skip


async def test_history_tells_of_the_day_before(tmp_path: Path) -> None:
    source = ScriptedSource(server(tick) for tick in range(START_TICK + 5))
    source.points = a_busy_hour()
    app, _ = app_in(tmp_path, source)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "A")
        text = await until(pilot, lambda text: "1 ended" in text)
        assert "cc1plus (77)" in text and "cpu busy" in text
        text = await press(pilot, "escape", "w", "2")
        # An hour to a day: where it began and ended stands on the chart.
        assert await until(pilot, lambda text: "‼" in text.splitlines()[2])


async def test_the_day_before_of_a_hub_that_has_first_to_tell_its_nodes(tmp_path: Path) -> None:
    app, source = cluster_app(data_dir=tmp_path)
    source.points = a_busy_hour()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "A")
        source.tell_rows(calm(2))
        text = await until(pilot, lambda text: "2 ended" in text)
        assert text.count("cc1plus (77)") >= 2 and "web-01" in text and "web-02" in text


async def test_all_nodes_of_a_cluster_and_a_lost_hub(tmp_path: Path) -> None:
    app, source = cluster_app(calm(filesystem_used_percent=93.0, top_cpu="x"), data_dir=tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        source.tell_rows(source.rows)
        await until(pilot, lambda text: "! 1 warn" in text.splitlines()[0])
        lost = replace(source.rows[1], state="stale", age_seconds=99.0)
        source.tell_rows((source.rows[0], lost, source.rows[2]))
        await until(pilot, lambda text: "‼ 1 crit ! 1 warn" in text.splitlines()[0])
        text = await press(pilot, "A")
        silent, full = text.splitlines()[2:4]
        assert "web-02" in silent and "no reports" in silent and "critical" in silent
        assert "web-01" in full and "file system fullest" in full
        source.tell(SourceProblem("the hub is away", NOW))
        await until(pilot, lambda text: text.count("unknown") == 2)
        source.tell_rows(calm(filesystem_used_percent=9.0))
        await until(pilot, lambda text: "2 ended" in text)


async def test_enter_opens_the_node_of_a_cluster(tmp_path: Path) -> None:
    app, source = cluster_app(calm(filesystem_used_percent=93.0), data_dir=tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        source.tell_rows(source.rows)
        await until(pilot, lambda text: "! 1 warn" in text)
        await press(pilot, "A")
        await pilot.press("enter")
        await until(pilot, lambda text: "processes" in text and "web-01" in text)
        assert isinstance(app.screen, NodeScreen) and app.screen.node == "web-01"
        text = await press(pilot, "A")
        assert "alerts" in text and isinstance(app.screen, AlertsScreen)


@pytest.mark.may_block
async def test_in_a_recording_enter_goes_to_the_moment(tmp_path: Path) -> None:
    full = (server(0).filesystems or ())[0]
    lines = []
    for tick in range(60):
        used = 95.0 if tick >= 20 else 50.0
        lines.append(wire.encode(replace(server(tick), filesystems=(replace(full, used_percent=used),))) + b"\n")
    path = tmp_path / "r"
    path.write_bytes(b"".join(lines))
    app = NodetopApp(ReplaySource(path, speed=0), Settings(data_dir=tmp_path), clock=FakeClock(wall=NOW + 10**6))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "! 1 warn" in text)
        text = await press(pilot, "A")
        assert "1m 18s" in text  # from the recording's own time
        await pilot.press("enter")
        await until(pilot, lambda text: "1m 18s ago" in text.splitlines()[0])
        screen = app.screen
        assert isinstance(screen, NodeScreen) and screen.moment.at == START + 40


@pytest.mark.may_block
async def test_several_nodes_of_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(
        b"".join(wire.encode(replace(server(tick), node=node)) + b"\n" for tick in range(5) for node in ("a", "b"))
    )
    app = NodetopApp(ReplaySource(path, speed=0), Settings(data_dir=tmp_path), clock=FakeClock(wall=NOW))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "! 2 warn" in text)
        await press(pilot, "A", "down")
        await pilot.press("enter")
        await until(pilot, lambda _: isinstance(app.screen, NodeScreen) and app.screen.moment.at is not None)


async def test_rows_are_judged_now_and_then_only(tmp_path: Path) -> None:
    app, source = cluster_app(calm(), data_dir=tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        watch = app.alerts
        watch.take(NodesChanged(calm()))
        watch.take(NodesChanged(calm(filesystem_used_percent=99.0)))
        assert not watch.board().alerts
        assert isinstance(app.clock, FakeClock)
        app.clock.advance(6)
        watch.take(NodesChanged(calm(filesystem_used_percent=99.0)))
        assert watch.board().critical == 1
        assert watch.board() is watch.board()
        await watch.mute(Scope(rule="filesystem"), 60)
        assert watch.board().critical == 0
        app.clock.advance(61)
        assert watch.board().critical == 1
        assert source.cluster is not None


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (240, 70)])
async def test_it_fits_any_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    app, source = cluster_app(rows_of(30), data_dir=tmp_path)
    async with app.run_test(size=size) as pilot:
        source.tell_rows(source.rows)
        await pilot.press("A")
        text = await until(pilot, lambda text: "critical" in text)
        assert len(text.splitlines()) == size[1] and "Traceback" not in text
        assert "help" in text_of(app).splitlines()[-1]


async def test_an_ended_alert_opens_its_node_as_it_was_then(tmp_path: Path) -> None:
    app, source = app_in(tmp_path, filesystem=False, memory="99/98", cpu="1/0.5")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "warn" in text)
        source.sample(replace(server(START_TICK + 5), cpu=replace(server(0).cpu, busy_percent=0.0)))
        await until(pilot, lambda text: "warn" not in text.splitlines()[0])
        await press(pilot, "A")
        text = await press(pilot, "enter")
        assert isinstance(app.screen, NodeScreen) and " ago" in text.splitlines()[0] and not app.moment.is_live
        assert "live" in await press(pilot, "p")
