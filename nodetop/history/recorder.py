"""A running nodetop's samples into its history: a point each five minutes, written by a thread of its own."""

import threading
from collections import deque

from nodetop.history.rollup import Accumulator, interval_start, roll_up
from nodetop.history.store import HistoryStore
from nodetop.model import HistoryPoint, NodeSnapshot

BUCKET_SECONDS = 300.0
FLUSH_SECONDS = 60.0
MAX_WAITING = 8640


class Recorder:
    """Takes snapshots from any thread without blocking; `problem` says in one line why history is not being kept."""

    def __init__(self, store: HistoryStore, node: str, *, bucket_seconds: float = BUCKET_SECONDS) -> None:
        self._store = store
        self._node = node
        self._seconds = bucket_seconds
        self._lock = threading.Lock()
        self._open: Accumulator | None = None
        self._waiting: deque[HistoryPoint] = deque(maxlen=MAX_WAITING)
        self._stop = threading.Event()
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._run, name="nodetop-history", daemon=True)
        self._thread.start()

    def add(self, snapshot: NodeSnapshot) -> None:
        at = interval_start(snapshot.taken_at, self._seconds)
        with self._lock:
            if self._open is not None and self._open.at != at:
                self._keep(self._open)
                self._open = None
            self._open = self._open or Accumulator(at)
            self._open.add(snapshot)

    def _keep(self, interval: Accumulator) -> None:
        point = interval.point()
        if point is not None:
            self._waiting.append(point)

    def points(self, since: float, until: float, step: float) -> list[HistoryPoint]:
        """What is stored, what waits to be stored, and the open interval, in points of `step` seconds."""
        stored = {point.at: point for point in self._store.points(self._node, since, until)}
        for point in self._unwritten():
            known = stored.get(point.at)
            if since <= point.at < until and (known is None or known.samples <= point.samples):
                stored[point.at] = point
        return roll_up([stored[at] for at in sorted(stored)], step)

    def _unwritten(self) -> list[HistoryPoint]:
        with self._lock:
            point = self._open.point() if self._open else None
            return [*self._waiting, point] if point else list(self._waiting)

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self._flush()

    def _flush(self) -> None:
        points = self._unwritten()
        try:
            if points:
                self._store.add(self._node, points)
            self.problem = None
        except Exception as error:
            # Whatever is wrong with the disk, the monitor goes on and the points are kept for the next try.
            self.problem = f"history is not being written: {error}"
            return
        with self._lock:
            while self._waiting and self._waiting[0] in points:
                self._waiting.popleft()

    def close(self) -> None:
        """Writes what is left. Safe to call twice."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join(FLUSH_SECONDS)
            self._flush()
            self._store.close()
