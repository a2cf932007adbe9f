"""The input line: what is typed goes where it belongs, however fast it is typed."""

import asyncio

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input

from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from tests.screens.node.screens import SIZE, state
from tests.screens.scripted import WAIT_SECONDS, press, scripted_app, text_of, until

NAMES = {"/": "slash", "\r": "enter", ">": "greater_than_sign"}


def send_at_once(app: App[object], keys: str) -> None:
    """As a terminal sends them that was pasted into, or over a slow line: all in one read."""
    for key in keys:
        app.post_message(events.Key(NAMES.get(key, key), key))


@pytest.mark.parametrize("ahead", ["", "/", "/java"])
async def test_keys_after_enter_act_on_the_screen_and_not_on_the_line(ahead: str) -> None:
    app, _ = scripted_app()
    keys = "/java\rw"
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        for key in ahead:
            await press(pilot, NAMES.get(key, key))
        send_at_once(app, keys.removeprefix(ahead))
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))
        assert state(app).filter.text == "java"


async def test_keys_after_escape_act_on_the_screen_and_not_on_the_line() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "slash", *"java")
        for key in ("escape", "w"):
            app.post_message(events.Key(key, None))
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))
        assert not state(app).filter.predicates


async def test_several_keys_after_enter_keep_their_order() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "slash", *"java")
        send_at_once(app, "\r/perl\r/nginx\rw")
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))
        assert state(app).filter.text == "javaperlnginx"  # a filter that is opened again is edited


@pytest.mark.parametrize(("opening", "text"), [("/", "cpu>>5"), ("/", "~py["), ("f3", "cpu>")])
async def test_enter_on_an_invalid_text_leaves_the_line_open_and_says_why(opening: str, text: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, NAMES.get(opening, opening))
        send_at_once(app, text + "\rw")
        await until(pilot, lambda _: app.screen.query_one(Input).value == text + "w")
        assert isinstance(app.screen, NodeScreen)
        await press(pilot, "backspace")
        assert app.screen.query_one("#prompt-note.wrong"), text_of(app)
        assert f"'{text}':" not in text_of(app), "what was typed stands beside it"


async def test_a_search_without_a_match_ends_with_enter() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "f3")
        send_at_once(app, "nosuch\rw")
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))


@pytest.mark.parametrize("keys", ["q/", "q/java\r", "qo", "q:", "qk", "qs\r", "/java\rq/"])
async def test_keys_after_the_one_that_quits_do_nothing(keys: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        left = asyncio.Event()
        app.on_exit = left.set
        send_at_once(app, keys)
        await asyncio.wait_for(left.wait(), WAIT_SECONDS)
    assert app.return_code == 0 and app._exception is None
