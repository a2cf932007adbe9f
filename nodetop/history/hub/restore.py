"""What a hub knew before it was ended or killed: from its checkpoint, its journal and its day files."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nodetop.base import files
from nodetop.history.day_folder import DAY
from nodetop.history.hub import checkpoint, envelope
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import Journal
from nodetop.history.hub.node import HubNode
from nodetop.history.hub.seen import Seen
from nodetop.history.store import HistoryStore

SEEN_SECONDS = 72 * 3600.0
"""How far back a repeat is known as one where only the day files are left to tell."""


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
        self.nodes: dict[tuple[str, str], HubNode] = {}

    def run(self) -> Iterator[SampleEnvelope]:
        """The latest sample of each node of the checkpoint, then those of the journal that came after it, in the order
        they came. Raises JournalError, OSError, StoreError."""
        files.remove_leftovers(self._file.parent)
        up_to = self._read_checkpoint()
        has_checkpoint = bool(self.nodes)
        yield from [node.latest for node in self.nodes.values() if node.latest is not None]
        yield from self._replay(up_to)
        if not has_checkpoint:
            self._learn_from_days()

    def _read_checkpoint(self) -> int:
        try:
            up_to, states = checkpoint.read(self._file)
            for state in states:
                self.nodes[state.cluster, state.node] = HubNode.restored(state)
        except ValueError as error:  # Damaged is one
            self.nodes.clear()
            aside = self._file.with_name(f"{self._file.name}.corrupt-{int(self._now)}")
            files.replace(self._file, aside)
            self._report(f"the hub's checkpoint was damaged: {self._file} is now {aside.name}: {error}")
            return 0
        return up_to if up_to < self._journal.next else 0  # somebody removed the journal: it counts from 1 again

    def _replay(self, up_to: int) -> Iterator[SampleEnvelope]:
        # Points are written before the checkpoint: a kill in between leaves samples that are in both.
        on_disk: dict[tuple[tuple[str, str], int], Seen] = {}
        for position, payload in self._journal.replay():
            for each in self._decoded(payload) if position > up_to else ():
                day = each.key, int(each.sample.taken_at // DAY)
                if day not in on_disk:
                    on_disk[day] = self._on_disk(*each.key, day[1] * DAY, (day[1] + 1) * DAY)
                is_on_disk = (each.sample.boot_id, each.sample.seq) in on_disk[day]
                node = self.nodes.setdefault(each.key, HubNode(*each.key))
                if node.add(each, self._seconds, is_on_disk=is_on_disk):
                    yield each

    def _decoded(self, payload: bytes) -> Sequence[SampleEnvelope]:
        try:
            return envelope.decode(payload)
        except ValueError as error:
            self._report(f"a record of the journal was passed over: {error}")
            return ()

    def _learn_from_days(self) -> None:
        since = self._now - SEEN_SECONDS
        for cluster, name in self._store.all_nodes():
            held = self._on_disk(cluster, name, since, since + 2 * SEEN_SECONDS).held()
            if held:
                self.nodes.setdefault((cluster, name), HubNode(cluster, name)).seen.update(held)

    def _on_disk(self, cluster: str, node: str, since: float, until: float) -> Seen:
        seen = Seen()
        for held in self._store.of(cluster).held(node, since, until):
            seen.update(held)
        return seen
