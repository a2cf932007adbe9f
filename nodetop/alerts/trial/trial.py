"""A rule tried on the past: how often it would have opened, where, when, and whose fault it was. Pure.

On whole samples the counts are exact. A point of history has the mean and the maximum of its seconds: an alert that
opens by the means would surely have opened. One that opens by the maxima alone may have: with a duration shorter than a
point, nobody can tell. So there is a least and a greatest number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil
from operator import attrgetter
from typing import NamedTuple

from nodetop.alerts.alert import Alert
from nodetop.alerts.node_watch import NodeWatch
from nodetop.alerts.rule import SILENT, Level, Rule
from nodetop.alerts.sample import Sample
from nodetop.alerts.trial.bound import most_opened
from nodetop.alerts.trial.past import DERIVED_FROM_POINTS, Judged

_MOST_LIMITS = 40
_STEP_PERCENT = 5.0
_STEP_FACTOR = 1.25


class Trial(NamedTuple):
    """`alerts` are those that would surely have opened; one that was still open at the end has no end. `most` is the
    greatest number that may have opened; None if it is not known."""

    alerts: list[Alert]
    most: int | None


def try_rule(past: Judged, rule: Rule, step: float) -> Trial:
    """What a rule would have done on one node; `step` is the length of a point in seconds."""
    alerts = sorted(_alerts(past.node, past.all, rule), key=attrgetter("started_at"))
    if rule.kind.name == SILENT or (rule.kind.below and past.means):
        return Trial(alerts, None)  # what arrived late is no gap; points have no minimum
    if not past.means or rule.kind.name in DERIVED_FROM_POINTS:
        return Trial(alerts, len(alerts))
    first = past.values[0].at if past.values else float("inf")
    later = sum(alert.started_at >= first for alert in alerts)
    return Trial(alerts, max(most_opened(past.means, rule, step) + later, len(alerts)))


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


class Suggestion:
    """Looks for the mildest limit beyond a rule's with which it would have opened at most once a week. Limits with
    which it would have opened more than `most` times are given up."""

    def __init__(self, rule: Rule, step: float, most: int) -> None:
        self._rule, self._step, self._most = rule, step, most
        self._opened = dict.fromkeys(_beyond(rule), 0)

    def add(self, past: Judged) -> None:
        """Tries them on a node on which the rule itself would have opened."""
        for level in list(self._opened):
            rule = replace(self._rule, warning=level, critical=None)
            opened = len(try_rule(past, rule, self._step).alerts)
            if not opened:
                return  # a stricter limit does not open either
            self._opened[level] += opened
            if self._opened[level] > self._most:
                del self._opened[level]

    def best(self, allowed: int) -> tuple[float, int] | None:
        """The limit, and how often it would have opened; None if no limit that was tried is enough."""
        return next(((level.at, opened) for level, opened in self._opened.items() if opened <= allowed), None)


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
