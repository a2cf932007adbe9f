"""The screen of one process: what it shows of a real one, its keys, its way to children and back, time."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.keys.details import DETAILS
from nodetop.keys.keymap import keymap
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.details import DetailsScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from tests.screens.scripted import START_TICK, press, scripted_app, text_of, until, with_processes
from tests.screens.scripted_cluster import cluster_app, rows_of
from tests.screens.this_host import ThisHost, this_host
from tests.widgets.scenes import server

SIZE = (120, 40)
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
HOSTILE = "\x1b]0;evil\x07[@click=app.quit]x[/foo]"


@pytest.fixture
def parent() -> Iterator["subprocess.Popen[bytes]"]:
    """A shell with a child, hostile in what it is started with."""
    process = subprocess.Popen(
        ["sh", "-c", "sleep 60; true", HOSTILE],
        env={"PATH": os.environ["PATH"], "EVIL": HOSTILE},
        start_new_session=True,
    )
    yield process
    with suppress(ProcessLookupError):  # the test may have ended all of them
        os.killpg(process.pid, 9)
    process.wait()


@asynccontextmanager
async def live(pid: int) -> AsyncIterator[tuple[Pilot[None], NodetopApp, ThisHost]]:
    """The app on this host, the bar on one process."""
    source = await this_host()
    source.show(await source.sample())
    app = NodetopApp(source, Settings())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "processes" in text)
        screen = app.screen
        assert isinstance(screen, NodeScreen)
        index = next(index for index, row in enumerate(screen.state.rows) if row.pid == pid)
        screen.state.select(index)
        screen.show_all()
        yield pilot, app, source


@linux
async def test_enter_opens_all_about_a_process_and_escape_goes_back(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, app, _):
        await press(pilot, "enter")
        text = await until(pilot, lambda text: "read at" in text and "page faults" in text)
        assert f"PID {parent.pid}" in text and "overview" in text and "cpu" in text and "memory" in text
        await press(pilot, "escape")
        assert isinstance(app.screen, NodeScreen)


@linux
@pytest.mark.parametrize(("key", "part"), [("e", "EVIL="), ("l", "TARGET")])
async def test_htops_letters_open_environment_and_files(parent: "subprocess.Popen[bytes]", key: str, part: str) -> None:
    async with live(parent.pid) as (pilot, _, _):
        await press(pilot, key)
        text = await until(pilot, lambda text: part in text)
        assert "\x1b" not in text


@linux
async def test_hostile_arguments_are_text(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, app, _):
        await press(pilot, "enter", "2")
        await until(pilot, lambda text: "\u00b7]0;evil\u00b7[@click=app.quit]x[/foo]" in text)
        assert app.is_running


@linux
async def test_a_child_is_opened_and_left_again(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, app, source):
        await press(pilot, "enter", "8")
        source.show(await source.sample())
        await until(pilot, lambda text: "sleep 60" in text and "COMMAND" in text)
        await press(pilot, "enter")
        await until(pilot, lambda text: f"parent {parent.pid} sh" in text)
        assert len(app.screen_stack) == 3
        await press(pilot, "escape")
        await until(pilot, lambda text: f"PID {parent.pid}" in text)
        await press(pilot, "escape")
        assert isinstance(app.screen, NodeScreen)


@linux
async def test_one_that_ends_is_told_and_stays_to_be_read(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, _, source):
        await press(pilot, "e")
        await until(pilot, lambda text: "EVIL=" in text)
        os.killpg(parent.pid, 9)
        parent.wait()
        source.show(await source.sample())
        text = await until(pilot, lambda text: "ended; last seen" in text)
        assert "EVIL=" in text


@linux
async def test_the_process_is_acted_upon_from_here_too(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, app, _):
        await press(pilot, "enter", "k", "9", "enter")
        assert f"send KILL (9) to sh ({parent.pid})?" in text_of(app)
        await press(pilot, "y")
        await until(pilot, lambda text: f"KILL sent to sh ({parent.pid})" in text)
        assert isinstance(app.screen, DetailsScreen)
    assert parent.wait(10) == -9


@linux
async def test_lines_are_filtered_as_one_types(parent: "subprocess.Popen[bytes]") -> None:
    async with live(parent.pid) as (pilot, app, _):
        await press(pilot, "e")
        await until(pilot, lambda text: "EVIL=" in text and "PATH=" in text)
        await press(pilot, "slash", *"evil", "enter")
        text = await until(pilot, lambda text: "filter evil" in text)
        assert "EVIL=" in text and "PATH=" not in text
        await press(pilot, "escape")
        await until(pilot, lambda text: "PATH=" in text)
        assert isinstance(app.screen, DetailsScreen)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (79, 24), (80, 24), (120, 40), (240, 70)])
async def test_sections_are_turned_through_at_every_size(size: tuple[int, int]) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, DetailsScreen)
        seen = []
        for _ in range(9):
            seen.append(screen.state.section)
            assert {len(line) for line in (await press(pilot, "tab")).splitlines()} == {size[0]}
        assert len(set(seen)) == 8 and seen[0] == seen[8] == "overview"
        await press(pilot, "shift+tab", "shift+tab")
        assert screen.state.section == "children"


async def test_time_is_walked_here_as_on_the_node() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        source.sample(with_processes(server(START_TICK + 5), [ProcessMetrics(pid=4, name="x")]))
        await pilot.pause()
        await press(pilot, "left_square_bracket", "enter")
        screen = app.screen
        assert isinstance(screen, DetailsScreen) and "▶" in text_of(app) and screen.state.is_there
        text = await press(pilot, "right_square_bracket")
        assert "ended; last seen" in text
        text = await press(pilot, "grave_accent")
        assert screen.moment.is_live and "ended; last seen" in text
        await press(pilot, "left_curly_bracket", "left_curly_bracket")
        assert not screen.moment.is_live and screen.state.is_there


async def test_a_hub_shows_what_it_was_sent_and_says_where_the_rest_is() -> None:
    app, _ = cluster_app(rows_of(1))
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda text: "web-01" in text)
        await press(pilot, "enter")
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "enter")
        text = await until(pilot, lambda text: "overview" in text)
        assert "this is hub hub.example:8082" in text and "resident" in text
        assert "details are available only on the host itself" in await press(pilot, "e")


async def test_help_lists_its_keys() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(160, 60)) as pilot:
        await press(pilot, "enter", "f1")
        text = await until(pilot, lambda text: "in the list of children" in text)
        for action in DETAILS:
            assert action.id.startswith("section_") or all(key in text.split() for key in keymap().of(action)), action
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, NodeScreen)


async def test_clicks_choose_sections() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "enter")
        y = next(y for y, line in enumerate(text.splitlines()) if "Environment" in line)
        await pilot.click("#details", offset=(text.splitlines()[y].index("Limits"), y))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, DetailsScreen) and screen.state.section == "limits"
