"""Processes through psutil: slower than reading /proc, and only what the system lets this user see."""

from collections.abc import Iterator
from typing import Any

import psutil
from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.portable.counts import counted

_FIELDS = ["ppid", "name", "cmdline", "username", "status", "cpu_times", "memory_info", "num_threads", "nice"]
_HAS_STATES = not (psutil.MACOS and psutil.version_info < (7, 1, 3))
"""Earlier versions of psutil report every process on macOS as running."""
_LETTERS = {
    psutil.STATUS_RUNNING: "R", psutil.STATUS_SLEEPING: "S", psutil.STATUS_DISK_SLEEP: "D", psutil.STATUS_STOPPED: "T",
    psutil.STATUS_ZOMBIE: "Z", psutil.STATUS_IDLE: "I", psutil.STATUS_DEAD: "X",
}  # fmt: skip


class ProcessReading(Struct, frozen=True, kw_only=True):
    """Facts and usage of a process; None for values that this user may not see."""

    row: ProcessMetrics
    read_bytes: int | None = None
    write_bytes: int | None = None


class ProcessesReading(Struct, frozen=True, kw_only=True):
    """All processes by (pid, start time)."""

    processes: dict[tuple[int, float | None], ProcessReading]
    cpu_count: int


class PortableProcessesProbe(Probe):
    """Fills `processes`."""

    name = "processes"

    def __init__(self) -> None:
        self._memory_bytes = psutil.virtual_memory().total

    def read(self) -> ProcessesReading:
        """Processes that end meanwhile are left out."""
        found = dict(self._readings())
        return ProcessesReading(processes=found, cpu_count=psutil.cpu_count() or 1)

    def started_at(self, pid: int) -> float | None:
        try:
            started: float = psutil.Process(pid).create_time()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return started

    def _readings(self) -> Iterator[tuple[tuple[int, float | None], ProcessReading]]:
        # psutil has this method only if the system counts I/O per process: not on macOS.
        fields = [*_FIELDS, "io_counters"] if hasattr(psutil.Process, "io_counters") else _FIELDS
        for process in psutil.process_iter():
            try:
                with process.oneshot():
                    facts, started = process.as_dict(fields), process.create_time()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            yield (process.pid, started), self._reading(process.pid, started, facts)

    def _reading(self, pid: int, started: float, facts: dict[str, Any]) -> ProcessReading:
        memory, times, io = facts["memory_info"], facts["cpu_times"], facts.get("io_counters")
        row = ProcessMetrics(
            pid=pid,
            ppid=facts["ppid"] or 0,
            name=clean(facts["name"] or ""),
            command=clean(" ".join(facts["cmdline"] or ())),
            user=clean(facts["username"]) if facts["username"] else None,
            state=_state(facts["status"]),
            memory_percent=100 * memory.rss / self._memory_bytes if memory else None,
            resident_bytes=memory and memory.rss,
            virtual_bytes=memory and memory.vms,
            threads=facts["num_threads"] or None,
            nice=facts["nice"],
            started_at=started,
            cpu_seconds=times.user + times.system if times else None,
        )
        return ProcessReading(
            row=row,
            read_bytes=counted(io.read_bytes) if io else None,
            write_bytes=counted(io.write_bytes) if io else None,
        )

    def derive(
        self, previous: ProcessesReading | None, current: ProcessesReading, elapsed: float | None
    ) -> ProcessSummary:
        """Rows with rates over the interval; None for a process that was not there before."""
        before = previous.processes if previous else {}
        rows = [_row(before.get(key), now, elapsed, current.cpu_count) for key, now in current.processes.items()]
        states = [row.state for row in rows]
        running, stopped, zombie = states.count("R"), states.count("T"), states.count("Z") + states.count("X")
        return ProcessSummary(
            total=len(rows),
            running=running if _HAS_STATES else None,
            sleeping=len(rows) - running - stopped - zombie if _HAS_STATES else None,
            stopped=stopped,
            zombie=zombie,
            threads=sum(row.threads or 0 for row in rows),
            rows=tuple(rows),
        )


def _state(status: str | None) -> str:
    if status == psutil.STATUS_RUNNING and not _HAS_STATES:
        return "?"
    return _LETTERS.get(status or "", "?")


def _row(before: ProcessReading | None, now: ProcessReading, elapsed: float | None, cpus: int) -> ProcessMetrics:
    if before is None or not elapsed:
        return now.row
    used, had = now.row.cpu_seconds, before.row.cpu_seconds
    percent = None if used is None or had is None else max(used - had, 0.0) * 100 / elapsed
    changes = {
        "cpu_percent": None if percent is None else min(percent, 100.0 * cpus),
        "read_bytes_per_second": delta_rate(before.read_bytes, now.read_bytes, elapsed),
        "write_bytes_per_second": delta_rate(before.write_bytes, now.write_bytes, elapsed),
    }
    return replace(now.row, **changes)
