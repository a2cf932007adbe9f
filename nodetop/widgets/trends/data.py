"""History as columns of a chart: which points belong to which stretch of time, and the labels of an axis. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nodetop.base.grid import interval_start
from nodetop.base.when import clock_text, local_time, midnight
from nodetop.history.rollup import Accumulator
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, Stat

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Window:
    """A stretch of time up to now. `step` is the length of the requested points."""

    name: str
    seconds: float
    step: float
    tick_seconds: int
    tick_format: str


WINDOWS = (
    Window("1h", _HOUR, POINT_SECONDS, 10 * _MINUTE, "%H:%M"),
    Window("24h", _DAY, POINT_SECONDS, 4 * _HOUR, "%H:%M"),
    Window("7d", 7 * _DAY, 3 * POINT_SECONDS, _DAY, "%a %d"),
    Window("30d", 30 * _DAY, 12 * POINT_SECONDS, 5 * _DAY, "%d %b"),
)


@dataclass(frozen=True)
class Span:
    """A point and the time it covers."""

    start: float
    end: float
    point: HistoryPoint


def spans_of(points: Iterable[HistoryPoint], step: float, until: float) -> list[Span]:
    """Points of `step` seconds as spans, in order; the last one may not be complete at `until`."""
    ordered = sorted(points, key=lambda point: point.at)
    return [Span(point.at, min(point.at + step, until), point) for point in ordered if point.at < until]


def spans_of_samples(snapshots: Sequence[NodeSnapshot], step: float) -> list[Span]:
    """Samples in memory as spans of `step` seconds; of two intervals if the samples are further apart."""
    intervals = [snapshot.interval for snapshot in snapshots if snapshot.interval]
    step = max(step, 2 * max(intervals, default=0.0))
    buckets: dict[float, Accumulator] = {}
    for snapshot in snapshots:
        start = interval_start(snapshot.taken_at, step)
        buckets.setdefault(start, Accumulator(start)).add(snapshot)
    points = [point for accumulator in buckets.values() if (point := accumulator.point()) is not None]
    return [Span(point.at, point.at + step, point) for point in points]


def joined(old: Sequence[Span], fine: Sequence[Span]) -> list[Span]:
    """The finer spans, and those of the others that are before them."""
    if not fine:
        return list(old)
    begin = fine[0].start
    return [Span(span.start, min(span.end, begin), span.point) for span in old if span.start < begin] + list(fine)


def columns(spans: Iterable[Span], name: str, since: float, until: float, count: int) -> list[Stat | None]:
    """Mean and maximum of one charted value in each of `count` equal stretches of [since, until); None where no point
    has the value. A mean is weighted by how long each point covers the stretch."""
    width = (until - since) / count
    weight, total, highest = [0.0] * count, [0.0] * count, [-math.inf] * count
    for span in spans:
        stat: Stat | None = getattr(span.point, name)
        if stat is None or span.end <= since or span.start >= until:
            continue
        first = max(0, int((span.start - since) / width))
        last = min(count - 1, math.ceil((span.end - since) / width) - 1)
        for column in range(first, last + 1):
            left = since + column * width
            covered = min(span.end, left + width) - max(span.start, left)
            if covered > 0:
                weight[column] += covered
                total[column] += covered * stat.mean
                highest[column] = max(highest[column], stat.max)
    return [
        Stat(mean=total[column] / weight[column], max=highest[column]) if weight[column] > 0 else None
        for column in range(count)
    ]


def within(spans: Sequence[Span], since: float, until: float) -> list[Span]:
    """The spans that overlap [since, until)."""
    return [span for span in spans if span.start < until and span.end > since]


def ticks(window: Window, since: float, until: float, cells: int) -> list[tuple[int, str]]:
    """Cell and text of the labels of a time axis, at round local times, far enough apart to be readable."""
    labels: list[tuple[int, str]] = []
    free = 0
    for at in _round_times(window.tick_seconds, since, until):
        text = clock_text(at, window.tick_format)
        cell = int((at - since) / (until - since) * cells)
        if cell >= free and cell + len(text) <= cells:
            labels.append((cell, text))
            free = cell + len(text) + 2
    return labels


def _round_times(step: int, since: float, until: float) -> list[float]:
    """Multiples of `step` by the local clock. Midnight is computed for each day, and hours are read off the clock: some
    days have 23 or 25 hours, and a clock may change by half an hour."""
    first = local_time(since)
    if first is None:
        return []
    days = [day for number in range(int((until - since) / _DAY) + 4) if (day := midnight(first, number)) is not None]
    if step >= _DAY:
        times = days[:: step // _DAY]
    else:
        grain = min(step, _HOUR // 2)
        instants = (at for day, next_day in pairwise(days) for at in range(int(day), int(next_day), grain))
        times = [float(at) for at in instants if _second_of_day(at) % step == 0]
    return [at for at in times if since <= at < until]


def _second_of_day(at: float) -> int:
    local = local_time(at)
    return 1 if local is None else local.tm_hour * _HOUR + local.tm_min * _MINUTE + local.tm_sec
