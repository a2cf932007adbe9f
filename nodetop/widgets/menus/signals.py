"""A menu of all signals of this platform: typing a number or the start of a name jumps to it."""

import signal
from typing import ClassVar

from msgspec.structs import replace
from textual import events

from nodetop.base.text import clean, fit
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, pad
from nodetop.keys.overlays import SIGNALS, SIGNALS_SHOWN, OverlayKeys, Shown
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_WIDTH = 40
_NAME_CELLS = 9


def signal_name(number: int) -> str:
    """A signal's name without SIG: "TERM"; its number if it has no name."""
    try:
        return signal.Signals(number).name.removeprefix("SIG")
    except ValueError:
        return str(number)


class SignalPanel(MenuPanel):
    """Numbers, names and the system's descriptions; TERM is selected unless another is given."""

    def __init__(self, title: str, chosen: int = signal.SIGTERM) -> None:
        self.numbers = sorted(signal.Signals)
        super().__init__(title, [str(int(each)) for each in self.numbers], self.numbers.index(signal.Signals(chosen)))
        self._typed = ""

    @property
    def width(self) -> int:
        return max(len(self.title) + 8, _WIDTH)

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """As high as the screen allows: the list is long."""
        rows = min(len(self.numbers) + 2, max(height - 2, 3), height)
        return replace(
            super().rectangle(beside, width, height), y=max(0, min(beside.y, height - 1 - rows)), height=rows
        )

    def jump(self, character: str) -> None:
        """Adds a character of a number or name. If nothing matches, the search starts again with this character."""
        for typed in (self._typed + character, character):
            found = self._find(typed.upper().removeprefix("SIG"))
            if found is not None:
                self._typed = typed
                self.choices.select(found)
                return

    def forget(self) -> None:
        """Called after another key: the next character starts a new number or name."""
        self._typed = ""

    def _find(self, typed: str) -> int | None:
        if not typed:
            return None
        names = [signal_name(number) for number in self.numbers]
        if typed.isdigit():
            names = [str(int(number)) for number in self.numbers]
            if typed in names:
                return names.index(typed)
        return next((index for index, name in enumerate(names) if name.startswith(typed)), None)

    def line(self, index: int, cells: int, *, is_chosen: bool) -> Line:
        """Number, name, and the system's description."""
        number = self.numbers[index]
        about = clean(signal.strsignal(number) or "")
        line: Line = [("key", f" {int(number):>2} "), ("value", fit(signal_name(number), _NAME_CELLS)), ("dim", about)]
        return [("selected", fit("".join(text for _, text in line), cells))] if is_chosen else pad(line, cells)


class SignalMenu(Menu):
    """The menu with its keys; every letter that does not move the cursor is part of a name."""

    KEYS: ClassVar[OverlayKeys] = SIGNALS
    SHOWN: ClassVar[Shown] = SIGNALS_SHOWN

    def __init__(self, panel: SignalPanel, look: Look, view: View) -> None:
        self._signals = panel
        super().__init__(panel, look, view)

    def changed(self) -> None:
        """Called after any key that is not a letter."""
        self._signals.forget()
        super().changed()

    def take_key(self, event: events.Key) -> None:
        is_move = event.key in self._bindings.key_to_bindings
        if event.character is not None and event.character.isalnum() and not is_move:
            event.stop()
            self._signals.jump(event.character)
            super().changed()
        else:
            super().take_key(event)
