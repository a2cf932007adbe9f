"""The cores' clock speed from cpufreq. Kernel admin-guide/pm/cpufreq.rst."""

import math
import time
from collections.abc import Sequence

from nodetop.probes.base.host_files import HostFiles

_MANY = 32
_BUDGET_SECONDS = 0.0005
_LOOK_AGAIN = 30
"""Readings after which a machine that had no cpufreq is looked at again."""


class CpuFrequency:
    """Reads scaling_cur_freq of each core. Where the cores are many, or it proved slow (some drivers interrupt the core
    to ask it, which on a large machine costs more than all else here), it goes round: each time it reads as many as
    there is time for, from all over the machine, and what it gives is the last of up to 32 of them."""

    def __init__(self, files: HostFiles, budget_seconds: float = _BUDGET_SECONDS) -> None:
        self._files = files
        self._budget_seconds = budget_seconds
        self._known: dict[int, float] = {}
        """Those last read, the oldest first."""
        self._next = 0
        self._absent = 0

    def read(self, cores: Sequence[int]) -> tuple[tuple[int, float], ...]:
        """(core, MHz) of the given online cores, ascending; without those that tell none. Empty where the machine has
        no cpufreq."""
        if self._absent > 0:
            self._absent -= 1
            return ()
        deadline = time.perf_counter() + self._budget_seconds
        asked = 0
        for core in self._round(cores):
            kilohertz = self._files.number(f"/sys/devices/system/cpu/cpu{core}/cpufreq/scaling_cur_freq")
            asked += 1
            self._known.pop(core, None)
            if kilohertz is not None and kilohertz > 0:
                self._known[core] = kilohertz / 1000
            if time.perf_counter() > deadline:
                break
        self._next = (self._next + asked) % max(len(cores), 1)
        online = set(cores)
        self._known = {core: mhz for core, mhz in list(self._known.items())[-_MANY:] if core in online}
        if not self._known and asked >= min(len(cores), _MANY):
            self._absent = _LOOK_AGAIN
        return tuple(sorted(self._known.items()))

    def _round(self, cores: Sequence[int]) -> list[int]:
        """Up to 32 cores, in an order that goes on where the last reading ended and leaps over the machine."""
        count = len(cores)
        leap = _leap(count)
        return [cores[(self._next + place) * leap % count] for place in range(min(count, _MANY))]


def _leap(count: int) -> int:
    """A step of about a fifth of so many that comes by all of them."""
    leap = max(count // 5, 1)
    while math.gcd(leap, count) > 1:
        leap += 1
    return leap
