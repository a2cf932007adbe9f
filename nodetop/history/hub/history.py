"""A hub's memory and history of all its nodes. For an asyncio event loop; threads of its own touch the disk.

    store = HistoryStore(folder / "history", cluster=cluster, retention_days=30, report=log)
    journal = Journal(folder / "journal", report=log)
    history = HubHistory(store, journal, folder / "hub.checkpoint", sample_interval=300, report=log)
    for envelope in history.restore(): fleet.take(envelope)        # before serving; blocks
    ...
    are_new = await history.accept([envelope, ...])                # durable when it returns; JournalError: none taken
    history.recent(cluster, node)                                  # a point per sample of the last hour
    history.means(cluster, node, "cpu_busy_percent", since, step, count)
    await history.points(cluster, node, since, until, step)        # StoreError, OSError
    await history.aclose()

A sample is (cluster, node, boot_id, seq); a repeat is not taken twice, over restarts too. Each `sample_interval` the
points of all nodes are written over what their day files had; a late sample goes into the interval it was taken in.
Then what is in memory is written as a checkpoint, and only then the journal forgets. `problem` is one plain line while
the disk takes nothing; samples are then taken as long as the journal has room.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf, nextafter
from pathlib import Path

from nodetop.base import backoff
from nodetop.base.clock import Clock, SystemClock
from nodetop.base.grid import interval_start
from nodetop.history.day_folder import DAY
from nodetop.history.disk_errors import plain
from nodetop.history.hub import checkpoint, envelope
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import Journal, Position
from nodetop.history.hub.last_hour import KEEP_SECONDS
from nodetop.history.hub.node import HubNode
from nodetop.history.hub.restore import Restorer
from nodetop.history.rollup import roll_up
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint

JOURNAL_BYTES = 64 * 1024 * 1024
"""Written before its time where the journal is larger."""
GRACE_SECONDS = 10.0
"""After the end of an interval, so that samples on their way are in its point when it is written."""
CLOSE_SECONDS = 8.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 60.0
"""Between two tries while the disk takes nothing."""
_Key = tuple[str, str]


class HubHistory:
    """See above."""

    def __init__(
        self,
        store: HistoryStore,
        journal: Journal,
        checkpoint_file: Path,
        *,
        sample_interval: float = 300.0,
        clock: Clock | None = None,
        report: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._file = checkpoint_file
        self._seconds = sample_interval
        self._clock = clock or SystemClock()
        self._report = report
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._nodes: dict[_Key, HubNode] = {}
        self._in_flight: dict[int, Position] = {}
        """For each push that is being taken: a position that its record is not before."""
        self._tickets = itertools.count()
        self._stop = threading.Event()
        self._pruned_at: float | None = None
        self.problem: str | None = None
        self._readers = ThreadPoolExecutor(1, "nodetop-history-reader")
        self._thread = threading.Thread(target=self._work, name="nodetop-history", daemon=True)

    # What it knew before.

    def restore(self) -> Iterator[SampleEnvelope]:
        """What an earlier run took: the latest sample of each node, then those that came after its last checkpoint, in
        the order they came. To be taken to its end before anything else is called. Blocks. Raises OSError, StoreError.
        """
        self._store.open()
        restorer = Restorer(
            self._store,
            self._journal,
            self._file,
            interval_seconds=self._seconds,
            now=self._clock.wall(),
            report=self._report,
        )
        yield from restorer.run()
        self._nodes = restorer.nodes
        self._thread.start()

    # On the event loop.

    async def accept(self, envelopes: Sequence[SampleEnvelope]) -> list[bool]:
        """Takes samples; they are on the disk when it returns. Whether each was new. Raises JournalError: none was
        taken."""
        with self._lock:
            ticket = next(self._tickets)
            self._in_flight[ticket] = self._journal.next
            fresh = [each for each in envelopes if not self._node(*each.key).has(each)]
        try:
            if fresh:
                await self._journal.append(envelope.encode(fresh))
            with self._lock:
                new = {id(each) for each in fresh if self._node(*each.key).add(each, self._seconds)}
        finally:
            with self._lock:
                del self._in_flight[ticket]
        return [id(each) in new for each in envelopes]

    def _node(self, cluster: str, name: str) -> HubNode:
        node = self._nodes.get((cluster, name))
        if node is None:
            node = self._nodes[cluster, name] = HubNode(cluster, name)
        return node

    def recent(self, cluster: str, node: str) -> Sequence[HistoryPoint]:
        """A point per sample of the last hour, oldest first. 5 ms for 720 of them."""
        now = self._clock.wall()
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.points(now - KEEP_SECONDS, inf) if known else []

    def means(
        self, cluster: str, node: str, name: str, since: float, step: float, count: int
    ) -> Sequence[float | None]:
        """The last hour of one charted value in few numbers: see LastHour.means."""
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.means(name, since, step, count) if known else [None] * count

    async def forget(self, cluster: str, node: str) -> None:
        """Drops what is in memory of a node, for good. Its history stays until it is past retention."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._readers, self.write)
        with self._lock:
            self._nodes.pop((cluster, node), None)
        await loop.run_in_executor(self._readers, self.write)

    async def points(self, cluster: str, node: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        """Points of `step` seconds (0: as they are stored) in [since, until). Raises StoreError, OSError.

        A step shorter than `sample_interval` is made of the samples where they are still in memory."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._points, cluster, node, since, until, step)

    async def at(self, cluster: str, node: str, at: float) -> tuple[HistoryPoint | None, list[HistoryPoint]]:
        """A node at a moment: its last sample at or before it, where that is one of those in memory; and the points of
        the hour before it, as they are stored. Raises StoreError, OSError."""
        points = await self.points(cluster, node, at - KEEP_SECONDS, nextafter(at, inf), self._seconds)
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.at(at) if known else None, points

    def _points(self, cluster: str, name: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        store = self._store.of(cluster)
        with self._lock:
            node = self._nodes.get((cluster, name))
        if node is None:
            return store.points(name, since, until, step)
        self._look_up(node)
        with self._lock:
            newest = [interval.point() for interval in node.intervals.values() if interval.is_known]
            first = node.hour.first if 0 < step < self._seconds else None
            if first is None:
                samples = []
            else:
                since = interval_start(since, step)
                # The interval in which the samples begin may have had more of them.
                begin = max(interval_start(first, self._seconds) + self._seconds, since)
                samples = node.hour.points(begin, until)
        if first is None:
            return store.points(name, since, until, step, newest)
        stored = store.points(name, since, min(begin, until), 0, newest)
        return [point for point in roll_up([*stored, *samples], step) if since <= point.at < until]

    def _look_up(self, node: HubNode) -> None:
        """What the disk has of intervals that nothing is known of."""
        store = self._store.of(node.cluster)
        with self._lock:
            unknown = [interval for interval in node.intervals.values() if not interval.is_known]
        for interval in unknown:
            before = store.stored(node.name, interval.at)
            with self._lock:
                if not interval.is_known:
                    interval.before, interval.is_known = before, True

    async def aclose(self) -> None:
        """Writes what is left, and closes the journal. Some seconds at most."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    def close(self) -> None:
        """As aclose(). Blocks. Safe to call twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        self._journal.close()
        self._readers.shutdown(wait=False)

    # In the writer's thread.

    def _work(self) -> None:
        done, failures = self._due(), 0
        while not self._stop.wait(min(self._seconds / 4, 1.0)):
            due = self._due()
            if due == done and self._journal.size < JOURNAL_BYTES:
                continue
            self.write()
            if self.problem is None:
                done, failures = due, 0
                continue
            failures += 1
            if self._stop.wait(backoff.delay(failures, first=FIRST_PAUSE_SECONDS, longest=LONGEST_PAUSE_SECONDS)):
                break
        self.write()

    def _due(self) -> float:
        """The interval whose points are to be written."""
        return interval_start(self._clock.wall() - min(GRACE_SECONDS, self._seconds / 4), self._seconds)

    def write(self) -> None:
        """Brings all points to the disk, then the checkpoint, then lets the journal forget. Never raises."""
        try:
            with self._writing:
                self._write()
            self.problem = None
        except Exception as error:
            # Whatever is wrong with the disk, the hub goes on: what is not written is in the journal.
            problem = f"history is not being written: {plain(error, self._store.folder)}"
            if problem != self.problem:
                self._report(problem)
            self.problem = problem

    def _write(self) -> None:
        with self._lock:
            up_to = min(self._in_flight.values(), default=self._journal.next) - 1
            nodes = list(self._nodes.values())
        checkpoint.write(self._file, up_to, (self._write_node(node) for node in nodes))
        self._journal.release(up_to)
        self._prune()

    def _write_node(self, node: HubNode) -> checkpoint.NodeState:
        """Brings a node's points to the disk; its state, which is true to them."""
        while True:
            self._look_up(node)
            with self._lock:
                if all(interval.is_known for interval in node.intervals.values()):
                    changed = [each for each in node.intervals.values() if each.samples.samples > each.written]
                    counts = [each.samples.samples for each in changed]
                    points = [each.stored() for each in changed]
                    state = node.state()
                    break
        if points:
            self._store.of(node.cluster).replace(node.name, points)
        open_since = self._due()
        with self._lock:
            for interval, count in zip(changed, counts, strict=True):
                interval.written = count
            for interval in list(node.intervals.values()):
                if interval.at < open_since and interval.samples.samples == interval.written:
                    del node.intervals[interval.at]
        return state

    def _prune(self) -> None:
        # By the clock that nobody sets: a day in a wrong year must not cost the history.
        now = self._clock.boottime()
        if self._pruned_at is None or now - self._pruned_at >= DAY:
            self._store.prune(self._clock.wall())
            self._pruned_at = now
