"""Menus and questions, opened over a screen."""

from collections.abc import Awaitable, Callable
from typing import Any

from textual.screen import Screen

from nodetop.keys.overlays import Shown
from nodetop.screens.base.overlay import lay
from nodetop.widgets.menus.menu import Menu, MenuPanel

Answer = Callable[[str], Awaitable[None] | None]
"""Called with what was chosen."""


class Menus:
    """At most one menu is open."""

    def __init__(self, screen: Screen[Any], show_footer: Callable[[], object]) -> None:
        self._screen = screen
        self._show_footer = show_footer
        self._open: Menu | None = None
        self._answer: Answer | None = None

    @property
    def panel(self) -> MenuPanel | None:
        """The panel of the open menu."""
        return self._open.menu if self._open is not None else None

    @property
    def shown(self) -> Shown | None:
        """The keys of the open menu; None: none is open."""
        return self._open.SHOWN if self._open is not None else None

    async def open(self, menu: Menu, answer: Answer | None = None) -> None:
        """Opens a menu and closes one that was open. `answer` is called once, with what is chosen."""
        self._open, self._answer = menu, answer
        if await lay(self._screen, menu):
            self._screen.set_focus(menu)
            self._show_footer()

    def dismiss(self) -> bool:
        """Closes the open menu, as a click beside it does, unless it must be answered. False: none was open."""
        if self._open is None:
            return False
        if self._open.CLOSES_BY_CLICK:
            self._open.action_close()
        return True

    async def chosen(self, event: Menu.Chosen) -> None:
        """Something was chosen, or the menu was closed without a choice."""
        if event.menu is not self._open:
            return
        answer, self._open, self._answer = self._answer, None, None
        event.menu.remove()
        self._show_footer()
        if event.choice is not None and answer is not None:
            done = answer(event.choice)
            if done is not None:
                await done
