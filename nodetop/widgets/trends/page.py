"""The trends of one node: charts over an hour to a month, and the values at a cursor. Pure."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from nodetop.alerts.mark import Mark
from nodetop.base.text import clean, fit_right
from nodetop.base.when import clock_text
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, cut_line, line_width, pad
from nodetop.history.rollup import merge
from nodetop.keys.trends import WINDOW_NAMES
from nodetop.model.snapshot import Stat
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.graph_marks import mark_lines, sign
from nodetop.widgets.trends.charts import Chart, Series, charts
from nodetop.widgets.trends.data import WINDOWS, Span, Window, columns, ticks, within
from nodetop.widgets.trends.graph import plot
from nodetop.widgets.trends.readout import readout

_GUTTER = 6
_CHROME_ROWS = 2  # top and bottom edge
_MARKED = ("cpu", "memory")
"""The charts on which events are marked."""
_LEAST_CHART_WIDTH = 34
_LEAST_CHART_HEIGHT = 5
_IO_FROM = 30
"""From this height on the top processes by disk I/O are shown."""


@dataclass
class Trends:
    """What is shown: a window up to `until`, the data in it, the position of the cursor."""

    node: str = ""
    window: Window = WINDOWS[0]
    until: float = 0.0
    spans: Sequence[Span] = ()
    is_loading: bool = True
    problem: str | None = None
    marks: Sequence[Mark] = ()
    """Reboots and kills in the window; alerts come from the view."""
    back: float = 0.0
    """Distance of the cursor from the right end, as a share of the window, 0-1."""
    top: int = 0
    """Rows of charts above those that are shown, on a screen that is too low for all."""
    cells: int = field(default=60)
    """Cells of a chart when last drawn: the cursor moves by one of them."""

    @property
    def since(self) -> float:
        return self.until - self.window.seconds

    @property
    def cursor(self) -> tuple[float, float]:
        """The stretch of time under the cursor: one cell."""
        width = self.window.seconds / self.cells
        cell = self.cell(self.cells)
        return self.since + cell * width, self.since + (cell + 1) * width

    def cell(self, cells: int) -> int:
        """The cell under the cursor, in a chart of so many cells."""
        return max(0, min(cells - 1, int((1.0 - self.back) * cells)))

    def move(self, cells: int) -> None:
        """Moves the cursor by so many cells to the right."""
        self.back = 1.0 - (max(0, min(self.cells - 1, self.cell(self.cells) + cells)) + 0.5) / self.cells


class TrendsPanel(Spots):
    """The trends screen from its heading to the values at the cursor. A click on a window chooses it."""

    name = "trends"

    def __init__(self, trends: Trends) -> None:
        self.trends = trends
        self._places: list[tuple[int, int, int, int]] = []
        self._has_io = False
        self._hidden: Line = []

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        self._has_io = height >= _IO_FROM and any(span.point.top_io for span in self.trends.spans)
        tall = _readout_rows(width, height) + self._has_io
        room = height - 1 - tall
        self._places = []
        self._hidden = []
        body = self._grid(view, width, room) if self.trends.spans else self._nothing(view, width, room)
        beside = [] if tall or not self._hidden else [("text", " "), *self._hidden[1:]]  # no readout that says it
        lines = [cut_line(self._heading(view, width), width - line_width(beside)) + beside, *body]
        lines += self._readout(view, width, tall)
        return (lines + [blank(width) for _ in range(height)])[:height]

    @property
    def hides_charts(self) -> bool:
        """Whether some charts had no place in the last drawing."""
        return bool(self._hidden)

    def cursor_to(self, x: int, y: int) -> bool:
        """Moves the cursor to where a chart was clicked. False if no chart was clicked."""
        for left, top, cells, rows in self._places:
            if left <= x < left + cells and top <= y < top + rows:
                self.trends.back = 1.0 - (x - left + 0.5) / cells
                return True
        return False

    def _heading(self, view: View, width: int) -> Line:
        trends = self.trends
        line: Line = [("title", f" {clean(trends.node)}"), ("label", "  trends  ")]
        self.spots = []
        for number, window in enumerate(WINDOWS, 1):
            style = "selected" if window is trends.window else "key.label"
            cells = len(str(number)) + len(window.name) + 2
            self.spots.append(Spot(line_width(line), 0, cells, f"window_{WINDOW_NAMES[number - 1]}"))
            line += [("key", str(number)), (style, f" {window.name} "), ("text", " ")]
        line += [("dim", f" {self._moment(trends.since)} – {self._moment(trends.until)}")] if trends.until else []
        begin = trends.spans[0].start if trends.spans else trends.since
        if trends.problem and trends.spans:  # the last line says why
            line += [("error", f"  {view.glyphs.critical} "), ("text", "memory only")]
        elif begin > trends.since + trends.window.seconds / 10:
            line.append(("dim", f"  data from {self._moment(begin)} on"))
        if trends.is_loading:
            line.append(("accent", "  loading"))
        return cut_line(line, width, view.glyphs.ellipsis) if line_width(line) > width else pad(line, width)

    def _nothing(self, view: View, width: int, height: int) -> list[Line]:
        trends, style = self.trends, "dim"
        text = "no history in this window yet: nodetop records a point every five minutes while it runs"
        if trends.is_loading:
            text = "reading the history"
        elif trends.problem:
            # Whether there is a history is not known then.
            style, text = "error", f"{view.glyphs.critical} the history cannot be read: {clean(trends.problem)}"
        said = ["", *textwrap.wrap(text, max(width - 4, 8))][: max(height, 0)]
        return [pad([(style, f"  {line}")], width) for line in said] + [blank(width) for _ in range(height - len(said))]

    def _grid(self, view: View, width: int, height: int) -> list[Line]:
        if height < _CHROME_ROWS + 1 or width < _GUTTER + _CHROME_ROWS + 1:
            return [blank(max(width, 0)) for _ in range(height)]
        across = _charts_across(width)
        shown = [chart for chart in charts(view) if self._has_data(chart)] or list(charts(view)[:2])
        down = max(1, min(height // _LEAST_CHART_HEIGHT, -(-len(shown) // across)))
        self.trends.top = max(0, min(self.trends.top, -(-len(shown) // across) - down))
        shown = self._in_view(shown, across * self.trends.top, across * down, view)
        lines: list[Line] = []
        for row in range(down):
            tall = height * (row + 1) // down - height * row // down
            block: list[Line] = [[] for _ in range(tall)]
            place = shown[row * across : (row + 1) * across]
            for index, chart in enumerate(place):
                # The last row may have fewer charts: they are as wide as those above, so that times stand below times.
                left, right = width * index // across, width * (index + 1) // across
                for line, more in zip(
                    block, self._chart(chart, view, left, 1 + len(lines), right - left, tall), strict=True
                ):
                    line += more
            lines += [pad(line, width) for line in block] if place else [blank(width) for _ in range(tall)]
        return lines

    def _in_view(self, every: list[Chart], first: int, room: int, view: View) -> list[Chart]:
        """The charts that have a place; which of all they are is said in the edge of the readout."""
        shown = every[first : first + room]
        self._hidden = []
        if len(shown) < len(every):
            up, down = view.glyphs.up if first else " ", view.glyphs.down if first + room < len(every) else " "
            places = f" {first + 1}-{first + len(shown)}/{len(every)} "
            self._hidden = [("label", "charts "), ("key", up), ("value", places), ("key", down)]
        return shown

    def _has_data(self, chart: Chart) -> bool:
        return any(
            getattr(span.point, series.name) is not None for span in self.trends.spans for series in chart.series
        )

    def _chart(self, chart: Chart, view: View, x: int, y: int, width: int, height: int) -> list[Line]:
        trends, cells, rows = self.trends, max(width - 2 - _GUTTER, 1), height - _CHROME_ROWS
        trends.cells = cells if x == 0 else trends.cells
        self._places.append((x + 1 + _GUTTER, y, cells, height))
        data = [columns(trends.spans, each.name, trends.since, trends.until, 2 * cells) for each in chart.series]
        top = chart.top or chart.nice([stat.max for each in data for stat in each if stat is not None], chart.least)
        body: list[Line] = []
        for index, (series, values) in enumerate(zip(chart.series, data, strict=True)):
            share = rows * (index + 1) // len(data) - rows * index // len(data)
            graph = plot(
                values, share, top, series.gradient, downward=index > 0,
                ascii_only=view.glyphs.ascii_only, cursor=trends.cell(cells),
            )  # fmt: skip
            if index == 0 and chart.title in _MARKED:
                graph = mark_lines(graph, self._marks(view, cells), view.glyphs)
            body += _with_gutter(graph, chart, top, downward=index > 0)
        values_text = [_summary(series, chart, each) for series, each in zip(chart.series, data, strict=True)]
        title = f"{chart.title} {chart.unit}".rstrip()
        framed = box(body, width, height, view.glyphs, title=title, values=values_text)
        framed[-1] = self._axis(framed[-1], width, cells)
        return framed

    def _marks(self, view: View, cells: int) -> dict[int, list[Mark]]:
        """Events in the window, by the cell of a chart."""
        trends, found = self.trends, dict[int, list[Mark]]()
        for mark in (*trends.marks, *view.board.marks(trends.node)):
            if trends.since <= mark.at < trends.until:
                cell = int((mark.at - trends.since) / trends.window.seconds * cells)
                found.setdefault(min(cell, cells - 1), []).append(mark)
        return found

    def _marks_at_cursor(self, view: View) -> list[Line]:
        """The marks at the cursor in words."""
        marks = self._marks(view, self.trends.cells).get(self.trends.cell(self.trends.cells), [])
        styled = ((sign(mark.kind, view.glyphs), clean(mark.text)) for mark in marks)
        return [[(style, character), ("text", f" {text}")] for (style, character), text in styled]

    def _axis(self, border: Line, width: int, cells: int) -> Line:
        line: Line = []
        at = 0
        start = 1 + _GUTTER
        edge = border[0][0]
        text = "".join(part for _, part in border)
        for cell, label in ticks(self.trends.window, self.trends.since, self.trends.until, cells):
            line += [(edge, text[at : start + cell]), ("dim", label)]
            at = start + cell + len(label)
        return cut_line([*line, (edge, text[at:])], width)

    def _readout(self, view: View, width: int, height: int) -> list[Line]:
        if not height:
            return []
        since, until = self.trends.cursor
        found = within(self.trends.spans, since, until)
        hidden = [self._hidden] if self._hidden else []
        when: Line = [
            ("accent", f"{self._moment(since)} – {self._moment(until)}" if until - since >= 60 else clock_text(since))
        ]
        if not found:
            body: list[Line] = [pad([("dim", " no data: nodetop was not running, or had no values")], width - 2)]
            subtitle = [when, *self._marks_at_cursor(view)]
            return box(body, width, height, view.glyphs, title="at", subtitle=subtitle, values=hidden)
        point = merge([span.point for span in found], found[0].start)
        body = readout(point, view, width - 2, height - 2, with_io=self._has_io)
        samples: Line = [("dim", f"{point.samples} samples")]
        body = [pad(cut_line(line, width - 2, view.glyphs.ellipsis), width - 2) for line in body[: height - 2]]
        subtitle = [when, *self._marks_at_cursor(view), samples]
        return box(body, width, height, view.glyphs, title="at", subtitle=subtitle, values=hidden)

    def _moment(self, at: float) -> str:
        # Within a day of now the time of day is enough.
        form = "%H:%M" if self.trends.until - at < 20 * 3600 else "%a %d %b %H:%M"
        return clock_text(at, form)


def _readout_rows(width: int, height: int) -> int:
    """Height: border, two rows of processes, and as many rows of values as needed."""
    if height < 20:
        return 3 if height >= 12 else 0
    if width >= 180:
        return 5
    return 6 if width >= 110 or height < 30 else 7


def _charts_across(width: int) -> int:
    if width >= 210:
        return 3
    return 2 if width >= 2 * _LEAST_CHART_WIDTH else 1


def _with_gutter(graph: list[Line], chart: Chart, top: float, *, downward: bool) -> list[Line]:
    """The rows of a graph with the labels of the scale before them."""
    labels = {(len(graph) - 1 if downward else 0): chart.text(top)}
    if len(graph) > 1 and not downward:
        labels[len(graph) - 1] = chart.text(0.0)
    return [[("dim", fit_right(labels.get(row, ""), _GUTTER - 1) + " "), *line] for row, line in enumerate(graph)]


def _summary(series: Series, chart: Chart, values: Sequence[Stat | None]) -> Line:
    known = [stat for stat in values if stat is not None]
    if not known:
        return [("label", f"{series.label} {chart.text(None)}".strip())]
    mean = sum(stat.mean for stat in known) / len(known)
    label = f"{series.label} " if series.label else ""
    return [
        ("label", f"{label}mean "), ("value", chart.text(mean)),
        ("label", " max "), ("value", chart.text(max(stat.max for stat in known))),
    ]  # fmt: skip
