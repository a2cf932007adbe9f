"""The number of OOM kills in the last half hour, from the kernel's counter. Pure."""

from collections import deque

KEEP_SECONDS = 1800.0
_MOST = 360


class Kills:
    """The counter restarts at each boot. Kills before the first sample are not counted."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._found: deque[tuple[float, int]] = deque(maxlen=_MOST)

    def add(self, at: float, count: int) -> None:
        """Adds the counter's value at a time."""
        if self._last is not None and count != self._last:
            new = count - self._last if count > self._last else count
            if new:
                self._found.append((at, new))
        self._last = count

    def recent(self, at: float) -> int:
        """OOM kills of the last half hour."""
        while self._found and not 0 <= at - self._found[0][0] < KEEP_SECONDS:
            self._found.popleft()
        return sum(count for _, count in self._found)
