"""CPU clocks of processes, clock_getcpuclockid(3): one system call tells whether a process has run."""

import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from nodetop.probes.processes.rows import ProcessRecord

_RESTING = frozenset("SIZXT")
"""States that end only with CPU time, or with the process. Processes in other states are read every time."""


def cpu_clock(pid: int) -> int:
    """The kernel's number for the CPU clock of all threads of a process."""
    return ~pid << 3 | 2  # written out in read_clocks, for speed


def read_clock(pid: int) -> int | None:
    """Nanoseconds of CPU; None if it has ended, or a sandbox refuses the call."""
    try:
        return time.clock_gettime_ns(cpu_clock(pid))
    except OSError:
        return None


def has_clock(pid: int) -> bool:
    """Whether a number belongs to a process that runs or is not yet reaped. Threads have no such clock."""
    return read_clock(pid) is not None


def read_clocks(pids: Sequence[int]) -> list[int | None]:
    """Those of many processes, without a pause, so that shares of the CPU are over the same time."""
    clock = time.clock_gettime_ns
    read: list[int | None] = []
    for pid in pids:
        try:
            read.append(clock(~pid << 3 | 2))
        except OSError:  # its files will show whether it has ended
            read.append(None)
    return read


def has_run(
    known: Mapping[int, ProcessRecord], pids: Sequence[int], clocks: Sequence[int | None], again: AbstractSet[int]
) -> tuple[dict[int, ProcessRecord], dict[int, int | None]]:
    """The known records of these processes; and the CPU clocks of those whose files are to be read: new ones, those
    that have run or are not asleep, and `again`."""
    records: dict[int, ProcessRecord] = {}
    due: dict[int, int | None] = {}
    for pid, moment in zip(pids, clocks, strict=True):
        old = known.get(pid)
        if old is None:
            due[pid] = moment
            continue
        records[pid] = old
        if moment != old.cpu_nanoseconds or pid in again or old.stat.state not in _RESTING:
            due[pid] = moment
    return records, due
