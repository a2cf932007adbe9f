"""Rolls up samples to points, and points to points of longer intervals. Pure.

A mean counts every sample once, independent of its interval, so points can be merged exactly by their number of
samples, in any order and grouping. A maximum is never averaged: a spike of one sample survives every roll-up.
"""

import heapq
import sys
from collections.abc import Callable, Iterable, Sequence
from math import inf, isfinite
from operator import attrgetter, itemgetter
from typing import TypeVar

from msgspec.structs import replace

from nodetop.base.grid import interval_start
from nodetop.base.text import clean
from nodetop.model.derived import total_io
from nodetop.model.node_status import charted
from nodetop.model.snapshot import CHARTED, ChartedValues, HistoryPoint, NodeSnapshot, ProcessMetrics, Stat, TopProcess

N = TypeVar("N", int, float)
TOP = 3
"""The number of processes in a point, by CPU, by memory and by disk I/O."""
_COMMAND = 80
"""Characters of a command line in a point."""

_fields = [(name, attrgetter(name)) for name in CHARTED]


class Accumulator:
    """Sums up the samples of one interval that starts at `at`, in constant space."""

    def __init__(self, at: float, command_of: Callable[[str], str] = str) -> None:
        """`command_of` makes a command line one that may be stored."""
        self.at = at
        self.samples = 0
        self._means = [0.0] * len(CHARTED)
        self._maxima = [-inf] * len(CHARTED)
        self._counts = [0] * len(CHARTED)
        self._tops = Tops(command_of)
        self._boot_time: float | None = None
        self._oom_kills: int | None = None

    def add(self, snapshot: NodeSnapshot, values: ChartedValues | None = None) -> None:
        """Counts one sample (and its charted values, if they are computed already). Missing values and values that are
        not finite are not counted."""
        self.samples += 1
        if values is None:
            values = charted(snapshot)
        for index, (_, value_of) in enumerate(_fields):
            value = value_of(values)
            if value is None or not isfinite(value):
                continue
            count = self._counts[index] = self._counts[index] + 1
            # A running mean, because a sum of large numbers may overflow a float.
            self._means[index] += (value - self._means[index]) / count
            if value > self._maxima[index]:
                self._maxima[index] = value
        self._tops.add(snapshot)
        if snapshot.host is not None:
            self._boot_time = later(self._boot_time, snapshot.host.boot_time)
        if snapshot.memory is not None:
            self._oom_kills = later(self._oom_kills, snapshot.memory.oom_kills)

    def point(self) -> HistoryPoint | None:
        """The point of the samples so far; None if there are none."""
        if not self.samples:
            return None
        stats = {
            name: Stat(mean=min(mean, highest), max=highest)
            for name, mean, highest, count in zip(CHARTED, self._means, self._maxima, self._counts, strict=True)
            if count
        }
        return HistoryPoint(
            at=self.at,
            samples=self.samples,
            top_cpu=self._tops.cpu(),
            top_memory=self._tops.memory(),
            top_io=self._tops.io(),
            boot_time=self._boot_time,
            oom_kills=self._oom_kills,
            **stats,
        )


class Tops:
    """The top processes of several samples."""

    def __init__(self, command_of: Callable[[str], str] = str) -> None:
        self._cpu, self._memory, self._io = (_Top(command_of) for _ in range(3))

    def add(self, snapshot: NodeSnapshot) -> None:
        """Counts the processes of one sample."""
        rows = snapshot.processes.rows if snapshot.processes else ()
        # 30 µs each with 2,000 rows: rows that cannot change the result are skipped here.
        least = self._cpu.least
        self._cpu.add([(v, row) for row in rows if (v := row.cpu_percent) is not None and v > least])
        least = self._memory.least
        self._memory.add([(v, row) for row in rows if (v := row.memory_percent) is not None and v > least])
        moving = [row for row in rows if row.write_bytes_per_second or row.read_bytes_per_second]
        self._io.add([(v, row) for row in moving if (v := total_io(row)) is not None and v > self._io.least])

    def cpu(self) -> tuple[TopProcess, ...]:
        return self._cpu.processes()

    def memory(self) -> tuple[TopProcess, ...]:
        return self._memory.processes()

    def io(self) -> tuple[TopProcess, ...]:
        return self._io.processes()


class _Top:
    """The processes with the highest values, each once, with its highest value."""

    def __init__(self, command_of: Callable[[str], str]) -> None:
        self._command_of = command_of
        self._best: dict[tuple[int, float | None], tuple[float, ProcessMetrics]] = {}
        self.least = 0.0
        """Only a value above this can change the result."""

    def add(self, candidates: list[tuple[float, ProcessMetrics]]) -> None:
        if not candidates:
            return
        for value, row in heapq.nlargest(TOP, candidates, key=itemgetter(0)):
            key = row.pid, row.started_at
            if isfinite(value) and (key not in self._best or value > self._best[key][0]):
                self._best[key] = value, row
        if len(self._best) >= TOP:
            kept = heapq.nlargest(TOP, self._best.items(), key=lambda item: item[1][0])
            self._best = dict(kept)
            self.least = kept[-1][1][0]

    def processes(self) -> tuple[TopProcess, ...]:
        ordered = sorted(self._best.values(), key=itemgetter(0), reverse=True)
        return tuple(
            TopProcess(
                pid=row.pid,
                name=_text(row.name) or "",
                user=_text(row.user),
                value=value,
                command=_text(self._command_of(row.command), _COMMAND) or "",
                workload=_text(row.container),
            )
            for value, row in ordered
        )


def _text(text: str | None, most: int = 256) -> str | None:
    """Safe to show and to store. Equal texts are one object: a hub keeps them for every minute of many nodes."""
    return None if text is None else sys.intern(clean(text, most))


def merge(points: Sequence[HistoryPoint], at: float) -> HistoryPoint:
    """One point that starts at `at` and covers all samples of the given points. There must be at least one."""
    if len(points) == 1:
        return points[0] if points[0].at == at else replace(points[0], at=at)
    stats = {name: stat for name, stat_of in _fields if (stat := _merged(points, stat_of)) is not None}
    return HistoryPoint(
        at=at,
        samples=sum(point.samples for point in points),
        top_cpu=_merged_top([point.top_cpu for point in points]),
        top_memory=_merged_top([point.top_memory for point in points]),
        top_io=_merged_top([point.top_io for point in points]),
        boot_time=max([point.boot_time for point in points if point.boot_time is not None], default=None),
        oom_kills=max([point.oom_kills for point in points if point.oom_kills is not None], default=None),
        **stats,
    )


def later(one: N | None, other: N | None) -> N | None:
    """The larger of two values that only grow; None does not count."""
    return one if other is None or (one is not None and one > other) else other


def _merged(points: Sequence[HistoryPoint], stat_of: "attrgetter[Stat | None]") -> Stat | None:
    known = [(stat, point.samples or 1) for point in points if (stat := stat_of(point)) is not None]
    if not known:
        return None
    weight = sum([samples for _, samples in known])
    highest = max([stat.max for stat, _ in known])
    return Stat(mean=min(sum([stat.mean * (samples / weight) for stat, samples in known]), highest), max=highest)


def _merged_top(tops: Sequence[tuple[TopProcess, ...]]) -> tuple[TopProcess, ...]:
    best: dict[tuple[int, str], TopProcess] = {}
    for top in tops:
        for process in top:
            key = process.pid, process.name
            if key not in best or process.value > best[key].value:
                best[key] = process
    return tuple(heapq.nlargest(TOP, best.values(), key=attrgetter("value")))


def roll_up(points: Iterable[HistoryPoint], step: float) -> list[HistoryPoint]:
    """Points of intervals of `step` seconds, aligned to multiples of it, in order of time.

    An interval without points has none. Points of longer intervals than `step` stay as they are.
    """
    groups: dict[float, list[HistoryPoint]] = {}
    for point in points:
        groups.setdefault(interval_start(point.at, step), []).append(point)
    return [merge(group, at) for at, group in sorted(groups.items())]
