"""The mean of a value over the last seconds, in constant memory. Pure."""

from collections import deque
from collections.abc import Iterable

_STEPS = 20
"""Number of parts of a window; its mean is that of the last `seconds`, to within one part."""
_ENOUGH = 0.8
"""Share of a window that samples must cover before it has a mean."""


class Window:
    """Values with the seconds that each covers. Gaps do not count."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._parts: deque[tuple[float, float, float]] = deque()
        """End, covered seconds and mean of each part, oldest first."""

    def add(self, at: float, covers: float, value: float) -> None:
        """Adds a value that covers the `covers` seconds up to `at`. Times must not decrease."""
        covers = min(covers, self.seconds)
        if covers > 0:
            width = self.seconds / _STEPS
            end, covered, mean = self._parts[-1] if self._parts else (at, 0.0, 0.0)
            if self._parts and at // width == end // width:
                self._parts.pop()
                mean += (value - mean) * covers / (covered + covers)
                covers += covered
            else:
                mean = value
            self._parts.append((at, covers, mean))
        while self._parts and self._parts[0][0] <= at - self.seconds:
            self._parts.popleft()

    def mean(self) -> float | None:
        """The mean; None until enough of the time is covered."""
        covered = sum(part[1] for part in self._parts)
        if covered < _ENOUGH * self.seconds or not covered:
            return None
        # Computed from differences, so that rounding cannot put the mean outside the range of the values.
        first = self._parts[0][2]
        return first + sum(covers / covered * (mean - first) for _, covers, mean in self._parts)

    def parts(self) -> list[tuple[float, float, float]]:
        """Its content, for restore()."""
        return list(self._parts)

    def restore(self, parts: Iterable[tuple[float, float, float]]) -> None:
        """Continues from the parts of an earlier window."""
        self._parts = deque(parts)

    def forget(self) -> None:
        """Starts again: the clock went back."""
        self._parts.clear()
