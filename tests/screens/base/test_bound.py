"""Screens have the keys that the keymap says, the help lists them, the palette does them."""

import inspect
from typing import Any

import pytest
from textual.actions import parse as parse_action

from nodetop.app import NodetopApp
from nodetop.keys.keymap import keymap
from nodetop.keys.presets import PRESETS
from nodetop.screens.base.bound import BoundScreen
from nodetop.screens.cluster.processes import ClusterProcessesScreen
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.details import DetailsScreen
from nodetop.screens.explain import ExplainScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from tests.screens.scripted import press, scripted_app, until

SCREENS: list[type[BoundScreen[Any]]] = [
    NodeScreen,
    ClusterScreen,
    ClusterProcessesScreen,
    TrendsScreen,
    DetailsScreen,
    ExplainScreen,
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_every_action_of_a_table_is_one_of_its_screen(screen: type[BoundScreen[Any]]) -> None:
    for action in screen.ACTIONS:
        target, name, arguments = parse_action(action.do)
        method = getattr(NodetopApp if target == "app" else screen, f"action_{name}")
        inspect.signature(method).bind(None, *arguments)


@pytest.mark.parametrize("preset", PRESETS)
async def test_the_keys_of_a_preset_are_those_that_work(preset: str) -> None:
    app, _ = scripted_app(keys=preset)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        ids = {binding.binding.id for binding in app.screen.active_bindings.values()}
        assert {action.id for action in NodeScreen.ACTIONS} <= ids
        key = keymap(preset).first("filter")
        assert "filter" in await press(pilot, {"/": "slash"}.get(key, key))


async def test_keys_of_the_users_own_work_and_stand_in_footer_and_help() -> None:
    app, _ = scripted_app(keys="htop", key_changes={"trends": "Q", "zoom": "F12"})
    async with app.run_test(size=(140, 50)) as pilot:
        text = await until(pilot, lambda text: "Q trends" in text)
        assert "F12 zoom" in text and " w trends" not in text
        assert "does nothing here" in await press(pilot, "w")
        await press(pilot, "Q")
        assert isinstance(app.screen, TrendsScreen)
        await press(pilot, "escape", "f1")
        await until(pilot, lambda text: "the focused panel over the whole screen" in text and "F12" in text)


async def test_the_palette_has_every_action_and_does_it() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        commands = list(app.get_system_commands(app.screen))
        assert len(commands) == len(NodeScreen.ACTIONS)
        await press(pilot, "colon")
        await pilot.press(*"trends")
        await until(pilot, lambda text: "the last hour, day, week, month" in text)
        await pilot.press("enter")
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))
