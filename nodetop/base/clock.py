"""The three clocks that nodetop needs, behind one object that tests can replace."""

import time
from typing import Protocol

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


def machine_boot() -> str:
    """An id of the boot that boottime() counts from; empty if the system has none. Even with an id, boottime() may stop
    during a suspend."""
    try:
        with open(_BOOT_ID, encoding="ascii") as file:
            return file.read().strip()
    except (OSError, UnicodeError):
        return ""


class Clock(Protocol):
    """Where time comes from. All values are seconds."""

    def wall(self) -> float:
        """Seconds since the epoch, UTC. May step."""

    def monotonic(self) -> float:
        """Never steps, and stops during a suspend. Rates are computed with this clock."""

    def boottime(self) -> float:
        """Like monotonic, but includes the time in suspend."""


class SystemClock:
    """The machine's own clocks."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        if hasattr(time, "CLOCK_BOOTTIME"):  # Linux has it, macOS and the BSDs do not
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()


class FakeClock:
    """A clock for tests that moves only when its methods are called."""

    def __init__(self, wall: float = 1_700_000_000.0, monotonic: float = 1_000.0) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._asleep = 0.0

    def wall(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def boottime(self) -> float:
        return self._monotonic + self._asleep

    def advance(self, seconds: float) -> None:
        """Moves all three clocks forward."""
        self._wall += seconds
        self._monotonic += seconds

    def suspend(self, seconds: float) -> None:
        """Simulates a suspend: wall and boot time move forward, monotonic time does not."""
        self._wall += seconds
        self._asleep += seconds

    def step(self, seconds: float) -> None:
        """Simulates a change of the wall clock."""
        self._wall += seconds
