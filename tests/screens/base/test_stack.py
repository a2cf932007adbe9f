"""Keys that come faster than screens open and close: none opens a screen twice or closes one too many."""

from nodetop.screens.base.stack import go_back
from nodetop.screens.help import HelpScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.trends import TrendsScreen
from tests.screens.scripted import scripted_app


async def test_a_screen_opens_once_and_closes_once() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        node = app.screen
        assert isinstance(node, NodeScreen)
        node.action_trends()
        node.action_trends()
        await pilot.pause()
        trends = app.screen
        assert isinstance(trends, TrendsScreen) and app.screen_stack == [node, trends]
        app.action_help()
        app.action_help()
        await app.action_options()
        help_screen = app.screen
        assert isinstance(help_screen, HelpScreen)
        help_screen.action_close()
        help_screen.action_close()
        await pilot.pause()
        assert app.screen_stack == [node, trends]
        app.action_alerts()  # a late key of the node screen: these trends have no such key
        assert app.screen is trends


async def test_the_last_screen_stays() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        go_back(app.screen)
        await pilot.pause()
        assert isinstance(app.screen, NodeScreen)


async def test_keys_typed_at_once() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w", "escape", "escape", "f1", "escape", "escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, NodeScreen)
        assert app.is_running
