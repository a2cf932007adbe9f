"""How often a rule may have opened at most, where only points of history are known. Pure.

A point has the mean and the maximum of its seconds, not where in it the high values were. So for each time, the mean of
the rule's duration was between two bounds: with the values that fit, placed as high and as low as they can be. Where it
may have reached the limit, an alert may have opened; where it may have been below the lower one, it may have ended. An
alert that ends and opens again within its own duration counts as one.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import NamedTuple

from nodetop.alerts.rule import Rule
from nodetop.alerts.sample import Sample

_GRID_SECONDS = 30.0
_SAMPLE_SECONDS = 5.0
"""A value that counts at once lasts for a sample."""


class _Point(NamedTuple):
    at: float
    mean: float
    peak: float


class _Part(NamedTuple):
    """An end of the rule's duration, in seconds from the first point, with which an alert may have opened; and with
    which it surely had not ended, if `is_sure`."""

    end: float
    is_sure: bool


def most_opened(means: Sequence[Sample], rule: Rule, step: float) -> int:
    """The greatest number of alerts that points of `step` seconds leave room for. High values are bad."""
    return sum(
        _in_cluster(near, cluster, rule, step)
        for stretch in _stretches(means, step)
        for near in _near_high(stretch, rule, step)
        for cluster in _clusters(near, rule, step)
    )


def _stretches(means: Sequence[Sample], step: float) -> Iterator[list[_Point]]:
    """Points without a gap between them."""
    found: list[_Point] = []
    for sample in means:
        reading = sample.readings[0] if sample.readings else None
        if found and (reading is None or reading.value is None or sample.began_at > found[-1].at + step):
            yield found
            found = []
        if reading is not None and reading.value is not None:
            mean = max(reading.value, 0.0)
            found.append(_Point(sample.began_at, mean, max(mean, reading.peak or 0.0)))
    if found:
        yield found


def _near_high(points: Sequence[_Point], rule: Rule, step: float) -> Iterator[Sequence[_Point]]:
    """The parts in which a value reached the limit, with what the rule's duration reaches around them."""
    around = ceil(_lasting(rule) / step)
    begin = end = 0
    for number, point in enumerate(points):
        if point.peak < rule.warning.at:
            continue
        if number - around > end:
            if end > begin:
                yield points[begin:end]
            begin = max(number - around, 0)
        end = min(number + around + 1, len(points))
    if end > begin:
        yield points[begin:end]


def _lasting(rule: Rule) -> float:
    return max(rule.seconds, _SAMPLE_SECONDS)


def _clusters(points: Sequence[_Point], rule: Rule, step: float) -> Iterator[list[_Part]]:
    """Times in a row at which an alert may have opened."""
    seconds = min(_lasting(rule), len(points) * step)
    parts: list[_Part] = []
    end = seconds
    while end <= len(points) * step:
        within = _within(points, end - seconds, end, step)
        if max(point.peak for point, _ in within) < rule.warning.at or not _may_open(within, seconds, rule, step):
            if parts:
                yield parts
                parts = []
        else:
            is_sure = sum(_least(*each, step) for each in within) >= rule.warning.clear * seconds
            parts.append(_Part(end, is_sure))
        end += _GRID_SECONDS
    if parts:
        yield parts


def _within(points: Sequence[_Point], begin: float, end: float, step: float) -> list[tuple[_Point, float]]:
    """The points between two times, with the seconds of each that are."""
    first = max(int(begin // step), 0)
    return [
        (point, min(end, (number + 1) * step) - max(begin, number * step))
        for number, point in enumerate(points[first : ceil(end / step)], first)
    ]


def _may_open(within: Sequence[tuple[_Point, float]], seconds: float, rule: Rule, step: float) -> bool:
    return sum(_most(*each, step) for each in within) >= rule.warning.at * seconds


def _most(point: _Point, seconds: float, step: float) -> float:
    """The most that so many seconds of a point can contribute."""
    return min(point.mean * step, point.peak * seconds)


def _least(point: _Point, seconds: float, step: float) -> float:
    return max(point.mean * step - point.peak * (step - seconds), 0.0)


def _in_cluster(points: Sequence[_Point], parts: Sequence[_Part], rule: Rule, step: float) -> int:
    """One, if it cannot have ended; else as many as there was time for, and high values."""
    lasting = _lasting(rule)
    groups = [(is_sure, list(group)) for is_sure, group in groupby(parts, key=lambda part: part.is_sure)]
    count = 1
    for number, (is_sure, group) in enumerate(groups):
        if is_sure:
            continue
        seconds = len(group) * _GRID_SECONDS
        room = int(seconds // (lasting if rule.seconds else 2 * lasting))
        if rule.warning.at > 0:
            begin, end = group[0].end - lasting - _GRID_SECONDS, group[-1].end + _GRID_SECONDS
            within = _within(points, begin, min(end, len(points) * step), step)
            room = min(room, int(sum(_most(*each, step) for each in within) / (rule.warning.at * lasting)))
        is_between = 0 < number < len(groups) - 1
        count += max(room - 1, int(is_between and seconds >= lasting))
    return count
