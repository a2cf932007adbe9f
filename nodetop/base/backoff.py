"""How long to wait before the next try, after several failures in a row."""

import random

_MOST_STEPS = 64
"""The wait stops growing after so many failures. Otherwise its number would overflow."""


def delay(failures: int, *, first: float, longest: float, growth: float = 2.0) -> float:
    """Seconds to wait after so many failures: `first`, then `growth` times as long each time, at most `longest`."""
    return min(first * growth ** min(max(failures - 1, 0), _MOST_STEPS), longest)


def spread(seconds: float, share: float, dice: random.Random | None = None) -> float:
    """A wait changed at random by up to `share` of it either way, so that many clients do not come back at once."""
    return seconds * (dice or random).uniform(1 - share, 1 + share)
