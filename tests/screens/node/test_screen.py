"""Every key of the node screen does what the help says; samples, trouble and time reach the panels."""

import re
import time
from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.node.screen import NodeScreen
from nodetop.sources.source import SourceProblem
from nodetop.widgets.processes.state import ProcessState
from tests.screens.scripted import START_TICK, ScriptedSource, press, scripted_app, text_of, until, with_processes
from tests.widgets.scenes import START, server

SIZE = (120, 40)
NOW_TICK = START_TICK + 4


def node_screen(app: Any) -> NodeScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, NodeScreen)
    return screen


def state(app: Any) -> ProcessState:
    return node_screen(app).state


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
        source.sample(
            with_processes(server(NOW_TICK + 1), [ProcessMetrics(pid=77, name="newcomer", command="newcomer")])
        )
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
        await pilot.press(keys)
        await pilot.pause()
        assert not app.is_running or app._exit
    assert source.is_closed


@pytest.mark.parametrize("opening", ["f1", "question_mark", "h"])
async def test_help_opens_and_closes(opening: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, opening)
        assert "the focused panel over the whole screen" in text and "cpu>5" in text
        assert "postgres" in await press(pilot, "escape")


@pytest.mark.parametrize("opening", ["slash", "f4", "backslash"])
async def test_filter_works_while_it_is_typed_enter_keeps_and_escape_clears(opening: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, opening)
        text = await press(pilot, *"java")
        assert "nginx" not in text and "service.jar" in text
        text = await press(pilot, "enter")
        assert "filter java" in text and "F1 help" in text and "nginx" not in text
        await press(pilot, opening)
        assert app.screen.query_one(Input).value == "java"
        text = await press(pilot, "escape")
        assert "nginx" in text and "filter java" not in text


async def test_a_filter_that_cannot_be_used_says_why_and_the_last_good_one_stays() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"java", "space", *"cpu>")
        assert "needs a value" in text_of(app) and state(app).filter.text == "java cpu"
        text = await press(pilot, "1")
        assert "needs a value" not in text and state(app).filter.text == "java cpu>1"


async def test_keys_typed_into_the_filter_are_text_and_not_commands() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"qzwPI")
        assert app.is_running and app.screen.query_one(Input).value == "qzwPI"
        assert state(app).sort == "cpu" and not state(app).reverse


async def test_escape_without_a_prompt_clears_the_filter_and_the_user() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"java", "enter", "escape")
        assert not state(app).filter.predicates and app.is_running


async def test_search_goes_to_the_next_and_the_previous_match() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "n")
        assert "nothing was searched for" in text
        await press(pilot, "f3", *"nginx")
        first = state(app).index
        assert state(app).current.name == "nginx"
        await press(pilot, "enter", "n")
        second = state(app).index
        assert second > first and state(app).current.name == "nginx"
        await press(pilot, "N")
        assert state(app).index == first
        text = await press(pilot, "f3", *"nosuch")
        assert "no process matches" in text


@pytest.mark.parametrize(
    ("key", "sort"),
    [
        ("P", "cpu"),
        ("M", "mem"),
        ("T", "time"),
        ("D", "io"),
        ("greater_than_sign", "mem"),
        ("less_than_sign", "command"),
    ],
)
async def test_sort_keys(key: str, sort: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        if key == "P":
            await press(pilot, "M")
        await press(pilot, key)
        assert (state(app).sort, state(app).reverse) == (sort, False)
        if key.isupper():
            await press(pilot, key)
            assert state(app).reverse
            await press(pilot, "I")
            assert not state(app).reverse


@pytest.mark.parametrize("key", ["f6", "s"])
async def test_sort_menu(key: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, key)
        assert "sort by" in text and "threads" in text
        await press(pilot, "down", "down")
        text = await press(pilot, "enter")
        assert state(app).sort == "rss" and "sort by" not in text
        await press(pilot, key, "down", "escape")
        assert state(app).sort == "rss" and app.is_running


async def test_user_menu() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "u")
        assert "everybody" in text and "redis" in text
        await press(pilot, "end", "up")
        text = await press(pilot, "enter")
        assert state(app).user == "root" or state(app).user == "redis"
        assert {row.user for row in state(app).rows} == {state(app).user}
        await press(pilot, "u", "home", "enter")
        assert state(app).user is None


async def test_bar_moves_and_scrolls() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down", "down", "up")
        assert state(app).index == 1
        await press(pilot, "pagedown")
        assert state(app).index > 5 and state(app).top > 0
        assert source.watched == {row.pid for row in state(app).visible}
        await press(pilot, "end")
        assert state(app).index == 59
        await press(pilot, "ctrl+u", "pageup", "ctrl+d", "G")
        assert state(app).index == 59
        await press(pilot, "g")
        assert (state(app).index, state(app).top, state(app).selected) == (0, 0, None)


async def test_follow_keeps_the_selected_process_in_sight() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        assert "follow" in (await press(pilot, "F")).splitlines()[node_screen(app).rectangles["processes"].y]
        chosen = state(app).current
        rows = [replace(row, cpu_percent=0.0 if row.pid == chosen.pid else 50.0) for row in server(9).processes.rows]
        source.sample(with_processes(server(NOW_TICK + 1), rows))
        await pilot.pause()
        await pilot.pause()
        assert state(app).index == 59 and state(app).top > 0 and state(app).current.pid == chosen.pid


async def test_kernel_threads_are_hidden_and_shown() -> None:
    rows = [ProcessMetrics(pid=2, name="kthreadd"), ProcessMetrics(pid=9, ppid=2, name="kworker/0:1")]
    rows.append(ProcessMetrics(pid=10, ppid=1, name="sh", command="sh"))
    app, _ = scripted_app(ScriptedSource([with_processes(server(0), rows)]))
    async with app.run_test(size=SIZE) as pilot:
        assert "[kworker/0:1]" in text_of(app)
        text = await press(pilot, "K")
        assert "kworker" not in text and "no kernel threads" in text
        assert "[kworker/0:1]" in await press(pilot, "K")


async def test_irix_and_solaris() -> None:
    rows = [ProcessMetrics(pid=9, name="busy", command="busy", cpu_percent=160.0)]
    app, _ = scripted_app(ScriptedSource([with_processes(server(0), rows)]))
    async with app.run_test(size=SIZE) as pilot:
        assert "160.0" in text_of(app)
        text = await press(pilot, "0")
        assert " 10.0 " in text and "160.0" not in text and "of machine" in text


@pytest.mark.parametrize("key", ["p", "Z"])
async def test_pause_keeps_the_sample_and_goes_on(key: str) -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        assert "paused" in await press(pilot, key)
        shown = node_screen(app).view.snapshot
        source.sample(server(NOW_TICK + 1))
        await pilot.pause()
        await pilot.pause()
        assert node_screen(app).view.snapshot is shown and "live" not in text_of(app)
        assert "live" in await press(pilot, key)
        assert node_screen(app).view.snapshot is source.ring.latest


async def test_steps_through_whole_samples_and_back_to_now() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "left_square_bracket", "left_square_bracket")
        assert node_screen(app).view.snapshot is source.ring[-3]
        assert clock(source.ring[-3].taken_at) in text and "ago" in text
        assert [row.pid for row in state(app).rows] and state(app).rows[0] in source.ring[-3].processes.rows
        await press(pilot, "right_square_bracket")
        assert node_screen(app).view.snapshot is source.ring[-2]
        text = await press(pilot, "left_curly_bracket")
        assert node_screen(app).view.snapshot is source.ring[0]
        assert "reaches back" in await press(pilot, "left_square_bracket")
        await press(pilot, "right_curly_bracket")
        assert node_screen(app).view.snapshot is source.ring[-1]
        assert "live" in await press(pilot, "grave_accent")


async def test_goes_to_a_time() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "b", *"-8s", "enter")
        assert node_screen(app).view.snapshot is source.ring[-5]
        text = await press(pilot, "b", *"soon", "enter")
        assert "a time is like 14:03" in text
        assert "live" in await press(pilot, "escape", "b", *"now", "enter")
        at = source.ring[2].taken_at
        await press(pilot, "b", *(":" if c == ":" else c for c in clock(at)), "enter")
        assert node_screen(app).view.snapshot is source.ring[2]
        assert "reaches back" in await press(pilot, "b", *"-3h", "enter")


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


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
        source.sample(with_processes(server(NOW_TICK + 1), [ProcessMetrics(pid=77, name="new", command="newcomer")]))
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
async def test_repaints(key: str) -> None:
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
        assert text[:-1] == before and "does nothing here" in text[-1]


async def test_the_command_palette_still_opens() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+p")
        assert len(app.screen_stack) == 2
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


# The mouse


async def test_a_click_selects_a_row_and_one_on_a_title_sorts() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("#processes", offset=(20, 5))
        await pilot.pause()
        assert state(app).index == 3 and state(app).selected is not None
        title = text_of(app).splitlines()[node_screen(app).rectangles["processes"].y + 1].index("MEM%")
        await pilot.click("#processes", offset=(title, 1))
        assert state(app).sort == "mem"
        await pilot.click("#processes", offset=(title, 1))
        assert state(app).reverse
        await pilot.click("#memory", offset=(5, 2))
        await pilot.pause()
        assert node_screen(app).view.focused == "memory"


async def test_the_wheel_scrolls_the_processes() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        widget = app.screen.query_one("#processes")
        from textual import events

        for kind, top in ((events.MouseScrollDown, 3), (events.MouseScrollUp, 0)):
            widget.post_message(kind(widget, 5, 5, 0, 0, 0, False, False, False))
            await pilot.pause()
            await pilot.pause()
            assert state(app).top == top and state(app).index == 0


async def test_a_click_in_a_menu_chooses() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f6")
        await pilot.click("#menu", offset=(3, 2))
        await pilot.pause()
        assert state(app).sort == "mem"


# Sizes and looks


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
        assert "processes" not in painted and "temperature" not in painted and "footer" not in painted


async def test_what_is_not_kept_is_told_in_full_once_and_stays_in_short() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        source.notice = "history is not being kept: the disk is full"
        source.sample(server(6))
        await pilot.pause()
        await pilot.pause()
        lines = text_of(app).splitlines()
        assert "! history is not being kept" in lines[0] and "disk is full" not in lines[0]
        assert "history is not being kept: the disk is full" in lines[-1]
        source.notice = None
        source.sample(server(7))
        await pilot.pause()
        await pilot.pause()
        assert "not being kept" not in text_of(app).splitlines()[0]
