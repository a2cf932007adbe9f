"""The time that is shown: live, or a fixed time in the past. Shared by all screens of the app. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.history.ring import Ring

_MINUTE = 60.0


@dataclass
class Moment:
    """`at` is the time that is shown; None: live. `times` are the times that have data, oldest first.

    When a time is no longer in memory, the oldest one is shown."""

    at: float | None = None

    @property
    def is_live(self) -> bool:
        return self.at is None

    def position(self, ring: Ring) -> int | None:
        """Index of the shown sample in the ring; None when live or if there is none."""
        if self.at is None or not len(ring):
            return None
        return ring.index_at(self.at) or 0

    def toggle_pause(self, now: float | None) -> None:
        """Stops at the time that is shown now, or goes live again."""
        self.at = now if self.at is None else None

    def step(self, times: Sequence[float], samples: int) -> bool:
        """Goes forward or back by so many of the times. False at the end of memory."""
        if not len(times):
            return False
        here = self._index(times)
        there = max(0, min(here + samples, len(times) - 1))
        self.at = times[there]
        return there != here

    def jump(self, times: Sequence[float], seconds: float) -> bool:
        """Goes forward or back by so many seconds. False at the end of memory."""
        if not len(times):
            return False
        here = self._index(times)
        start = times[here] if self.at is None else max(self.at, times[here])
        there = max(bisect_right(times, start + seconds) - 1, 0)
        if there == here and 0 <= here + (1 if seconds > 0 else -1) < len(times):
            there = here + (1 if seconds > 0 else -1)  # the samples are further apart than that
        self.at = times[there]
        return there != here

    def _index(self, times: Sequence[float]) -> int:
        return len(times) - 1 if self.at is None else max(bisect_right(times, self.at) - 1, 0)

    def go_to(self, times: Sequence[float], at: float) -> bool:
        """Goes to the last of the times at or before `at`. False if memory does not reach there: then to the
        nearest."""
        if not len(times):
            return False
        self.at = times[max(bisect_right(times, at) - 1, 0)]
        return times[0] <= at <= times[-1] + _MINUTE

    def live(self) -> None:
        """Goes live."""
        self.at = None
