"""One process over the samples in memory: its row in each. Kept, so that a refresh reads only new samples. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import attrgetter

from nodetop.history.ring import KEEP_SECONDS
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.key import Key

Value = Callable[[ProcessMetrics], float | None]
_REACH = 2.5
"""A sample is valid for this many intervals after it; then there is a gap."""
_by_pid = attrgetter("pid")


class ProcessPast:
    """The rows of one process."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._times: list[float] = []
        self._rows: list[ProcessMetrics | None] = []
        self._last: NodeSnapshot | None = None

    def follow(self, view: View) -> None:
        """Adds what is new in the ring, and drops what is no longer there."""
        ring = view.ring
        if not len(ring):
            return
        count = known = len(ring)
        while known and ring[known - 1] is not self._last:
            known -= 1
        if not known:
            self._times.clear()
            self._rows.clear()
        for index in range(known, count):
            self._times.append(ring[index].taken_at)
            self._rows.append(find_row(ring[index], self._key))
        self._last = ring[-1]
        gone = len(self._times) - count
        if gone > 0:
            del self._times[:gone], self._rows[:gone]

    def last_seen(self, at: float) -> tuple[float, ProcessMetrics] | None:
        """Its newest row up to a time, and when that was taken."""
        for index in range(bisect_right(self._times, at) - 1, -1, -1):
            row = self._rows[index]
            if row is not None:
                return self._times[index], row
        return None

    def columns(self, value: Value, until: float, count: int, interval: float) -> list[float | None]:
        """The last 15 minutes before `until` in `count` equal parts, the highest value of each; None is a gap."""
        width, since = KEEP_SECONDS / count, until - KEEP_SECONDS
        reach = _REACH * interval
        columns: list[float | None] = []
        before = bisect_right(self._times, since)
        for number in range(1, count + 1):
            end = before
            while end < len(self._times) and self._times[end] <= since + number * width + 1e-6:
                end += 1
            found = [row for row in self._rows[before:end] if row is not None]
            if before == end and end and since + number * width - self._times[end - 1] <= reach:
                held = self._rows[end - 1]  # between two samples the last one is valid
                found = [held] if held is not None else []
            known = [each for each in map(value, found) if each is not None]
            columns.append(max(known) if known else None)
            before = end
        return columns


def find_row(snapshot: NodeSnapshot, key: Key) -> ProcessMetrics | None:
    """A process's row in a sample. Rows are usually sorted by PID: then a binary search finds it in a dozen steps."""
    pid, started_at = key
    if snapshot.processes is None or (started_at is not None and started_at > snapshot.taken_at + 1.0):
        return None
    rows = snapshot.processes.rows
    place = bisect_left(rows, pid, key=_by_pid)
    if place < len(rows) and rows[place].pid == pid and rows[place].started_at == started_at:
        return rows[place]
    return next((row for row in rows if row.pid == pid and row.started_at == started_at), None)
