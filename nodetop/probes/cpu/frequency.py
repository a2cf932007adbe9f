"""The cores' clock speed from cpufreq. Kernel admin-guide/pm/cpufreq.rst."""

import time
from collections.abc import Sequence

from nodetop.probes.base.host_files import HostFiles

_MANY = 32
_BUDGET_SECONDS = 0.0005


class CpuFrequency:
    """Reads scaling_cur_freq of each core; of one only where the cores are many, or once it proved slow: some drivers
    interrupt the core to ask it, which on a large machine costs more than all else here."""

    def __init__(self, files: HostFiles, budget_seconds: float = _BUDGET_SECONDS) -> None:
        self._files = files
        self._budget_seconds = budget_seconds
        self._slow = False

    def read(self, cores: Sequence[int]) -> tuple[tuple[int, float], ...]:
        """(core, MHz) of the given online cores; empty where the machine has no cpufreq."""
        found: list[tuple[int, float]] = []
        deadline = time.perf_counter() + self._budget_seconds
        for core in cores[:1] if self._slow or len(cores) > _MANY else cores:
            kilohertz = self._files.number(f"/sys/devices/system/cpu/cpu{core}/cpufreq/scaling_cur_freq")
            if kilohertz is None or kilohertz <= 0:
                break
            found.append((core, kilohertz / 1000))
            if time.perf_counter() > deadline and len(found) < len(cores):
                self._slow = True
                return tuple(found[:1])
        return tuple(found)
