"""When to try again after a failed push. Pure, except for random jitter, which keeps many nodes apart."""

import random

from nodetop.base import backoff
from nodetop.server.uplink.client import Outcome

QUICK_SECONDS = (0.5, 1.0, 2.0)
"""Delays after the first failures. Each varies by up to half of it, so that nodes do not return all at once."""
STEADY_SECONDS = 5.0
LONGEST_SECONDS = 60.0
HELD_SECONDS = 60.0
_GROWTH = 1.5


class Retry:
    """Counts failures in a row. If the hub answers "not now", the delay grows. If nothing answers at all, the delay
    stays the same, so that a restarted hub has fresh samples within seconds."""

    def __init__(self, dice: random.Random | None = None) -> None:
        self._dice = dice or random.Random()
        self.failures = 0

    def taken(self) -> None:
        """A push succeeded."""
        self.failures = 0

    def delay(self, outcome: Outcome) -> float:
        """Counts a failure. Returns the seconds to wait before the next try."""
        self.failures += 1
        if outcome.kind == "held":
            return self._around(HELD_SECONDS, share=0.1)
        if self.failures <= len(QUICK_SECONDS):
            seconds = self._around(QUICK_SECONDS[self.failures - 1])
        elif outcome.answered:
            slow = self.failures - len(QUICK_SECONDS)
            seconds = backoff.delay(slow, first=STEADY_SECONDS, longest=LONGEST_SECONDS, growth=_GROWTH)
            seconds = self._around(seconds, share=0.2)
        else:
            seconds = self._around(STEADY_SECONDS, share=0.2)
        return max(seconds, outcome.retry_after or 0.0)

    def _around(self, seconds: float, share: float = 0.5) -> float:
        return backoff.spread(seconds, share, self._dice)
