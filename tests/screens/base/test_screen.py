"""Screens have the keys that the keymap says, the help lists them, the palette does them."""

import inspect
from typing import cast

import pytest
from msgspec.structs import replace
from textual.actions import parse as parse_action

from nodetop.app import NodetopApp
from nodetop.keys.keymap import keymap
from nodetop.keys.presets import PRESETS
from nodetop.keys.tables import TABLES
from nodetop.screens.alerts import AlertsScreen
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.cluster.processes import ClusterProcessesScreen
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.cluster.workloads import ClusterWorkloadsScreen
from nodetop.screens.details import DetailsScreen
from nodetop.screens.explain import ExplainScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from nodetop.screens.trial import TrialScreen
from nodetop.screens.workloads.list import WorkloadsScreen
from nodetop.screens.workloads.one import WorkloadScreen
from nodetop.sources.cluster import Cluster
from nodetop.widgets.base.actions import offer
from tests.screens.scripted import press, scripted_app, until


def all_screens(app: NodetopApp) -> list[PanelScreen]:
    """One of each."""
    node = app.screen
    assert isinstance(node, NodeScreen) and node.state.current is not None
    source, clock, look, moment = app.source, app.clock, app.look, Moment()
    view = replace(node.view)
    return [
        node,
        DetailsScreen(node.state.current, source, view, look, clock, moment, node.prepare),
        WorkloadsScreen(source, view, look, clock, moment, node.prepare),
        WorkloadScreen("web", source, view, look, clock, moment, node.prepare),
        ClusterScreen(source, cast("Cluster", source), view, look, clock, moment),
        ClusterProcessesScreen(source, cast("Cluster", source), view, look, clock, moment),
        ClusterWorkloadsScreen(source, cast("Cluster", source), view, look, clock),
        TrendsScreen(source, "web-01", look, view, clock),
        AlertsScreen(app.alerts, source, view, look, clock, moment),
        TrialScreen("cpu", "web-01", source, view, look, clock),
        ExplainScreen(look, view, source.raw, None),
    ]


async def test_every_action_of_a_table_is_one_of_its_screen() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        screens = all_screens(app)
        assert [screen.ACTIONS for screen in screens] == list(TABLES.values())
        for screen in screens:
            for action in screen.ACTIONS:
                target, name, arguments = parse_action(action.do)
                method = getattr(app if target == "app" else screen, f"action_{name}")
                inspect.signature(method).bind(*arguments)


async def test_two_parts_cannot_have_the_same_action() -> None:
    app, _ = scripted_app()
    async with app.run_test():
        with pytest.raises(ValueError, match="'sort'"):
            offer(app.screen, {"sort": print})


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
        assert "has no function here" in await press(pilot, "w")
        await press(pilot, "Q")
        assert isinstance(app.screen, TrendsScreen)
        await press(pilot, "escape", "f1")
        await until(pilot, lambda text: "zoom the focused panel" in text and "F12" in text)


async def test_the_palette_has_every_action_and_does_it() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = await press(pilot, "colon")
        assert "╭─ actions" in text and "this help" in text and "Enter do it" in text
        await pilot.press(*"last hour")
        text = await until(pilot, lambda text: "▶ last hour" in text)
        assert "Time: the last hour, day, week, month" in text and "this help" not in text
        await pilot.press("enter")
        await until(pilot, lambda text: isinstance(app.screen, TrendsScreen))
