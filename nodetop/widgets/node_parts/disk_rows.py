"""Block devices as rows: read and write rates with their graphs, operations, waiting time, busy time and queue."""

from collections.abc import Callable, Sequence

from nodetop.base import units
from nodetop.base.text import clean, fit_middle, fit_right
from nodetop.drawing.graph import nice_top, small
from nodetop.drawing.runs import Line, Run
from nodetop.drawing.theme import middle
from nodetop.model.snapshot import DiskMetrics, NodeSnapshot
from nodetop.widgets.base.columns import Column, columns_width, fit_columns, header_row, row_of
from nodetop.widgets.base.panel_parts import graph_heads, percent_field, rate_style, scaled, unsaid_span
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View

LEAST_TOP = 1_048_576.0
"""The top of a graph's scale is at least this many bytes per second, so that noise stays small."""
COLUMNS = (
    Column("device", 6, 9, 14, 0, "device", right=False),
    Column("read", 6, 6, 6, 1, "read"),
    Column("read graph", 5, 8, 60, 4, "", right=False),
    Column("write", 6, 6, 6, 2, "write"),
    Column("write graph", 5, 8, 60, 4, "", right=False),
    Column("reads", 5, 5, 5, 5, "r/s"),
    Column("writes", 5, 5, 5, 5, "w/s"),
    Column("read await", 5, 5, 5, 6, "r ms"),
    Column("write await", 5, 5, 5, 6, "w ms"),
    Column("queue", 5, 5, 5, 7, "queue"),
    Column("busy", 4, 4, 4, 3, "busy"),
)
PLAIN = tuple(column for column in COLUMNS if column.rank <= 4)
"""Columns that are clear without a header."""


class DiskRows:
    """Draws block devices; keeps their rates over time."""

    def __init__(self, series: SeriesKeeper) -> None:
        self._series = series
        self.unsaid = ""
        """How far back the graphs of the last drawing reach, if it had no header that says so."""

    def lines(self, disks: Sequence[DiskMetrics], view: View, width: int, height: int) -> list[Line]:
        """At most `height` lines: a header if there is room, then all devices or the busiest ones."""
        self.unsaid = ""
        if height <= 0 or not disks:
            return []
        has_head = height > 2 or height > len(disks)
        columns = COLUMNS if has_head else PLAIN
        widths = fit_columns(columns, width)
        used = columns_width(widths)
        head = [header_row(columns, widths, width, graph_heads(widths, view))] if has_head else []
        self.unsaid = "" if has_head else unsaid_span(widths, view)
        return head + [
            row_of([self._cell(name, wide, disk, view) for name, wide in widths.items()], used, width)
            for disk in _chosen(disks, height - len(head))
        ]

    def _cell(self, name: str, wide: int, disk: DiskMetrics, view: View) -> Sequence[Run]:
        if name == "device":
            return (("text" if disk.in_total else "dim", fit_middle(clean(disk.device), wide, view.glyphs.ellipsis)),)
        if name in ("read graph", "write graph"):
            return self._graph(name.partition(" ")[0], wide, disk.device, view)
        if name in ("read", "write"):
            value = disk.read_bytes_per_second if name == "read" else disk.write_bytes_per_second
            return ((rate_style(value, name), fit_right(units.size(value), wide)),)
        if name == "busy":
            return ((scaled("load", disk.utilisation_percent), percent_field(disk.utilisation_percent)),)
        if name == "queue":
            return (_number(units.count(disk.queue_depth), disk.queue_depth, wide),)
        if name in ("reads", "writes"):
            operations = disk.reads_per_second if name == "reads" else disk.writes_per_second
            return (_number(units.count(operations and max(operations, 0.1)), operations, wide),)
        wait = disk.read_await_ms if name == "read await" else disk.write_await_ms
        return (_number(units.milliseconds(wait), wait, wide),)

    def _graph(self, way: str, wide: int, device: str, view: View) -> Sequence[Run]:
        values = self._series.last(view, (way, device), _rate_of(device, way), 2 * wide)
        return small(values, wide, nice_top(values, LEAST_TOP), middle(way), ascii_only=view.glyphs.ascii_only)


def _number(text: str, value: float | None, wide: int) -> Run:
    return ("value" if value else "dim", fit_right(text, wide))


def _rate_of(device: str, way: str) -> Callable[[NodeSnapshot], float | None]:
    field = f"{way}_bytes_per_second"

    def rate(snapshot: NodeSnapshot) -> float | None:
        for disk in snapshot.disks or ():
            if disk.device == device:
                value: float | None = getattr(disk, field)
                return value
        return None

    return rate


def _chosen(disks: Sequence[DiskMetrics], room: int) -> list[DiskMetrics]:
    """All devices or the busiest ones, whole disks first."""
    ordered = sorted(disks, key=lambda disk: not disk.in_total)
    if len(ordered) <= room:
        return ordered
    busiest = sorted(ordered, key=_activity, reverse=True)[:room]
    return [disk for disk in ordered if disk in busiest][:room]


def _activity(disk: DiskMetrics) -> tuple[bool, float, float]:
    moved = (disk.read_bytes_per_second or 0.0) + (disk.write_bytes_per_second or 0.0)
    return (disk.in_total, disk.utilisation_percent or 0.0, moved)
