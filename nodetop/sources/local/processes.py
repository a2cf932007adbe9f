"""Details of this machine's processes, and actions on them: the local source's ProcessControl."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.text import clean
from nodetop.model.process_details import ProcessDetails, ProcessGone, Scheduling
from nodetop.model.snapshot import ProcessMetrics
from nodetop.probes.base.runner import one_line
from nodetop.probes.processes import act as process_act
from nodetop.probes.sampler import Sampler
from nodetop.sources.process_control import Outcome, ProcessControl

READ_ONLY = "read-only: set by --readonly, NODETOP_READONLY or the settings file"


class DetailsReader(Protocol):
    """Reads process details on some platform."""

    def read(self, pid: int, started_at: float | None, is_it: Callable[[], bool]) -> ProcessDetails:
        """Raises ProcessGone if `is_it` returns False, and OSError. See LinuxDetails.read."""

    def scheduling(self, pid: int) -> Scheduling:
        """Raises ProcessGone, OSError. See LinuxDetails.scheduling."""


class LocalProcesses(ProcessControl):
    """Acts on processes of this machine, unless `readonly`."""

    def __init__(self, sampler: Sampler, readonly: bool = False) -> None:
        self.refusal = READ_ONLY if readonly else None
        self.own_pid = os.getpid()
        self._sampler = sampler

    @cached_property
    def _reader(self) -> DetailsReader:
        if sys.platform == "linux":
            from nodetop.probes.processes.details import LinuxDetails

            return LinuxDetails(self._sampler.files)
        from nodetop.probes.portable.details import PortableDetails  # psutil, which Linux does without

        return PortableDetails()

    async def details(self, pid: int, started_at: float | None) -> ProcessDetails:
        is_it, reader = self._is_it(pid, started_at), self._reader
        return await in_daemon_thread(lambda: reader.read(pid, started_at, is_it))

    async def scheduling(self, pid: int, started_at: float | None) -> Scheduling:
        is_it, reader = self._is_it(pid, started_at), self._reader

        def read() -> Scheduling:
            if not is_it():
                raise ProcessGone
            return reader.scheduling(pid)

        return await in_daemon_thread(read)

    async def signal(self, rows: Sequence[ProcessMetrics], number: int) -> Sequence[Outcome]:
        def send(row: ProcessMetrics) -> Outcome:
            process_act.send_signal(row.pid, number, self._is_it(row.pid, row.started_at))
            return Outcome(row)

        return await self._each(rows, send, "nothing was sent")

    async def renice(self, rows: Sequence[ProcessMetrics], change: int) -> Sequence[Outcome]:
        def renice(row: ProcessMetrics) -> Outcome:
            before, after = process_act.renice(row.pid, change, self._is_it(row.pid, row.started_at))
            return Outcome(row, before=before, after=after)

        return await self._each(rows, renice, "nothing was changed")

    async def ionice(self, rows: Sequence[ProcessMetrics], io_class: str, level: int | None) -> Sequence[Outcome]:
        def ionice(row: ProcessMetrics) -> Outcome:
            process_act.set_io_priority(row.pid, io_class, level, self._is_it(row.pid, row.started_at))
            return Outcome(row)

        return await self._each(rows, ionice, "nothing was changed")

    async def set_affinity(self, rows: Sequence[ProcessMetrics], cpus: frozenset[int]) -> Sequence[Outcome]:
        def bind(row: ProcessMetrics) -> Outcome:
            process_act.set_affinity(row.pid, cpus, self._is_it(row.pid, row.started_at))
            return Outcome(row)

        return await self._each(rows, bind, "nothing was changed")

    def _is_it(self, pid: int, started_at: float | None) -> Callable[[], bool]:
        """Whether the PID still belongs to this process. False if its start time is not known."""
        return lambda: started_at is not None and self._sampler.started_at(pid) == started_at

    async def _each(
        self, rows: Sequence[ProcessMetrics], act: Callable[[ProcessMetrics], Outcome], nothing: str
    ) -> Sequence[Outcome]:
        if self.refusal is not None:
            return [Outcome(row, self.refusal) for row in rows]
        return await in_daemon_thread(lambda: [_tried(row, act, nothing) for row in rows])


def _tried(row: ProcessMetrics, act: Callable[[ProcessMetrics], Outcome], nothing: str) -> Outcome:
    try:
        return act(row)
    except ProcessGone:
        return Outcome(row, f"process {row.pid} has ended; {nothing}")
    except PermissionError as error:
        return Outcome(row, _refused(row, error))
    except (NotImplementedError, ValueError) as error:
        return Outcome(row, str(error))
    except OSError as error:
        return Outcome(row, one_line(error))


def _refused(row: ProcessMetrics, error: PermissionError) -> str:
    if os.geteuid() == 0:
        return "permission denied, though nodetop is root: its container or sandbox does not allow it"
    if error.errno == process_act.MAY_ONLY_LOWER:
        return "permission denied: only root can raise a priority; run nodetop with sudo"
    whose = f"{clean(row.user)}'s process" if row.user is not None else "another user's process"
    return f"{whose}: permission denied; run nodetop with sudo"
