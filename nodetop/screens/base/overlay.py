"""A menu or a line to type in, laid over a screen in place of the one that was there. The next key is already its own:
keys that are typed fast would otherwise act on what lies below, or lay a second one over the first."""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from nodetop.widgets.menus.menu import Menu
from nodetop.widgets.menus.prompt import Prompt


async def lay_menu(screen: Screen[Any], menu: Menu) -> None:
    """Opens a menu."""
    await _lay(screen, Menu, menu)
    screen.set_focus(menu)


async def lay_prompt(screen: Screen[Any], prompt: Prompt) -> None:
    """Opens the line in place of the footer; it takes the keys itself."""
    await _lay(screen, Prompt, prompt)


async def _lay(screen: Screen[Any], kind: type[Widget], widget: Widget) -> None:
    await screen.query(kind).remove()
    await screen.mount(widget)
