"""History of one node: what is asked for each interval, and points of history made of it. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from nodetop.model.snapshot import HistoryPoint, Stat
from nodetop.sources.prometheus.labels import Labels, Target
from nodetop.sources.prometheus.metrics import CLOCK, CPU, CPU_CHIP, CPU_PLACE, NOT_STORAGE, SEEN, STACKED, VIRTUAL
from nodetop.sources.prometheus.picks import one, whole
from nodetop.sources.prometheus.promql import Part, Values, covered

_FINE = 12
"""The maximum of a rate in an interval is the highest of so many rates within it: one for each scrape would make the
store read a month of samples many times."""
_MOST_PERCENT = {"cpu_busy_percent", "memory_used_percent", "swap_used_percent", "disk_utilisation_percent"}
_RATES = {
    "disk_read_bytes_per_second": ("sum", "node_disk_read_bytes_total", f'device!~"{STACKED}"', 1),
    "disk_write_bytes_per_second": ("sum", "node_disk_written_bytes_total", f'device!~"{STACKED}"', 1),
    "disk_utilisation_percent": ("max", "node_disk_io_time_seconds_total", f'device!~"{STACKED}"', 100),
    "network_receive_bytes_per_second": ("sum", "node_network_receive_bytes_total", f'device!~"{VIRTUAL}"', 1),
    "network_transmit_bytes_per_second": ("sum", "node_network_transmit_bytes_total", f'device!~"{VIRTUAL}"', 1),
}


def mean_parts(labels: Labels, target: Target, span: int) -> list[Part]:
    """The mean of each charted value over `span` seconds, and what belongs to the point."""
    node = labels.of(target)
    gauge = _Gauges(node, span, "avg", "avg")
    return [
        Part("samples", f"count_over_time({SEEN}{{{node}}}[{span}s])"),
        Part("boot_time", f"last_over_time({SEEN}{{{node}}}[{span}s])"),
        Part("oom_kills", f"max_over_time(node_vmstat_oom_kill{{{node}}}[{span}s])"),
        *gauge.parts(),
        Part("cpu_busy_percent", _busy(node, span)),
        *(Part(name, _rate(node, name, span)) for name in _RATES),
    ]


def max_parts(labels: Labels, target: Target, span: int, window: int) -> list[Part]:
    """The maximum of each charted value over `span` seconds."""
    node, fine = labels.of(target), max(window, math.ceil(span / _FINE))

    def highest(query: str) -> str:
        return f"max_over_time(({query})[{span}s:{fine}s])"

    return [
        *_Gauges(node, span, "max", "min").parts(),
        Part("cpu_busy_percent", highest(_busy(node, fine))),
        *(Part(name, highest(_rate(node, name, fine))) for name in _RATES),
    ]


def _busy(node: str, span: int) -> str:
    idle = f'sum by (cpu) (rate({CPU}{{{node},mode=~"idle|iowait"}}[{span}s]))'
    return f"100 * (1 - avg({idle}) / {covered(f'sum(rate({CLOCK}{{{node}}}[{span}s]))')})"


def _rate(node: str, name: str, span: int) -> str:
    aggregate, metric, selector, factor = _RATES[name]
    return f"{factor} * {aggregate}(rate({metric}{{{node},{selector}}}[{span}s]))"


class _Gauges:
    """Gauges over a span of time. `up` is the function for values that are higher when more is used, `down` for those
    that are lower."""

    def __init__(self, node: str, span: int, up: str, down: str) -> None:
        self._node, self._span, self._up, self._down = node, span, up, down

    def parts(self) -> list[Part]:
        return [
            Part("load_1m", f"max({self._over('node_load1', self._up)})"),
            Part("memory_used_percent", self._used("MemTotal", "MemAvailable")),
            Part("swap_used_percent", self._used("SwapTotal", "SwapFree")),
            Part("filesystem_used_percent", self._fullest()),
            Part("cpu_celsius", self._celsius()),
        ]

    def _over(self, name: str, function: str, selector: str = "") -> str:
        selectors = f"{self._node},{selector}" if selector else self._node
        return f"{function}_over_time({name}{{{selectors}}}[{self._span}s])"

    def _used(self, total: str, free: str) -> str:
        all_of = self._over(f"node_memory_{total}_bytes", "max")
        return f"100 * (1 - max({self._over(f'node_memory_{free}_bytes', self._down)}) / (max({all_of}) > 0))"

    def _fullest(self) -> str:
        def space(name: str, function: str) -> str:
            return self._over(f"node_filesystem_{name}_bytes", function, f'fstype!~"{NOT_STORAGE}"')

        used = f"({space('size', 'max')} - {space('free', self._down)})"
        return f"100 * max({used} / ({used} + {space('avail', self._down)}))"

    def _celsius(self) -> str:
        name, chips = "node_hwmon_temp_celsius", f'chip_name=~"{CPU_CHIP}"'
        placed = self._over(name, self._up, f'chip=~"{CPU_PLACE}|{CPU_CHIP}"')
        named = f"max by (chip) (node_hwmon_chip_names{{{self._node},{chips}}})"
        return f"max({placed} or {self._over(name, self._up)} * on (chip) group_left () {named})"


def points_of(means: Mapping[float, Values], highest: Mapping[float, Values], step: float) -> list[HistoryPoint]:
    """The points, oldest first. The answer for a time is about the interval that ends then. An interval without samples
    has no point."""
    points = []
    for at, values in means.items():
        samples = whole(one(values, "samples"))
        if not samples:
            continue
        boot = one(values, "boot_time")
        points.append(
            HistoryPoint(
                at=max(at - step, 0.0),
                samples=samples,
                boot_time=boot if boot is not None and boot >= 0 else None,
                oom_kills=whole(one(values, "oom_kills")),
                **_stats(values, highest.get(at, {})),
            )
        )
    return points


def _stats(means: Values, highest: Values) -> dict[str, Any]:
    stats = {}
    names = ("cpu_busy_percent", "load_1m", "memory_used_percent", "swap_used_percent", "filesystem_used_percent")
    for name in (*names, "cpu_celsius", *_RATES):
        mean, most = _bounded(name, one(means, name)), _bounded(name, one(highest, name))
        if mean is not None:
            stats[name] = Stat(mean=mean, max=mean if most is None else max(mean, most))
    return stats


def _bounded(name: str, value: float | None) -> float | None:
    if value is None or name == "cpu_celsius":
        return value
    return min(max(value, 0.0), 100.0) if name in _MOST_PERCENT else max(value, 0.0)
