"""The trends screen by hand: windows, the cursor by mouse, and going to the time under it."""

import pytest
from textual import events
from textual.pilot import Pilot

from nodetop.model.snapshot import HistoryPoint, Stat
from nodetop.screens.trends import TrendsScreen
from tests.screens.node.screens import node_screen
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until
from tests.widgets.scenes import START, server

SIZE = (120, 40)


def source() -> ScriptedSource:
    found = ScriptedSource(server(tick) for tick in range(10))
    found.points = [
        HistoryPoint(at=START - 300.0 * back, samples=60, cpu_busy_percent=Stat(mean=20.0, max=60.0))
        for back in range(48, 0, -1)
    ]
    return found


def trends(pilot: Pilot[None]) -> TrendsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, TrendsScreen)
    return screen


async def test_a_click_on_a_window_chooses_it() -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w")
        await until(pilot, lambda text: "loading" not in text)
        await pilot.click(offset=(text_of(app).splitlines()[0].index("24h"), 0))
        await until(pilot, lambda text: trends(pilot).trends.window.name == "24h")


async def test_the_cursor_is_dragged_and_motion_without_a_button_does_nothing() -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w")
        await until(pilot, lambda text: "loading" not in text)
        shown = trends(pilot).trends
        for x in (50, 40, 30):
            await pilot._post_mouse_events([events.MouseMove], "#trends", offset=(x, 6), button=1)
            await pilot.pause()
            assert 7 + shown.cell(shown.cells) == x
        await pilot._post_mouse_events([events.MouseMove], "#trends", offset=(45, 6), button=0)
        await pilot.pause()
        assert 7 + shown.cell(shown.cells) == 30


async def test_enter_goes_to_the_time_under_the_cursor() -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w", "2")
        await until(pilot, lambda text: "loading" not in text and "24h" in text)
        await press(pilot, "pageup", "enter")
        node = node_screen(app)
        assert app.screen is node
        await until(pilot, lambda text: "5-minute mean" in text)
        assert node.moment.at is not None and node.moment.at < START


async def test_enter_at_the_right_end_shows_the_present() -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "left_square_bracket", "w", "end", "enter")
        await until(pilot, lambda text: "● live" in text)
        assert node_screen(app).moment.is_live


@pytest.mark.parametrize("width", [120, 160])
async def test_all_charts_have_the_same_width_and_units(width: int) -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=(width, 60)) as pilot:
        await press(pilot, "w")
        text = await until(pilot, lambda text: "loading" not in text and "╭─ network" in text)
        starts = {line.index("╭", 1) for line in text.splitlines() if line.count("╭") == 2}
        assert starts == {width // 2}
        assert "─ network B/s ─" in text


async def test_charts_that_do_not_fit_are_reached_and_it_is_said_that_there_are_more() -> None:
    app, _ = scripted_app(source())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "w")
        text = await until(pilot, lambda text: "Up Down charts" in text.splitlines()[-1])  # without a key
        assert "charts   1-6/9 ▼" in text and "╭─ cpu ─" in text and "╭─ swap ─" not in text
        text = await press(pilot, "down", "down", "down")
        assert "charts ▲ 5-9/9   ─" in text and "╭─ swap ─" in text and "╭─ cpu ─" not in text
        await pilot.resize_terminal(40, 10)
        await until(pilot, lambda text: " ▲ 3-3/9 ▼" in text.splitlines()[0])  # there is no readout
        await pilot.resize_terminal(160, 60)
        await until(pilot, lambda text: "╭─ cpu ─" in text and "╭─ swap ─" in text and "charts" not in text)


async def test_a_history_that_cannot_be_read_is_said_beside_what_is_in_memory() -> None:
    found = source()
    found.points = "no space left on this disk"
    app, _ = scripted_app(found)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "w")
        text = await until(pilot, lambda text: "‼ memory only" in text.splitlines()[0])
        assert "no space left on this disk" in text.splitlines()[-1]


async def test_a_history_that_cannot_be_read_is_not_called_empty() -> None:
    found = ScriptedSource()
    found.sample(server(1))
    found.ring = type(found.ring)()
    found.points = "the hub at hub.example:8082 does not answer: connection refused; is nodetop-server running there?"
    app, _ = scripted_app(source())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = node_screen(app)
        await pilot.app.push_screen(TrendsScreen(found, "web-01", screen.look, screen.view, app.clock))
        text = await until(pilot, lambda text: "the history cannot be read" in text)
        assert "is nodetop-server running there?" in " ".join(text.split()) and "no history" not in text
