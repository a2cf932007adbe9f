"""The CPU panel: how busy the machine was over the last minutes, each core, and how the time was spent."""

import re
from functools import lru_cache, partial

from nodetop.base import units
from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.lingering import Lingering
from nodetop.base.text import clean, fit, fit_right
from nodetop.drawing.graph import area, coloured
from nodetop.drawing.meter import meter
from nodetop.drawing.runs import Line, line_width
from nodetop.model.snapshot import CpuMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import (
    Body,
    BoxedPanel,
    apart,
    graph_span,
    in_a_row,
    judged,
    percent_field,
    scaled,
    temperature_field,
)
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node.balance import balance_of, cpu_balance, cpu_parts, is_unlisted
from nodetop.widgets.node.limits import cpu_limit, cpu_limit_summary
from nodetop.widgets.node.shares import Share, Shares, at_most, in_words, tenths
from nodetop.widgets.node_parts.cores import CoreGraphs, Cores, core_lines, cores_width, graph_cells
from nodetop.widgets.node_parts.graph_marks import GraphMarks, last_mark, marked

_LEAST_GRAPH = 12
_NOISE = lazy_regex(
    r"\((?:r|tm|c)\)|®|™|\bcpu\b|\bprocessor\b|\b\d+-core\b|\bwith radeon.*| @ .*|\b(?:intel|amd)\b", re.IGNORECASE
)
_LEAST_SHARE_ROWS = 2
_BALANCE_FROM = 7
"""From so many rows on, the last one is the balance."""
_LEAST_SHARES = 3
"""So many shares have priority over the load."""
_LOAD_CELLS = 11
"""What `load 12.30` takes, beside the shares in the last line."""


class CpuPanel(BoxedPanel):
    """A graph of CPU use with a meter per core beside it."""

    name = "cpu"

    def __init__(self) -> None:
        self._series = SeriesKeeper()
        self._marks = GraphMarks()
        self._shares = Shares(self._series)
        self._lingering = Lingering()

    def subtitle(self, view: View) -> list[Line]:
        cpu = view.snapshot.cpu if view.snapshot else None
        if cpu is None:
            return []
        pieces: list[Line] = [[("dim", short_model(clean(cpu.model)))]] if cpu.model else []
        if cpu.cores:
            clock = f" {view.glyphs.times} {cpu.frequency_mhz / 1000:.1f} GHz" if cpu.frequency_mhz else " cores"
            pieces.append([("dim", f"{len(cpu.cores)}{clock}")])
        return pieces

    def values(self, view: View) -> list[Line]:
        cpu = view.snapshot.cpu if view.snapshot else None
        if cpu is None:
            return []
        pieces: list[Line] = [_busy(cpu, view)]
        celsius = _celsius(view)
        if celsius is not None:
            text = temperature_field(celsius, view.fahrenheit, view.glyphs).lstrip()
            pieces.append([(scaled("heat", celsius), text)])
        return pieces

    def summary(self, view: View, width: int) -> list[Line]:
        cpu = (view.snapshot.cpu if view.snapshot else None) or CpuMetrics()
        style, text = scaled("load", cpu.busy_percent), apart(percent_field(cpu.busy_percent))
        pieces: list[Line] = [[("title", "cpu"), (style, text), judged("cpu", cpu.busy_percent, view)]]
        if width >= 30:
            pieces.append([*meter(cpu.busy_percent, min(16, width - 26), "load", view.glyphs)])
        pieces.append([("label", "load "), ("value", fit_right(_load(cpu.load_1m), 5))])
        pieces += cpu_limit_summary(view)
        celsius = _celsius(view)
        if celsius is not None:
            text = temperature_field(celsius, view.fahrenheit, view.glyphs)
            pieces.append([(scaled("heat", celsius), text)])
        return pieces

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        from nodetop.widgets.zoomed.cpu import cpu_blocks  # late: not needed for the first frame

        cpu = (view.snapshot.cpu if view.snapshot else None) or CpuMetrics()
        foot = _foot(cpu, width, [], self._shares.shown(view))
        facts = [line for line in (cpu_limit(view, width), foot, cpu_balance(view, width)) if line]
        return cpu_blocks(cpu, facts, view, self._series, partial(self._marks.cells, view), width, height)

    def body(self, view: View, width: int, height: int) -> Body:
        cpu = (view.snapshot.cpu if view.snapshot else None) or CpuMetrics()
        cores = cpu.cores
        limit = cpu_limit(view, width) if height >= 2 else None
        foot = 1 if height >= 3 else 0
        balance = cpu_balance(view, width) if height >= _BALANCE_FROM else None
        rows = height - foot - (limit is not None) - (balance is not None)
        beside = cores_width(cores, max(0, min(width - _LEAST_GRAPH - 2, width * 3 // 5)), rows)
        graph_width = width - beside - 2 if beside else width
        values = self._series.last(view, "busy", _busy_percent, 2 * graph_width)
        graph = coloured(area(values, graph_width, rows, 100, ascii_only=view.glyphs.ascii_only), "load")
        shares = self._shares.shown(view)
        right, listed = self._right_side(cores, shares, view, beside, rows)
        gap = [("text", "  ")] if beside else []
        cells = self._marks.cells(view, graph_width)
        rows_of_graph = marked(graph, cells, view.glyphs)
        lines: list[Line] = [[*row, *gap, *line] for row, line in zip(rows_of_graph, right, strict=True)]
        lines += [limit] if limit else []
        span = graph_span(view, graph_width, "cores", graph_cells(cores, beside, rows))
        bottom = [*span, *last_mark(cells, view, width - line_width(span) - 4)]
        if foot:
            unlisted = self._unlisted(cpu, view) if balance is None else []
            lines.append(_foot(cpu, width, unlisted, [] if listed else shares))
        return [*lines, *([balance] if balance else [])], bottom

    def _unlisted(self, cpu: CpuMetrics, view: View) -> list[Line]:
        """The balance in a few words, where it has no line of its own, for as long as the process list misleads."""
        balance, at = balance_of(view), view.snapshot.taken_at if view.snapshot else 0.0
        if not self._lingering.stays("unlisted", is_unlisted(balance, cpu.busy_percent), at):
            return []
        return cpu_parts(balance, cpu.busy_percent)

    def _right_side(
        self, cores: Cores, shares: list[Share], view: View, width: int, rows: int
    ) -> tuple[list[Line], bool]:
        """The cores and, if rows are left below them, the shares of time; also returns whether these are included."""
        graphs = CoreGraphs(self._series, view)
        lines = core_lines(cores, width, rows, view.glyphs, graphs)
        left = rows - len(lines)
        listed = width >= 20 and left >= min(max(len(shares), _LEAST_SHARE_ROWS), 4)
        if listed:
            lines += [[("text", " " * width)]] if left > len(shares) else []
            lines += [_share_row(name, value, width, view) for name, value in at_most(shares, rows - len(lines))]
        return lines + [[("text", " " * width)] for _ in range(rows - len(lines))], listed


def _busy_percent(snapshot: NodeSnapshot) -> float | None:
    return snapshot.cpu.busy_percent if snapshot.cpu else None


def _celsius(view: View) -> float | None:
    temperature = view.snapshot.temperature if view.snapshot else None
    return temperature.cpu_celsius if temperature else None


def _busy(cpu: CpuMetrics, view: View) -> Line:
    return [
        (scaled("load", cpu.busy_percent), percent_field(cpu.busy_percent)),
        judged("cpu", cpu.busy_percent, view),
    ]


def _share_row(name: str, value: float | None, width: int, view: View) -> Line:
    cells = width - 7 - 6
    return [
        ("label", fit(name, 7)),
        *meter(value, cells, "load", view.glyphs),
        ("value" if value else "dim", fit_right(tenths(value) + ("%" if value is not None else ""), 6)),
    ]


def _foot(cpu: CpuMetrics, width: int, unlisted: list[Line], shares: list[Share]) -> Line:
    """The balance or else the shares, if they are not listed above, the load and the pressures; on a narrow panel only
    the last load."""
    words = unlisted or in_words(shares, width - _LOAD_CELLS)
    if not unlisted and len(words) < min(len(shares), _LEAST_SHARES):
        words = in_words(shares, width)
    loads = [_load(value) for value in (cpu.load_1m, cpu.load_5m, cpu.load_15m)]
    taken = sum(line_width(piece) + 2 for piece in words)
    wide = taken + 4 + 6 * len(loads) <= width
    load: Line = [("label", "load"), *(("value", fit_right(text, 6)) for text in loads)]
    short: Line = [("label", "load"), ("value", f" {loads[0]}")]
    return in_a_row([*words, load if wide else short, *_pressures(cpu), *_forks(cpu)], width)


def _pressures(cpu: CpuMetrics) -> list[Line]:
    pieces: list[Line] = []
    for label, pressure in (("pressure cpu", cpu.pressure), ("io", cpu.io_pressure)):
        value = pressure.some_10s_percent if pressure else None
        if value is not None:
            pieces.append([("label", label), ("value" if value else "dim", fit_right(tenths(value), 5))])
    return pieces


def _forks(cpu: CpuMetrics) -> list[Line]:
    rate = cpu.forks_per_second
    return [] if rate is None else [[("label", "forks"), ("value" if rate else "dim", fit_right(units.count(rate), 5))]]


def _load(value: float | None) -> str:
    return units.percent(value, 2 if value is None or value < 99.995 else 0)


@lru_cache(maxsize=64)
def short_model(model: str) -> str:
    """A processor's name without trademarks, maker and clock: "Xeon Gold 6226R", "Ryzen 9 5950X"."""
    short = " ".join(_NOISE.sub(" ", model).split())
    return short or model
