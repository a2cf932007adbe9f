"""A rule tried on the past: how often it would have opened, where, when, and whose fault it was. Pure.

On whole samples the counts are exact. A point of history has the mean and the maximum of its seconds: an alert that
opens by the means would surely have opened. One that opens by the maxima alone may have: with a duration shorter than a
point, nobody can tell. So there is a least and a greatest number.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from nodetop.alerts.alert import Alert
from nodetop.alerts.culprit import program
from nodetop.alerts.node_watch import NodeWatch
from nodetop.alerts.rule import Level, Rule
from nodetop.alerts.sample import Sample
from nodetop.alerts.trial.past import Judged, NodePast, judged, with_peaks
from nodetop.base.when import local_time

NIGHT_BEGINS, NIGHT_ENDS = 22, 7
WEEK = 7 * 86_400.0
_MOST_LIMITS = 40
_STEP_PERCENT = 5.0
_STEP_FACTOR = 1.25


@dataclass(frozen=True)
class Trial:
    """`alerts` are those that would surely have opened; one that was still open at the end has no end."""

    alerts: tuple[Alert, ...]
    most: int | None
    """The greatest number of alerts that may have opened; None if it is not known."""

    def seconds(self, until: float) -> float:
        """How long they were open together."""
        return sum(alert.seconds(until) for alert in self.alerts)

    def at_night(self) -> int:
        """How many opened from 22:00 to 7:00, local time."""
        return sum(_is_night(alert.started_at) for alert in self.alerts)

    def nodes(self) -> list[tuple[str, int]]:
        """The nodes, and how many alerts each had; most first."""
        return Counter(alert.node for alert in self.alerts).most_common()

    def items(self) -> list[tuple[str, int]]:
        """The items (mounts, disks, programs), and how many alerts each had; most first."""
        return Counter(alert.subject for alert in self.alerts if alert.item).most_common()

    def culprits(self) -> list[tuple[str, int]]:
        """The programs that were on top, with their workloads, and how often; most first."""
        return Counter(program(alert.culprit) for alert in self.alerts if alert.culprit).most_common()


def judged_past(past: Iterable[NodePast], rule: Rule) -> list[Judged]:
    """What a rule judges, of the nodes that it is about."""
    return [each for node in past if (each := judged(node, rule)) is not None]


def try_rule(past: Sequence[Judged], rule: Rule, step: float) -> Trial:
    """What a rule would have done; `step` is the length of a point in seconds."""
    alerts = sorted((alert for node in past for alert in _alerts(node.node, node.all, rule)), key=_started_at)
    if rule.seconds >= step or not any(node.means for node in past):
        return Trial(tuple(alerts), len(alerts))
    if rule.kind.below:  # points have no minimum
        return Trial(tuple(alerts), None)
    quick, most = replace(rule, seconds=0.0), 0
    for node in past:
        first = node.values[0].at if node.values else float("inf")
        most += sum(1 for _ in _alerts(node.node, with_peaks(node.means), quick))
        most += sum(alert.node == node.node and alert.started_at >= first for alert in alerts)
    return Trial(tuple(alerts), max(most, len(alerts)))


def _alerts(node: str, samples: Iterable[Sample], rule: Rule) -> Iterator[Alert]:
    watch = NodeWatch(node, {rule.kind.name: rule})
    for sample in samples:
        ended, _ = watch.take(sample)
        yield from ended
    yield from watch.alerts()


def apart(some: Iterable[Alert], others: Sequence[Alert]) -> list[Alert]:
    """Those that none of the others overlaps in time, on the same node and item."""
    return [one for one in some if not any(_is_same(one, other) and _overlap(one, other) for other in others)]


def _is_same(one: Alert, other: Alert) -> bool:
    return one.node == other.node and (one.item == other.item or not one.item or not other.item)


def _overlap(one: Alert, other: Alert) -> bool:
    ends = (one.ended_at or float("inf")), (other.ended_at or float("inf"))
    return one.started_at <= ends[1] and other.started_at <= ends[0]


def suggested(past: Sequence[Judged], rule: Rule, step: float, seconds: float) -> tuple[float, int] | None:
    """The mildest limit beyond the rule's with which it would have opened at most once a week, and how often that is.
    None if the rule itself does not open more often, or if no limit that was tried is enough."""
    allowed = max(ceil(seconds / WEEK), 1)
    counts = Counter(alert.node for alert in try_rule(past, rule, step).alerts)
    if counts.total() <= allowed:
        return None
    opened = [node for node in past if counts[node.node]]  # a stricter limit opens nowhere else
    for level in _beyond(rule):
        tried = try_rule(opened, replace(rule, warning=level, critical=None), step)
        if len(tried.alerts) <= allowed:
            return level.at, len(tried.alerts)
    return None


def _beyond(rule: Rule) -> Iterator[Level]:
    """Limits that open less and less often: in steps of 5 for percent and degrees, else of a quarter."""
    limit, gap, below = rule.warning.at, rule.warning.at - rule.warning.clear, rule.kind.below
    for _ in range(_MOST_LIMITS):
        if rule.kind.unit in ("%", "°"):
            steps = limit / _STEP_PERCENT
            limit = (ceil(steps) - 1 if below else int(steps) + 1) * _STEP_PERCENT
            level = Level(limit, max(limit - gap, 0.0))
        else:
            limit = _rounded(limit, below=below)
            level = Level(limit, limit * rule.warning.clear / rule.warning.at if rule.warning.at else limit)
        if not 0 <= limit <= rule.kind.most:
            return
        yield level


def _rounded(limit: float, *, below: bool) -> float:
    """The next limit: a quarter more or less, at least 1, with two digits."""
    if limit < 10 and limit == int(limit):
        return limit - 1 if below else limit + 1
    return float(f"{limit / _STEP_FACTOR if below else limit * _STEP_FACTOR:.2g}")


def _started_at(alert: Alert) -> float:
    return alert.started_at


def _is_night(at: float) -> bool:
    local = local_time(at)
    return local is not None and (local.tm_hour >= NIGHT_BEGINS or local.tm_hour < NIGHT_ENDS)
