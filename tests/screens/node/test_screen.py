"""Every key of the node screen does what the help says; samples, trouble and time reach the panels."""

import re
from typing import Any

import pytest
from msgspec.structs import replace
from textual import events

from nodetop.model.snapshot import DiskMetrics, ProcessMetrics
from nodetop.screens.details import DetailsScreen
from nodetop.sources.source import SourceProblem
from tests.screens.node.screens import NOW_TICK, SIZE, node_screen
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until, with_processes
from tests.widgets.scenes import START, server


async def test_shows_the_newest_sample_from_the_first_moment() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        text = text_of(app)
    for part in ("web-01", "live 2s", "cpu", "memory", "disks", "network", "temperature", "postgres", "F1 help"):
        assert part in text


async def test_a_sample_is_shown_when_it_comes() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        for tick in (1, 2):  # the ended ones stay for one refresh
            newcomer = ProcessMetrics(pid=77, name="newcomer", command="newcomer")
            source.sample(with_processes(server(NOW_TICK + tick), [newcomer]))
            await pilot.pause()
        await pilot.pause()
        assert "newcomer" in text_of(app)
        assert source.watched == {77}


async def test_starts_without_any_data_and_says_so() -> None:
    source = ScriptedSource()
    app, _ = scripted_app(source)
    async with app.run_test(size=SIZE) as pilot:
        assert "waiting" in text_of(app)
        source.sample(server(0))
        await pilot.pause()
        await pilot.pause()
        assert "web-01" in text_of(app) and node_screen(app).node == "web-01"


@pytest.mark.parametrize(("interval", "is_late"), [(2.0, True), (60.0, False)])
async def test_a_sample_is_late_by_the_interval_of_its_node(interval: float, is_late: bool) -> None:
    sample = replace(server(NOW_TICK), interval=interval)
    app, _ = scripted_app(ScriptedSource([sample]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.clock.advance(30)
        node_screen(app)._check_late()
        await pilot.pause()
        assert ("stale" in text_of(app)) == is_late


async def test_trouble_keeps_the_last_data_and_is_told() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        source.tell(SourceProblem("the hub does not answer", START))
        await pilot.pause()
        await pilot.pause()
        text = text_of(app)
        assert "stale" in text and "the hub does not answer" in text and "postgres" in text
        source.sample(server(NOW_TICK + 1))
        await pilot.pause()
        await pilot.pause()
        assert "stale" not in text_of(app) and "F1 help" in text_of(app)


@pytest.mark.parametrize("keys", ["q", "f10", "ctrl+c"])
async def test_quits(keys: str) -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.is_running and not app._exit and not source.is_closed
        await pilot.press(keys)
        await until(pilot, lambda _: app._exit)  # before the test itself ends it
    assert source.is_closed


@pytest.mark.parametrize("opening", ["f1", "question_mark", "h"])
async def test_help_opens_and_closes(opening: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, opening)
        assert "zoom the focused panel" in text and "cpu>5" in text
        assert "postgres" in await press(pilot, "escape")


async def test_panels_are_focused_and_zoomed() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        view = node_screen(app).view
        await press(pilot, "tab")
        assert view.focused == "cpu"
        await press(pilot, "shift+tab")
        assert view.focused == "processes"
        for number, name in enumerate(("cpu", "memory", "disks", "network", "temperature", "processes"), 1):
            await press(pilot, str(number))
            assert view.focused == name
        await press(pilot, "2", "z")
        await until(pilot, lambda text: "memory" in text and "postgres" not in text and "disks" not in text)
        await press(pilot, "4")
        await until(pilot, lambda text: "eth0" in text and "swap" not in text)
        await press(pilot, "z")
        await until(pilot, lambda text: "postgres" in text)


async def test_what_was_hidden_by_the_zoom_is_up_to_date_when_it_comes_back() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1", "z")
        await until(pilot, lambda text: "processes" not in text)
        for tick in (1, 2):  # the ended ones stay for one refresh
            newcomer = ProcessMetrics(pid=77, name="new", command="newcomer")
            source.sample(with_processes(server(NOW_TICK + tick), [newcomer]))
            await pilot.pause()
        await press(pilot, "z")
        await until(pilot, lambda text: "newcomer" in text and "postgres -D" not in text)


async def test_escape_leaves_the_zoom() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1", "z")
        await until(pilot, lambda text: "processes" not in text)
        await press(pilot, "escape")
        await until(pilot, lambda text: "postgres" in text)


async def test_a_panel_without_a_place_is_shown_alone() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(40, 10)) as pilot:
        assert "temperature" not in text_of(app)
        await press(pilot, "5")
        await until(pilot, lambda text: "temperature" in text)


async def test_trends_open_and_close() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w")
        await until(pilot, lambda text: "top by cpu" in text)
        await press(pilot, "escape")
        await until(pilot, lambda text: "F1 help  / filter" in text)


@pytest.mark.parametrize("key", ["r", "ctrl+l", "ctrl+r"])
async def test_a_key_repaints_the_screen(key: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        before = await until(pilot, lambda text: "1 warn" in text)
        assert await press(pilot, key) == before


@pytest.mark.parametrize("key", ["Y", "ctrl+k"])
async def test_an_unknown_key_says_so_and_does_nothing(key: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "1 warn" in text)
        before = text.splitlines()[:-1]
        text = (await press(pilot, key)).splitlines()
        assert text[:-1] == before and "has no function here" in text[-1]


async def test_the_palette_is_a_menu_over_the_screen() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "ctrl+p")
        assert "╭─ actions" in text and "live 2s" in text
        assert "no action matches" in await press(pilot, "x", "y", "z")
        await press(pilot, "backspace", "backspace", "backspace")
        await until(pilot, lambda text: "this help" in text)
        assert "actions" not in await press(pilot, "escape")


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5), (240, 70), (1, 1)])
async def test_any_size_is_filled_exactly(size: tuple[int, int]) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = text_of(app).split("\n")
        assert [len(line) for line in lines] == [size[0]] * size[1]
        if size >= (40, 10):
            assert re.search(r"\d+%", text_of(app))


async def test_a_new_size_is_filled_too() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(150, 45)
        await pilot.pause()
        await pilot.pause()
        lines = text_of(app).split("\n")
        assert [len(line) for line in lines] == [150] * 45 and "READ" in text_of(app)


async def test_hostile_names_are_text() -> None:
    rows = [
        ProcessMetrics(pid=pid, name=name, command=name, cpu_percent=50.0 - pid)
        for pid, name in enumerate(
            ["[/foo]", "[@click=app.quit]x", "\x1b]52;c;AAAA\x07", "a\nb\tc", "‮evil", "日本語" * 90]
        )
    ]
    app, _ = scripted_app(ScriptedSource([with_processes(server(0), rows)]))
    async with app.run_test(size=SIZE) as pilot:
        text = text_of(app)
        assert "[/foo]" in text and "[@click=app.quit]x" in text
        assert "\x1b" not in text and "\x07" not in text and "\t" not in text and "‮" not in text
        await pilot.click("#processes", offset=(60, 3))
        await pilot.pause()
        assert app.is_running


async def test_an_unchanged_sample_repaints_nothing_but_its_time() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        painted: list[str] = []
        for widget in app.screen.query("PanelWidget"):
            original = widget.refresh

            def record(*args: Any, _name: str = widget.id or "", _original: Any = original, **kwargs: Any) -> Any:
                painted.append(_name)
                return _original(*args, **kwargs)

            widget.refresh = record  # type: ignore[method-assign]
        latest = source.ring.latest
        source.sample(replace(latest, seq=latest.seq + 1))
        await pilot.pause()
        await pilot.pause()
        # The graphs move on by a sample; what only tells of now stands still.
        assert "temperature" not in painted and "footer" not in painted


async def test_what_is_not_kept_is_told_in_full_once_and_stays_in_short() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        source.notice = "history is not being kept: the disk is full"
        source.sample(server(6))
        text = await until(pilot, lambda text: "history is not being kept: the disk is full" in text)
        lines = text.splitlines()
        assert "! history is not being kept" in lines[0] and "disk is full" not in lines[0]
        assert "history is not being kept: the disk is full" in lines[-1]
        source.notice = None
        source.sample(server(7))
        await pilot.pause()
        await pilot.pause()
        assert "not being kept" not in text_of(app).splitlines()[0]


async def test_a_zoomed_panel_scrolls_by_keys_and_wheel_and_the_hidden_list_does_not() -> None:
    disks = tuple(DiskMetrics(device=f"disk{number:02}", in_total=True) for number in range(24))
    app, _ = scripted_app(ScriptedSource([replace(server(NOW_TICK, cores=4), disks=disks, filesystems=None)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "z")
        await until(pilot, lambda text: "disk00" in text and "disk23" not in text and "▼" in text)
        await press(pilot, "end")
        await until(pilot, lambda text: "disk23" in text and "disk00" not in text and "▲" in text)
        await press(pilot, "home", "pagedown", "up")
        assert node_screen(app).state.index == 0 and node_screen(app).state.selected is None
        await press(pilot, "home")
        await pilot._post_mouse_events([events.MouseScrollDown], "#disks", offset=(5, 5))
        await until(pilot, lambda text: "▲ 4-" in text)
        assert "the process list is not on the screen" in await press(pilot, "enter")
        assert node_screen(app)._why_no_list() == node_screen(app).acting._refuse()
        await press(pilot, "1")
        await until(pilot, lambda text: "disk" not in text)
        assert "all of it is shown" in await press(pilot, "down")
        await press(pilot, "z", "down")
        assert node_screen(app).state.index == 1


async def test_a_double_click_on_a_process_opens_its_details() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click("#processes", offset=(30, 3), times=2)
        await until(pilot, lambda text: isinstance(app.screen, DetailsScreen))


async def test_a_panel_that_the_machine_has_nothing_for_is_not_opened() -> None:
    app, _ = scripted_app(ScriptedSource([server(NOW_TICK, sensors=False)]))
    async with app.run_test(size=SIZE) as pilot:
        assert "temperatures: this machine has none" in await press(pilot, "5")
        assert node_screen(app).view.focused == "processes" and node_screen(app).view.layout.zoomed is None
        await press(pilot, "z")
        for _ in range(8):
            await press(pilot, "tab")
            assert node_screen(app).view.layout.zoomed != "temperature"
