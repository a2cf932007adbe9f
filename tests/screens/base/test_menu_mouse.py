"""The mouse over menus acts upon the menu alone, and over a question upon nothing."""

import pytest
from textual import events

from nodetop.widgets.menus.menu import Menu
from tests.screens.scripted import press, scripted_app, text_of, until

SIZE = (100, 20)


@pytest.mark.parametrize("key", [":", "f2", "C", "f6", "u"])
async def test_the_wheel_scrolls_a_menu(key: str) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, key)
        choices = app.screen.query_one(Menu).menu.choices
        for kind in (events.MouseScrollDown, events.MouseScrollUp):
            await pilot._post_mouse_events([kind], Menu, offset=(3, 3))
            await pilot.pause()
            assert app.screen.query_one(Menu).menu.choices is choices
            assert choices.top == (min(3, choices.length - choices.height) if kind is events.MouseScrollDown else 0)


async def test_a_click_in_a_menu_of_switches_leaves_it_open() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        assert "[x] CPU%" in await press(pilot, "C")
        await pilot.click(Menu, offset=(5, 3))
        await until(pilot, lambda text: "[ ] CPU%" in text)
        await pilot.pause()
        assert "[ ] CPU%" in text_of(app), "the menu stays open"
