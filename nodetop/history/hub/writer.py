"""Writes a hub's memory to the disk: the points of all nodes, then the checkpoint; then it releases journal records.

A fault in one day of one node affects only that day: everything else is still written. If a damaged day was set aside,
its samples that are still in the journal are counted again.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from nodetop.history.day_file import Damaged, NewerFile, StoredPoint
from nodetop.history.day_folder import DAY
from nodetop.history.disk_errors import is_whole_disk
from nodetop.history.hub import checkpoint, envelope
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import Journal, Position
from nodetop.history.hub.node import HubNode, interval_at
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import NodeSnapshot

_TRIES = 3


class Writer:
    """For one thread at a time. Holds `lock` while it reads or changes a node."""

    def __init__(
        self,
        store: HistoryStore,
        journal: Journal,
        file: Path,
        *,
        interval_seconds: float,
        lock: threading.Lock,
        report: Callable[[str], None],
    ) -> None:
        self._store, self._journal, self._file = store, journal, file
        self._seconds = interval_seconds
        self._lock = lock
        self._report = report
        self._fault: str | None = None

    def write(self, nodes: Sequence[HubNode], up_to: Position, open_since: float) -> str | None:
        """`nodes` include all journal records up to `up_to`. Intervals before `open_since` are removed from memory.
        Returns what is wrong with a day, if anything. Raises OSError, StoreError if nothing was released."""
        self._fault = None
        checkpoint.write(self._file, up_to, self._states(nodes, open_since))
        self._journal.release(up_to)
        return self._fault

    def _states(self, nodes: Sequence[HubNode], open_since: float) -> Iterator[checkpoint.NodeState]:
        failed: OSError | Damaged | None = None
        for _ in range(_TRIES):
            self._count_again(nodes)
            again = []
            for node in nodes:
                try:
                    state = self._write_node(node, open_since)
                except (OSError, Damaged) as error:
                    if isinstance(error, OSError) and is_whole_disk(error):
                        raise
                    failed = failed or error
                    continue
                if self._store.of(node.cluster).has_lost_days(node.name):  # set aside by this write
                    again.append(node)
                elif not node.is_forgotten:
                    yield state
            nodes = again
        if failed is not None:
            raise failed
        if nodes:
            raise Damaged(f"the history of {nodes[0].name} keeps being damaged: see the kernel log")

    def _write_node(self, node: HubNode, open_since: float) -> checkpoint.NodeState:
        """Writes a node's points. Returns its state, which agrees with them."""
        state = self._write_points(self._store.of(node.cluster), node)
        with self._lock:
            for interval in list(node.intervals.values()):
                if interval.at < open_since and interval.is_written:
                    del node.intervals[interval.at]
        return state

    def _write_points(self, store: HistoryStore, node: HubNode) -> checkpoint.NodeState:
        while True:
            look_up(store, node, self._lock)
            with self._lock:
                if all(interval.is_known for interval in node.intervals.values()):
                    changed = [each for each in node.intervals.values() if not each.is_written]
                    counts = [each.samples.samples for each in changed]
                    points = [each.stored() for each in changed]
                    state = node.state()
                    break
        for _, of_day in groupby(sorted(points, key=_start), lambda stored: stored.point.at // DAY):
            try:
                store.replace(node.name, of_day)
            except NewerFile as error:
                self._say(f"a day of {node.name} is not being stored: {error}")
        with self._lock:
            for interval, count in zip(changed, counts, strict=True):
                interval.written = count
        return state

    def _count_again(self, nodes: Sequence[HubNode]) -> None:
        """Counts the samples of days that were set aside again, as far as memory or the journal has them."""
        found = {(node.cluster, node.name): self._store.of(node.cluster).lost_days(node.name) for node in nodes}
        lost = {key: days for key, days in found.items() if days}
        if not lost:
            return
        by_key = {(node.cluster, node.name): node for node in nodes}
        with self._lock:
            for key, days in lost.items():
                for interval in by_key[key].intervals.values():
                    if interval.at // DAY in days:
                        interval.written = 0
        for _, payload in self._journal.replay():
            for each in _decoded(payload):
                its_days = lost.get(each.key)
                if its_days and interval_at(each.sample.taken_at, self._seconds) // DAY in its_days:
                    self._count_one_again(by_key[each.key], each.sample)

    def _count_one_again(self, node: HubNode, sample: NodeSnapshot) -> None:
        with self._lock:
            is_known = node.interval_of(sample, self._seconds).is_known
        if not is_known:  # the day may have been written again since it was set aside
            look_up(self._store.of(node.cluster), node, self._lock)
        with self._lock:
            node.count_again(sample, self._seconds)

    def _say(self, fault: str) -> None:
        if fault != self._fault:
            self._report(fault)
        self._fault = fault


def look_up(store: HistoryStore, node: HubNode, lock: threading.Lock) -> None:
    """Reads intervals from the disk that were not read yet. Raises OSError."""
    with lock:
        unknown = [interval for interval in node.intervals.values() if not interval.is_known]
    for interval in unknown:
        before = store.stored(node.name, interval.at)
        with lock:
            if not interval.is_known:
                interval.before, interval.is_known = before, True


def _decoded(payload: bytes) -> Sequence[SampleEnvelope]:
    try:
        return envelope.decode(payload)
    except ValueError:  # reported when the hub started
        return ()


def _start(stored: StoredPoint) -> float:
    return stored.point.at
