"""Estimates in how many hours a file system is full, from its growth over the last six hours. Pure."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from msgspec import Struct

from nodetop.base.grid import interval_start

KEEP_SECONDS = 6 * 3600.0
STEP_SECONDS = 300.0
LEAST_SECONDS = 3600.0
"""There is no estimate from less than an hour of data."""
MOST_HOURS = 100.0
"""What would take longer is no growth worth following."""
_LEAST_POINTS = 6
_RECENT_SECONDS = 2 * 3600.0
_Point = tuple[float, float]


class _Bucket(NamedTuple):
    """The current five minutes: their start, the number of values, and their mean."""

    start: float
    values: int
    mean: float


class StoredFilling(Struct, frozen=True):
    """The points, the current five minutes (start, values, mean) and the name of the file system."""

    points: tuple[_Point, ...] = ()
    open: tuple[float, int, float] | None = None
    name: str | None = None


class Filling:
    """The used share of one file system: its mean over every five minutes."""

    def __init__(self) -> None:
        self._at, self._percent = array("d"), array("d")  # a hub has many of them
        self._open: _Bucket | None = None
        self._name: str | None = None
        self.hours: float | None = None
        """Hours until it is full: infinite if it does not grow, None if unknown."""

    def add(self, at: float, percent: float, name: str | None = None) -> None:
        """Adds a value. One of another file system (if names are known), or older than the last one, starts again."""
        is_other = name is not None and self._name is not None and name != self._name
        if is_other or (self._open is not None and at < self._open.start):
            self.forget()
        self._name = name or self._name
        start = interval_start(at, STEP_SECONDS)
        if self._open is not None and self._open.start == start:
            count, mean = self._open.values + 1, self._open.mean
            self._open = _Bucket(start, count, mean + (percent - mean) / count)
            return
        if self._open is not None:
            self._set([*self._since(at - KEEP_SECONDS), (self._open.start, self._open.mean)])
        self._open = _Bucket(start, 1, percent)

    def precede(self, points: Iterable[_Point]) -> None:
        """Adds older points, from the history, before the known ones."""
        first = self._begin()
        older = [point for point in points if point[0] < first]
        self._set([*older[-int(KEEP_SECONDS / STEP_SECONDS) :], *self.points])

    def _begin(self) -> float:
        if self._at:
            return self._at[0]
        return self._open.start if self._open else inf

    def _since(self, at: float) -> Sequence[_Point]:
        return [point for point in self.points if point[0] >= at]

    def _set(self, points: Sequence[_Point]) -> None:
        self._at = array("d", [at for at, _ in points])
        self._percent = array("d", [percent for _, percent in points])
        self.hours = hours_left(points)

    @property
    def percent(self) -> float:
        """The current used share."""
        return self._open.mean if self._open else 0.0

    @property
    def is_growing(self) -> bool:
        """Whether it may be full within days, as far as is known."""
        return self.hours is None or self.hours < MOST_HOURS

    def stored(self) -> StoredFilling:
        """Its content, for restore()."""
        points = tuple((round(at), round(percent, 3)) for at, percent in self.points)
        return StoredFilling(points, (*self._open,) if self._open else None, self._name)

    def restore(self, stored: StoredFilling) -> None:
        """Continues from an earlier run."""
        self._open = _Bucket(*stored.open) if stored.open else None
        self._name = stored.name
        self._set(stored.points)

    @property
    def points(self) -> Sequence[_Point]:
        """Time and used percent of every five minutes, oldest first."""
        return list(zip(self._at, self._percent, strict=True))

    def forget(self) -> None:
        """Starts again without data."""
        self._set(())
        self._open = self._name = None


def hours_left(points: Iterable[_Point]) -> float | None:
    """Fits one straight line to all points and another to those of the last two hours, as growth that has stopped is no
    trend. The later of the two estimates counts."""
    points = list(points)
    if len(points) < _LEAST_POINTS or points[-1][0] - points[0][0] < LEAST_SECONDS:
        return None
    recent = [point for point in points if point[0] >= points[-1][0] - _RECENT_SECONDS]
    slope = min(_slope(_without_jump(part)) for part in (points, recent) if len(part) >= _LEAST_POINTS)
    left = max(100.0 - points[-1][1], 0.0)
    return left / slope if slope > 1e-3 else inf


def _without_jump(points: Sequence[_Point]) -> Sequence[_Point]:
    """If one step is more than half of all growth, a file was copied: the trend is the growth without that step."""
    steps = [after[1] - before[1] for before, after in pairwise(points)]
    jump = max(steps)
    if jump <= (points[-1][1] - points[0][1]) / 2:
        return points
    after = steps.index(jump)
    return [(at, percent - jump if index > after else percent) for index, (at, percent) in enumerate(points)]


def _slope(points: Sequence[_Point]) -> float:
    """Percent per hour, by least squares."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return 3600.0 * sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
