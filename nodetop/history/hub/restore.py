"""Restores a hub's memory after it was stopped or killed, from its checkpoint, its journal and its day files."""

from collections.abc import Callable, Iterator, Sequence
from math import inf
from pathlib import Path

from nodetop.base import files
from nodetop.history.day_folder import DAY
from nodetop.history.disk_errors import is_temporary, plain
from nodetop.history.hub import checkpoint, envelope
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import Journal
from nodetop.history.hub.node import HubNode, interval_at
from nodetop.history.hub.seen import Seen, exact
from nodetop.history.store import HistoryStore

Key = tuple[str, str]
"""Cluster and node."""
SEEN_DAYS = 8
"""The number of a node's days that are read to find which samples were counted, if nothing else says so. Samples are
accepted for 72 hours; the other days are in reserve for wrong clocks."""


class Restorer:
    """Fills `nodes`, by (cluster, name). Blocks."""

    def __init__(
        self,
        store: HistoryStore,
        journal: Journal,
        file: Path,
        *,
        interval_seconds: float,
        now: float,
        report: Callable[[str], None],
    ) -> None:
        self._store = store
        self._journal = journal
        self._file = file
        self._seconds = interval_seconds
        self._now = now
        self._report = report
        self.nodes: dict[Key, HubNode] = {}
        self._held: dict[tuple[Key, int], Seen] = {}
        self._whole: dict[tuple[Key, int], bool] = {}

    def run(self) -> Iterator[SampleEnvelope]:
        """The latest sample of each node in the checkpoint, then the later samples in the journal, in order of arrival.
        Raises JournalError, OSError, StoreError."""
        files.remove_leftovers(self._file.parent)
        up_to = self._read_checkpoint()
        known = set(self.nodes)
        yield from [node.latest for node in self.nodes.values() if node.latest is not None]
        yield from self._replay(up_to)
        for key in self.nodes.keys() - known:
            self._learn(self.nodes[key])

    def _read_checkpoint(self) -> int:
        try:
            up_to, states = checkpoint.read(self._file)
            for state in states:
                self.nodes[state.cluster, state.node] = HubNode.restored(state)
        except (ValueError, OSError) as error:  # Damaged is one
            if isinstance(error, OSError) and is_temporary(error):
                raise
            self.nodes.clear()
            aside = self._file.with_name(f"{self._file.name}.corrupt-{int(self._now)}")
            files.replace(self._file, aside)
            reason = plain(error, self._file)
            self._report(f"the hub's checkpoint was damaged: {self._file} was renamed to {aside.name}: {reason}")
            return 0
        return up_to if up_to < self._journal.next else 0  # the journal was removed: it counts from 1 again

    def _replay(self, up_to: int) -> Iterator[SampleEnvelope]:
        for position, payload in self._journal.replay():
            for each in self._decoded(payload):
                if position > up_to:
                    # Points are written before the checkpoint. After a kill in between, some samples are in both.
                    if self._node(each.key).add(each, self._seconds, is_on_disk=self._is_on_disk(each)):
                        yield each
                elif not self._is_whole(each):  # its day was damaged after it was written
                    self._node(each.key, is_forgotten=True).count_again(each.sample, self._seconds)

    def _decoded(self, payload: bytes) -> Sequence[SampleEnvelope]:
        try:
            return envelope.decode(payload)
        except ValueError as error:
            self._report(f"a record of the journal was skipped: {error}")
            return ()

    def _node(self, key: Key, *, is_forgotten: bool = False) -> HubNode:
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = HubNode(*key)
            node.is_forgotten = is_forgotten
        return node

    def _learn(self, node: HubNode) -> None:
        """Reads the earlier samples of a node that is in the journal but not in the checkpoint."""
        before = known_node(self._store, (node.cluster, node.name), self._seconds)
        before.seen.update(node.seen.held(), node.latest.sample.taken_at if node.latest else -inf)
        node.seen = before.seen

    def _day(self, each: SampleEnvelope) -> tuple[Key, int]:
        """The node, and the day with the point of a sample: the one in which its interval starts."""
        return each.key, int(interval_at(each.sample.taken_at, self._seconds) // DAY)

    def _is_on_disk(self, each: SampleEnvelope) -> bool:
        day = self._day(each)
        if day not in self._held:
            held = self._store.of(each.cluster).held(each.sample.node, day[1])
            self._held[day] = exact((held or {}).values())
        return (each.sample.boot_id, each.sample.seq) in self._held[day]

    def _is_whole(self, each: SampleEnvelope) -> bool:
        day = self._day(each)
        if day not in self._whole:
            self._whole[day] = self._store.of(each.cluster).is_whole(each.sample.node, day[1])
        return self._whole[day]


def known_node(store: HistoryStore, key: Key, interval_seconds: float) -> HubNode:
    """A node that is new or was forgotten, with the samples counted in its newest days. Blocks."""
    node = HubNode(*key)
    for at, held in store.of(key[0]).newest_held(key[1], SEEN_DAYS).items():
        node.seen.update(held, at + interval_seconds)
    return node
