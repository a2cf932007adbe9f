"""The keys and clicks of the process list: filter, search, order, bar, whose processes."""

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from nodetop.model.snapshot import ProcessMetrics
from tests.screens.node.screens import NOW_TICK, SIZE, node_screen, state
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until, with_processes
from tests.widgets.scenes import server


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
        assert "no search yet" in text
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


async def test_a_filter_starts_at_its_first_match_and_escape_returns_to_the_selected_process() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "end")
        last = state(app).selected
        assert state(app).top > 0
        await press(pilot, "slash", "p", "o", "s", "t")
        assert state(app).index == state(app).top == 0
        await press(pilot, "escape")
        assert state(app).selected == last and state(app).is_in_sight


async def test_a_list_that_is_off_the_screen_is_not_changed_unseen() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1", "z")
        for key in ("space", "c", "M", "f5", "slash", "F"):
            assert "the process list is not on the screen; z shows it" in await press(pilot, key), key
        found = state(app)
        assert (len(found.tags.keys), found.sort, found.layout, found.follow) == (0, "cpu", "flat", False)
        await press(pilot, "z", "6", "space")
        assert len(found.tags.keys) == 1


async def test_keys_act_on_a_hidden_list_while_it_is_zoomed_and_on_none_that_has_no_room() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "alt+6")
        assert "the process list is not on the screen; 6 shows it" in await press(pilot, "space")
        await press(pilot, "6", "space")
        assert len(state(app).tags.keys) == 1, "it is hidden, but zoomed now"
        await press(pilot, "z", "alt+6")
        await pilot.resize_terminal(80, 1)
        await until(pilot, lambda text: "\n" not in text.strip() and "cpu" in text)
        await press(pilot, "space", "M")
        assert len(state(app).tags.keys) == 1 and state(app).sort == "cpu", "one line: that of the CPU"
