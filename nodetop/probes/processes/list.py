"""Finds all processes without listing /proc every time."""

import os
import time
from collections.abc import Collection, Iterable

from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record

_LIST_EVERY = 10
_MOST_NEW = 256


class ProcessList:
    """PIDs of all processes, and perhaps of some that have just ended.

    Listing /proc is a third of the cost of a reading with 2,000 idle processes. But the kernel numbers processes and
    threads consecutively, and /proc/loadavg has the last number. So new processes are among the few numbers after the
    last one seen. Every tenth call lists /proc and checks this shortcut: if it missed a process (in a sandbox, or with
    a different /proc), it is not used again.
    """

    def __init__(self, files: HostFiles) -> None:
        self._proc = files.proc
        self._short_way = files.own_pids and _same_device(f"{files.proc}/loadavg", files.proc)
        self._newest = [0, 0]  # the last number assigned, at the two previous calls
        self._looks = 0

    def pids(self, known: Collection[int]) -> list[int]:
        """The PIDs, given those of the previous call. Raises OSError if /proc cannot be listed."""
        self._looks += 1
        newest = self._read_newest() if self._short_way else 0
        # Numbers since the call before the last one: a number is assigned a little before its process is visible.
        checkable = 0 < self._newest[0] <= self._newest[1] <= newest
        numbers = range(self._newest[0] + 1, newest + 1)
        self._newest = [self._newest[1], newest]
        if checkable and len(numbers) <= _MOST_NEW and self._looks % _LIST_EVERY:
            return [*known, *self._new_among(pid for pid in numbers if pid not in known)]
        listed = [int(name) for name in os.listdir(self._proc) if name.isdecimal()]
        if checkable:
            self._short_way = all(pid in known or pid >= numbers.start for pid in listed)
        return listed

    def _new_among(self, numbers: Iterable[int]) -> set[int]:
        found = {pid for pid in numbers if has_clock(pid)}
        # For the calling process, the kernel treats each thread as if it were a process.
        return found - own_threads(self._proc) if found else found

    def list_next(self) -> None:
        """Makes the next calls list /proc."""
        self._newest = [0, 0]

    def _read_newest(self) -> int:
        """The number assigned last; 0 if unknown."""
        try:
            _load_1m, _load_5m, _load_15m, _runnable, newest = read_record(self._proc + "/loadavg").split()
            return int(newest)
        except OSError as error:
            raise_if_exhausted(error)
        except ValueError:
            pass
        return 0


def cpu_clock(pid: int) -> int:
    """The kernel's number for the CPU clock of all threads of a process. clock_getcpuclockid(3)."""
    return ~pid << 3 | 2


def has_clock(pid: int) -> bool:
    """Whether a number belongs to a process that runs or is not yet reaped. Threads have no such clock."""
    try:
        time.clock_gettime_ns(cpu_clock(pid))
    except OSError:
        return False
    return True


def own_threads(proc: str) -> set[int]:
    """The numbers of this process's threads, except the first one, which has the PID."""
    return {int(name) for name in os.listdir(f"{proc}/self/task")} - {os.getpid()}


def _same_device(*paths: str) -> bool:
    """Containers may have their own /proc/loadavg mounted over the kernel's."""
    try:
        return len({os.stat(path).st_dev for path in paths}) == 1
    except OSError:
        return False
