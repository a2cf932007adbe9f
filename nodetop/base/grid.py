"""When samples are due: a fixed grid of time."""

import math


def next_tick(tick: float, interval: float, now: float) -> float:
    """The first of tick + interval, tick + 2 intervals, ... that is later than now: the grid does not drift with the
    work done between ticks, and ticks that passed meanwhile are left out, not made up for."""
    return tick + max(math.floor((now - tick) / interval) + 1, 1) * interval
