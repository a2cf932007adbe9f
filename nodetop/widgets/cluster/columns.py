"""The columns of the node list: their widths, what they show and how they sort. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_host, fit_right
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.meter import meter, step
from nodetop.drawing.runs import Run
from nodetop.model.hub_api import MomentRow
from nodetop.model.item_kinds import INTERFACE
from nodetop.model.node_status import REPORTING
from nodetop.model.quantities import QUANTITIES
from nodetop.model.quantity import ColumnSpec, Quantity, Unit
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.columns import Column
from nodetop.widgets.base.panel_parts import (
    judged,
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
"""From worst to best."""
DIMMED = ("stale", "gone")
"""States in which values are old."""
_HOT_CELSIUS = 100.0
_METER_LEAST = 8
_AFTER_METER = 6
"""A blank, a mark, and a percentage."""
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True)
class NodeColumn:
    """`value` is the sort value; largest first unless `ascending`. Unknown values come last."""

    column: Column
    title: str
    cell: Cell
    value: Callable[[NodeStatus], Any]
    ascending: bool = False


def natural_name(row: NodeStatus) -> tuple[str | int, ...]:
    """A sort key that puts web-2 before web-10."""
    parts = _DIGITS.split(row.node)
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts))


NO_DATA = "none"


def shown_state(row: NodeStatus) -> str:
    """The state, in the words of the screen. A node of a past time without any data had perhaps not joined yet: that
    it was gone would be more than is known."""
    has_none = isinstance(row, MomentRow) and row.state == "gone" and row.age_seconds is None
    return NO_DATA if has_none else row.state


def state_mark(state: str, glyphs: Glyphs) -> Run:
    """One cell and its style: each state has its own character."""
    if state == "up":
        return ("good", glyphs.dot)
    if state == "late":
        return ("warning", glyphs.warning)
    if state == NO_DATA:
        return ("dim", glyphs.unknown)
    return ("critical", glyphs.critical) if state == "stale" else ("dim", glyphs.times)


def _state(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    state = shown_state(row)
    style, mark = state_mark(state, view.glyphs)
    text_style = "dim" if state == "up" else style
    return ((style, mark), (text_style, fit(" " + clean(state), cells - 1)))


def _name(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    return (("value", fit_host(clean(row.node), cells, view.glyphs.ellipsis)),)


def _share(quantity: Quantity) -> Cell:
    """A meter if there is room, and the percentage. Before it is the mark of a value above its limit, if the node
    reports."""
    value_of, gradient, name = quantity.of_row, quantity.gradient, quantity.name

    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        percent = value_of(row)
        room = cells if cells < _METER_LEAST else _AFTER_METER
        style, text = scaled(gradient, percent), percent_field(percent)
        sign = judged(name, percent if row.state in REPORTING else None, view)
        if sign[1] == " ":
            number: Sequence[Run] = ((style, text.rjust(room)),)
        else:
            number = ((sign[0], sign[1].rjust(room - len(text))), (style, text))
        return (
            number if cells < _METER_LEAST else (*meter(percent, cells - _AFTER_METER, gradient, view.glyphs), *number)
        )

    return cell


def _rate(quantity: Quantity) -> Cell:
    value_of, gradient, is_network = quantity.of_row, quantity.gradient, quantity.each is INTERFACE

    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        number = value_of(row)
        if is_network:
            text = rate_text(view, number)
        else:
            text = view.glyphs.unknown if number is None else units.size(number) + "/s"
        return ((rate_style(number, gradient), fit_right(text, cells)),)

    return cell


def _temperature(quantity: Quantity) -> Cell:
    value_of, name = quantity.of_row, quantity.name

    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        value = value_of(row)
        style = "dim" if value is None else f"heat.{step(value / _HOT_CELSIUS)}"
        text = fit_right(temperature_field(value, view.fahrenheit, view.glyphs), cells)
        sign = judged(name, value if row.state in REPORTING else None, view)
        # In a narrow column, a temperature of three digits leaves no room for the mark.
        return (sign, (style, text[1:])) if text[0] == " " and sign[1] != " " else ((style, text),)

    return cell


def _load(quantity: Quantity) -> Cell:
    value_of = quantity.of_row

    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        load = value_of(row)
        text = view.glyphs.unknown if load is None else f"{load:.2f}" if load < 99.995 else f"{load:.0f}"
        # Whether a load is high depends on the number of CPUs, which past samples do not contain.
        style = scaled("load", 100 * load / row.cpu_count / 2 if load is not None and row.cpu_count else None)
        return ((style, fit_right(text, cells)),)

    return cell


def _plain(text: Callable[[NodeStatus], str], style: str = "text", *, right: bool = True) -> Cell:
    def cell(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        place = fit_right if right else fit
        return ((style, place(text(row), cells, view.glyphs.ellipsis)),)

    return cell


def _age(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    style = {"up": "dim", "late": "warning", NO_DATA: "dim"}.get(shown_state(row), "critical")
    return ((style, fit_right(units.age(row.age_seconds), cells)),)


def _nothing(row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
    raise AssertionError("the trend needs more than the row")


TREND, TAGS = "trend", "tags"

_TEXTS: Mapping[Unit, Callable[[float | None], str]] = {
    "seconds": units.duration, "bytes": units.size, "ms": units.milliseconds,
}  # fmt: skip


def _cell(quantity: Quantity) -> Cell:
    """How to draw the values of a column, by their unit."""
    match quantity.unit:
        case "percent":
            return _share(quantity)
        case "bytes/s":
            return _rate(quantity)
        case "celsius":
            return _temperature(quantity)
        case "load":
            return _load(quantity)
    text, value_of = _TEXTS.get(quantity.unit, units.count), quantity.of_row
    return _plain(lambda row: text(value_of(row)), "dim")


def _of(quantity: Quantity, spec: ColumnSpec) -> NodeColumn:
    column = Column(quantity.column_name, spec.least, spec.want, spec.most, spec.rank, spec.head)
    return NodeColumn(column, quantity.title, _cell(quantity), quantity.of_row)


def _all_columns() -> Iterator[NodeColumn]:
    """The columns that identify the node, those of the table of quantities, and the other facts about a node."""
    yield NodeColumn(
        Column("state", 7, 7, 7, 0, "STATE", right=False),
        "state", _state, lambda row: STATES.get(row.state, 0), ascending=True,
    )  # fmt: skip
    yield NodeColumn(Column("name", 10, 18, 48, 0, "NODE", right=False), "name", _name, natural_name, ascending=True)
    yield NodeColumn(
        Column(TAGS, 16, 18, 40, 3, "TAGS", right=False),
        "tags", _plain(lambda row: clean(" ".join(row.tags)), "dim", right=False), lambda row: row.tags or None,
        ascending=True,
    )  # fmt: skip
    for quantity in QUANTITIES:
        if quantity.column:
            yield _of(quantity, quantity.column)
        if quantity.name == "cpu":
            trend = Column(TREND, 12, 20, 60, 2, " LAST HOUR", right=False)
            yield NodeColumn(trend, quantity.title, _nothing, quantity.of_row)
    yield NodeColumn(Column("age", 4, 4, 4, 1, "AGE"), "age", _age, lambda row: row.age_seconds)
    yield NodeColumn(
        Column("os", 12, 20, 40, 8, "SYSTEM", right=False),
        "system", _plain(lambda row: clean(row.os or units.UNKNOWN), "dim", right=False), lambda row: row.os,
        ascending=True,
    )  # fmt: skip


COLUMNS: dict[str, NodeColumn] = {each.column.name: each for each in _all_columns()}
"""In display order, which is also the order in which < and > go through them."""

SORTS = tuple(name for name in COLUMNS if name != TREND)


def shown_columns(view: View, *, has_tags: bool = False) -> tuple[Column, ...]:
    """All columns, with the widths that this view needs; that of the tags if there are any."""
    rates = rate_width(view)
    return tuple(
        replace(column, least=max(rates, column.least), want=max(rates, column.want), most=max(rates + 1, column.most))
        if (column := each.column).name in ("receive", "transmit")
        else column
        for name, each in COLUMNS.items()
        if has_tags or name != TAGS
    )


def sparkline(values: Values, cells: int, glyphs: Glyphs) -> Run:
    """The mean of each stretch of the values as one cell; unknown is a blank, unlike zero."""
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
