"""How many processes the kernel killed for lack of memory in the last half hour, from its running count. Pure."""

from collections import deque

KEEP_SECONDS = 1800.0
_MOST = 360


class Kills:
    """The count begins anew at each boot. What had happened before it was first seen is not news."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._found: deque[tuple[float, int]] = deque(maxlen=_MOST)

    def add(self, at: float, count: int) -> None:
        """The running count at a time."""
        if self._last is not None and count != self._last:
            new = count - self._last if count > self._last else count
            if new:
                self._found.append((at, new))
        self._last = count

    def recent(self, at: float) -> int:
        """Kills of the last half hour."""
        while self._found and not 0 <= at - self._found[0][0] < KEEP_SECONDS:
            self._found.popleft()
        return sum(count for _, count in self._found)
