"""Computes rows and counts from two readings of all processes. Pure."""

from collections.abc import Iterator, Mapping
from itertools import compress, count
from operator import is_not
from types import MappingProxyType

import msgspec
from msgspec import Struct

from nodetop.base.text import clean
from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.probes.base.probe import delta_rate
from nodetop.probes.processes.identity import Identity
from nodetop.probes.processes.stat import TICKS_PER_SECOND, ProcessStat, io_wait_ticks

Bytes = tuple[int, int]
"""Bytes read from storage, and bytes written to it."""
_NO_BYTES: Bytes = (0, 0)
_MOST_ANCESTORS = 64
_STOPPED = ("T", "t")
_DEAD = ("Z", "X")


class HostFacts(Struct, frozen=True):
    """Facts about the host that rows need."""

    boot_time: float | None
    memory_bytes: int | None
    cpu_count: int
    counts_io_wait: bool = False
    """Whether the kernel counts how long each thread waits for block devices."""


class ProcessRecord(msgspec.Struct, frozen=True, eq=False):
    """What is known about one process. The same object as long as nothing about it changes."""

    raw: bytes
    stat: ProcessStat
    cpu_nanoseconds: int
    identity: Identity | None
    io: Bytes | None
    idle_row: ProcessMetrics
    """Its row for an interval in which it did not run. Snapshots share this object, so that minutes of them need little
    memory."""
    own_bytes: int
    """Resident memory without shared pages."""
    io_delay: float = 0.0
    """Seconds from the CPU clocks' reading to that of `io`."""


class ThreadRecord(msgspec.Struct, frozen=True, eq=False):
    """What is known about one thread. The same object as long as nothing about it changes."""

    raw: bytes
    stat: ProcessStat
    idle_row: ProcessMetrics


class Threads(Struct, frozen=True):
    """The threads of one process by TID, and the record of the process when they were read."""

    process: ProcessRecord
    records: Mapping[int, ThreadRecord]


class ProcessesReading(Struct, frozen=True):
    """All processes at one time, by PID."""

    records: Mapping[int, ProcessRecord]
    uptime_seconds: float | None
    """When the reading began. Processes that started later are not in it."""
    cpu_count: int
    threads: Mapping[int, Threads] = MappingProxyType({})
    """By the PID of their process, if threads are wanted."""
    counts_io_wait: bool = False
    """See HostFacts."""


def idle_row(
    pid: int,
    stat: ProcessStat,
    cpu_nanoseconds: int,
    identity: Identity | None,
    facts: HostFacts,
) -> ProcessMetrics:
    """The row of a process that did not run in the interval."""
    rate = 0.0 if identity and identity.can_read_io else None
    row = ProcessMetrics(
        pid=pid,
        ppid=stat.ppid,
        name=clean(stat.comm),
        command=identity.command if identity else "",
        user=identity.user if identity else None,
        state=stat.state,
        cpu_percent=0.0,
        memory_percent=round(100 * stat.resident_bytes / facts.memory_bytes, 3) if facts.memory_bytes else None,
        resident_bytes=stat.resident_bytes,
        shared_bytes=stat.shared_bytes,
        virtual_bytes=stat.virtual_bytes,
        threads=stat.threads,
        nice=stat.nice,
        priority=stat.priority,
        started_at=started_at(stat.start_ticks, facts.boot_time),
        cpu_seconds=cpu_seconds(cpu_nanoseconds),
        read_bytes_per_second=rate,
        write_bytes_per_second=rate,
        container=identity.container if identity else None,
    )
    return msgspec.structs.replace(row, io_wait_percent=0.0) if facts.counts_io_wait else row


def cpu_seconds(nanoseconds: int) -> float:
    return round(nanoseconds / 1e9, 2)


def started_at(start_ticks: int, boot_time: float | None) -> float | None:
    """When a process started, in UTC seconds. Always use this formula, because its result identifies the process."""
    return None if boot_time is None else round(boot_time + start_ticks / TICKS_PER_SECOND, 2)


def summarise(previous: ProcessesReading | None, current: ProcessesReading, elapsed: float | None) -> ProcessSummary:
    """Rows in the order of the reading, and counts by state. Uninterruptible waits and idle kernel threads count as
    sleeping, as in top. Without a previous reading no row has a rate."""
    rows = [record.idle_row for record in current.records.values()]
    if previous is None or elapsed is None or elapsed <= 0:
        rows = [_without_rates(row) for row in rows]
    else:
        inherited = _inherited(previous.records, current.records)
        for place, pid, record in changed(previous.records, current.records):
            old = previous.records.get(pid)
            rows[place] = _active_row(record, old, previous, elapsed, inherited.get(pid, _NO_BYTES))
    states = [row.state for row in rows]
    running = states.count("R")
    stopped, dead = (sum(map(states.count, letters)) for letters in (_STOPPED, _DEAD))
    return ProcessSummary(
        total=len(rows),
        running=running,
        sleeping=len(rows) - running - stopped - dead,
        stopped=stopped,
        zombie=dead,
        threads=sum([row.threads or 0 for row in rows]),
        rows=tuple(rows),
    )


def changed(
    before: Mapping[int, ProcessRecord], now: Mapping[int, ProcessRecord]
) -> Iterator[tuple[int, int, ProcessRecord]]:
    """Place, PID and record of each process that is new or has changed. Most have not, and there may be thousands, so
    they are compared without a line of Python for each."""
    moved = map(is_not, now.values(), map(before.get, now))
    return compress(zip(count(), now, now.values(), strict=False), moved)


def has_started_since(record: ProcessRecord, previous: ProcessesReading) -> bool:
    """Whether a process started since the previous reading, so that it used all its CPU time in this interval. For an
    older one that is seen for the first time, this is unknown."""
    uptime = previous.uptime_seconds
    return uptime is not None and record.stat.start_ticks + 1 >= uptime * TICKS_PER_SECOND


def _without_rates(row: ProcessMetrics) -> ProcessMetrics:
    return msgspec.structs.replace(
        row, cpu_percent=None, read_bytes_per_second=None, write_bytes_per_second=None, io_wait_percent=None
    )


def _inherited(before: Mapping[int, ProcessRecord], now: Mapping[int, ProcessRecord]) -> dict[int, Bytes]:
    """By PID, what children that have ended had moved until the previous reading. The kernel adds all that they moved
    to the parent when it waits for them, and what they had moved before was already shown as theirs."""
    gone = before.keys() - now.keys()
    found: dict[int, Bytes] = {}
    for pid in gone:
        old = before[pid]
        if old.io is None or old.io == _NO_BYTES:
            continue
        parent, steps = old.stat.ppid, 0
        while parent in gone and steps < _MOST_ANCESTORS:
            parent, steps = before[parent].stat.ppid, steps + 1
        read, written = found.get(parent, _NO_BYTES)
        found[parent] = read + old.io[0], written + old.io[1]
    return found


def _active_row(
    record: ProcessRecord, old: ProcessRecord | None, previous: ProcessesReading, elapsed: float, inherited: Bytes
) -> ProcessMetrics:
    """The row of a process that is new or has changed."""
    stat, io, io_seconds = record.stat, record.io, elapsed + record.io_delay
    if old is not None and old.stat.start_ticks == stat.start_ticks:
        used = max(record.cpu_nanoseconds - old.cpu_nanoseconds, 0)
        io_before, threads = _with_inherited(old.io, io, inherited), max(old.stat.threads, stat.threads)
        io_seconds -= old.io_delay
        if not used:
            return record.idle_row
    elif has_started_since(record, previous):
        used, io_before, threads, old = record.cpu_nanoseconds, (0, 0), stat.threads, None
    else:
        return _without_rates(record.idle_row)
    most = 100.0 * max(min(threads, previous.cpu_count), 1)
    row = record.idle_row
    if previous.counts_io_wait:
        row = msgspec.structs.replace(
            row, io_wait_percent=io_wait(old.raw if old is not None else None, record.raw, elapsed)
        )
    return msgspec.structs.replace(
        row,
        cpu_percent=min(round(used / elapsed / 1e7, 2), most),
        read_bytes_per_second=io and delta_rate(io_before and io_before[0], io[0], io_seconds),
        write_bytes_per_second=io and delta_rate(io_before and io_before[1], io[1], io_seconds),
    )


def io_wait(before: bytes | None, now: bytes, elapsed: float) -> float:
    """Percent of the time that a thread waited for block devices, from two of its /proc/PID/stat; without the first one
    it has started since. A long wait is counted when it ends."""
    waited = io_wait_ticks(now) - (io_wait_ticks(before) if before is not None else 0)
    return min(max(round(100 * waited / TICKS_PER_SECOND / elapsed, 2), 0.0), 100.0)


def _with_inherited(before: Bytes | None, now: Bytes | None, inherited: Bytes) -> Bytes | None:
    """The bytes before, with those inherited since; not more than now, because a parent may refuse to wait."""
    if before is None or now is None or inherited is _NO_BYTES:
        return before
    return (
        max(before[0], min(before[0] + inherited[0], now[0])),
        max(before[1], min(before[1] + inherited[1], now[1])),
    )
