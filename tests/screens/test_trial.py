"""A rule tried on the past from the inbox."""

from pathlib import Path

from nodetop.model.snapshot import HistoryPoint, Stat
from nodetop.screens.alerts import AlertsScreen
from nodetop.screens.trial import TrialScreen
from tests.screens.scripted import START_TICK, press, scripted_app, until
from tests.widgets.scenes import START

SIZE = (120, 40)
NOW = START + 2 * (START_TICK + 4)


async def test_a_rule_of_the_inbox_is_tried_and_then_another_limit(tmp_path: Path) -> None:
    app, source = scripted_app(data_dir=tmp_path, alerts={"memory": "5/4"})
    end = NOW // 300 * 300
    source.points = [
        HistoryPoint(at=end - 300 * n, samples=60, memory_used_percent=Stat(mean=90.0 if n % 20 < 4 else 2.0, max=91.0))
        for n in range(1, 2001)
    ]
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "warn" in text)
        await pilot.press("A")
        await until(pilot, lambda text: "memory used" in text)
        await pilot.press("slash", *"memory", "enter")
        await press(pilot, "t")
        assert isinstance(app.screen, TrialScreen)
        text = await until(pilot, lambda text: "it would have opened" in text)
        assert 'memory="5/4"' in text and "the present rule: 10" in text and "this one misses 0, and adds 0" in text
        assert "whole samples since" in text and "points of 5 minutes" in text
        await press(pilot, "t")
        await pilot.press(*["backspace"] * 30, *'memory="92/91 for 10m"', "enter")
        text = await until(pilot, lambda text: "it would have opened 0 times" in text)
        assert "this one misses 10" in text and "    and 9" in text
        await press(pilot, "t")
        await pilot.press(*["backspace"] * 30, *"memory=", "enter")
        assert "must be like" in await until(pilot, lambda text: "memory must be" in text)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, AlertsScreen)


async def test_a_past_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    app, source = scripted_app(data_dir=tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "warn" in text)
        source.points = "the disk is on fire"
        await press(pilot, "A", "t")
        assert "the disk is on fire" in await until(pilot, lambda text: "fire" in text)
        source.points = ()
        await press(pilot, "t")  # reads it again
        assert "whole samples since" in await until(pilot, lambda text: "it would have opened" in text)
