"""How long to wait after failures in a row before the next try."""

import random

_MOST_STEPS = 64
"""Longer waits than that many steps would give are no use to anybody, and their numbers grow too large."""


def delay(failures: int, *, first: float, longest: float, growth: float = 2.0) -> float:
    """Seconds to wait after so many failures: `first`, then `growth` times as long each time, at most `longest`."""
    return min(first * growth ** min(max(failures - 1, 0), _MOST_STEPS), longest)


def spread(seconds: float, share: float, dice: random.Random | None = None) -> float:
    """A wait varied by up to `share` of it either way, so that many who wait do not come back together."""
    return seconds * (dice or random).uniform(1 - share, 1 + share)
