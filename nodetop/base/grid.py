"""A fixed time grid: when samples are due, and which interval a time belongs to."""

import math


def next_tick(tick: float, interval: float, now: float) -> float:
    """The first of tick + interval, tick + 2 intervals, ... that is later than now. The grid does not drift with the
    work done between ticks. Missed ticks are skipped."""
    return tick + max(math.floor((now - tick) / interval) + 1, 1) * interval


def interval_start(at: float, seconds: float) -> float:
    """The start of the interval that contains a time. Intervals start at multiples of their length in UTC seconds."""
    return at // seconds * seconds


def interval_end(at: float, seconds: float) -> float:
    """The end of the interval that contains a time, or ends exactly then."""
    return -(-at // seconds) * seconds
