"""A rule tried on one node after the other. What it found is kept, not the past: a fleet has gigabytes. Pure."""

from collections import Counter
from collections.abc import Iterable
from math import ceil

from nodetop.alerts import words
from nodetop.alerts.alert import Alert
from nodetop.alerts.culprit import program
from nodetop.alerts.rule import SILENT, Rule
from nodetop.alerts.trial.past import Judged, NodePast, judged
from nodetop.alerts.trial.report import TrialReport, TriedAlert
from nodetop.alerts.trial.silence import is_of_node, slots
from nodetop.alerts.trial.trial import Suggestion, Trial, apart, try_rule
from nodetop.alerts.trial.tried_rule import TriedRule
from nodetop.base.when import local_time
from nodetop.model.history import POINT_SECONDS

NIGHT_BEGINS, NIGHT_ENDS = 22, 7
WEEK = 7 * 86_400.0
MOST_LISTED = 1000
"""So many alerts that a rule would miss or add are listed, the earliest ones; all are counted."""
_MOST_COUNTED = 5


class _Found:
    """Counts alerts that would surely have opened."""

    def __init__(self, until: float) -> None:
        self._until = until
        self.opened = self.still_open = self.at_night = 0
        self.seconds = self.longest = 0.0
        self.nodes: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.culprits: Counter[str] = Counter()

    def add(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            lasted = alert.seconds(self._until)
            self.opened += 1
            self.still_open += not alert.has_ended
            self.at_night += _is_night(alert.started_at)
            self.seconds, self.longest = self.seconds + lasted, max(self.longest, lasted)
            self.nodes[alert.node] += 1
            if alert.item:
                self.items[alert.subject] += 1
            if alert.culprit:
                self.culprits[program(alert.culprit)] += 1


class _Listed:
    """Counts alerts, and keeps the earliest of them."""

    def __init__(self) -> None:
        self.count = 0
        self._alerts: list[TriedAlert] = []

    def add(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            self.count += 1
            self._alerts.append(_listed(alert))
        if len(self._alerts) > 2 * MOST_LISTED:
            self._alerts = list(self.earliest)

    @property
    def earliest(self) -> tuple[TriedAlert, ...]:
        return tuple(sorted(self._alerts, key=lambda alert: alert.started_at)[:MOST_LISTED])


class Tally:
    """What a rule would have done on the nodes so far, with the present rule beside it. Add each node once."""

    def __init__(self, tried: TriedRule, since: float, until: float, step: float = POINT_SECONDS) -> None:
        """Nothing is known before `since` or after `until`, UTC seconds; points are of `step` seconds."""
        self._rule, self._present = tried
        self._until, self._step = until, step
        self._begins: list[float] = []
        self._exact_since: float | None = None
        self._has_points = False
        self._found, self._most = _Found(until), 0
        self._is_most_known = True
        self._present_opened = 0
        self._misses, self._adds = _Listed(), _Listed()
        self._suggestion = Suggestion(self._rule, step, self._allowed(since))
        self._silences: list[Alert] = []
        self._heard: set[int] = set()

    def _allowed(self, since: float) -> int:
        """Once a week."""
        return max(ceil((self._until - since) / WEEK), 1)

    def add(self, past: NodePast) -> None:
        """Tries the rules on a node."""
        about = judged(past, self._rule, self._until)
        trial = Trial([], 0) if about is None or about.begins_at is None else self._try(about)
        if self._rule.kind.name == SILENT:
            self._silences += trial.alerts
            self._heard.update(slots(past.points, past.samples))
            return
        self._found.add(trial.alerts)
        if self._present is not None:
            about = judged(past, self._present, self._until)
            now = [] if about is None else try_rule(about, self._present, self._step).alerts
            self._present_opened += len(now)
            self._misses.add(apart(now, trial.alerts))
            self._adds.add(apart(trial.alerts, now))

    def _try(self, about: Judged) -> Trial:
        self._begins.append(about.begins_at or 0.0)
        self._has_points |= bool(about.means)
        if about.values:
            first = about.values[0].at
            self._exact_since = first if self._exact_since is None else min(first, self._exact_since)
        trial = try_rule(about, self._rule, self._step)
        self._is_most_known &= trial.most is not None
        self._most += trial.most or 0
        if trial.alerts and self._rule.kind.name != SILENT:
            self._suggestion.add(about)
        return trial

    def report(self) -> TrialReport | None:
        """What came out so far. None if there is nothing to try it on."""
        is_silence = self._rule.kind.name == SILENT
        if not self._begins or (is_silence and len(self._begins) < 2):
            return None
        found = self._silent() if is_silence else self._found
        since = min(self._begins)
        allowed = self._allowed(since)
        limit = self._suggestion.best(allowed) if found.opened > allowed and not is_silence else None
        return TrialReport(
            since=since, until=self._until, step=self._step, nodes=len(self._begins), has_points=self._has_points,
            exact_since=None if is_silence else self._exact_since, is_of_gaps=is_silence,
            opened=found.opened, opened_at_most=self._most if self._is_most_known else None,
            still_open=found.still_open, open_seconds=found.seconds, longest_seconds=found.longest,
            at_night=found.at_night, worst_nodes=_top(found.nodes), items=_top(found.items),
            on_top=_top(found.culprits),
            present_rule_opened=None if self._present is None else self._present_opened,
            missed=self._misses.count, added=self._adds.count,
            misses=self._misses.earliest, adds=self._adds.earliest,
            suggested_limit=limit[0] if limit else None, suggested_shown=_shown(self._rule, limit[0]) if limit else "",
            suggested_would_open=limit[1] if limit else None,
        )  # fmt: skip

    def _silent(self) -> _Found:
        found = _Found(self._until)
        found.add(alert for alert in self._silences if is_of_node(alert, self._heard, self._until))
        return found


def tally(past: Iterable[NodePast], tried: TriedRule, since: float, until: float) -> Tally:
    """Tries a rule on nodes whose past is in memory anyway."""
    made = Tally(tried, since, until)
    for each in past:
        made.add(each)
    return made


def _top(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common(_MOST_COUNTED))


def _listed(alert: Alert) -> TriedAlert:
    return TriedAlert(
        node=alert.node, item=alert.item, started_at=alert.started_at, ended_at=alert.ended_at, peak=alert.peak,
        shown=words.value(alert, alert.peak),
    )  # fmt: skip


def _shown(rule: Rule, limit: float) -> str:
    return words.value(Alert(node="", rule="", what=rule.kind.what, unit=rule.kind.unit, below=rule.kind.below), limit)


def _is_night(at: float) -> bool:
    local = local_time(at)
    return local is not None and (local.tm_hour >= NIGHT_BEGINS or local.tm_hour < NIGHT_ENDS)
