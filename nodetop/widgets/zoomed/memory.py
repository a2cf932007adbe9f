"""The memory panel on the whole screen: each part of the memory over time."""

from collections.abc import Callable

from nodetop.base import units
from nodetop.drawing.runs import Line
from nodetop.model.snapshot import MemoryMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import apart, percent_field, rate_style
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View
from nodetop.widgets.zoomed.grid import grid, grid_rows, lines_block, share_rows
from nodetop.widgets.zoomed.history import PERCENT, Histories, Scale

_LEAST_CELLS = 36
_LEAST_GRAPH = 3
Amount = Callable[[MemoryMetrics], float | None]
_PARTS: tuple[tuple[str, Amount, str], ...] = (
    ("used", lambda memory: memory.used_bytes, "memory"),
    ("available", lambda memory: memory.available_bytes, "receive"),
    ("cache", lambda memory: memory.cached_bytes, "read"),
    ("buffers", lambda memory: memory.buffers_bytes, "transmit"),
    ("shared", lambda memory: memory.shared_bytes, "write"),
    ("free", lambda memory: memory.free_bytes, "receive"),
    ("ZFS ARC", lambda memory: memory.zfs_arc_bytes, "read"),
)


def memory_blocks(rows: list[Line], view: View, series: SeriesKeeper, width: int, height: int) -> list[Block]:
    """These rows, and below them a grid of graphs."""
    memory = (view.snapshot.memory if view.snapshot else None) or MemoryMetrics()
    drawn = [*_parts(memory), *_swap(memory), *_pressures(memory)]
    lines = grid_rows(len(drawn), width, _LEAST_CELLS)
    graph = share_rows(height, len(rows) + lines, lines, _LEAST_GRAPH)
    histories = Histories(series, view)

    def draw(item: tuple[str, Line, Value, Scale], cells: int) -> list[Line]:
        name, head, value, scale = item
        return histories.lines(head, ("memory", name), value, scale, cells, graph)

    return [lines_block(rows), *grid(drawn, width, _LEAST_CELLS, graph + 1, draw)]


Drawn = tuple[str, Line, Value, Scale]


def _parts(memory: MemoryMetrics) -> list[Drawn]:
    if memory.used_bytes is None and memory.used_percent is not None:  # history keeps no sizes
        head: Line = [("label", "used "), ("value", _percent(memory.used_percent))]
        return [("used share", head, _of(lambda each: each.used_percent), Scale("memory", _percent, top=PERCENT))]
    whole = float(memory.total_bytes or 0) or None
    found: list[Drawn] = []
    for name, amount, gradient in _PARTS:
        value = amount(memory)
        if value is not None:
            share = percent_field(100 * value / whole) if whole else ""
            head = [("label", f"{name} "), ("value", units.size(value)), ("dim", apart(share) if share else "")]
            found.append((name, head, _of(amount), Scale(gradient, units.size, top=whole, least=1.0)))
    return found


def _swap(memory: MemoryMetrics) -> list[Drawn]:
    if not memory.swap_total_bytes:
        return []
    scale = Scale("load", units.size, top=float(memory.swap_total_bytes))
    head: Line = [("label", "swap "), ("value", units.size(memory.swap_used_bytes))]
    head.append(("dim", f" of {units.size(memory.swap_total_bytes)}"))
    found: list[Drawn] = [("swap", head, _of(lambda each: each.swap_used_bytes), scale)]
    rates: tuple[tuple[str, Amount, str], ...] = (
        ("swap in", lambda each: each.swap_in_bytes_per_second, "read"),
        ("swap out", lambda each: each.swap_out_bytes_per_second, "write"),
    )
    for name, amount, gradient in rates:
        rate = amount(memory)
        line: Line = [("label", f"{name} "), (rate_style(rate, gradient), _per_second(rate))]
        found.append((name, line, _of(amount), Scale(gradient, _per_second, least=102_400.0, thousand=1024)))
    return found


def _pressures(memory: MemoryMetrics) -> list[Drawn]:
    if memory.pressure is None:
        return []
    value = memory.pressure.some_10s_percent
    head: Line = [("label", "pressure "), ("value" if value else "dim", _percent(value))]
    some = _of(lambda each: each.pressure.some_10s_percent if each.pressure else None)
    return [("pressure", head, some, Scale("load", _percent, top=PERCENT))]


def _per_second(value: float | None) -> str:
    return units.size(value) + ("" if value is None else "/s")


def _percent(value: float | None) -> str:
    return units.percent(value, 1) + ("" if value is None else "%")


def _of(amount: Amount) -> Value:
    def of(snapshot: NodeSnapshot) -> float | None:
        return amount(snapshot.memory) if snapshot.memory else None

    return of
