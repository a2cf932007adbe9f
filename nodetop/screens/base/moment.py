"""Which moment is shown: now as it comes, or one that stands still. One for all screens of the app. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.history.ring import Ring

_MINUTE = 60.0


@dataclass
class Moment:
    """`at` is the time that is shown; None: live. `times` are those at which there is something to see, oldest first.

    A time may slide out of memory: then the oldest shows."""

    at: float | None = None

    @property
    def is_live(self) -> bool:
        return self.at is None

    def position(self, ring: Ring) -> int | None:
        """Where in the ring the shown sample stands; None when live or where there is none."""
        if self.at is None or not len(ring):
            return None
        return ring.index_at(self.at) or 0

    def toggle_pause(self, now: float | None) -> None:
        """Stops at what is shown now, or goes on live."""
        self.at = now if self.at is None else None

    def step(self, times: Sequence[float], samples: int) -> bool:
        """So many of the times forward or back. False where memory ends."""
        if not len(times):
            return False
        here = self._index(times)
        there = max(0, min(here + samples, len(times) - 1))
        self.at = times[there]
        return there != here

    def jump(self, times: Sequence[float], seconds: float) -> bool:
        """So many seconds forward or back. False where memory ends."""
        if not len(times):
            return False
        here = self._index(times)
        start = times[here] if self.at is None else max(self.at, times[here])
        there = max(bisect_right(times, start + seconds) - 1, 0)
        if there == here and 0 <= here + (1 if seconds > 0 else -1) < len(times):
            there = here + (1 if seconds > 0 else -1)  # samples lie further apart than that
        self.at = times[there]
        return there != here

    def _index(self, times: Sequence[float]) -> int:
        return len(times) - 1 if self.at is None else max(bisect_right(times, self.at) - 1, 0)

    def go_to(self, times: Sequence[float], at: float) -> bool:
        """The last of the times at or before one. False, and the nearest, where memory does not reach."""
        if not len(times):
            return False
        self.at = times[max(bisect_right(times, at) - 1, 0)]
        return times[0] <= at <= times[-1] + _MINUTE

    def live(self) -> None:
        """Back to now."""
        self.at = None
