"""Menus and questions, opened over a screen."""

from collections.abc import Awaitable, Callable
from typing import Any

from textual.screen import Screen

from nodetop.screens.base.overlay import lay
from nodetop.widgets.menus.menu import Menu, MenuPanel

Answer = Callable[[str], Awaitable[None] | None]
"""Called with what was chosen."""


class Menus:
    """At most one menu is open."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._open: Menu | None = None
        self._answer: Answer | None = None

    @property
    def panel(self) -> MenuPanel | None:
        """The panel of the open menu."""
        return self._open.menu if self._open is not None else None

    async def open(self, menu: Menu, answer: Answer | None = None) -> None:
        """Opens a menu and closes one that was open. `answer` is called once, with what is chosen."""
        self._open, self._answer = menu, answer
        await lay(self._screen, menu)
        self._screen.set_focus(menu)

    async def chosen(self, event: Menu.Chosen) -> None:
        """Something was chosen, or the menu was closed without a choice."""
        if event.menu is not self._open:
            return
        answer, self._open, self._answer = self._answer, None, None
        event.menu.remove()
        if event.choice is not None and answer is not None:
            done = answer(event.choice)
            if done is not None:
                await done
