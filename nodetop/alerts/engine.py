"""Turns samples of many nodes into alerts. Deterministic: the same samples give the same alerts. Pure."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.node_watch import NodeWatch
from nodetop.alerts.rule import Rules
from nodetop.alerts.sample import OwnWatch, OwnWatches, Reading, Sample, of_point, of_row, of_snapshot
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus

MOST_PAST = 1000
MOST_NODES = 20_000
Tags = tuple[str, ...]
LONGEST_STEP = 60.0
"""A row covers the time since the previous one, but at most this."""


class Engine:
    """Keeps all open alerts and the last thousand ended ones. `version` grows when an alert changes; the values of open
    alerts also change without that."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._from_reports = frozenset(rules) - {"silent"}
        self._nodes: dict[str, NodeWatch] = {}
        self._own_watches = OwnWatches(rules)
        self._own: dict[str, tuple[Tags, tuple[OwnWatch, ...]]] = {}
        """By node, with the tags that it had then."""
        self._past: deque[Alert] = deque(maxlen=MOST_PAST)
        self.version = 0

    def take_snapshot(self, snapshot: NodeSnapshot) -> None:
        """Takes a sample of this host, or of a recording."""
        tags = snapshot.host.tags if snapshot.host else ()
        known = self._own.get(snapshot.node)
        if known is None or (snapshot.host and known[0] != tags):
            known = self._own[snapshot.node] = tags, self._own_watches.of("", snapshot.node, tags)
        self._take(of_snapshot(snapshot, known[1]))

    def take_point(self, node: str, point: HistoryPoint, step: float) -> None:
        """Takes a point of history that covers `step` seconds."""
        self._take(of_point(node, point, step))

    def take_rows(self, rows: Iterable[NodeStatus], at: float) -> None:
        """Takes all rows of a hub at a time. Nodes that are not among them are removed."""
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
        # The data of a late or lost node is old: it can neither raise nor end an alert.
        self.version += last.lose(self._from_reports)
        if row.state != "late":
            age = row.age_seconds or 0.0
            silence = Reading("silent", max(age, self._silence()))
            self._take(Sample(row.node, at, at - age, age, (silence,)))

    def _silence(self) -> float:
        rule = self._rules.get("silent")
        return rule.warning.at if rule is not None else 0.0

    def lose(self, node: str | None = None) -> None:
        """Sets the alerts of one node, or of all, to unknown."""
        watches = self._nodes.values() if node is None else filter(None, [self._nodes.get(node)])
        self.version += sum(watch.lose() for watch in watches)

    def precede(self, node: str, points: Sequence[HistoryPoint], step: float) -> None:
        """Adds a node's history from before its first sample, in order of time."""
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
        """All open alerts, and the ended ones that are kept."""
        return [*self.open(), *self._past]

    def open(self) -> list[Alert]:
        """All open alerts."""
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
