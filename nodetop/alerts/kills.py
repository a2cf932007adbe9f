"""The number of OOM kills in the last half hour, from the kernel's counter. Pure."""

from msgspec import Struct

KEEP_SECONDS = 1800.0
_MOST = 360


class StoredKills(Struct, frozen=True):
    """The last value of the counter, and the kills found: times and numbers."""

    last: int | None = None
    found: tuple[tuple[float, int], ...] = ()


class Kills:
    """The counter restarts at each boot. Kills before the first sample are not counted."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._found: tuple[tuple[float, int], ...] = ()
        """Nearly always empty, and a hub has two of them for each node."""

    def add(self, at: float, count: int) -> None:
        """Adds the counter's value at a time."""
        if self._last is not None and count != self._last:
            new = count - self._last if count > self._last else count
            if new:
                self._found = (*self._found, (at, new))[-_MOST:]
        self._last = count

    def stored(self) -> StoredKills:
        """Its content, for restore()."""
        return StoredKills(self._last, self._found)

    def restore(self, stored: StoredKills) -> None:
        """Continues from an earlier run."""
        self._last = stored.last
        self._found = stored.found[-_MOST:]

    def recent(self, at: float) -> int:
        """OOM kills of the last half hour."""
        while self._found and not 0 <= at - self._found[0][0] < KEEP_SECONDS:
            self._found = self._found[1:]
        return sum(count for _, count in self._found)
