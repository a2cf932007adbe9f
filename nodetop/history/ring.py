"""One node's complete snapshots of the last minutes, in memory, for graphs, pause and stepping back."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from nodetop.history.means import MeanSnapshot
from nodetop.model.snapshot import NodeSnapshot

KEEP_SECONDS = 15 * 60.0
MAX_ROWS = 4_000_000
"""The most references to process rows: 32 MiB of pointers. Unchanged rows are shared by snapshots."""


class Ring:
    """Snapshots in order of time, oldest first. Bounded by age, and by the number of process rows it holds."""

    def __init__(self, keep_seconds: float = KEEP_SECONDS, max_rows: int = MAX_ROWS) -> None:
        self._keep_seconds = keep_seconds
        self._max_rows = max_rows
        self._snapshots: list[NodeSnapshot] = []
        self._weights: list[int] = []
        self.rows = 0
        """The number of process rows it holds, or their equivalent: see add()."""
        self.version = 0
        """Grows with each change, so that drawings of the ring can be cached."""
        self.has_means = False
        """Whether some of its snapshots are means from history. A graph never mixes the two."""

    def add(self, snapshot: NodeSnapshot, weight: int = 0) -> None:
        """Appends a snapshot. Snapshots with later times are dropped, because the clock was ahead then. The snapshot
        counts as many rows as it has, or as `weight` if that is more."""
        while self._snapshots and snapshot.taken_at < self._snapshots[-1].taken_at:
            self._snapshots.pop()
            self.rows -= self._weights.pop()
        self._snapshots.append(snapshot)
        self._weights.append(max(_row_count(snapshot), weight))
        self.rows += self._weights[-1]
        self.has_means = self.has_means or isinstance(snapshot, MeanSnapshot)
        self.version += 1
        self._trim(snapshot.taken_at - self._keep_seconds)

    def clear(self) -> None:
        """Removes all snapshots."""
        self._snapshots.clear()
        self._weights.clear()
        self.rows = 0

    def merge(self, samples: Iterable[NodeSnapshot], weight: int = 0, *, is_latest: bool = False) -> bool:
        """Inserts samples that may be late, repeated or out of order. Returns whether any was new. `weight` is that of
        each sample, as in add(). `is_latest`: no other sample is newer, even if its time is later."""
        have = {(each.boot_id, each.seq) for each in self}
        new = {(each.boot_id, each.seq): each for each in samples if (each.boot_id, each.seq) not in have}
        ordered = sorted(new.values(), key=_taken_at)
        if ordered and not is_latest and self._is_before_latest(ordered):
            ordered = sorted([*self, *ordered], key=_taken_at)
            self.clear()
        for sample in ordered:
            self.add(sample, weight)
        return bool(new)

    def _is_before_latest(self, new: list[NodeSnapshot]) -> bool:
        """Whether some belong before the latest one. If a single next sample has an earlier time, the clock was set
        back."""
        latest = self.latest
        if latest is None or new[0].taken_at >= latest.taken_at:
            return False
        return not (len(new) == 1 and new[0].boot_id == latest.boot_id and new[0].seq > latest.seq)

    def _trim(self, oldest: float) -> None:
        drop = 0
        while drop < len(self._snapshots) - 1 and (
            self._snapshots[drop].taken_at < oldest or self.rows > self._max_rows
        ):
            self.rows -= self._weights[drop]
            drop += 1
        del self._snapshots[:drop], self._weights[:drop]

    def __len__(self) -> int:
        return len(self._snapshots)

    def __iter__(self) -> Iterator[NodeSnapshot]:
        return iter(self._snapshots)

    def __getitem__(self, index: int) -> NodeSnapshot:
        return self._snapshots[index]

    @property
    def times(self) -> list[float]:
        """The times of its snapshots, oldest first."""
        return [snapshot.taken_at for snapshot in self._snapshots]

    @property
    def latest(self) -> NodeSnapshot | None:
        return self._snapshots[-1] if self._snapshots else None

    def index_at(self, taken_at: float) -> int | None:
        """The position of the last snapshot at or before a time; None before the first."""
        index = bisect_right(self._snapshots, taken_at, key=_taken_at) - 1
        return index if index >= 0 else None

    def series(
        self, value: Callable[[NodeSnapshot], float | None], length: int, until: int | None = None
    ) -> list[float | None]:
        """The last `length` values up to and including position `until`, oldest first; fewer if there are fewer."""
        end = len(self._snapshots) if until is None else until + 1
        return [value(snapshot) for snapshot in self._snapshots[max(0, end - length) : end]]


def follows(before: NodeSnapshot, sample: NodeSnapshot) -> bool:
    """Whether no sample of the node can be missing between the two."""
    return before.boot_id != sample.boot_id or sample.seq == before.seq + 1


def _row_count(snapshot: NodeSnapshot) -> int:
    processes, workloads = snapshot.processes, snapshot.workloads
    rows = len(processes.rows) + len(processes.thread_rows) if processes else 0
    return rows + len(workloads.rows) if workloads else rows


def _taken_at(snapshot: NodeSnapshot) -> float:
    return snapshot.taken_at
