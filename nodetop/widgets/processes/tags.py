"""Processes that the user has tagged, to act on all of them at once. Pure."""

from collections.abc import Iterable, Sequence

from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.processes.key import Key, key_of


class Tags:
    """A set of processes that survives samples; those that have ended are removed."""

    def __init__(self) -> None:
        self.keys: frozenset[Key] = frozenset()
        self._newest = 0.0

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, row: ProcessMetrics) -> bool:
        return row.thread_of is None and key_of(row) in self.keys

    def turn(self, rows: Iterable[ProcessMetrics]) -> None:
        """Tags these; if all of them are tagged, untags them."""
        keys = {key_of(row) for row in rows}
        self.keys = self.keys - keys if keys <= self.keys else self.keys | keys

    def add(self, rows: Iterable[ProcessMetrics]) -> None:
        """Tags these too."""
        self.keys |= {key_of(row) for row in rows}

    def clear(self) -> None:
        """Removes all tags."""
        self.keys = frozenset()

    def among(self, rows: Sequence[ProcessMetrics]) -> list[ProcessMetrics]:
        """The tagged ones of these."""
        return [row for row in rows if row in self] if self.keys else []

    def drop_ended(self, snapshot: NodeSnapshot) -> None:
        """Removes processes that are not in this sample. A sample that is older than the newest one so far, or has no
        processes, does not count."""
        if not self.keys or snapshot.taken_at < self._newest or snapshot.processes is None:
            return
        self._newest = snapshot.taken_at
        self.keys &= {key_of(row) for row in snapshot.processes.rows}
