"""What busy time and memory were used for. Reads nothing that other probes have not read in the same sample, except for
control groups while much of the busy time is unexplained."""

from contextlib import suppress
from typing import Any

from msgspec import Struct

from nodetop.model.snapshot import Balance
from nodetop.probes.balance.derive import cpu_parts, memory_parts
from nodetop.probes.balance.groups import GroupsUsage, groups_usage
from nodetop.probes.balance.spent import spent
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.cgroups.kept_mounts import KeptMounts
from nodetop.probes.cpu.probe import CpuProbe
from nodetop.probes.cpu.times import Times, shares
from nodetop.probes.host_files import HostFiles
from nodetop.probes.memory import MemoryProbe, MemoryReading
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.processes.rows import ProcessesReading

_UNEXPLAINED_PERCENT = 3.0
"""From this share of all CPUs on, control groups are read."""


class BalanceReading(Struct, frozen=True):
    """The readings of this sample."""

    times: Times | None
    processes: ProcessesReading
    memory: MemoryReading | None
    groups: GroupsUsage | None = None


class BalanceProbe(Probe):
    """Fills `balance`. Its place is after the probes whose readings it takes."""

    name = "balance"
    is_compared = True

    def __init__(self, files: HostFiles, cpu: CpuProbe, memory: MemoryProbe, processes: ProcessesProbe) -> None:
        self._files, self._mounts = files, KeptMounts(files)
        self._cpu, self._memory, self._processes = cpu, memory, processes
        self._is_unexplained = False
        self._groups: GroupsUsage | None = None
        processes.after_clocks = self._read_groups

    def _read_groups(self) -> None:
        self._groups = None
        if self._is_unexplained:
            with suppress(OSError):  # no descriptors left: that is for the other probes to say
                self._groups = groups_usage(self._files, self._mounts.now())

    def read(self) -> BalanceReading:
        processes = self._processes.last
        if processes is None:
            raise Unavailable("the processes were not read")
        groups = self._groups if self._processes.notice is None else None
        return BalanceReading(self._cpu.total, processes, self._memory.last, groups)

    def derive(self, previous: BalanceReading | None, current: BalanceReading, elapsed: float | None) -> Balance:
        parts: dict[str, Any] = {}
        if current.memory is not None:
            parts = memory_parts(current.memory, current.processes.records.values())
        time = None if previous is None else shares(previous.times, current.times)
        if previous is not None and time is not None:
            used = spent(previous.processes, current.processes)
            found = cpu_parts(time, used, (None, None), current.processes)
            other = found["cpu_other_percent"]
            self._is_unexplained = isinstance(other, float) and other >= _UNEXPLAINED_PERCENT
            if self._is_unexplained:
                found = cpu_parts(time, used, (previous.groups, current.groups), current.processes)
            parts |= found
        return Balance(**parts)
