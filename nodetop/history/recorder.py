"""Writes a running monitor's samples to its history: a point every five minutes, in its own thread.

The current interval is also written every minute, so that a kill loses at most one minute. The first interval of a run,
and an interval that is reached again because the clock was set back, continue from what is on the disk. If the disk
fails, the monitor keeps running: points wait in memory for up to a week and are retried less and less often.
"""

import threading
from collections.abc import Callable

from nodetop.base import backoff
from nodetop.base.clock import Clock, SystemClock
from nodetop.base.grid import interval_start
from nodetop.history.disk_errors import plain
from nodetop.history.rollup import Accumulator, merge
from nodetop.history.store import HistoryStore
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot

FLUSH_SECONDS = 60.0
FIRST_SECONDS = 2.0
"""Time of the first write, when the screen is up: problems with the disk show early."""
LONGEST_PAUSE_SECONDS = 900.0
"""Between two attempts while the disk cannot be written."""
CLOSE_SECONDS = 5.0
"""The longest time close() waits for the disk."""
MAX_INTERVALS = 2016
"""One week of intervals in memory while the disk cannot be written; then the oldest are dropped."""
PRUNE_SECONDS = 86_400.0


class _Interval:
    """The samples of one interval in this run, and the point that the disk had before them."""

    def __init__(self, at: float, command_of: Callable[[str], str], *, is_resumed: bool) -> None:
        self.samples = Accumulator(at, command_of)
        self.before: HistoryPoint | None = None
        self.is_known = not is_resumed
        """Whether `before` was read from the disk. Until then nothing may be written."""

    def point(self) -> HistoryPoint:
        parts = [part for part in (self.before, self.samples.point()) if part is not None]
        return merge(parts, self.samples.at)


class Recorder:
    """Takes snapshots in any thread without blocking. `problem` says in one line why history is not being kept."""

    def __init__(
        self,
        store: HistoryStore,
        node: str,
        *,
        interval_seconds: float = POINT_SECONDS,
        flush_seconds: float = FLUSH_SECONDS,
        close_seconds: float = CLOSE_SECONDS,
        clock: Clock | None = None,
        command_of: Callable[[str], str] = str,
    ) -> None:
        """Never raises, and does not access the disk. `command_of` makes a command line one that may be stored."""
        self._command_of = command_of
        self._store = store
        self._node = node
        self._seconds = interval_seconds
        self._flush_seconds = flush_seconds
        self._close_seconds = close_seconds
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._intervals: dict[float, _Interval] = {}
        """Intervals not completely written yet, and the current one, which always has the newest sample."""
        self._open_at: float | None = None
        self._furthest_at: float | None = None
        self._pruned_at: float | None = None
        self._wake = threading.Event()
        self._closing = False
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._work, name="nodetop-history", daemon=True)
        self._thread.start()

    def add(self, snapshot: NodeSnapshot) -> None:
        """Counts a sample in the interval of its time, even if the clock was set since the previous sample."""
        at = interval_start(snapshot.taken_at, self._seconds)
        with self._lock:
            interval = self._intervals.get(at)
            if interval is None:
                interval = self._begin(at)
            self._open_at = at
            interval.samples.add(snapshot)

    def _begin(self, at: float) -> _Interval:
        # Only the first interval, and intervals before the latest time so far, can be on the disk already.
        is_resumed = self._furthest_at is None or at <= self._furthest_at
        self._furthest_at = max(at, self._furthest_at or at)
        interval = self._intervals[at] = _Interval(at, self._command_of, is_resumed=is_resumed)
        if len(self._intervals) > MAX_INTERVALS:
            del self._intervals[next(iter(self._intervals))]
        return interval

    def points(self, since: float, until: float, step: float) -> list[HistoryPoint]:
        """Points of `step` seconds, from the disk and from memory. Raises StoreError, OSError."""
        with self._lock:
            newest = [interval.point() for interval in self._intervals.values()]
        return self._store.points(self._node, since, until, step, newest)

    def _work(self) -> None:
        first = pause = min(self._flush_seconds, FIRST_SECONDS)
        failures = 0
        while True:
            self._wake.wait(pause)
            closing = self._closing  # read before writing, so that everything added before close() is written
            self._write()
            if closing:
                return
            failures = 0 if self.problem is None else failures + 1
            pause = (
                backoff.delay(failures, first=first, longest=LONGEST_PAUSE_SECONDS) if failures else self._flush_seconds
            )

    def _write(self) -> None:
        """Writes what is not on the disk yet, and once a day removes days past retention. Never raises."""
        try:
            self._store.open()
            self._look_up()
            self._write_points()
            self._prune()
            self.problem = None
        except Exception as error:
            # The monitor keeps running with any disk error, and the points are kept for the next attempt.
            self.problem = f"history is not being kept: {plain(error, self._store.folder)}"

    def _look_up(self) -> None:
        """Reads intervals from the disk that had begun before this run reached them."""
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
        # By the monotonic clock: one day with a wrong year must not delete the history.
        now = self._clock.boottime()
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_SECONDS:
            self._store.prune(self._clock.wall())
            self._pruned_at = now

    def close(self) -> None:
        """Writes what is left. Takes a few seconds at most. Safe to call twice."""
        if self._closing:
            return
        self._closing = True
        self._wake.set()
        self._thread.join(self._close_seconds)
        if self._thread.is_alive():
            self.problem = "the last minutes of history were not written: the disk does not answer"
        self._store.close()
