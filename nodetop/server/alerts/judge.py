"""Judges all samples that a hub accepts, and the silence of its nodes. Fills the board."""

from collections.abc import Iterable, Mapping

from nodetop.alerts.rule import SILENT, Rules
from nodetop.alerts.sample import OwnWatches
from nodetop.base.clock import Clock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.server.alerts.board import HubBoard
from nodetop.server.alerts.node_judge import NodeJudge, StoredJudge, Verdict
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key

QUIET_START_SECONDS = 120.0
"""Nodes have so much time to report after the hub was started: they try again after a minute at most."""
SILENT_AFTER = 60.0


class Judge:
    """For use in one thread: the event loop's."""

    def __init__(self, rules: Rules, board: HubBoard, clock: Clock) -> None:
        self._board, self._clock = board, clock
        self._use(rules)
        self._nodes: dict[Key, NodeJudge] = {}
        self._started = clock.monotonic()
        self._certificates: dict[Key, Mapping[str, float]] = {}

    def _use(self, rules: Rules) -> None:
        self._rules, self._own = rules, OwnWatches(rules)
        self._reports = frozenset(rules) - {SILENT}

    def take(self, envelope: SampleEnvelope) -> None:
        """Judges a sample that was accepted. May be called again with samples that were judged in an earlier run."""
        key = envelope.key
        judge = self._nodes.get(key)
        if judge is None:
            judge = self._nodes[key] = NodeJudge(key, self._rules, self._own)
        self._update(key, judge.take(envelope, self._certificates.get(key)))

    def note_certificates(self, key: Key, ends: Mapping[str, float]) -> None:
        """Until when certificates are valid, as values of a node."""
        self._certificates = {key: ends}

    def _update(self, key: Key, verdict: Verdict | None) -> None:
        if verdict is not None:
            judge = self._nodes.get(key)
            self._board.update(key, verdict._replace(tags=judge.tags) if judge else verdict)

    def sweep(self, fleet: Fleet) -> None:
        """Judges what does not arrive: late, stale and gone nodes; ends the alerts of removed ones. Call it about once
        a second."""
        now = self._clock.monotonic()
        quiet = now - self._started < QUIET_START_SECONDS
        for key, judge in self._nodes.items():
            node = fleet.get(key)
            if node is None:
                continue
            if node.state == "up":
                continue
            if node.state == "late" or quiet:
                self._update(key, judge.lose(self._reports))
                continue
            self._update(key, judge.silence(max(node.age(now), SILENT_AFTER), self._reports))
        for key in [key for key in self._nodes if fleet.get(key) is None]:
            self._update(key, Verdict(self._nodes.pop(key).end(self._clock.wall()), []))

    def change_rules(self, rules: Rules) -> None:
        """Goes on with other rules. Alerts of rules that no longer exist end."""
        stored = self.stored()
        self._use(rules)
        self.restore(stored)

    # For a restart, and after the rules have changed

    def stored(self) -> tuple[StoredJudge, ...]:
        """Its content, for restore()."""
        return tuple(judge.stored() for judge in self._nodes.values())

    def restore(self, judges: Iterable[StoredJudge]) -> None:
        """Continues from an earlier run. Alerts of rules that no longer exist end."""
        at = self._clock.wall()
        for stored in judges:
            key = stored.cluster, stored.node
            judge = self._nodes[key] = NodeJudge(key, self._rules, self._own)
            judge.restore(stored)
        for key in self._board.nodes():
            node = self._nodes.get(key)
            self._board.keep_only(key, list(node.live.alerts()) if node else [], at)
