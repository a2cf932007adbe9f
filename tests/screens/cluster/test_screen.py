"""The cluster's screens: rows, tiles, totals, keys, trouble; and the way to one node and back."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from nodetop.app import NodetopApp
from nodetop.drawing.runs import plain
from nodetop.keys.cluster import CLUSTER, CLUSTER_PROCESSES
from nodetop.keys.keymap import keymap
from nodetop.model import wire
from nodetop.model.hub_api import NodeProcess
from nodetop.screens.cluster.processes import ClusterProcessesScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from nodetop.settings.options import Settings
from nodetop.sources.replay import ReplaySource
from nodetop.sources.source import Demand, SourceProblem
from nodetop.widgets.base.view import View
from tests.screens.scripted import press, text_of, until
from tests.screens.scripted_cluster import cluster_app, node_row, rows_of, screen_of
from tests.widgets.scenes import server

SIZE = (140, 40)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (140, 40), (240, 70)])
@pytest.mark.parametrize("count", [1, 3, 40, 400])
async def test_nodes_and_totals_fit_any_screen(size: tuple[int, int], count: int) -> None:
    app, _ = cluster_app(rows_of(count))
    async with app.run_test(size=size) as pilot:
        text = await until(pilot, lambda text: "web-01" in text)
        assert {len(line) for line in text.splitlines()} == {size[0]}
        assert "hub.example:8082" in text and "NODE" in text
        map_text = await press(pilot, "m")
        assert "map" in map_text and "NODE" not in map_text


async def test_says_that_it_waits_and_shows_rows_when_they_come() -> None:
    app, source = cluster_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "waiting for the hub" in text)
        source.tell_rows(rows_of(3))
        text = await until(pilot, lambda text: "web-03" in text)
        assert "3 nodes" in text and "3 up" in text
        assert source.demands[-1] == Demand(None, 2.0)


async def test_states_are_told_by_words_and_counted() -> None:
    app, _ = cluster_app(rows_of(13))
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "web-13" in text)
        for node, state in (("web-07", "late"), ("web-11", "stale"), ("web-13", "gone"), ("web-01", "up")):
            assert any(f" {state} " in line for line in text.splitlines() if f" {node} " in line)
        assert "10 up" in text and "1 late" in text


async def test_a_meter_under_the_bar_and_of_a_lost_node_is_as_full_as_others() -> None:
    rows = [replace(node_row(n), state=s, cpu_busy_percent=25.0) for n, s in ((1, "up"), (2, "up"), (3, "stale"))]
    app, _ = cluster_app(rows)
    async with app.run_test(size=(160, 48)) as pilot:
        text = await until(pilot, lambda text: "web-03" in text)
        cells = [next(line for line in text.splitlines() if f"web-0{n} " in line and "━" in line) for n in (1, 2, 3)]
        bars = [line[line.index("web-0") + 6 : line.index(" 25%")] for line in cells]
        assert len(bars[0].strip()) == len(bars[2].strip()) < len(bars[1].strip()) / 2


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_hubs_own_problem_is_said_and_stays_while_it_lasts(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, source = cluster_app(rows_of(3))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda text: "web-03" in text)
        monkeypatch.setattr(type(source), "notice", "the hub has a problem: /data: the disk is full\x1b[2J")
        source.tell_rows(rows_of(3))
        text = await until(pilot, lambda text: "the hub has a problem" in text)
        assert "/data: the disk is full\u00b7" in text
        monkeypatch.setattr(type(source), "notice", None)
        source.tell_rows(rows_of(3))
        await until(pilot, lambda text: "the hub has a problem" not in text.splitlines()[0])


async def test_enter_opens_the_node_and_escape_comes_back() -> None:
    app, source = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-01" in text)
        text = await press(pilot, "enter")
        assert isinstance(app.screen, NodeScreen) and "postgres" in text
        assert source.demands[-1].node == "web-01"
        await press(pilot, "escape")
        assert app.screen is screen_of(app)
        assert source.demands[-1].node is None


async def test_one_node_may_be_opened_first() -> None:
    app, _ = cluster_app(rows_of(3), node="web-01")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_without_the_hub_the_last_rows_stay_and_their_age_is_said() -> None:
    app, source = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        source.tell_rows(rows_of(3))
        await until(pilot, lambda text: "live 2s" in text)
        source.tell(SourceProblem("Nothing answers at hub.example:8082", 0.0))
        text = await until(pilot, lambda text: "Nothing answers" in text)
        assert "web-02" in text and "stale" in text
        app.clock.advance(60)  # type: ignore[attr-defined]
        await until(pilot, lambda text: "stale 1m" in text)
        source.tell_rows(rows_of(3))
        await until(pilot, lambda text: "live 2s" in text and "Nothing answers" not in text)


async def test_an_open_node_says_that_the_hub_is_gone_and_back() -> None:
    app, source = cluster_app(rows_of(3), node="web-01")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        source.tell(SourceProblem("Nothing answers at hub.example:8082", 0.0))
        await until(pilot, lambda text: "Nothing answers" in text and "postgres" in text)
        source.tell_rows(rows_of(3))
        await until(pilot, lambda text: "Nothing answers" not in text)


async def test_a_node_without_data_is_named_all_the_same() -> None:
    app, _ = cluster_app(rows_of(3), node="web-77")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        assert isinstance(app.screen, NodeScreen)
        header, bare = app.screen.panels["header"], View()
        bare.source_name = app.screen.view.source_name
        assert "web-77" in plain(header.lines(bare, 80, 1)[0])


async def test_pause_keeps_the_rows_until_it_ends() -> None:
    app, source = cluster_app(rows_of(2))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-02" in text)
        assert " ago" in await press(pilot, "p")
        source.tell_rows(rows_of(4))
        await pilot.pause()
        await pilot.pause()
        assert "web-04" not in text_of(app)
        await press(pilot, "p")
        await until(pilot, lambda text: "web-04" in text)


def process(node: str, pid: int, name: str, cpu: float) -> NodeProcess:
    return NodeProcess(
        node=node, cluster="default", pid=pid, name=name, command=f"/usr/bin/{name}", cpu_percent=cpu, started_at=1.0
    )


async def test_processes_of_all_nodes_are_searched_sorted_and_opened() -> None:
    app, source = cluster_app(rows_of(3))
    there = next(row for row in source.ring[-1].processes.rows if row.name == "postgres")  # type: ignore[union-attr]
    found = replace(process("web-01", there.pid, "postgres", 20.0), started_at=there.started_at)
    source.found = [process("web-02", 7, "java", 140.0), found]
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "a")
        text = await until(pilot, lambda text: "java" in text)
        assert "web-02" in text and "processes of all nodes" in text
        await press(pilot, "M")
        assert source.searches[-1] == ("", "memory")
        await press(pilot, "slash", *"post")
        text = await until(pilot, lambda text: "java" not in text)
        assert source.searches[-1] == ("post", "memory") and "postgres" in text
        await press(pilot, "enter")
        await press(pilot, "enter")
        assert isinstance(app.screen, NodeScreen) and app.screen.node == "web-01"
        assert app.screen.state.selected == (there.pid, there.started_at)
        await press(pilot, "escape")
        assert isinstance(app.screen, ClusterProcessesScreen)
        await press(pilot, "escape", "escape")
        assert app.screen is screen_of(app)


async def test_a_hub_that_cannot_list_processes_is_no_end() -> None:
    app, source = cluster_app(rows_of(3))
    source.found = "hub.example:8082 does not answer"
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "a")
        await until(pilot, lambda text: "does not answer" in text)
        source.found = [process("web-02", 7, "java", 140.0)]
        await press(pilot, "r")
        await until(pilot, lambda text: "java" in text and "does not answer" not in text)


async def test_trends_of_the_node_under_the_bar() -> None:
    app, source = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down", "w")
        assert isinstance(app.screen, TrendsScreen)
        await until(pilot, lambda text: "web-02" in text)
        assert source.asked
        await press(pilot, "escape")
        assert app.screen is screen_of(app)


async def test_hostile_names_are_only_text() -> None:
    evil = replace(node_row(1), node="[@click=app.quit]x[/]", os="\x1b]52;c;AAAA\x07", problem="\x1b[31mred")
    app, _ = cluster_app([evil, node_row(2)])
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "[@click=app.quit]" in text)
        assert "\x1b" not in text and "\x07" not in text


async def test_the_help_lists_every_key() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=(120, 70)) as pilot:
        text = await press(pilot, "f1")
        for action in CLUSTER:
            assert all(key in text.split() for key in keymap().of(action)), action
        await press(pilot, "escape", "a")
        text = await press(pilot, "f1")
        for action in CLUSTER_PROCESSES:
            assert all(key in text.split() for key in keymap().of(action)), action


async def test_a_key_without_meaning_is_answered() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        assert "has no function here" in await press(pilot, "X")


@pytest.mark.may_block
async def test_a_recording_of_several_nodes_is_a_cluster_too(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    snapshots = [replace(server(tick), node=node) for tick in range(4) for node in ("web-01", "web-02")]
    path.write_bytes(b"".join(wire.encode(each) + b"\n" for each in snapshots))
    app = NodetopApp(ReplaySource(path, speed=0), Settings())
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "web-02" in text and "2 up" in text)
        assert "replay two.jsonl" in text
        await press(pilot, "a")
        await until(pilot, lambda text: "postgres" in text and "web-02" in text)
        await press(pilot, "escape", "down", "enter")
        await until(pilot, lambda text: "web-02" in text and "disks" in text)
