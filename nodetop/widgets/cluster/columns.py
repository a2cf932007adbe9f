"""The columns of the node list: how wide each may be, what it shows and how it sorts. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_right
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.meter import meter, step
from nodetop.drawing.runs import Run
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.panel_parts import (
    Column,
    percent_field,
    rate_style,
    rate_text,
    rate_width,
    scaled,
    temperature_field,
)
from nodetop.widgets.base.view import View

Cell = Callable[[NodeStatus, View, int], Sequence[Run]]
Values = Sequence[float | None]

STATES = {"gone": 0, "stale": 1, "late": 2, "up": 3}
"""From the worst to the best."""
_HOT_CELSIUS = 100.0
_METER_LEAST = 8
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True)
class NodeColumn:
    """`value` is what it sorts by; the largest come first unless `ascending`. Unknown ones come last."""

    column: Column
    title: str
    cell: Cell
    value: Callable[[NodeStatus], Any]
    ascending: bool = False


def natural_name(row: NodeStatus) -> tuple[str | int, ...]:
    """Names as people count them: web-2 before web-10."""
    parts = _DIGITS.split(row.node)
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts))


def state_mark(state: str, glyphs: Glyphs) -> Run:
    """One cell and its style: each state has its own character."""
    if state == "up":
        return ("good", glyphs.dot)
    if state == "late":
        return ("warning", glyphs.warning)
    return ("critical", glyphs.critical) if state == "stale" else ("dim", glyphs.times)


def _state(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    style, mark = state_mark(row.state, view.glyphs)
    text_style = "dim" if row.state == "up" else style
    return ((style, mark), (text_style, fit(" " + clean(row.state), cells - 1)))


def _name(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    return (("value", fit(clean(row.node), cells, view.glyphs.ellipsis)),)


def _share(value: Callable[[NodeStatus], float | None], gradient: str) -> Cell:
    """A meter where there is room, and the percentage."""

    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        percent = value(row)
        text: Run = (scaled(gradient, percent), fit_right(percent_field(percent), cells if cells < _METER_LEAST else 5))
        return (text,) if cells < _METER_LEAST else (*meter(percent, cells - 5, gradient, view.glyphs), text)

    return cell


def _rate(value: Callable[[NodeStatus], float | None], gradient: str) -> Cell:
    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        number = value(row)
        return ((rate_style(number, gradient), fit_right(rate_text(view, number), cells)),)

    return cell


def _bytes_rate(value: Callable[[NodeStatus], float | None], gradient: str) -> Cell:
    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        number = value(row)
        text = view.glyphs.unknown if number is None else units.size(number) + "/s"
        return ((rate_style(number, gradient), fit_right(text, cells)),)

    return cell


def _temperature(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    value = row.cpu_celsius
    style = "dim" if value is None else f"heat.{step(value / _HOT_CELSIUS)}"
    return ((style, fit_right(temperature_field(value, view.fahrenheit, view.glyphs), cells)),)


def _load(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    load = row.load_1m
    text = view.glyphs.unknown if load is None else f"{load:.2f}" if load < 99.995 else f"{load:.0f}"
    # How much a load is depends on the CPUs, which a moment of history does not tell.
    style = scaled("load", 100 * load / row.cpu_count / 2 if load is not None and row.cpu_count else None)
    return ((style, fit_right(text, cells)),)


def _plain(text: Callable[[NodeStatus], str], style: str = "text", *, right: bool = True) -> Cell:
    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        place = fit_right if right else fit
        return ((style, place(text(row), cells, view.glyphs.ellipsis)),)

    return cell


def _age(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    style = {"up": "dim", "late": "warning"}.get(row.state, "critical")
    return ((style, fit_right(units.age(row.age_seconds), cells)),)


def _nothing(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    raise AssertionError("the trend is drawn from more than the row")


TREND = "trend"

COLUMNS: dict[str, NodeColumn] = {
    each.column.name: each
    for each in (
        NodeColumn(
            Column("state", 7, 7, 7, 0, "STATE", right=False),
            "state", _state, lambda row: STATES.get(row.state, 0), ascending=True,
        ),
        NodeColumn(
            Column("name", 10, 18, 32, 0, "NODE", right=False), "name", _name, natural_name, ascending=True
        ),
        NodeColumn(
            Column("cpu", 10, 16, 26, 0, "CPU%"),
            "CPU", _share(lambda row: row.cpu_busy_percent, "load"), lambda row: row.cpu_busy_percent,
        ),
        NodeColumn(Column(TREND, 12, 20, 60, 2, "LAST HOUR", right=False), "CPU", _nothing,
                   lambda row: row.cpu_busy_percent),
        NodeColumn(
            Column("load", 5, 5, 6, 2, "LOAD"), "load", _load, lambda row: row.load_1m
        ),
        NodeColumn(
            Column("memory", 5, 14, 22, 1, "MEM%"),
            "memory", _share(lambda row: row.memory_used_percent, "memory"), lambda row: row.memory_used_percent,
        ),
        NodeColumn(
            Column("swap", 5, 5, 5, 6, "SWAP%"),
            "swap", _share(lambda row: row.swap_used_percent, "memory"), lambda row: row.swap_used_percent,
        ),
        NodeColumn(
            Column("disk", 5, 12, 20, 1, "DISK%"),
            "fullest file system", _share(lambda row: row.filesystem_used_percent, "load"),
            lambda row: row.filesystem_used_percent,
        ),
        NodeColumn(
            Column("util", 5, 5, 5, 6, "UTIL%"),
            "busiest disk", _share(lambda row: row.disk_utilisation_percent, "load"),
            lambda row: row.disk_utilisation_percent,
        ),
        NodeColumn(
            Column("read", 7, 7, 8, 5, "READ"),
            "disk read", _bytes_rate(lambda row: row.disk_read_bytes_per_second, "read"),
            lambda row: row.disk_read_bytes_per_second,
        ),
        NodeColumn(
            Column("write", 7, 7, 8, 5, "WRITE"),
            "disk write", _bytes_rate(lambda row: row.disk_write_bytes_per_second, "write"),
            lambda row: row.disk_write_bytes_per_second,
        ),
        NodeColumn(
            Column("receive", 7, 7, 9, 3, "RECV"),
            "received", _rate(lambda row: row.network_receive_bytes_per_second, "receive"),
            lambda row: row.network_receive_bytes_per_second,
        ),
        NodeColumn(
            Column("transmit", 7, 7, 9, 3, "SENT"),
            "sent", _rate(lambda row: row.network_transmit_bytes_per_second, "transmit"),
            lambda row: row.network_transmit_bytes_per_second,
        ),
        NodeColumn(
            Column("temperature", 5, 5, 6, 2, "TEMP"), "temperature", _temperature, lambda row: row.cpu_celsius
        ),
        NodeColumn(
            Column("uptime", 7, 7, 8, 4, "UPTIME"),
            "uptime", _plain(lambda row: units.duration(row.uptime_seconds), "dim"), lambda row: row.uptime_seconds,
        ),
        NodeColumn(
            Column("processes", 5, 5, 6, 7, "PROCS"),
            "processes", _plain(lambda row: units.count(row.processes_total), "dim"), lambda row: row.processes_total,
        ),
        NodeColumn(
            Column("cpus", 4, 4, 5, 7, "CPUS"),
            "CPUs", _plain(lambda row: units.count(row.cpu_count), "dim"), lambda row: row.cpu_count,
        ),
        NodeColumn(
            Column("total", 5, 5, 6, 7, "TOTAL"),
            "memory size", _plain(lambda row: units.size(row.memory_total_bytes), "dim"),
            lambda row: row.memory_total_bytes,
        ),
        NodeColumn(
            Column("age", 4, 4, 4, 1, "AGE"), "age", _age, lambda row: row.age_seconds
        ),
        NodeColumn(
            Column("os", 12, 20, 40, 8, "SYSTEM", right=False),
            "system", _plain(lambda row: clean(row.os or units.UNKNOWN), "dim", right=False), lambda row: row.os,
            ascending=True,
        ),
    )
}  # fmt: skip
"""In the order in which they stand, and in which < and > walk through them."""

SORTS = tuple(name for name in COLUMNS if name != TREND)


def shown_columns(view: View) -> tuple[Column, ...]:
    """All columns as wide as this view needs them."""
    rates = rate_width(view)
    return tuple(
        Column(each.column.name, rates, rates, rates + 1, each.column.rank, each.column.header)
        if each.column.name in ("receive", "transmit")
        else each.column
        for each in COLUMNS.values()
    )


def sparkline(values: Values, cells: int, glyphs: Glyphs) -> Run:
    """The mean of each stretch of the values as one cell; what is not known is a blank, and idle is not."""
    levels = glyphs.levels
    text = ""
    most = 0.0
    for number in range(cells):
        first, end = number * len(values) // cells, max((number + 1) * len(values) // cells, 1)
        known = [value for value in values[min(first, end - 1) : end] if value is not None]
        if not known:
            text += " "
            continue
        mean = sum(known) / len(known)
        most = max(most, mean)
        text += levels[max(1, min(8, round(mean * 8 / 100)))]
    return (f"load.{step(most / 100)}" if text.strip() else "dim", text)
