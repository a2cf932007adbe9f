"""Laying a menu or a line to type in over a screen in place of the one that was there. The next key is already its own:
keys that are typed fast would otherwise act on what lies below, or lay a second one over the first."""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


async def lay(screen: Screen[Any], widget: Widget) -> None:
    """Lays a widget over a screen, as the only one with its id."""
    await screen.query(f"#{widget.id}").remove()
    await screen.mount(widget)
