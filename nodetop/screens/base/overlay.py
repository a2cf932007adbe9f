"""Places a menu or an input line over a screen and removes the previous one. The next key goes to it already: keys
typed fast would otherwise act on the screen below, or open a second one over the first."""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


async def lay(screen: Screen[Any], widget: Widget) -> bool:
    """Places a widget over a screen, as the only one with its id. False: the screen or the program is ending."""
    await screen.query(f"#{widget.id}").remove()
    if not screen.is_attached:
        return False
    await screen.mount(widget)
    return True
