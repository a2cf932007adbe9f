"""Hints: short messages that the footer shows for a moment instead of the keys."""

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from nodetop.widgets.base.footer import HintFooter

_SECONDS = 3.0


class Hints:
    """`footer` is None on a screen without one; hints are then dropped. `show` draws the footer."""

    def __init__(self, screen: Screen[Any], footer: HintFooter | None, show: Callable[[], object]) -> None:
        self._screen = screen
        self._footer = footer
        self._show = show
        self._timer: Timer | None = None

    def say(self, text: str) -> None:
        """Shows a message; it replaces the previous one."""
        if self._footer is None:
            return
        self._footer.say(text)
        self._show()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(_SECONDS, self._end)

    def _end(self) -> None:
        if self._footer is not None:
            self._footer.say(None)
            self._show()
