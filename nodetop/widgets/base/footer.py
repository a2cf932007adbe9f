"""The bottom line: keys and what they do; on narrow screens only the most useful ones."""

from collections.abc import Sequence

from nodetop.base.text import clean
from nodetop.base.text import width as width_of
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.view import View


class FooterPanel:
    """Keys as (key, label), most important first. While the data is not fresh, the reason is shown instead."""

    name = "footer"

    def __init__(self, keys: Sequence[tuple[str, str]] = ()) -> None:
        self.keys = tuple(keys)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells; only the first has text."""
        if height <= 0:
            return []
        first = _problem(view, width) if view.problem else self._keys(width)
        return [first, *(blank(width) for _ in range(height - 1))]

    def _keys(self, width: int) -> Line:
        line: Line = []
        room = width
        for key, label in self.keys:
            wide = width_of(key) + width_of(label) + 3
            if wide > room:
                break
            line += [("key", f" {key}"), ("key.label", f" {label} ")]
            room -= wide
        return [*line, ("text", " " * room)] if room > 0 else line


def _problem(view: View, width: int) -> Line:
    """Why the data is not fresh; shown in place of the keys."""
    return pad([("error", f" {view.glyphs.critical} "), ("text", clean(view.problem or ""))], width)
