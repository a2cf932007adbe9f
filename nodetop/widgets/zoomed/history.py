"""A value over time with its name, its present and its largest value: what zoomed panels are made of. Pure."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from nodetop.drawing.graph import area, coloured, nice_top
from nodetop.drawing.runs import Line, line_width, pad
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View

Text = Callable[[float | None], str]


@dataclass(frozen=True)
class Scale:
    """How values are drawn and written. Without a `top`, it is a round number above the largest value, at least
    `least`."""

    gradient: str
    text: Text
    top: float | None = None
    least: float = 1.0
    thousand: int = 1000


def head(pieces: Sequence[Line], cells: int) -> Line:
    """As many pieces as fit, with two blanks between them."""
    out: Line = []
    for piece in pieces:
        more: Line = [("text", "  "), *piece] if out else piece
        if line_width(out) + line_width(more) > cells:
            break
        out = [*out, *more]
    return out


class Histories:
    """Draws values of a view over time."""

    def __init__(self, series: SeriesKeeper, view: View) -> None:
        self._series = series
        self._view = view

    def lines(self, head: Line, key: Hashable, value: Value, scale: Scale, width: int, rows: int) -> list[Line]:
        """A line with the head and the largest value since the oldest sample in memory, and `rows` of a graph."""
        values = self._series.last(self._view, ("zoom", key), value, max(2 * width, len(self._view.ring)))
        known = [each for each in values if each is not None]
        shown = values[-2 * width :]
        top = scale.top or nice_top(shown, scale.least, scale.thousand)
        graph = area(shown, width, rows, top, ascii_only=self._view.glyphs.ascii_only)
        gap = width - line_width(head)
        most: Line = [("label", "peak "), ("dim", scale.text(max(known, default=None)))] if known else []
        if line_width(most) + 2 > gap:
            most = []
        first = [*pad(head, max(width - line_width(most), 0)), *most]
        return [first, *([run] for run in coloured(graph, scale.gradient))]
