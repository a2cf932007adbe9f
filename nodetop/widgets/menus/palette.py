"""The command palette: every action of a screen, found by typing part of its text."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events

from nodetop.base.text import clean, fit, fit_right
from nodetop.base.text import width as width_of
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, pad
from nodetop.keys.overlays import PALETTE, PALETTE_SHOWN, OverlayKeys, Shown
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_WIDTH = 76
_CHROME_ROWS = 3  # two edges and the line for typing
_MOST_ROWS = 20
_KEYS_CELLS = 14


class Command(NamedTuple):
    """An action: where it belongs, what it does, its keys, and what to run."""

    group: str
    text: str
    keys: str
    do: str

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all words, in lower case, are in its text or keys."""
        text = f"{self.group} {self.text} {self.keys}".lower()
        return all(word in text for word in words)


class PalettePanel(MenuPanel):
    """The line that is typed, and the actions that match it."""

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__("actions", ())
        self._commands = tuple(commands)
        self._found: list[Command] = []
        self.typed = ""
        self.take("")

    def take(self, typed: str) -> None:
        """Shows the actions that match a text, with the cursor on the first."""
        self.typed = typed
        self._found = [each for each in self._commands if each.matches(typed.lower().split())]
        self.choices.rows = tuple(f"{each.group}: {each.text}" for each in self._found)
        self.choices.home()

    @property
    def answer(self) -> str:
        """What to run; empty if nothing matches."""
        return self._found[self.choices.index].do if self._found else ""

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """In the middle of the screen, always of the same height."""
        cells = min(_WIDTH, width)
        rows = max(min(len(self._commands) + _CHROME_ROWS, _MOST_ROWS + _CHROME_ROWS, height - 2), min(height, 4))
        return Rect((width - cells) // 2, max((height - rows) // 3, 0), cells, rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        inner, choices = max(width - 2, 0), self.choices
        choices.fit(height - _CHROME_ROWS)
        typed: Line = [("accent", f" {view.glyphs.cursor} "), ("value", clean(self.typed)), ("selected", " ")]
        hint: Line = [] if self.typed else [("dim", "type a part of what you want to do")]
        body = [pad([*typed, *hint], inner)]
        body += [self._line(index, inner, view) for index in range(choices.top, choices.top + len(choices.visible))]
        if not self._found:
            body.append(pad([("dim", "   no action matches")], inner))
        return box(body, width, height, view.glyphs, title=self.title, more=reach(choices, view.glyphs), focused=True)

    def _line(self, index: int, cells: int, view: View) -> Line:
        command = self._found[index]
        keys = fit_right(command.keys, min(max(width_of(command.keys), _KEYS_CELLS), cells // 3), view.glyphs.ellipsis)
        room = max(cells - width_of(keys) - 3, 0)
        if index == self.choices.index:
            text = fit(f"{command.group}: {command.text}", room, view.glyphs.ellipsis)
            return [("selected", fit(f" {text} {keys} ", cells))]
        group = fit(f"{command.group}: ", min(width_of(command.group) + 2, room))
        rest = fit(command.text, max(room - width_of(group), 0), view.glyphs.ellipsis)
        return pad([("dim", f" {group}"), ("text", f"{rest} "), ("key", keys)], cells)


class Palette(Menu):
    """The palette with its keys: whatever can be typed is part of the text."""

    KEYS: ClassVar[OverlayKeys] = PALETTE
    SHOWN: ClassVar[Shown] = PALETTE_SHOWN
    CLOSES_BY_CLICK = True

    def __init__(self, panel: PalettePanel, look: Look, view: View) -> None:
        self._palette = panel
        super().__init__(panel, look, view)

    def take_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            self._take(self._palette.typed + event.character)
        elif event.key == "backspace":
            event.stop()
            self._take(self._palette.typed[:-1])
        else:
            super().take_key(event)

    def _take(self, typed: str) -> None:
        self._palette.take(typed)
        self.changed()

    def row_clicked(self, y: int) -> int | None:
        """See Menu.row_clicked: the first line is the one for typing."""
        return self.menu.choices.row_at(y - 2)
