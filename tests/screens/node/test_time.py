"""The node screen in time: pause, steps, a time that is typed."""

import time

import pytest
from msgspec.structs import replace

from nodetop.model.snapshot import HistoryPoint, Stat
from tests.screens.node.screens import NOW_TICK, SIZE, node_screen, state
from tests.screens.scripted import press, scripted_app, text_of, until
from tests.widgets.scenes import server


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
        assert "no more data" in await press(pilot, "left_square_bracket")
        await press(pilot, "right_curly_bracket")
        assert node_screen(app).view.snapshot is source.ring[-1]
        assert "live" in await press(pilot, "grave_accent")


async def test_goes_to_a_time() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "b", *"-8s", "enter")
        assert node_screen(app).view.snapshot is source.ring[-5]
        text = await press(pilot, "b", *"soon", "enter")
        assert "not a time; examples: 14:03" in text
        assert "live" in await press(pilot, "escape", "b", *"now", "enter")
        at = source.ring[2].taken_at
        await press(pilot, "b", *(":" if c == ":" else c for c in clock(at)), "enter")
        assert node_screen(app).view.snapshot is source.ring[2]
        assert "no more data" in await press(pilot, "b", *"-3h", "enter")


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


async def test_the_monitor_can_open_in_the_past_and_goes_back_to_now() -> None:
    app, source = scripted_app(at=server(NOW_TICK).taken_at - 7200)
    points = [HistoryPoint(at=server(NOW_TICK).taken_at // 300 * 300 - 300 * n, samples=60) for n in range(1, 60)]
    source.points = [replace(point, cpu_busy_percent=Stat(mean=41.0, max=55.0)) for point in points]
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "5-minute mean" in text)
        assert "41%" in text and "live" not in text
        assert "temperature" not in text and " physical" not in text
        assert "temperatures: history keeps no single ones" in await press(pilot, "5")
        assert "live" in await press(pilot, "p")
    app, source = scripted_app(at=server(NOW_TICK).taken_at - 9e6)
    source.points = points
    async with app.run_test(size=SIZE) as pilot:
        assert "no data from" in await until(pilot, lambda text: "no more data" in text)
