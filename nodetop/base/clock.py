"""Time, in the three kinds nodetop needs, behind one object that tests can replace."""

import time
from typing import Protocol

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


def machine_boot() -> str:
    """Which start of the machine boottime() counts from; empty where the system does not say. It may be one where
    boottime() stands still while the machine sleeps."""
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
        """Never steps; stands still while the machine sleeps. Rates are divided by this."""

    def boottime(self) -> float:
        """Like monotonic, but counts the time the machine slept."""


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
    """A clock that moves only when told to."""

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
        """All three go on by so many seconds."""
        self._wall += seconds
        self._monotonic += seconds

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: wall and boot time go on, monotonic time does not."""
        self._wall += seconds
        self._asleep += seconds

    def step(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._wall += seconds
