"""Opening a screen over another, and going back.

Keys and clicks that come fast are queued for a screen before it has handled the first of them, and it handles them when
it is no longer on top. Such a late key must not open a screen twice or close one too many.
"""

from typing import Any

from textual.screen import Screen


def open_over(below: Screen[Any], screen: Screen[Any]) -> None:
    """Shows `screen` over `below`, unless another one is on top already."""
    if below.app.screen is below:
        below.app.push_screen(screen)


def go_back(screen: Screen[Any]) -> None:
    """Closes `screen`, unless it is closed already or is the last one."""
    if screen.app.screen is screen and len(screen.app.screen_stack) > 1:
        screen.app.pop_screen()
