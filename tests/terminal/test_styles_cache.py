"""Screens that were closed are freed, also by Textual's own caches."""

import gc

from textual._styles_cache import StylesCache
from textual.color import Color

from nodetop.screens.details import DetailsScreen
from nodetop.terminal.styles_cache import free_closed_widgets
from tests.screens.scripted import scripted_app

OPENED = 3


def alive() -> list[StylesCache]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, StylesCache)]


async def test_a_closed_screen_leaves_nothing_in_textuals_cache() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = len(alive())
        for _ in range(OPENED):
            await pilot.press("enter")
            assert isinstance(app.screen, DetailsScreen)
            await pilot.press("escape")
            await pilot.pause()
        assert len(alive()) <= before + 1  # the last screen may still be in a message that is handled


def test_the_styles_stay_those_of_textual() -> None:
    free_closed_widgets()
    ground, red = Color(0, 0, 0), Color(255, 0, 0, 0.5)
    inner, outer = StylesCache().get_inner_outer(ground, red)
    assert (inner.background, outer.background) == (ground + red, ground)
    assert StylesCache().get_inner_outer(ground, red)[0] is inner, "it caches nothing any more"
