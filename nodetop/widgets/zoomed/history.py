"""A value over time with its name, its present and its largest value: what zoomed panels are made of. Pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from nodetop.alerts.mark import Mark
from nodetop.base.text import fit_right
from nodetop.base.when import clock_text
from nodetop.drawing.graph import area, coloured, nice_top
from nodetop.drawing.runs import Line, line_width, pad
from nodetop.widgets.base.panel_parts import reaches
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.graph_marks import mark_lines

Text = Callable[[float | None], str]
Marks = Callable[[int], Mapping[int, list[Mark]]]
"""The events to mark in a graph of so many cells, by cell."""
_GUTTER = 8
"""Cells before a graph for the labels of its scale, the longest being 1024K/s."""
_AXES_WIDTH, _AXES_ROWS = 36, 5
"""From this size on a graph has axes; a lower one has its time in words, and its scale unless that is 100 %."""
PERCENT = 100.0


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


def has_room_for_axes(width: int, rows: int) -> bool:
    """Whether a graph of this size has axes."""
    return width >= _AXES_WIDTH and rows >= _AXES_ROWS


class Histories:
    """Draws values of a view over time."""

    def __init__(self, series: SeriesKeeper, view: View) -> None:
        self._series = series
        self._view = view

    def lines(
        self, head: Line, key: Hashable, value: Value, scale: Scale, width: int, rows: int, marks: Marks | None = None
    ) -> list[Line]:
        """A line with the head and the largest value since the oldest sample in memory, and `rows` of a graph."""
        has_axes = has_room_for_axes(width, rows)
        cells = width - _GUTTER if has_axes else width
        values = self._series.last(self._view, ("zoom", key), value, max(2 * cells, len(self._view.ring)))
        shown = values[-2 * cells :]
        top = scale.top or nice_top(shown, scale.least, scale.thousand)
        graph = area(shown, cells, rows - has_axes, top, ascii_only=self._view.glyphs.ascii_only)
        drawn: list[Line] = [[run] for run in coloured(graph, scale.gradient)]
        if marks is not None:
            drawn = mark_lines(drawn, marks(cells), self._view.glyphs)
        says_time = not has_axes and width >= _AXES_WIDTH
        facts: list[Line] = [[("dim", f"last {reaches(self._view, cells)}")]] if says_time else []
        known = [each for each in values if each is not None]
        facts += [[("label", "peak "), ("dim", scale.text(max(known)))]] if known else []
        first = _both_ends(head, facts, width)
        if has_axes:
            return [first, *self._with_axes(drawn, scale, top, cells)]
        return [first, *(drawn if scale.top == PERCENT else _labelled(drawn, scale.text(top)))]

    def _with_axes(self, graph: list[Line], scale: Scale, top: float, cells: int) -> list[Line]:
        """The labels of the scale before the rows, and a line below them with the times of left end, middle and right
        end."""
        labels = {0: scale.text(top), len(graph) - 1: scale.text(0.0)}
        if len(graph) >= 2 * _AXES_ROWS and len(graph) % 2:
            labels[len(graph) // 2] = scale.text(top / 2)
        rows: list[Line] = [
            [("dim", fit_right(labels.get(number, ""), _GUTTER - 1) + " "), *line] for number, line in enumerate(graph)
        ]
        left, middle, right = reaches(self._view, cells), reaches(self._view, cells // 2), self._end()
        line = self._view.glyphs.horizontal
        before, after = (
            cells // 2 - len(left) - len(middle) // 2,
            cells - cells // 2 - len(right) - (len(middle) + 1) // 2,
        )
        axis: Line = [("dim", " " * _GUTTER + left), ("faint", line * before), ("dim", middle), ("faint", line * after)]
        return [*rows, [*axis, ("dim", right)]]

    def _end(self) -> str:
        """The time at the right end of a graph."""
        view = self._view
        is_live = view.position is None and view.moment is None
        return "now" if is_live or view.snapshot is None else clock_text(view.snapshot.taken_at)


def _both_ends(left: Line, right: Sequence[Line], width: int) -> Line:
    """A line with the left part, and of the right ones, at its end, the last that fit."""
    room = width - line_width(left)
    end: Line = []
    for piece in reversed(right):
        room -= line_width(piece) + 2
        if room < 0:
            break
        end = [*piece, ("text", "  "), *end] if end else piece
    return [*pad(left, max(width - line_width(end), 0)), *end]


def _labelled(graph: list[Line], label: str) -> list[Line]:
    """The graph with the top of its scale over the left end of its first row."""
    ((style, text),), *rows = graph
    return [[("dim", label), (style, text[len(label) :])], *rows] if len(text) > 2 * len(label) else graph
