"""Judges the samples of one node of a hub: those that arrive in order, and those of a backlog, in their own time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from msgspec import Struct

from nodetop.alerts.alert import Alert
from nodetop.alerts.node_watch import NodeWatch, StoredWatch
from nodetop.alerts.rule import SILENT, Rules
from nodetop.alerts.sample import OwnWatches, Reading, Sample, of_snapshot
from nodetop.base.text import clean
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.node import is_newer
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.fleet.fleet_node import Key

GAP_SECONDS = 60.0
"""After so long without samples, those of the time between may still come from the node's spool."""
CERTIFICATE = "certificate"


class StoredJudge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known about a node, as it is kept over a restart: its last sample in order, and its watches."""

    cluster: str
    node: str
    boot_id: str = ""
    seq: int = 0
    taken_at: float = 0.0
    received_at: float = 0.0
    live: StoredWatch = StoredWatch()
    late: StoredWatch | None = None
    gap: tuple[float, float] = (0.0, 0.0)
    tags: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """What a sample changed: the alerts that it ended, and those that are open. `is_late`: the sample is of a backlog.
    Until the backlog has reached the present, `is_whole` is False: what is open is not known from it."""

    ended: list[Alert]
    open: list[Alert]
    is_late: bool = False
    is_whole: bool = True
    tags: tuple[str, ...] = ()


class NodeJudge:
    """One watch for the samples as they arrive. While a node's backlog arrives, a second one, which knows what was open
    before the gap, for these. An alert that ends and opens again within the gap counts as one."""

    def __init__(self, key: Key, rules: Rules, own: OwnWatches) -> None:
        """`own` are those of the same rules."""
        self.key = key
        self.live = NodeWatch(key[1], rules)
        self._rules = rules
        self.tags: tuple[str, ...] = ()
        self._of_rules, self._own = own, own.of(*key)
        self._last: SampleEnvelope | None = None
        self._late: NodeWatch | None = None
        self._gap = (0.0, 0.0)
        """Samples taken between these times count as a backlog."""
        self._ended_late: dict[Key, Alert] = {}
        """By rule and item: what ended in the backlog, and had not begun there."""

    def take(self, envelope: SampleEnvelope, certificates: Mapping[str, float] | None = None) -> Verdict | None:
        """Judges a sample; None if it changed nothing that is shown. One that was judged already changes nothing.
        `certificates`: until when those of this hub are valid, if it is its own node."""
        if self._last is not None and not is_newer(envelope, self._last):
            return self._take_late(envelope)
        self._note_gap(envelope.sample.taken_at)
        self._last = _without_values(envelope)
        sample = self._judged(envelope)
        if certificates is not None:
            sample = _with_certificates(sample, certificates)
        was_open = self.live.is_open
        ended, changed = self.live.take(sample)
        return Verdict(ended, list(self.live.alerts())) if changed or was_open else None

    def _judged(self, envelope: SampleEnvelope) -> Sample:
        """What is judged of a sample; among it that the node is not silent, and how wrong its clock is."""
        host = envelope.sample.host
        if host is not None and host.tags != self.tags:
            self.tags = host.tags
            self._own = self._of_rules.of(*self.key, self.tags)
        sample, skew = of_snapshot(envelope.sample, self._own), envelope.clock_skew_seconds
        more = Reading(SILENT, 0.0), Reading("clock_skew", None if skew is None else abs(skew))
        return replace(sample, readings=(*sample.readings, *more))

    def _note_gap(self, at: float) -> None:
        if self._last is None:
            self._gap = (0.0, at)
            return
        before = self._last.sample.taken_at
        if at - before <= GAP_SECONDS:
            return
        if self._late is None:
            self._late = NodeWatch(self.key[1], self._rules)
            self._late.restore(self.live.stored())
            self._late.last_at = before
            self._gap = (before, at)
        else:
            self._gap = (self._gap[0], at)

    def _take_late(self, envelope: SampleEnvelope) -> Verdict | None:
        begin, end = self._gap
        at = envelope.sample.taken_at
        if not begin < at < end:
            return None
        if self._late is None:
            self._late = NodeWatch(self.key[1], self._rules)
        if self._late.last_at is not None and at <= self._late.last_at:
            return None
        sample = self._judged(envelope)
        ended, _ = self._late.take(sample)
        self._ended_late |= {(alert.rule, alert.item): alert for alert in ended if alert.started_at <= begin}
        if at + 2 * max(sample.covers, 1.0) < end:
            return Verdict(ended, [], is_late=True, is_whole=False) if ended else None
        # The backlog has reached what was judged already: what is still open goes on.
        over = [alert for alert in self._ended_late.values() if self.live.end_unless_known(alert)]
        self.live.continue_from(self._late)
        self._late, self._gap = None, (end, end)
        self._ended_late.clear()
        return Verdict([*ended, *over], list(self.live.alerts()), is_late=True)

    def silence(self, age: float, reports: frozenset[str]) -> Verdict | None:
        """The node has not reported for `age` seconds: what it reported is unknown, and that is an alert itself. None
        if nothing changed but the age."""
        changed = self.live.lose(reports)
        at = (self._last.sample.taken_at if self._last is not None else 0.0) + age
        ended, news = self.live.take(Sample(self.key[1], at, at - age, age, (Reading(SILENT, age),)))
        return Verdict(ended, list(self.live.alerts())) if changed or news else None

    def lose(self, reports: frozenset[str]) -> Verdict | None:
        """What the node reports is late: its values are unknown. None if that is known already."""
        return Verdict([], list(self.live.alerts())) if self.live.lose(reports) else None

    def end(self, at: float) -> list[Alert]:
        """Ends all its alerts: the node was removed."""
        return self.live.end_all(at)

    def stored(self) -> StoredJudge:
        """Its content, for restore()."""
        last = self._last
        return StoredJudge(
            cluster=self.key[0],
            node=self.key[1],
            boot_id=last.sample.boot_id if last else "",
            seq=last.sample.seq if last else 0,
            taken_at=last.sample.taken_at if last else 0.0,
            received_at=last.received_at if last else 0.0,
            live=self.live.stored(),
            late=self._late.stored() if self._late else None,
            gap=self._gap,
            tags=self.tags,
        )

    def restore(self, stored: StoredJudge) -> None:
        """Continues from an earlier run."""
        if stored.taken_at:
            sample = NodeSnapshot(node=stored.node, taken_at=stored.taken_at, boot_id=stored.boot_id, seq=stored.seq)
            self._last = SampleEnvelope(cluster=stored.cluster, sample=sample, received_at=stored.received_at)
        self.tags = stored.tags
        self._own = self._of_rules.of(*self.key, self.tags)
        self.live.restore(stored.live)
        if stored.late is not None:
            self._late = NodeWatch(self.key[1], self._rules)
            self._late.restore(stored.late)
        self._gap = stored.gap


def _with_certificates(sample: Sample, ends: Mapping[str, float]) -> Sample:
    left = [Reading(CERTIFICATE, max(end - sample.at, 0.0), name, clean(name)) for name, end in ends.items()]
    return replace(sample, readings=(*sample.readings, *left), complete=sample.complete | {CERTIFICATE})


def _without_values(envelope: SampleEnvelope) -> SampleEnvelope:
    """The envelope without what was measured: its time and number are enough to order samples."""
    sample = envelope.sample
    bare = NodeSnapshot(node=sample.node, taken_at=sample.taken_at, boot_id=sample.boot_id, seq=sample.seq)
    return SampleEnvelope(cluster=envelope.cluster, sample=bare, received_at=envelope.received_at)
