"""A node's samples of the last hour as numbers: 52 bytes per sample, so that a thousand nodes fit into 40 MB."""

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise
from math import isnan, nan
from operator import attrgetter

from msgspec import Struct

from nodetop.base.grid import interval_start
from nodetop.history.rollup import Tops
from nodetop.model.snapshot import CHARTED, ChartedValues, HistoryPoint, NodeSnapshot, Stat, TopProcess

KEEP_SECONDS = 3600.0
MAX_SAMPLES = 3600
_MINUTE = 60.0
_since = attrgetter("since")


class Counters(Struct, frozen=True, array_like=True):
    """A machine's boot time and its running count of OOM kills, valid from a time on.

    Written without field names, in this order, so fields can only be added at the end.
    """

    since: float
    boot_time: float | None
    oom_kills: int | None


class TopProcesses(Struct, frozen=True, array_like=True):
    """The top processes of a minute. Written like Counters."""

    cpu: tuple[TopProcess, ...] = ()
    memory: tuple[TopProcess, ...] = ()
    io: tuple[TopProcess, ...] = ()


class StoredHour(Struct, frozen=True, kw_only=True):
    """An hour in its stored form: times as doubles, the values of each chart as floats (NaN: unknown), and the top
    processes by the start of their minute."""

    times: bytes
    values: dict[str, bytes]
    tops: dict[str, TopProcesses]
    counters: list[Counters] = []


class LastHour:
    """Charted values of each sample, and the top processes of each minute, in order of time."""

    def __init__(self) -> None:
        self._times = array("d")
        self._columns = [array("f") for _ in CHARTED]
        self._tops: dict[float, TopProcesses] = {}
        self._open: tuple[float, Tops] | None = None
        self._counters: list[Counters] = []

    def add(self, snapshot: NodeSnapshot, values: ChartedValues, *, is_latest: bool = False) -> None:
        """Adds a sample, which may be older than others. A sample older than an hour is ignored, unless it is the
        latest: then the clock was set back, and the later times were wrong."""
        at = snapshot.taken_at
        if is_latest and self._times and at < self._times[-1] - _MINUTE:
            self._cut(bisect_right(self._times, at))
        if self._times and at < self._times[-1] - KEEP_SECONDS:
            return
        index = bisect_right(self._times, at)
        self._times.insert(index, at)
        for name, column in zip(CHARTED, self._columns, strict=True):
            value = getattr(values, name)
            column.insert(index, nan if value is None else _single(value))
        if index == len(self._times) - 1:  # late samples have no processes: their sender left them out
            self._add_tops(snapshot)
            self._add_counters(snapshot)
        self._trim()

    def _add_tops(self, snapshot: NodeSnapshot) -> None:
        minute = interval_start(snapshot.taken_at, _MINUTE)
        if self._open is None or self._open[0] != minute:
            self._close_minute()
            self._open = minute, Tops()
        self._open[1].add(snapshot)

    def _add_counters(self, snapshot: NodeSnapshot) -> None:
        host, memory = snapshot.host, snapshot.memory
        boot_time, oom_kills = host.boot_time if host else None, memory.oom_kills if memory else None
        last = self._counters[-1] if self._counters else None
        if last is None or (last.boot_time, last.oom_kills) != (boot_time, oom_kills):  # they hardly ever change
            self._counters.append(Counters(snapshot.taken_at, boot_time, oom_kills))

    def _cut(self, index: int) -> None:
        """Drops the samples from this one on."""
        end = self._times[index]
        del self._times[index:]
        for column in self._columns:
            del column[index:]
        self._close_minute()
        self._open = None
        self._tops = {minute: pair for minute, pair in self._tops.items() if minute + _MINUTE <= end}
        self._counters = [each for each in self._counters if each.since < end]

    def _close_minute(self) -> None:
        if self._open is not None:
            self._tops[self._open[0]] = _top(self._open[1])

    def _trim(self) -> None:
        oldest = self._times[-1] - KEEP_SECONDS
        drop = max(bisect_left(self._times, oldest), len(self._times) - MAX_SAMPLES)
        if drop:
            del self._times[:drop]
            for column in self._columns:
                del column[:drop]
            for minute in [minute for minute in self._tops if minute + _MINUTE <= self._times[0]]:
                del self._tops[minute]
            known = bisect_right(self._counters, self._times[0], key=_since)
            del self._counters[: max(known - 1, len(self._counters) - MAX_SAMPLES, 0)]

    def points(self, since: float, until: float) -> list[HistoryPoint]:
        """A point for each sample in [since, until), in order of time, with the top processes of its minute."""
        tops = dict(self._tops)
        if self._open is not None:
            tops[self._open[0]] = _top(self._open[1])
        indices = range(bisect_left(self._times, since), bisect_left(self._times, until))
        return [self._point(index, tops) for index in indices]

    def at(self, at: float) -> HistoryPoint | None:
        """The last sample at or before a time; None if there is none."""
        index = bisect_right(self._times, at) - 1
        if index < 0:
            return None
        minute = interval_start(self._times[index], _MINUTE)
        tops = {minute: _top(self._open[1])} if self._open is not None and self._open[0] == minute else self._tops
        return self._point(index, tops)

    def _point(self, index: int, tops: dict[float, TopProcesses]) -> HistoryPoint:
        at = self._times[index]
        stats = {}
        for name, column in zip(CHARTED, self._columns, strict=True):
            if not isnan(column[index]):
                value = float(f"{column[index]:.7g}")  # the precision of a single float
                stats[name] = Stat(mean=value, max=value)
        top = tops.get(interval_start(at, _MINUTE), TopProcesses())
        known = bisect_right(self._counters, at, key=_since)
        counters = self._counters[known - 1] if known else Counters(at, None, None)
        return HistoryPoint(
            at=at,
            samples=1,
            top_cpu=top.cpu,
            top_memory=top.memory,
            top_io=top.io,
            boot_time=counters.boot_time,
            oom_kills=counters.oom_kills,
            **stats,
        )

    def means(self, name: str, since: float, step: float, count: int) -> list[float | None]:
        """The mean of one charted value in each of `count` steps from `since` on; None if unknown.

        Takes 60 µs for 60 steps, because it is used for lists of all nodes.
        """
        column = self._columns[CHARTED.index(name)]
        edges = [bisect_left(self._times, since + index * step) for index in range(count + 1)]
        return [_mean(column[a:b]) for a, b in pairwise(edges)]

    @property
    def first(self) -> float | None:
        """The time of the oldest sample."""
        return self._times[0] if self._times else None

    def stored(self) -> StoredHour:
        """A copy to be written."""
        self._close_minute()
        return StoredHour(
            times=self._times.tobytes(),
            values={name: column.tobytes() for name, column in zip(CHARTED, self._columns, strict=True)},
            tops={str(int(minute)): pair for minute, pair in self._tops.items()},
            counters=self._counters.copy(),
        )

    @classmethod
    def restored(cls, stored: StoredHour) -> "LastHour":
        """Raises ValueError if it is not valid. A value that was not charted when it was written is unknown."""
        hour = cls()
        hour._times.frombytes(stored.times)
        for index, name in enumerate(CHARTED):
            column = array("f", stored.values[name]) if name in stored.values else array("f", [nan] * len(hour._times))
            if len(column) != len(hour._times):
                raise ValueError("an hour has more values than times")
            hour._columns[index] = column
        hour._tops = {float(minute): pair for minute, pair in stored.tops.items()}
        hour._counters = list(stored.counters)
        return hour


def _top(minute: Tops) -> TopProcesses:
    return TopProcesses(minute.cpu(), minute.memory(), minute.io())


def _single(value: float) -> float:
    """A value within the range of a single float: array raises for a larger one."""
    return value if abs(value) < 3e38 else nan


def _mean(values: "array[float]") -> float | None:
    if not values:
        return None
    total = sum(values)
    if not isnan(total):
        return total / len(values)
    known = [value for value in values if not isnan(value)]
    return sum(known) / len(known) if known else None
