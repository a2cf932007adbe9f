"""What panels share: the box around them, severity marks, fields of fixed width, columns that adapt to the width."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from nodetop.base import units
from nodetop.base.text import clean, fit_right
from nodetop.base.units import temperature
from nodetop.drawing.box import box
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.graph import nice_top
from nodetop.drawing.meter import step
from nodetop.drawing.runs import Line, Run, blank, cut_line, dimmed, line_width, pad
from nodetop.drawing.theme import middle
from nodetop.history.means import MeanSnapshot
from nodetop.model.panels import DIGITS, SPEC
from nodetop.model.quantities import severity
from nodetop.model.snapshot import ProbeReport
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.scrolling import Block, height_of, is_header, reach, visible, window_of
from nodetop.widgets.base.view import View

LEAST_WIDTH = 12
LEAST_HEIGHT = 3
"""Below these sizes a panel has no border: its first line shows what matters most."""
LEAST_TOP_RATE = 102_400.0
"""Bytes per second: the top of a graph of network rates is at least this, so that noise stays small."""
_NO_MARK = ("text", " ")
Body = tuple[list[Line], Line]


class BoxedPanel(ABC):
    """A panel with a border. Subclasses provide the text of its edges and its body.

    What does not fit can be scrolled: a panel that has the focus, or that was scrolled, shows all its rows through a
    window; any other panel shows the most important ones."""

    name: str

    @cached_property
    def window(self) -> TextViewport:
        """The visible part of the body."""
        return TextViewport()

    @property
    def metrics(self) -> tuple[str, ...]:
        """The fields of a snapshot that the panel shows; it has something to draw if one of them is not None."""
        return SPEC[self.name].metrics

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells. Everything is dimmed while the data is not fresh."""
        if width <= 0 or height <= 0:
            return [[] for _ in range(height)]
        joined = self.name in view.joined
        edges = 1 if joined else 2
        if width < LEAST_WIDTH or height <= edges:
            first, *more_pieces = self.summary(view, width)
            # It starts below the name in the header.
            row = in_a_row([cut_line(first, width - 1), *more_pieces], width - 1, gap=1)
            block = [[("text", " "), *row] if width > 1 else blank(width)]
            if height > 1 and width >= LEAST_WIDTH:
                block += self._inside(view, width, height - 1)[0]
            block += [blank(width) for _ in range(height - len(block))]
        else:
            inside, foot = self._inside(view, width - 2, height - edges)
            is_whole = self._shows_window(view)
            block = box(
                inside,
                width,
                height,
                view.glyphs,
                title=self.name,
                number=DIGITS.get(self.name),
                subtitle=self.subtitle(view),
                values=self.values(view),
                foot=foot,
                more=reach(self.window, view.glyphs) if is_whole else [],
                focused=view.focused == self.name,
                joined=joined,
            )
        return [dimmed(line) for line in block] if view.problem else block

    def _inside(self, view: View, width: int, height: int) -> Body:
        reason = self.absent(view)
        blocks = self.zoomed(view, width, height) if reason is None and view.layout.zoomed == self.name else None
        if blocks is not None:
            self.window.overlap = 0
            self.window.show(height_of(blocks), height)
            lines = visible(blocks, self.window.top, height)
            return lines + [blank(width) for _ in range(height - len(lines))], []
        self.window.show(self.rows(view, width) if reason is None else 0, height)
        if reason is not None:
            lines, foot = [pad([("dim", " " + reason)], width)], Line()
        elif self._shows_window(view):
            lines, foot = self.body(view, width, self.window.length)
            self.window.overlap = int(any(map(is_header, lines)))
            lines = window_of(lines, self.window)
        else:
            lines, foot = self.body(view, width, height)
        return lines[:height] + [blank(width) for _ in range(height - len(lines))], foot

    def _shows_window(self, view: View) -> bool:
        is_chosen = self.name in (view.focused, view.layout.zoomed) or self.window.top > 0
        return is_chosen and self.window.is_scrollable

    def rows(self, view: View, width: int) -> int:
        """How many rows the body needs to show everything; 0: it adapts to any height and never scrolls."""
        return 0

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        """What it shows on the whole screen, instead of its body; it is scrolled if it is higher."""
        return None

    def absent(self, view: View) -> str | None:
        """Why there is nothing to draw; None if there is something."""
        if view.snapshot is None:
            return "waiting for data"
        if any(getattr(view.snapshot, metric) is not None for metric in self.metrics):
            return None
        report = probe_report(view, self.metrics[0])
        if report is None or report.status == "ok":
            return "not available"
        if not report.reason:
            return report.status
        # If the machine does not have it, that is not a failure.
        said = clean(report.reason)
        return said if report.status == "unavailable" else f"{report.status}: {said}"

    def subtitle(self, view: View) -> list[Line]:
        """What follows the title, most important first."""
        return []

    def values(self, view: View) -> list[Line]:
        """What is shown at the right end of the top edge, most important first."""
        return []

    @abstractmethod
    def summary(self, view: View, width: int) -> list[Line]:
        """The parts of the panel as a single line, most important first; those that fit are shown."""

    @abstractmethod
    def body(self, view: View, width: int, height: int) -> Body:
        """At most `height` lines (extra ones are cut) of exactly `width` cells, and the text of the bottom edge."""


def probe_report(view: View, name: str) -> ProbeReport | None:
    """The report of the probe for one metric of the shown snapshot."""
    reports = view.snapshot.probes if view.snapshot else ()
    return next((report for report in reports if report.name == name), None)


def stale_mark(view: View, name: str) -> list[Line]:
    """A piece of the top edge that gives the age of an outdated metric."""
    report = probe_report(view, name)
    if report is None or report.status != "stale" or report.age_seconds is None:
        return []
    return [[("warning", f"{view.glyphs.warning} {units.age(report.age_seconds)} old")]]


def reaches(view: View, cells: int) -> str:
    """How far back a graph of so many cells reaches."""
    snapshot = view.snapshot
    seconds = snapshot.seconds if isinstance(snapshot, MeanSnapshot) else view.interval * view.samples_per_dot
    return units.duration(2 * cells * seconds)


def graph_span(view: View, cells: int, others: str = "", other_cells: int = 0) -> Line:
    """How far back a graph of so many cells reaches, and other ones beside it; for the bottom edge."""
    beside = f", {others} {reaches(view, other_cells)}" if other_cells else ""
    return [("dim", f"last {reaches(view, cells)}{beside}")]


def graph_heads(widths: Mapping[str, int], view: View) -> dict[str, str]:
    """The headers of a list's columns of graphs (whose names end so): how far back they reach."""
    return {name: _span_head(reaches(view, wide), wide) for name, wide in widths.items() if name.endswith(" graph")}


def unsaid_span(widths: Mapping[str, int], view: View) -> str:
    """How far back the first of a list's columns of graphs reaches, for a list without headers; empty: it has none."""
    wide = next((wide for name, wide in widths.items() if name.endswith(" graph")), 0)
    return f"last {reaches(view, wide)}" if wide else ""


def _span_head(text: str, cells: int) -> str:
    return next((form for form in (f"last {text}", text) if len(form) <= cells), "")


def scaled(gradient: str, percent: float | None) -> str:
    """The gradient's style for a percentage; dim if it is unknown."""
    return "dim" if percent is None else f"{gradient}.{step(percent / 100)}"


def mark(value: float | None, warning: float | None, critical: float | None, glyphs: Glyphs) -> Run:
    """One cell: blank, or the mark of a warning or critical value."""
    if value is not None and critical is not None and value >= critical:
        return ("critical", glyphs.critical)
    if value is not None and warning is not None and value >= warning:
        return ("warning", glyphs.warning)
    return _NO_MARK


def judged(name: str, value: float | None, view: View) -> Run:
    """The mark of a quantity's value, by the user's limits or else the default ones."""
    found = severity(name, value, view.levels)
    return (_NO_MARK, ("warning", view.glyphs.warning), ("critical", view.glyphs.critical))[found]


def percent_field(value: float | None) -> str:
    """A percentage in four cells: " 37%"."""
    return fit_right("–" if value is None else f"{value:.0f}%", 4)


def apart(field: str) -> str:
    """A field that follows a word: a blank is added even if the number fills the field."""
    return field if field.startswith(" ") else f" {field}"


def temperature_field(value: float | None, fahrenheit: bool, glyphs: Glyphs) -> str:
    """A temperature in five cells: " 62°C"."""
    if value is None:
        return fit_right(glyphs.unknown, 5)
    return fit_right(temperature(value, fahrenheit).replace("°", glyphs.degree.strip()), 5)


def rate_width(view: View) -> int:
    """Cells that a network rate takes: 12.1M/s, or 97.0Mb/s."""
    return 8 if view.network_bits else 7


def rate_text(view: View, bytes_per_second: float | None) -> str:
    """A network rate in the user's unit, right-aligned in rate_width cells."""
    if bytes_per_second is None:
        text = view.glyphs.unknown
    elif view.network_bits:
        text = units.bits(bytes_per_second).removesuffix("b") + "b/s"
    else:
        text = units.size(bytes_per_second) + "/s"
    return fit_right(text, rate_width(view))


def rate_top(view: View, values: Sequence[float | None]) -> float:
    """The top of a graph of network rates in bytes per second, a round number in the user's unit."""
    if not view.network_bits:
        return nice_top(values, LEAST_TOP_RATE)
    return nice_top([None if value is None else 8 * value for value in values], 1e6, 1000) / 8


def rate_style(value: float | None, gradient: str) -> str:
    """Dim if the rate is zero or unknown."""
    return middle(gradient) if value else "dim"


def in_a_row(items: Iterable[Line], width: int, gap: int = 2) -> Line:
    """As many items as fit side by side, in order, padded to the width."""
    out: Line = []
    used = 0
    for item in items:
        wide = line_width(item) + (gap if out else 0)
        if used + wide > width:
            break
        out += [("text", " " * gap), *item] if out else item
        used += wide
    return pad(out, width)


def more(hidden: int, what: str = "") -> Line:
    """How many rows did not fit; for the bottom edge."""
    return [("dim", f"+{hidden} {what}".rstrip())] if hidden else []
