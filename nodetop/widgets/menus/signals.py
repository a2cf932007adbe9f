"""All signals of this platform to choose from: typing a number or the start of a name jumps to one."""

import signal
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, pad
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_WIDTH = 40
_NAME_CELLS = 9


def signal_name(number: int) -> str:
    """A signal's name without its SIG: "TERM"; its number where it has none."""
    try:
        return signal.Signals(number).name.removeprefix("SIG")
    except ValueError:
        return str(number)


class SignalPanel(MenuPanel):
    """Numbers, names and what the system says of them, TERM chosen unless another is asked for."""

    def __init__(self, title: str, chosen: int = signal.SIGTERM) -> None:
        self.numbers = sorted(signal.Signals)
        super().__init__(title, [str(int(each)) for each in self.numbers], self.numbers.index(signal.Signals(chosen)))
        self._typed = ""

    @property
    def width(self) -> int:
        return max(len(self.title) + 8, _WIDTH)

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """As high as the screen has room for: the list is long."""
        rows = min(len(self.choices) + 2, max(height - 2, 3), height)
        return Rect(beside.x, max(0, min(beside.y, height - 1 - rows)), min(self.width, width), rows)

    def jump(self, character: str) -> None:
        """One more character of a number or a name; what matches nothing begins anew."""
        for typed in (self._typed + character, character):
            found = self._find(typed.upper().removeprefix("SIG"))
            if found is not None:
                self._typed, self.index = typed, found
                return

    def forget(self) -> None:
        """After another key: what is typed next is a new number or name."""
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

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """As of Panel."""
        page, inner = max(height - 2, 1), max(width - 2, 0)
        self.top = max(min(self.top, self.index), self.index - page + 1)
        shown = list(enumerate(self.numbers))[self.top : self.top + page]
        body = [self._line(number, index == self.index, inner) for index, number in shown]
        return box(body, width, height, view.glyphs, title=self.title, focused=True)

    def _line(self, number: int, is_chosen: bool, cells: int) -> Line:
        about = clean(signal.strsignal(number) or "")
        line: Line = [("key", f" {int(number):>2} "), ("value", fit(signal_name(number), _NAME_CELLS)), ("dim", about)]
        return [("selected", fit("".join(text for _, text in line), cells))] if is_chosen else pad(line, cells)


class SignalMenu(Menu, inherit_bindings=False):
    """The menu with its keys; every letter that does not move the bar is one of a name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup,home", "move(-1000)", show=False),
        Binding("pagedown,end", "move(1000)", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("escape", "close", show=False),
    ]

    def __init__(self, kind: str, panel: SignalPanel, look: Look, view: View) -> None:
        super().__init__(kind, panel, look, view)
        self._signals = panel

    def action_move(self, rows: int) -> None:
        self._signals.forget()
        super().action_move(rows)

    def on_key(self, event: events.Key) -> None:
        is_move = event.key in self._bindings.key_to_bindings
        if event.character is not None and event.character.isalnum() and not is_move:
            event.stop()
            self._signals.jump(event.character)
            super().action_move(0)
