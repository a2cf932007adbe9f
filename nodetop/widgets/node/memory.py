"""The memory panel: used and available memory, swap and its activity, and used memory over time."""

from collections.abc import Sequence

from nodetop.base import units
from nodetop.base.lingering import Lingering
from nodetop.base.text import fit, fit_right
from nodetop.drawing.graph import area, coloured
from nodetop.drawing.meter import meter, plain_meter, stacked
from nodetop.drawing.runs import Line, Run, blank, pad
from nodetop.history.means import MeanSnapshot
from nodetop.model.snapshot import MemoryMetrics, NodeSnapshot, Pressure
from nodetop.widgets.base.panel_parts import (
    Body,
    BoxedPanel,
    apart,
    graph_span,
    in_a_row,
    judged,
    percent_field,
    scaled,
)
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node.balance import memory_balance
from nodetop.widgets.node.limits import kills, memory_limit
from nodetop.widgets.node_parts.graph_marks import GraphMarks, marked

_LABEL = 10
_NUMBERS = 12
"""Cells after a row's meter: blank, size, blank, percent, mark."""
_SWAP_RATES_WIDTH = 38
_BESIDE_FROM = 48
"""From this width on the graph is beside the rows."""
_NOT_OVER_TIME = (1, 2, 8)
"""The ranks of limit, kills and stacked bar, which have no graph on the whole screen."""
_SHARES = (0, 1, 2, 3)
"""The ranks of used memory, limit, kills and swap, which are known without sizes."""
_GRAPH_ROWS = 3
_GRAPH_FROM = 9
"""From this many rows on, a graph of at least _GRAPH_ROWS has priority over the least important rows."""


class MemoryPanel(BoxedPanel):
    """A row for each kind of memory, a stacked bar, and a graph if there is room."""

    name = "memory"

    def __init__(self) -> None:
        self._series = SeriesKeeper()
        self._marks = GraphMarks()
        self._lingering = Lingering()

    def subtitle(self, view: View) -> list[Line]:
        memory = view.snapshot.memory if view.snapshot else None
        return [[("dim", "no swap")]] if memory is not None and memory.swap_total_bytes == 0 else []

    def values(self, view: View) -> list[Line]:
        memory = view.snapshot.memory if view.snapshot else None
        if memory is None:
            return []
        if memory.total_bytes is None:
            return [_used(memory, view)]
        sizes = f"{fit_right(units.size(memory.used_bytes), 5)} / {units.size(memory.total_bytes)}"
        return [_used(memory, view), [("value", sizes)]]

    def summary(self, view: View, width: int) -> list[Line]:
        memory = (view.snapshot.memory if view.snapshot else None) or MemoryMetrics()
        (style, text), sign = _used(memory, view)
        pieces: list[Line] = [[("title", "mem"), (style, apart(text)), sign]]
        if width >= 28:
            pieces.append([*meter(memory.used_percent, min(16, width - 24), "memory", view.glyphs)])
        used, total = fit_right(units.size(memory.used_bytes), 5), units.size(memory.total_bytes)
        return [*pieces, [("value", used), ("dim", f"/{total}")]]

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        from nodetop.widgets.zoomed.memory import memory_blocks  # late: not needed for the first frame

        memory = (view.snapshot.memory if view.snapshot else None) or MemoryMetrics()
        rows = [line for rank, line in self._rows(memory, view, width) if rank in _NOT_OVER_TIME]
        balance = memory_balance(view, width)
        return memory_blocks([*rows, *([balance] if balance else [])], view, self._series, width, height)

    def rows(self, view: View, width: int) -> int:
        memory = (view.snapshot.memory if view.snapshot else None) or MemoryMetrics()
        rows = len(self._rows(memory, view, width))
        return rows if rows < _GRAPH_FROM or width >= _BESIDE_FROM else rows + _GRAPH_ROWS

    def body(self, view: View, width: int, height: int) -> Body:
        memory = (view.snapshot.memory if view.snapshot else None) or MemoryMetrics()
        beside = width - width * 3 // 5 - 2 if width >= _BESIDE_FROM else 0
        list_width = width - beside - 2 if beside else width
        rows = self._rows(memory, view, list_width)
        graph_rows = height if beside else _graph_rows(height, height - len(rows))
        graph_width = beside or width
        values = self._series.last(view, "used", _used_percent, 2 * graph_width) if graph_rows else []
        graph = area(values, graph_width, graph_rows, 100, ascii_only=view.glyphs.ascii_only) if graph_rows else []
        ranks = sorted(rank for rank, _ in rows)[: height if beside else height - graph_rows]
        cells = self._marks.cells(view, graph_width) if graph_rows else {}
        drawn = marked(coloured(graph, "memory"), cells, view.glyphs)
        listed = [line for rank, line in rows if rank in ranks]
        balance = memory_balance(view, list_width) if len(listed) + len(drawn) * (not beside) < height else None
        listed += [balance] if balance else []
        span = graph_span(view, graph_width) if graph_rows else []
        if not beside:
            return drawn + listed, span
        listed += [blank(list_width) for _ in range(height - len(listed))]
        return [[*line, ("text", "  "), *row] for line, row in zip(listed, drawn, strict=True)], span

    def _rows(self, memory: MemoryMetrics, view: View, width: int) -> list[tuple[int, Line]]:
        """All rows from top to bottom, each with its rank: if there is little room, those with the lowest ranks are
        shown. What the machine does not have, or what does not happen, has no row."""
        at = view.snapshot.taken_at if view.snapshot else 0.0
        rows = [
            (8, _stack(memory, view, width)),
            (0, _row("used", memory.used_bytes, memory, view, width, "memory")),
            (4, _row("available", memory.available_bytes, memory, view, width, "good")),
            (5, _row("cache", memory.cached_bytes, memory, view, width, "cache")),
            (10, _row("buffers", memory.buffers_bytes, memory, view, width, "buffers")),
            (7, _row("free", memory.free_bytes, memory, view, width, "dim")),
        ]
        if memory.zfs_arc_bytes is not None:
            rows.insert(4, (6, _row("ZFS ARC", memory.zfs_arc_bytes, memory, view, width, "cache")))
        swap = _swap_percent(memory, view)
        if memory.swap_total_bytes or swap is not None:
            rows.append((3, _swap(memory, swap, view, width)))
        if memory.swap_total_bytes and width >= _SWAP_RATES_WIDTH:
            rows.append((9, _swap_rates(memory, width)))
        pressure = memory.pressure
        if pressure is not None and self._lingering.stays("pressure", bool(pressure.some_10s_percent), at):
            rows.append((11, _pressure(pressure, width)))
        if (limit := memory_limit(view, width, _LABEL, _NUMBERS)) is not None:
            rows.insert(2, (1, limit))
        if (killed := kills(view, width)) is not None:
            rows.insert(3, (2, killed))
        # History keeps shares only.
        return rows if memory.total_bytes is not None else [row for row in rows if row[0] in _SHARES]


def _graph_rows(height: int, over: int) -> int:
    """The height of the graph if this many rows are left."""
    if height >= _GRAPH_FROM:
        return max(over, _GRAPH_ROWS)
    return over if over >= 2 else 0


def _stack(memory: MemoryMetrics, view: View, width: int) -> Line:
    """Used, cache, buffers and free, end to end. Cache may overlap used (shared memory); used is drawn in full."""
    used = scaled("memory", memory.used_percent)  # the colour of its row
    parts = [(used, memory.used_bytes), ("cache", memory.cached_bytes), ("buffers", memory.buffers_bytes)]
    known = [(style, float(amount)) for style, amount in parts if amount is not None]
    return stacked(known, float(memory.total_bytes or 0), width, view.glyphs)


def _row(label: str, amount: int | None, memory: MemoryMetrics, view: View, width: int, style: str) -> Line:
    """Label, meter, size and share of all memory. Only used memory is coloured and marked by its amount."""
    percent = 100 * amount / memory.total_bytes if amount is not None and memory.total_bytes else None
    if label == "used" and amount is None:
        percent = memory.used_percent
    if style != "memory":
        runs = plain_meter(percent, width - _LABEL - _NUMBERS, style, view.glyphs)
        return _line(label, runs, amount, ("dim", percent_field(percent)), ("text", " "), width)
    runs = meter(percent, width - _LABEL - _NUMBERS, style, view.glyphs)
    sign = judged("memory", percent, view)
    return _line(label, runs, amount, (scaled(style, percent), percent_field(percent)), sign, width)


def _swap(memory: MemoryMetrics, percent: float | None, view: View, width: int) -> Line:
    runs = meter(percent, width - _LABEL - _NUMBERS, "load", view.glyphs)
    sign = judged("swap", percent, view)
    return _line("swap", runs, memory.swap_used_bytes, (scaled("load", percent), percent_field(percent)), sign, width)


def _line(label: str, runs: Sequence[Run], amount: int | None, share: Run, sign: Run, width: int) -> Line:
    """The row; if it is too narrow for everything, the size is left out first."""
    if width >= _LABEL + _NUMBERS:
        size = ("value" if amount else "dim", fit_right(units.size(amount), 6) + " ")
        return [("label", fit(label, _LABEL)), *runs, size, share, sign]
    return pad([("label", fit(label, max(0, width - 5), "")), share, sign], width)


def _swap_percent(memory: MemoryMetrics, view: View) -> float | None:
    if isinstance(view.snapshot, MeanSnapshot):
        kept = view.snapshot.point.swap_used_percent
        return kept.mean if kept is not None else None
    if not memory.swap_total_bytes or memory.swap_used_bytes is None:
        return None
    return 100 * memory.swap_used_bytes / memory.swap_total_bytes


def _swap_rates(memory: MemoryMetrics, width: int) -> Line:
    rates = (("in", memory.swap_in_bytes_per_second), ("out", memory.swap_out_bytes_per_second))
    items: list[Line] = [[("dim", fit("", _LABEL - 2))]]
    items += [[("label", name), ("value" if rate else "dim", fit_right(_rate(rate), 8))] for name, rate in rates]
    return in_a_row([*items, [("label", "of"), ("dim", fit_right(units.size(memory.swap_total_bytes), 6))]], width)


def _pressure(pressure: Pressure, width: int) -> Line:
    items: list[Line] = [[("label", "pressure memory")]]
    for name, value in (("some", pressure.some_10s_percent), ("full", pressure.full_10s_percent)):
        items.append([("label", name), ("value" if value else "dim", fit_right(units.percent(value, 1), 6))])
    return in_a_row(items, width, gap=1)


def _rate(value: float | None) -> str:
    return units.size(value) + ("" if value is None else "/s")


def _used(memory: MemoryMetrics, view: View) -> Line:
    percent = memory.used_percent
    return [
        (scaled("memory", percent), percent_field(percent)),
        judged("memory", percent, view),
    ]


def _used_percent(snapshot: NodeSnapshot) -> float | None:
    return snapshot.memory.used_percent if snapshot.memory else None
