"""The charts of the trends: which values, on which scale, in which words. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from nodetop.base import units
from nodetop.drawing.graph import nice_top
from nodetop.widgets.base.view import View

_FULL_PERCENT = 100.0
_HOT_CELSIUS = 110.0


def _nice_bytes(values: Sequence[float | None], least: float) -> float:
    """A power of two that holds all values: binary units then read round."""
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
    """One charted value: its field in a point, what it is called beside others, its colours."""

    name: str
    label: str
    gradient: str


@dataclass(frozen=True)
class Chart:
    """A box with one series, or with a second one hanging below the first. `top` None: as high as the data."""

    title: str
    series: tuple[Series, ...]
    text: Callable[[float | None], str]
    top: float | None = None
    least: float = 1.0
    nice: Callable[[Sequence[float | None], float], float] = nice_top


def _percent(value: float | None) -> str:
    return units.percent(value) + ("" if value is None else "%")


def _rate(value: float | None, bits: bool = False) -> str:
    return units.bits(value) if bits else units.size(value)


def _load(value: float | None) -> str:
    return units.percent(value, 2)


def _degrees(value: float | None, fahrenheit: bool = False) -> str:
    return units.temperature(value, fahrenheit).rstrip("CF")


def charts(view: View) -> tuple[Chart, ...]:
    """All charts, most important first."""
    network = partial(_rate, bits=view.network_bits)
    return (
        Chart("cpu", (Series("cpu_busy_percent", "", "load"),), _percent, _FULL_PERCENT),
        Chart("memory", (Series("memory_used_percent", "", "memory"),), _percent, _FULL_PERCENT),
        Chart(
            "network",
            (
                Series("network_receive_bytes_per_second", "in", "receive"),
                Series("network_transmit_bytes_per_second", "out", "transmit"),
            ),
            network,
            least=1024,
            nice=_nice_bits if view.network_bits else _nice_bytes,
        ),
        Chart(
            "disks",
            (
                Series("disk_read_bytes_per_second", "read", "read"),
                Series("disk_write_bytes_per_second", "write", "write"),
            ),
            _rate,
            least=1024,
            nice=_nice_bytes,
        ),
        Chart("load 1m", (Series("load_1m", "", "load"),), _load),
        Chart("fullest file system", (Series("filesystem_used_percent", "", "memory"),), _percent, _FULL_PERCENT),
        Chart(
            "cpu temperature",
            (Series("cpu_celsius", "", "heat"),),
            partial(_degrees, fahrenheit=view.fahrenheit),
            _HOT_CELSIUS,
        ),
        Chart("busiest disk", (Series("disk_utilisation_percent", "", "load"),), _percent, _FULL_PERCENT),
        Chart("swap", (Series("swap_used_percent", "", "memory"),), _percent, _FULL_PERCENT),
    )
