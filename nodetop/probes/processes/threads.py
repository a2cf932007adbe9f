"""The threads of processes as separate rows, read only on request. /proc/PID/task/TID/stat, proc_tid_stat(5).

If a process has not run since the previous reading, none of its threads has. Then they are not read again.
"""

import os
from collections.abc import Mapping

from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import ProcessMetrics
from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record
from nodetop.probes.processes.rows import HostFacts, ProcessRecord, ThreadRecord, Threads, io_wait, started_at
from nodetop.probes.processes.stat import TICKS_PER_SECOND, ProcessStat, parse_stat

_MOST = 20_000
"""The most threads that are read. At about 10 µs each, this takes a fifth of a second."""


class ThreadReader:
    """Reads the threads of all processes that have more than one. Keeps them until the next reading."""

    def __init__(self, files: HostFiles) -> None:
        self._proc = files.proc
        self._known: Mapping[int, Threads] = {}

    def read(self, processes: Mapping[int, ProcessRecord], facts: HostFacts) -> Mapping[int, Threads]:
        """Threads by the PID of their process."""
        found: dict[int, Threads] = {}
        left = _MOST
        for pid, process in processes.items():
            if process.stat.threads < 2 or left <= 0:
                continue
            known = self._known.get(pid)
            if known is None or known.process is not process:
                known = Threads(process, self._read_one(pid, process, known, facts))
            found[pid] = known
            left -= len(known.records)
        self._known = found
        return found

    def forget(self) -> Mapping[int, Threads]:
        """Discards what was read of threads. Returns no threads."""
        self._known = {}
        return self._known

    def _read_one(
        self, pid: int, process: ProcessRecord, known: Threads | None, facts: HostFacts
    ) -> dict[int, ThreadRecord]:
        folder = f"{self._proc}/{pid}/task"
        before = known.records if known is not None else {}
        records: dict[int, ThreadRecord] = {}
        try:
            names = os.listdir(folder)
        except OSError as error:  # it has just ended
            raise_if_exhausted(error)
            return records
        for name in names:
            if not name.isdecimal():
                continue
            try:
                raw = read_record(f"{folder}/{name}/stat")
            except OSError as error:
                raise_if_exhausted(error)
                continue
            old = before.get(int(name))
            if old is not None and old.raw == raw:
                records[int(name)] = old
            elif (stat := parse_stat(raw)) is not None:
                records[int(name)] = ThreadRecord(raw, stat, _idle_row(int(name), pid, stat, process, facts))
        return records


def _idle_row(tid: int, pid: int, stat: ProcessStat, process: ProcessRecord, facts: HostFacts) -> ProcessMetrics:
    return ProcessMetrics(
        pid=tid,
        ppid=stat.ppid,
        thread_of=pid,
        name=clean(stat.comm),
        user=process.identity.user if process.identity else None,
        state=stat.state,
        cpu_percent=0.0,
        nice=stat.nice,
        priority=stat.priority,
        started_at=started_at(stat.start_ticks, facts.boot_time),
        cpu_seconds=round(stat.cpu_ticks / TICKS_PER_SECOND, 2),
        container=process.identity.container if process.identity else None,
        io_wait_percent=0.0 if facts.counts_io_wait else None,
    )


def thread_rows(
    previous: Mapping[int, Threads],
    current: Mapping[int, Threads],
    since_uptime: float | None,
    elapsed: float | None,
) -> tuple[ProcessMetrics, ...]:
    """A row for each thread. `since_uptime` is when the previous reading began. A thread that started later has used
    all its CPU time since then. For an older one that was not read before, the share is unknown. Pure."""
    rows: list[ProcessMetrics] = []
    for pid, threads in current.items():
        before = previous[pid].records if pid in previous else {}
        for tid, record in threads.records.items():
            old = before.get(tid)
            if old is record and elapsed is not None:
                rows.append(record.idle_row)
            else:
                percent, waited = _percent(old, record, since_uptime, elapsed), None
                if percent is not None and elapsed is not None and record.idle_row.io_wait_percent is not None:
                    is_known = old is not None and old.stat.start_ticks == record.stat.start_ticks
                    waited = io_wait(old.raw if old is not None and is_known else None, record.raw, elapsed)
                rows.append(replace(record.idle_row, cpu_percent=percent, io_wait_percent=waited))
    return tuple(rows)


def _percent(
    old: ThreadRecord | None, record: ThreadRecord, since_uptime: float | None, elapsed: float | None
) -> float | None:
    if elapsed is None or elapsed <= 0:
        return None
    stat = record.stat
    if old is not None and old.stat.start_ticks == stat.start_ticks:
        used = max(stat.cpu_ticks - old.stat.cpu_ticks, 0)
    elif since_uptime is not None and stat.start_ticks + 1 >= since_uptime * TICKS_PER_SECOND:
        used = stat.cpu_ticks
    else:
        return None
    return min(round(100 * used / TICKS_PER_SECOND / elapsed, 2), 100.0)
