"""A running monitor's samples into its history: a point each five minutes, written by a thread of its own.

The open interval is written too, each minute, so that a kill costs at most the last minute. The first interval of a
run, and one that a clock set back comes to again, goes on from what the disk has of it. Whatever the disk does, the
monitor goes on: points wait in memory (a week of them) and are tried again, less and less often.
"""

import threading

from nodetop.base import backoff
from nodetop.base.clock import Clock, SystemClock
from nodetop.base.grid import interval_start
from nodetop.history.disk_errors import plain
from nodetop.history.rollup import Accumulator, merge
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot

INTERVAL_SECONDS = 300.0
FLUSH_SECONDS = 60.0
FIRST_SECONDS = 2.0
"""After the start, when the screen is up: what is wrong with the disk is known early."""
LONGEST_PAUSE_SECONDS = 900.0
"""Between two tries while the disk takes nothing."""
CLOSE_SECONDS = 5.0
"""How long close() waits for the disk at most."""
MAX_INTERVALS = 2016
"""A week of them in memory while the disk takes nothing; then the oldest are given up."""
PRUNE_SECONDS = 86_400.0


class _Interval:
    """One interval's samples of this run, and the point the disk had of it before them."""

    def __init__(self, at: float, *, is_resumed: bool) -> None:
        self.samples = Accumulator(at)
        self.before: HistoryPoint | None = None
        self.is_known = not is_resumed
        """Whether `before` is what the disk has; until it was looked up, nothing may be written."""

    def point(self) -> HistoryPoint:
        parts = [part for part in (self.before, self.samples.point()) if part is not None]
        return merge(parts, self.samples.at)


class Recorder:
    """Takes snapshots from any thread without blocking; `problem` says in one line why history is not being kept."""

    def __init__(
        self,
        store: HistoryStore,
        node: str,
        *,
        interval_seconds: float = INTERVAL_SECONDS,
        flush_seconds: float = FLUSH_SECONDS,
        close_seconds: float = CLOSE_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        """Never raises, and touches no disk."""
        self._store = store
        self._node = node
        self._seconds = interval_seconds
        self._flush_seconds = flush_seconds
        self._close_seconds = close_seconds
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._intervals: dict[float, _Interval] = {}
        """Those not wholly written yet, and the open one, which is always the one of the newest sample."""
        self._open_at: float | None = None
        self._furthest_at: float | None = None
        self._pruned_at: float | None = None
        self._wake = threading.Event()
        self._closing = False
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._work, name="nodetop-history", daemon=True)
        self._thread.start()

    def add(self, snapshot: NodeSnapshot) -> None:
        """Counts a sample in the interval of its time, whatever way the clock went since the one before."""
        at = interval_start(snapshot.taken_at, self._seconds)
        with self._lock:
            interval = self._intervals.get(at)
            if interval is None:
                interval = self._begin(at)
            self._open_at = at
            interval.samples.add(snapshot)

    def _begin(self, at: float) -> _Interval:
        # Only the first, and what lies before the furthest that a clock was, can be on the disk already.
        is_resumed = self._furthest_at is None or at <= self._furthest_at
        self._furthest_at = max(at, self._furthest_at or at)
        interval = self._intervals[at] = _Interval(at, is_resumed=is_resumed)
        if len(self._intervals) > MAX_INTERVALS:
            del self._intervals[next(iter(self._intervals))]
        return interval

    def points(self, since: float, until: float, step: float) -> list[HistoryPoint]:
        """What is stored and what is not yet, in points of `step` seconds. Raises StoreError, OSError."""
        with self._lock:
            newest = [interval.point() for interval in self._intervals.values()]
        return self._store.points(self._node, since, until, step, newest)

    def _work(self) -> None:
        first = pause = min(self._flush_seconds, FIRST_SECONDS)
        failures = 0
        while True:
            self._wake.wait(pause)
            closing = self._closing  # read before the writing: what is added before close() is written
            self._write()
            if closing:
                return
            failures = 0 if self.problem is None else failures + 1
            pause = (
                backoff.delay(failures, first=first, longest=LONGEST_PAUSE_SECONDS) if failures else self._flush_seconds
            )

    def _write(self) -> None:
        """Writes what is not on the disk yet, and removes the days past retention once a day. Never raises."""
        try:
            self._store.open()
            self._look_up()
            self._write_points()
            self._prune()
            self.problem = None
        except Exception as error:
            # Whatever is wrong with the disk, the monitor goes on and the points are kept for the next try.
            self.problem = f"history is not being kept: {plain(error, self._store.folder)}"

    def _look_up(self) -> None:
        """What the disk has of intervals that this run came to when they had begun."""
        for interval in self._all():
            if not interval.is_known:
                stored = self._store.stored(self._node, interval.samples.at)
                with self._lock:
                    interval.before = None if stored is None else stored.point
                    interval.is_known = True

    def _all(self) -> list[_Interval]:
        with self._lock:
            return list(self._intervals.values())

    def _write_points(self) -> None:
        with self._lock:
            points = {at: interval.point() for at, interval in self._intervals.items() if interval.is_known}
        if not points:
            return
        self._store.add(self._node, points.values())
        with self._lock:
            for at, point in points.items():
                interval = self._intervals.get(at)
                if interval is not None and at != self._open_at and interval.point().samples == point.samples:
                    del self._intervals[at]

    def _prune(self) -> None:
        # By the clock that nobody sets: a day in a wrong year must not cost the history.
        now = self._clock.boottime()
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_SECONDS:
            self._store.prune(self._clock.wall())
            self._pruned_at = now

    def close(self) -> None:
        """Writes what is left, for a few seconds at most. Safe to call twice."""
        if self._closing:
            return
        self._closing = True
        self._wake.set()
        self._thread.join(self._close_seconds)
        if self._thread.is_alive():
            self.problem = "the last minutes of history were not written: the disk does not answer"
        self._store.close()
