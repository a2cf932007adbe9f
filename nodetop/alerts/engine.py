"""Samples of many nodes in, alerts out. Deterministic: the same samples make the same alerts. Pure."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.node_watch import NodeWatch
from nodetop.alerts.rule import Rules
from nodetop.alerts.sample import Reading, Sample, of_point, of_row, of_snapshot
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus

MOST_PAST = 1000
MOST_NODES = 20_000
LONGEST_STEP = 60.0
"""A row stands for the time since the one before, but for no longer."""


class Engine:
    """Remembers what is open, and the last thousand that are over. `version` grows when people have something to be
    told; the values of open alerts change without."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._told = frozenset(rules) - {"silent"}
        self._nodes: dict[str, NodeWatch] = {}
        self._past: deque[Alert] = deque(maxlen=MOST_PAST)
        self.version = 0

    def take_snapshot(self, snapshot: NodeSnapshot) -> None:
        """A sample of this host, or of a recording."""
        self._take(of_snapshot(snapshot))

    def take_point(self, node: str, point: HistoryPoint, step: float) -> None:
        """A point of history that stands for `step` seconds."""
        self._take(of_point(node, point, step))

    def take_rows(self, rows: Iterable[NodeStatus], at: float) -> None:
        """All rows of a hub, as they are at a time. Nodes that are not among them are forgotten."""
        known = set(self._nodes)
        for row in rows:
            known.discard(row.node)
            self._take_row(row, at)
        for node in known:
            self._end(self._nodes.pop(node).end_all(at))

    def _take_row(self, row: NodeStatus, at: float) -> None:
        last = self._watch(row.node)
        if last is None:
            return
        since = at - last.last_at if last.last_at is not None else 0.0
        covers = since if 0 < since <= LONGEST_STEP else 0.0
        if row.state == "up":
            sample = of_row(row, at, covers)
            self._take(_and(sample, Reading("silent", 0.0)))
            return
        # What is told of a late or lost node is old: neither fine nor over.
        self.version += last.lose(self._told)
        if row.state != "late":
            age = row.age_seconds or 0.0
            silence = Reading("silent", max(age, self._silence()))
            self._take(Sample(row.node, at, at - age, age, (silence,)))

    def _silence(self) -> float:
        rule = self._rules.get("silent")
        return rule.warning.at if rule is not None else 0.0

    def lose(self, node: str | None = None) -> None:
        """Nothing is known now of one node, or of any."""
        watches = self._nodes.values() if node is None else filter(None, [self._nodes.get(node)])
        self.version += sum(watch.lose() for watch in watches)

    def precede(self, node: str, points: Sequence[HistoryPoint], step: float) -> None:
        """Catches up with a node's history, in order of time, of before the first sample that was taken."""
        watch = self._watch(node)
        if watch is None:
            return
        older = NodeWatch(node, self._rules)
        for point in points:
            ended, _ = older.take(of_point(node, point, step))
            self._end(ended)
        if watch.precede(older):
            self.version += 1

    def alerts(self) -> list[Alert]:
        """All: what is open, and what is over, as far as it is remembered."""
        return [*self.open(), *self._past]

    def open(self) -> list[Alert]:
        """Those that are not over."""
        return [alert for watch in self._nodes.values() for alert in watch.alerts()]

    def _watch(self, node: str) -> NodeWatch | None:
        watch = self._nodes.get(node)
        if watch is None and len(self._nodes) < MOST_NODES:
            watch = self._nodes[node] = NodeWatch(node, self._rules)
        return watch

    def _take(self, sample: Sample) -> None:
        watch = self._watch(sample.node)
        if watch is None:
            return
        ended, changed = watch.take(sample)
        self._end(ended)
        self.version += changed

    def _end(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            self._past.append(alert)
            self.version += 1


def _and(sample: Sample, reading: Reading) -> Sample:
    return replace(sample, readings=(*sample.readings, reading))
