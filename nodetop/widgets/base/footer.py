"""The bottom line: keys and what they do; on narrow screens only the most useful ones. A click on a key presses it."""

from collections.abc import Sequence

from nodetop.base.text import clean
from nodetop.base.text import width as width_of
from nodetop.drawing.runs import Line, Run, blank, cut_line, line_width, pad
from nodetop.widgets.base.view import View

_WAY_OUT = "Esc"
"""This key is shown before others that come before it: who does not know how to leave needs it most."""


class FooterPanel:
    """Keys as (key, label), most important first. While the data is not fresh, the reason is shown instead."""

    name = "footer"
    has_priority: bool = False
    """Whether the keys are shown even during a problem: those of an open menu."""

    def __init__(self, keys: Sequence[tuple[str, str]] = ()) -> None:
        self.keys = tuple(keys)
        self._shown: list[tuple[str, str]] = list(keys)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells; only the first has text."""
        if height <= 0:
            return []
        first = _problem(view, width) if view.problem and not self.has_priority else self._keys(width)
        return [first, *(blank(width) for _ in range(height - 1))]

    def key_at(self, x: int) -> str | None:
        """The key that is shown at this cell, or whose label is; None where there is none."""
        start = 0
        for keys, label in self._shown:
            wide = _cells(keys, label)
            if start <= x < start + wide:
                return _key_in(keys, x - start - 1)
            start += wide
        return None

    def _keys(self, width: int) -> Line:
        line: Line = []
        room = width
        self._shown = []
        way_out = sum(_cells(*each) for each in self.keys if each[0] == _WAY_OUT)
        way_out = way_out if way_out <= width else 0
        for key, label in self.keys:
            wide = _cells(key, label)
            if key == _WAY_OUT:
                way_out = 0
            if wide + way_out > room:
                continue  # a shorter one may fit
            self._shown.append((key, label))
            line += [("key", f" {key}"), ("key.label", f" {label} ")]
            room -= wide
        return [*line, ("text", " " * room)] if room > 0 else line


def _cells(key: str, label: str) -> int:
    return width_of(key) + width_of(label) + 3


def _key_in(keys: str, cell: int) -> str:
    """Of several keys, separated by blanks, the one at a cell; the first one elsewhere."""
    start = 0
    for key in keys.split():
        start += width_of(key) + 1
        if cell < start:
            return key
    return keys.split()[0]


def _problem(view: View, width: int) -> Line:
    """Why the data is not fresh; shown in place of the keys."""
    return _message(("error", view.glyphs.critical), view.problem or "", view, width)


def _message(mark: Run, text: str, view: View, width: int) -> Line:
    """A sentence in place of the keys; what does not fit ends with an ellipsis."""
    style, sign = mark
    line: Line = [(style, f" {sign} "), ("text", clean(text))]
    return pad(line, width) if line_width(line) <= width else cut_line(line, width, view.glyphs.ellipsis)


class HintFooter(FooterPanel):
    """Shows a hint while there is one, else the keys. When other keys apply, as in a menu, the hint makes way."""

    _hint: str | None = None
    _beside: Sequence[tuple[str, str]] | None = None
    """The keys that applied when the hint was first drawn."""

    def say(self, hint: str | None) -> None:
        """Shows a hint, or none."""
        self._hint, self._beside = hint, None

    def key_at(self, x: int) -> str | None:
        """See FooterPanel.key_at. A hint has no keys."""
        return None if self._hint is not None else super().key_at(x)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See FooterPanel.lines."""
        if self._beside is None:
            self._beside = self.keys
        elif self._beside != self.keys:
            self.say(None)
        if self._hint is None or height <= 0:
            return super().lines(view, width, height)
        line = _message(("accent", view.glyphs.cursor), self._hint, view, width)
        return [line, *(blank(width) for _ in range(height - 1))]
