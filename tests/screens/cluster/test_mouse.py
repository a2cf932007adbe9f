"""The mouse on the screens of a cluster: wheel, rows, heads of columns, and the keys in the last line."""

import pytest
from textual import events
from textual.pilot import Pilot

from nodetop.screens.help import HelpScreen
from nodetop.screens.node.screen import NodeScreen
from tests.screens.scripted import press, text_of, until
from tests.screens.scripted_cluster import cluster_app, rows_of, screen_of

SIZE = (140, 30)


async def turn(pilot: Pilot[None], panel: str, *, down: bool) -> None:
    kind = events.MouseScrollDown if down else events.MouseScrollUp
    await pilot._post_mouse_events([kind], f"#{panel}", offset=(20, 5))
    await pilot.pause()


@pytest.mark.parametrize(("keys", "panel"), [((), "nodes"), (("m",), "map")])
async def test_the_wheel_scrolls_list_and_map_and_leaves_the_cursor(keys: tuple[str, ...], panel: str) -> None:
    app, _ = cluster_app(rows_of(1500))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *keys)
        state = screen_of(app).state
        await turn(pilot, panel, down=False)
        assert (state.top, state.index) == (0, 0), "it stops at the start"
        await turn(pilot, panel, down=True)
        assert state.top > 0 and state.index == 0
        await press(pilot, "end")
        last = state.top
        await turn(pilot, panel, down=True)
        assert state.top == last and len(state.rows) - last <= state.height * state.columns, "and at the end"


async def test_a_click_below_the_last_row_selects_nothing() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down")
        lines = text_of(app).splitlines()
        last = max(y for y, line in enumerate(lines) if "web-03" in line)
        await pilot.click(offset=(20, last + 4), times=2)
        assert screen_of(app).state.index == 1 and not isinstance(app.screen, NodeScreen)


async def test_a_double_click_on_a_tile_opens_that_node() -> None:
    app, _ = cluster_app(rows_of(40))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "m")
        lines = text_of(app).splitlines()
        y = next(y for y, line in enumerate(lines) if "web-12" in line)
        await pilot.click(offset=(lines[y].index("web-12"), y), times=2)
        await until(pilot, lambda _: isinstance(app.screen, NodeScreen))
        assert isinstance(app.screen, NodeScreen) and app.screen.node == "web-12"


async def test_a_click_on_a_key_in_the_last_line_presses_it() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "help" in text.splitlines()[-1])
        await pilot.click(offset=(text.splitlines()[-1].index("help"), SIZE[1] - 1))
        await until(pilot, lambda _: isinstance(app.screen, HelpScreen))
