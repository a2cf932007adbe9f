"""A hub's memory and history of all its nodes. For an asyncio event loop; its own threads access the disk.

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

A sample is identified by (cluster, node, boot_id, seq) and never counted twice, not even after a restart. Every
`sample_interval` the points of all nodes replace those in their day files; a late sample is counted in the interval in
which it was taken. Then the memory is written as a checkpoint, and only then journal records are released. While the
disk cannot be written, `problem` is one plain line, and samples are accepted as long as the journal has space.
"""

import asyncio
import errno
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import floor, inf, nextafter
from pathlib import Path

from nodetop.base import backoff
from nodetop.base.clock import Clock, SystemClock
from nodetop.base.grid import interval_start
from nodetop.history.day_folder import DAY
from nodetop.history.disk_errors import plain
from nodetop.history.hub import envelope
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import Journal, JournalError, Position
from nodetop.history.hub.last_hour import KEEP_SECONDS
from nodetop.history.hub.node import HubNode, interval_at
from nodetop.history.hub.restore import Key, Restorer, known_node
from nodetop.history.hub.writer import Writer, look_up
from nodetop.history.rollup import roll_up
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint

JOURNAL_BYTES = 64 * 1024 * 1024
"""If the journal is larger, history is written early."""
GRACE_SECONDS = 10.0
"""Wait after the end of an interval, so that its point includes samples that are still in transit."""
CLOSE_SECONDS = 8.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 60.0
"""Between two attempts while the disk cannot be written."""


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
        self._writer = Writer(
            store, journal, checkpoint_file, interval_seconds=sample_interval, lock=self._lock, report=report
        )
        self._nodes: dict[Key, HubNode] = {}
        self._in_flight: dict[int, Position] = {}
        """For each push in progress: a position at or before that of its record."""
        self._tickets = itertools.count()
        self._stop = threading.Event()
        self._pruned_at: float | None = None
        self.problem: str | None = None
        self._readers = ThreadPoolExecutor(1, "nodetop-history-reader")
        self._thread = threading.Thread(target=self._work, name="nodetop-history", daemon=True)

    # Restoring.

    def restore(self) -> Iterator[SampleEnvelope]:
        """The samples of an earlier run: the latest of each node, then those that arrived after the last checkpoint, in
        order of arrival. Exhaust the iterator before any other call. Blocks. Raises OSError, StoreError.
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
        self._nodes = restorer.nodes
        yield from restorer.run()
        self._thread.start()

    # On the event loop.

    async def accept(self, envelopes: Sequence[SampleEnvelope]) -> list[bool | None]:
        """Accepts samples; they are on the disk on return. Returns whether each was new; None for a sample that is not
        accepted because this is unknown. Raises JournalError if none was accepted."""
        await self._load_unknown({each.key for each in envelopes})
        with self._lock:
            ticket = next(self._tickets)
            self._in_flight[ticket] = self._journal.next
            nodes = {each.key: self._nodes.setdefault(each.key, HubNode(*each.key)) for each in envelopes}
            answers = [nodes[each.key].is_new(each, self._seconds) for each in envelopes]
            fresh = [each for each, is_new in zip(envelopes, answers, strict=True) if is_new]
        try:
            if fresh:
                await self._journal.append(envelope.encode(fresh))
            with self._lock:
                for index, each in enumerate(envelopes):
                    if answers[index]:
                        answers[index] = self._nodes.setdefault(each.key, nodes[each.key]).add(each, self._seconds)
        finally:
            with self._lock:
                del self._in_flight[ticket]
        return answers

    async def _load_unknown(self, keys: Iterable[Key]) -> None:
        """Reads from the disk what is stored about nodes that are new or were forgotten."""
        unknown = [key for key in keys if key not in self._nodes]
        if not unknown:
            return
        if self._stop.is_set():
            raise JournalError(errno.EBADF, "the journal is closed")
        loop = asyncio.get_running_loop()
        met = [await loop.run_in_executor(self._readers, self._known_node, key) for key in unknown]
        with self._lock:
            for key, node in zip(unknown, met, strict=True):
                self._nodes.setdefault(key, node)

    def _known_node(self, key: Key) -> HubNode:
        try:
            return known_node(self._store, key, self._seconds)
        except OSError as error:
            raise JournalError(error.errno, plain(error, self._store.folder)) from None

    def recent(self, cluster: str, node: str) -> Sequence[HistoryPoint]:
        """A point for each sample of the last hour, oldest first. Takes 5 ms for 720 samples."""
        now = self._clock.wall()
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.points(now - KEEP_SECONDS, inf) if known else []

    def means(
        self, cluster: str, node: str, name: str, since: float, step: float, count: int
    ) -> Sequence[float | None]:
        """Averages of one charted value over the last hour: see LastHour.means."""
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.means(name, since, step, count) if known else [None] * count

    def keep(self, latest: SampleEnvelope) -> None:
        """Replaces the latest sample of its node by a shorter form of it."""
        with self._lock:
            node = self._nodes.get(latest.key)
            if node is not None and node.latest is not None:
                kept, given = node.latest.sample, latest.sample
                if (kept.boot_id, kept.seq) == (given.boot_id, given.seq):
                    node.latest = latest

    def drop(self, cluster: str, node: str) -> None:
        """Stops showing a node. Its memory is freed at the next write. Its history is kept for the retention time, and
        its samples are still recognised if they are sent again."""
        with self._lock:
            known = self._nodes.get((cluster, node))
            if known is not None:
                known.forget()

    async def forget(self, cluster: str, node: str) -> None:
        """Like drop(). It is on the disk on return, if the disk can be written."""
        self.drop(cluster, node)
        await asyncio.get_running_loop().run_in_executor(self._readers, self.write)

    async def points(self, cluster: str, node: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        """Points of `step` seconds (0: as stored) in [since, until). Raises StoreError, OSError.

        With a step shorter than `sample_interval`, points are made from the samples that are still in memory."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._points, cluster, node, since, until, step)

    async def at(self, cluster: str, node: str, at: float) -> tuple[HistoryPoint | None, list[HistoryPoint]]:
        """A node at a moment: its last sample at or before it, if that is in memory; and the stored points of the hour
        before it. Raises StoreError, OSError."""
        points = await self.points(cluster, node, at - KEEP_SECONDS, nextafter(at, inf), self._seconds)
        with self._lock:
            known = self._nodes.get((cluster, node))
            return known.hour.at(at) if known else None, points

    def _points(self, cluster: str, name: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        store = self._store.of(cluster)
        if step == self._seconds and step % 1:
            step = 0  # as stored: their starts are not multiples of the step, see interval_at()
        with self._lock:
            node = self._nodes.get((cluster, name))
        if node is None:
            return store.points(name, since, until, step)
        look_up(store, node, self._lock)
        with self._lock:
            newest = [interval.point() for interval in node.intervals.values() if interval.is_known]
            first = node.hour.first if 0 < step < self._seconds else None
            if first is None:
                samples = []
            else:
                since = interval_start(since, step)
                # The samples in memory may begin in the middle of an interval.
                begin = max(interval_start(first, self._seconds) + self._seconds, since)
                samples = node.hour.points(begin, until)
        if first is None:
            return store.points(name, since, until, step, newest)
        stored = store.points(name, since, min(floor(begin), until), 0, newest)
        return [point for point in roll_up([*stored, *samples], step) if since <= point.at < until]

    async def aclose(self) -> None:
        """Writes what is left and closes the journal. Takes a few seconds at most."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    def close(self) -> None:
        """Like aclose(). Blocks. Safe to call twice."""
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
            if self.write():
                done, failures = due, 0
                continue
            failures += 1
            if self._stop.wait(backoff.delay(failures, first=FIRST_PAUSE_SECONDS, longest=LONGEST_PAUSE_SECONDS)):
                break
        self.write()

    def _due(self) -> float:
        """The start of the current interval; all earlier intervals are due to be written."""
        return interval_at(self._clock.wall() - min(GRACE_SECONDS, self._seconds / 4), self._seconds)

    def write(self) -> bool:
        """Writes all points, then the checkpoint, then releases journal records. Returns whether that succeeded. Never
        raises."""
        try:
            with self._writing:
                fault = self._write()
            problem = None if fault is None else f"some history is not being written: {fault}"
        except Exception as error:
            # The hub keeps running with any disk error: the journal has what is not written.
            fault = plain(error, self._store.folder)
            problem = f"history is not being written: {fault}"
            if problem != self.problem:
                self._report(problem)
            self.problem = problem
            return False
        self.problem = problem
        return True

    def _write(self) -> str | None:
        with self._lock:
            up_to = min(self._in_flight.values(), default=self._journal.next) - 1
            nodes = list(self._nodes.values())
        fault = self._writer.write(nodes, up_to, self._due())
        with self._lock:
            for node in nodes:
                if node.is_forgotten and all(interval.is_written for interval in node.intervals.values()):
                    self._nodes.pop((node.cluster, node.name), None)
        self._prune()
        return fault

    def _prune(self) -> None:
        # By the monotonic clock: one day with a wrong year must not delete the history.
        now = self._clock.boottime()
        if self._pruned_at is None or now - self._pruned_at >= DAY:
            self._store.prune(self._clock.wall())
            self._pruned_at = now
