"""Spreads the work of a sample over time, for a program with a CPU quota whom nobody watches.

The kernel stops a program that used up its quota until the next period of 100 ms. So all probes, and what is done with
their sample, share one budget of CPU time, which grows steadily. Whoever calls `rest` between two pieces of work waits
until the pieces before are paid for.
"""

import math
import threading
import time
from collections.abc import Callable

_SHARE = 0.08
"""Of a CPU."""
_MOST_OF_QUOTA, _MOST_OF_QUOTA_AT_START = 0.4, 0.6
"""The rest is for single pieces of work that take long, and for what does not rest."""
_AT_ONCE_SECONDS, _AT_ONCE_OF_QUOTA = 0.004, 0.2
"""What may be used at once after a pause; of the quota of a period."""
_REFILL = 0.75
"""The part of it after a rest: rests are few and long, because after each one the CPU's caches are cold."""
_PERIOD_SECONDS = 0.1
_PART_OF_INTERVAL = 0.5
"""A sample waits for at most this part of its interval, however much there is to do."""
_SHORTEST_SECONDS = 0.0005

Rest = Callable[[], None]


def no_rest() -> None:
    """For programs that want their sample at once."""


class Pace:
    """The budget of one program. For all its threads."""

    def __init__(
        self, interval: float, *, quota: float | None = None, monotonic: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time, sleep: Callable[[float], object] | None = None,
    ) -> None:  # fmt: skip
        """`interval` is the seconds between samples (0: never wait), `quota` the CPUs that the program may use, `used`
        the CPU seconds of the program so far. Before begin() nothing waits: the first sample is wanted at once; unless
        the quota is less than a CPU, then that would make it wait longer."""
        self._longest = interval * _PART_OF_INTERVAL
        self._ended = threading.Event()
        self._monotonic, self._used, self._sleep = monotonic, used, sleep or self._ended.wait
        self._lock = threading.Lock()  # guards all attributes below
        small = quota if quota is not None and quota < 1 else None
        self._steady = _SHARE if small is None else min(_SHARE, small * _MOST_OF_QUOTA)
        self._share = _SHARE if small is None else small * _MOST_OF_QUOTA_AT_START
        self._at, self._used_then = monotonic(), used()
        at_once = _AT_ONCE_SECONDS if small is None else small * _PERIOD_SECONDS * _AT_ONCE_OF_QUOTA
        self._left = self._at_once = min(at_once, _AT_ONCE_SECONDS)
        self._until = self._at if small is None else math.inf
        self._sampling: int | None = None
        """The thread of the samples: only for it a sample has to end in time."""

    def begin(self) -> None:
        """A sample begins, in this thread, that may take its time."""
        with self._lock:
            self._share, self._sampling = self._steady, threading.get_ident()
            self._until = self._monotonic() + self._longest

    def end(self) -> None:
        """The program stops: ends a wait, and all later ones."""
        self._ended.set()

    def rest(self) -> None:
        """Waits until the CPU time used so far is paid for, also what other threads use meanwhile; but no longer than a
        sample may take, nor, in the thread of the samples, than this one may."""
        seconds, until = self._owed(), None
        while seconds > 0 and not self._ended.is_set():
            until = self._latest() if until is None else until
            seconds = min(seconds, until - self._monotonic())
            if seconds < _SHORTEST_SECONDS:
                return
            self._sleep(seconds)
            seconds = self._owed()

    def _owed(self) -> float:
        """The seconds to wait; 0 while there is some left."""
        with self._lock:
            now, used = self._monotonic(), self._used()
            earned, spent = (now - self._at) * self._share, used - self._used_then
            left = min(self._left + earned, self._at_once) - spent
            self._left = max(left, -self._longest * self._share)
            self._at, self._used_then = now, used
            return 0.0 if self._left >= 0 else (self._at_once * _REFILL - self._left) / self._share

    def _latest(self) -> float:
        """When a rest that begins now ends at the latest."""
        with self._lock:
            latest = self._monotonic() + self._longest
            is_bound = self._sampling in (None, threading.get_ident())
            return min(latest, self._until) if is_bound else latest
