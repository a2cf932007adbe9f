"""Spreads the work of a sample over time, for a program with a CPU quota whom nobody watches.

The kernel stops a program that used up its quota until the next period of 100 ms. So all probes, and what is done with
their sample, share one budget of CPU time, which grows steadily. Whoever calls `rest` between two pieces of work waits
until the pieces before are paid for.
"""

import threading
import time
from collections.abc import Callable

_SHARE = 0.08
"""Of a CPU. The smallest usual quota is 100m, a tenth."""
_AT_ONCE_SECONDS = 0.004
"""What may be used at once after a pause."""
_PART_OF_INTERVAL = 0.5
"""A sample waits for at most this part of its interval, however much there is to do."""

_SHORTEST_SECONDS = 0.0005

Rest = Callable[[], None]


def no_rest() -> None:
    """For programs that want their sample at once."""


class Pace:
    """The budget of one program. For all its threads."""

    def __init__(
        self, interval: float, *, monotonic: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time, sleep: Callable[[float], object] | None = None,
    ) -> None:  # fmt: skip
        """`interval` is the seconds between samples (0: never wait), `used` the CPU seconds of the program so far."""
        self._longest = interval * _PART_OF_INTERVAL
        self._ended = threading.Event()
        self._monotonic, self._used, self._sleep = monotonic, used, sleep or self._ended.wait
        self._lock = threading.Lock()  # guards all attributes below
        self._at, self._used_then = monotonic(), used()
        self._left = _AT_ONCE_SECONDS
        self._until = self._at

    def begin(self) -> None:
        """A sample begins that may take its time. Without this call, none does: the first one is wanted at once."""
        with self._lock:
            self._until = self._monotonic() + self._longest

    def end(self) -> None:
        """The program stops: ends a wait, and all later ones."""
        self._ended.set()

    def rest(self) -> None:
        """Waits until the CPU time used so far is paid for, also what other threads use meanwhile; or until the sample
        has taken long enough."""
        while not self._ended.is_set() and (seconds := self._owed()) > _SHORTEST_SECONDS:
            self._sleep(seconds)

    def _owed(self) -> float:
        """The seconds to wait."""
        with self._lock:
            now, used = self._monotonic(), self._used()
            earned, spent = (now - self._at) * _SHARE, used - self._used_then
            self._left = min(self._left + earned, _AT_ONCE_SECONDS) - spent
            self._at, self._used_then = now, used
            return min(-self._left / _SHARE, self._until - now)
