"""Finds all processes without listing /proc every time."""

import os
from collections.abc import Collection, Iterable

from msgspec import Struct

from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record
from nodetop.probes.processes.clocks import has_clock

_LIST_EVERY = 10
_MOST_NEW = 256
"""Numbers to try instead of listing; or as many as there are processes, because listing one takes longer than that."""
_PART = 256


class Listed(Struct, frozen=True):
    """The PIDs, and the uptime at which they were listed: processes that started later are not among them."""

    pids: list[int]
    uptime_seconds: float | None


class ProcessList:
    """PIDs of all processes, and perhaps of some that have just ended.

    Listing /proc is a third of the cost of a reading with 2,000 idle processes. But the kernel numbers processes and
    threads consecutively, and /proc/loadavg has the last number. So new processes are among the few numbers after the
    last one seen. Every tenth call lists /proc and checks this shortcut: if it missed a process (in a sandbox, or with
    a different /proc), it is not used again.
    """

    def __init__(self, files: HostFiles, rest: Rest = no_rest) -> None:
        """`rest` is called now and then while /proc is listed."""
        self._proc, self._rest = files.proc, rest
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
        if checkable and len(numbers) <= max(_MOST_NEW, len(known)) and self._looks % _LIST_EVERY:
            return [*known, *self._new_among(pid for pid in numbers if pid not in known)]
        listed = self._list()
        if checkable:
            self._short_way = all(pid in known or pid >= numbers.start for pid in listed)
        return listed

    def _list(self) -> list[int]:
        """All PIDs. The kernel lists some hundred at a time."""
        listed: list[int] = []
        with os.scandir(self._proc) as entries:
            for number, entry in enumerate(entries, 1):
                if number % _PART == 0:
                    self._rest()
                if entry.name.isdecimal():
                    listed.append(int(entry.name))
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


def own_threads(proc: str) -> set[int]:
    """The numbers of this process's threads, except the first one, which has the PID."""
    return {int(name) for name in os.listdir(f"{proc}/self/task")} - {os.getpid()}


def _same_device(*paths: str) -> bool:
    """Containers may have their own /proc/loadavg mounted over the kernel's."""
    try:
        return len({os.stat(path).st_dev for path in paths}) == 1
    except OSError:
        return False
