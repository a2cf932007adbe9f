"""The cores' clock speed from cpufreq. Kernel admin-guide/pm/cpufreq.rst."""

import math
import time
from collections.abc import Sequence

from nodetop.probes.host_files import HostFiles

_MANY = 32
_BUDGET_SECONDS = 0.0005
_LOOK_AGAIN = 30
"""On a machine without cpufreq, it is looked for again after so many readings."""


class CpuFrequency:
    """Reads scaling_cur_freq of each core. With many cores, or if reading is slow (some drivers interrupt the core,
    which on a large machine would cost more than everything else), the cores take turns: each reading covers as many as
    time allows, spread over the machine, and the result is the last value of up to 32 cores."""

    def __init__(self, files: HostFiles, budget_seconds: float = _BUDGET_SECONDS) -> None:
        self._files = files
        self._budget_seconds = budget_seconds
        self._known: dict[int, float] = {}
        """The values read last, the oldest first."""
        self._next = 0
        self._absent = 0

    def read(self, cores: Sequence[int]) -> tuple[tuple[int, float], ...]:
        """(core, MHz) of the given online cores, ascending; without cores that report none. Empty if the machine has no
        cpufreq."""
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
        """Up to 32 cores, continuing after the last reading, in steps that spread over the machine."""
        count = len(cores)
        leap = _leap(count)
        return [cores[(self._next + place) * leap % count] for place in range(min(count, _MANY))]


def _leap(count: int) -> int:
    """A step of about a fifth of `count` that reaches all cores in turn."""
    leap = max(count // 5, 1)
    while math.gcd(leap, count) > 1:
        leap += 1
    return leap
