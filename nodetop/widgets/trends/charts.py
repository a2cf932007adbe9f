"""The charts of the trends screen: which values, on which scale, with which labels. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from nodetop.base import units
from nodetop.drawing.graph import nice_top
from nodetop.model.item_kinds import INTERFACE
from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.quantity import Quantity
from nodetop.widgets.base.view import View

_FULL_PERCENT = 100.0
_HOT_CELSIUS = 110.0
_LEAST_BYTES = 1024.0


def _nice_bytes(values: Sequence[float | None], least: float) -> float:
    """A power of two that is at least as large as all values: round in binary units."""
    most = max([value for value in values if value is not None], default=0.0)
    top = least
    while top < most:
        top *= 2
    return top


def _nice_bits(values: Sequence[float | None], least: float) -> float:
    """Bytes that make a round number of bits."""
    return nice_top([None if value is None else 8 * value for value in values], 1000.0) / 8


@dataclass(frozen=True)
class Series:
    """One charted value: its field in a point, its label beside others, its colours."""

    name: str
    label: str
    gradient: str


@dataclass(frozen=True)
class Chart:
    """A box with one series, or with a second one growing downwards below it. `top` None: as high as the data."""

    title: str
    series: tuple[Series, ...]
    text: Callable[[float | None], str]
    top: float | None = None
    unit: str = ""
    """Shown beside the title, if the numbers do not have it."""
    least: float = 1.0
    nice: Callable[[Sequence[float | None], float], float] = nice_top


def _percent(value: float | None) -> str:
    return units.percent(value) + ("" if value is None else "%")


def _load(value: float | None) -> str:
    """In five cells, as the labels of a scale have."""
    if value is None or value < 99.995:
        return units.percent(value, 2)
    return units.percent(value, 1) if value < 999.95 else units.count(value)


def _degrees(value: float | None, fahrenheit: bool = False) -> str:
    return units.temperature(value, fahrenheit).rstrip("CF")


def charts(view: View) -> tuple[Chart, ...]:
    """All charts, most important first."""
    together: dict[str, list[Quantity]] = {}
    for each in sorted(CHARTED_QUANTITIES, key=lambda each: each.chart.rank if each.chart else 0):
        if each.chart:
            together.setdefault(each.chart.title, []).append(each)
    return tuple(_chart(title, quantities, view) for title, quantities in together.items())


def _chart(title: str, quantities: Sequence[Quantity], view: View) -> Chart:
    """A chart of one quantity, or of two with the same unit."""
    series = tuple(
        Series(each.row, each.chart.label, each.chart.gradient or each.gradient) for each in quantities if each.chart
    )
    first = quantities[0]
    match first.unit:
        case "percent":
            return Chart(title, series, _percent, _FULL_PERCENT)
        case "celsius":
            return Chart(title, series, partial(_degrees, fahrenheit=view.fahrenheit), _HOT_CELSIUS)
        case "bytes/s" | "bytes" if view.network_bits and first.each is INTERFACE:
            return Chart(title, series, units.bits, unit="b/s", least=_LEAST_BYTES, nice=_nice_bits)
        case "bytes/s" | "bytes":
            unit = "B/s" if first.unit == "bytes/s" else "B"
            return Chart(title, series, units.size, unit=unit, least=_LEAST_BYTES, nice=_nice_bytes)
        case "load":
            return Chart(title, series, _load)
        case "seconds":
            return Chart(title, series, units.duration)
        case _:
            return Chart(title, series, units.count)
