"""The mean of the last seconds of a value, in constant space. Pure."""

from collections import deque

_STEPS = 20
"""Parts that a window is kept in: its mean is of the last `seconds`, up to one of them."""
_ENOUGH = 0.8
"""Share of a window that samples must cover before its mean says anything."""


class Window:
    """Values with the seconds that each stands for. Gaps count as nothing: neither as fine nor as bad."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._parts: deque[tuple[float, float, float]] = deque()
        """End, seconds covered and mean of each part, oldest first."""

    def add(self, at: float, covers: float, value: float) -> None:
        """A value that stands for the `covers` seconds up to `at`. Times only grow."""
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
        """None until enough of the time is covered."""
        covered = sum(part[1] for part in self._parts)
        if covered < _ENOUGH * self.seconds or not covered:
            return None
        # By differences from the first: a mean then lies between the values, whatever is rounded.
        first = self._parts[0][2]
        return first + sum(covers / covered * (mean - first) for _, covers, mean in self._parts)

    def forget(self) -> None:
        """Begins anew: the clock went back."""
        self._parts.clear()
