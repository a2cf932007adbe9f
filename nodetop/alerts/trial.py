"""A rule tried on a past of history points: how often it would have opened, where, when, and whose fault it was. Pure.

A point has the mean and the maximum of its seconds. An alert that opens by the means would surely have opened. One that
opens by the maxima alone may have: with a duration shorter than a point, nobody can tell. So there is a least and a
greatest number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from msgspec.structs import replace as msgspec_replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.culprit import program
from nodetop.alerts.node_watch import NodeWatch
from nodetop.alerts.rule import Level, Rule
from nodetop.alerts.sample import IN_POINTS, of_point
from nodetop.base.when import local_time
from nodetop.model.snapshot import HistoryPoint

NIGHT_BEGINS, NIGHT_ENDS = 22, 7
WEEK = 7 * 86_400.0
_SUGGESTION_STEP = 5.0
Past = Mapping[str, Sequence[HistoryPoint]]
"""Points in order of time, by node."""

TRIABLE = tuple(each.name for each in IN_POINTS)
"""The rules that can be tried: history keeps their values."""


@dataclass(frozen=True)
class Trial:
    """`alerts` are those that would surely have opened; one that was still open at the end has no end."""

    alerts: tuple[Alert, ...]
    most: int
    """The greatest number of alerts that may have opened."""

    def seconds(self, until: float) -> float:
        """How long they were open together."""
        return sum(alert.seconds(until) for alert in self.alerts)

    def at_night(self) -> int:
        """How many opened from 22:00 to 7:00, local time."""
        return sum(_is_night(alert.started_at) for alert in self.alerts)

    def nodes(self) -> list[tuple[str, int]]:
        """The nodes, and how many alerts each had; most first."""
        return Counter(alert.node for alert in self.alerts).most_common()

    def culprits(self) -> list[tuple[str, int]]:
        """The programs that were on top, with their workloads, and how often; most first."""
        return Counter(program(alert.culprit) for alert in self.alerts if alert.culprit).most_common()


def try_rule(past: Past, rule: Rule, step: float) -> Trial:
    """What a rule would have done; `step` is the length of a point in seconds."""
    alerts = [alert for node, points in past.items() for alert in _alerts(node, points, rule, step)]
    alerts.sort(key=lambda alert: alert.started_at)
    if rule.seconds >= step:
        return Trial(tuple(alerts), len(alerts))
    quick = replace(rule, seconds=0.0)
    peaks = sum(1 for node, points in past.items() for _ in _alerts(node, _peaks(points), quick, step))
    return Trial(tuple(alerts), max(peaks, len(alerts)))


def _alerts(node: str, points: Iterable[HistoryPoint], rule: Rule, step: float) -> Iterator[Alert]:
    watch = NodeWatch(node, {rule.kind.name: rule})
    for point in points:
        ended, _ = watch.take(of_point(node, point, step))
        yield from ended
    yield from watch.alerts()


def _peaks(points: Iterable[HistoryPoint]) -> Iterator[HistoryPoint]:
    """The points with their maxima as means."""
    for point in points:
        stats = {each.row: getattr(point, each.row) for each in IN_POINTS}
        changes = {name: msgspec_replace(stat, mean=stat.max) for name, stat in stats.items() if stat is not None}
        yield msgspec_replace(point, **changes)


def apart(some: Iterable[Alert], others: Sequence[Alert]) -> list[Alert]:
    """Those that none of the others overlaps in time, on the same node."""
    return [one for one in some if not any(_overlap(one, other) for other in others if other.node == one.node)]


def _overlap(one: Alert, other: Alert) -> bool:
    ends = (one.ended_at or float("inf")), (other.ended_at or float("inf"))
    return one.started_at <= ends[1] and other.started_at <= ends[0]


def suggested(past: Past, rule: Rule, step: float, seconds: float) -> tuple[float, int] | None:
    """The lowest limit above the rule's, in steps of 5, with which it would have opened at most once a week, and how
    often that is. None if the rule itself does not open more often, or no limit is high enough."""
    allowed = max(ceil(seconds / WEEK), 1)
    if rule.kind.below or len(try_rule(past, rule, step).alerts) <= allowed:
        return None
    gap = rule.warning.at - rule.warning.clear
    limit = (rule.warning.at // _SUGGESTION_STEP + 1) * _SUGGESTION_STEP
    while limit <= rule.kind.most:
        tried = replace(rule, warning=Level(limit, max(limit - gap, 0.0)), critical=None)
        count = len(try_rule(past, tried, step).alerts)
        if count <= allowed:
            return limit, count
        limit += _SUGGESTION_STEP
    return None


def _is_night(at: float) -> bool:
    local = local_time(at)
    return local is not None and (local.tm_hour >= NIGHT_BEGINS or local.tm_hour < NIGHT_ENDS)
