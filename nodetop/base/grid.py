"""A fixed grid of time: when samples are due, and which interval a time is in."""

import math


def next_tick(tick: float, interval: float, now: float) -> float:
    """The first of tick + interval, tick + 2 intervals, ... that is later than now: the grid does not drift with the
    work done between ticks, and ticks that passed meanwhile are left out, not made up for."""
    return tick + max(math.floor((now - tick) / interval) + 1, 1) * interval


def interval_start(at: float, seconds: float) -> float:
    """The start of the interval that holds a time: a multiple of its length in UTC seconds."""
    return at // seconds * seconds


def interval_end(at: float, seconds: float) -> float:
    """The end of the interval that ends at a time or around it."""
    return -(-at // seconds) * seconds
