"""Every process: its CPU share and its memory. Linux: /proc/PID/*, proc(5), and CPU clocks, clock_getcpuclockid(3).

This is the hot path, because there may be thousands of processes. Opening, reading and closing one file of a process
costs about 10 µs; reading its CPU clock costs less than 1 µs. A process whose clock did not move has not run, so it
cannot have changed by itself. Its files are read again only if its clock moved, it is on the screen, or it is not
asleep. In addition, each reading includes a part of all others in turn, because the kernel may take memory from a
process or another one may change its priority; and those whose parent has ended, because they have another parent now.
"""

import time
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from nodetop.model.snapshot import ProcessSummary
from nodetop.probes.base.meminfo import parse_meminfo
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.cpu.times import boot_time
from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record
from nodetop.probes.processes.clocks import has_run, read_clock, read_clocks
from nodetop.probes.processes.hidden import hides_others
from nodetop.probes.processes.identity import Identity, IdentityReader, IdentityRequest, Key
from nodetop.probes.processes.list import Listed, ProcessList
from nodetop.probes.processes.record_files import read_io, with_memory
from nodetop.probes.processes.rows import (
    HostFacts,
    ProcessesReading,
    ProcessRecord,
    cpu_seconds,
    idle_row,
    started_at,
    summarise,
)
from nodetop.probes.processes.stat import (
    NANOSECONDS_PER_TICK,
    TICKS_PER_SECOND,
    io_wait_ticks,
    parse_stat,
)
from nodetop.probes.processes.threads import ThreadReader, thread_rows

_DEAD = frozenset("ZX")
_TURN_SHARE = 20
_TURN_AT_LEAST = 20
_PART = 8
_YOUNG_SECONDS = 10.0
_IDENTITY_WAIT_SECONDS = 0.03
_ASKED_AT_ONCE = 32
"""Identities, for a program that rests."""


class ProcessesProbe(Probe):
    """Fills `processes`. Keeps what it read of each process until the next reading."""

    name = "processes"
    is_compared = True

    def __init__(
        self, files: HostFiles, *, renamed: Callable[[], Mapping[str, str]] = dict, rest: Rest = no_rest,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """`renamed` returns names of containers by what they are called without them: workloads/names.py. `rest` is
        called after each few processes, once the CPU clocks of all have been read."""
        self._renamed, self._names = renamed, renamed()
        self._rest, self._monotonic = rest, monotonic
        self.after_clocks: Callable[[], object] = no_rest
        """Called when all CPU clocks have been read: what is compared with them is read then."""
        self._watched: frozenset[int] = frozenset()
        self._with_threads = False
        self._files = files
        self._threads = ThreadReader(files)
        self._list = ProcessList(files, rest)
        self._listed: Listed | None = None
        self._identities = IdentityReader(files)
        self._boot_time: float | None = None
        self._facts = HostFacts(None, None, 1)
        self._records: dict[int, ProcessRecord] = {}
        self._waiting: list[int] = []
        self._orphans: set[int] = set()
        """Processes whose parent was gone in the last reading."""
        self.last: ProcessesReading | None = None
        """The last reading; None if it failed."""

    def prepare(self) -> None:
        """Lists the processes, which takes as long as to read their CPU clocks. Raises OSError if it cannot."""
        self._listed = None
        self._listed = self._list_now()

    def read(self) -> ProcessesReading:
        """Raises Unavailable if there are no processes, OSError if they cannot be listed."""
        self.last = None
        listed, self._listed = self._listed or self._list_now(), None
        pids, uptime = listed.pids, listed.uptime_seconds
        if not pids:
            raise Unavailable(f"no processes in {self._files.proc}")
        turn = self._take_turn()
        records, asked = self._scan(pids, turn, uptime)
        self._identify(records, asked)
        self._rename(records)
        self._orphans = _orphans(self._records, records)
        self._records = records
        self._rest()
        threads = self._threads.read(records, self._facts) if self._with_threads else self._threads.forget()
        self.last = ProcessesReading(records, uptime, self._facts.cpu_count, threads, self._facts.counts_io_wait)
        return self.last

    def derive(
        self, previous: ProcessesReading | None, current: ProcessesReading, elapsed: float | None
    ) -> ProcessSummary:
        summary = summarise(previous, current, elapsed)
        if not current.threads:
            return summary
        before, since = (previous.threads, previous.uptime_seconds) if previous is not None else ({}, None)
        return replace(summary, thread_rows=thread_rows(before, current.threads, since, elapsed))

    def watch(self, pids: frozenset[int]) -> None:
        self._watched = pids

    def read_threads(self, wanted: bool) -> bool:
        self._with_threads = wanted
        return True

    def started_at(self, pid: int) -> float | None:
        try:
            stat = parse_stat(read_record(f"{self._files.proc}/{pid}/stat"))
        except OSError:
            return None
        return None if stat is None else started_at(stat.start_ticks, self._boot_time)

    def close(self) -> None:
        self._identities.close()

    def _list_now(self) -> Listed:
        uptime = self._uptime()
        return Listed(self._list.pids(self._records), uptime)

    def _take_turn(self) -> set[int]:
        """The processes to read again in this turn. Within some readings all had their turn."""
        if not self._waiting:
            self._waiting = list(self._records)
            self._facts = self._read_facts()
            self.notice = hides_others(self._files)
        size = max(len(self._records) // _TURN_SHARE + 1, _TURN_AT_LEAST)
        turn = set(self._waiting[-size:])
        del self._waiting[-size:]
        return turn

    def _scan(
        self, pids: list[int], turn: set[int], uptime: float | None
    ) -> tuple[dict[int, ProcessRecord], list[IdentityRequest]]:
        known, own, began = self._records, self._files.own_pids, self._monotonic()
        again = turn | self._watched | self._orphans
        clocks = read_clocks(pids) if own else [None] * len(pids)
        self.after_clocks()
        if own:
            self._rest()
        records, due = has_run(known, pids, clocks, again) if own else ({}, dict.fromkeys(pids))
        asked: list[IdentityRequest] = []
        for number, (pid, moment) in enumerate(due.items(), 1):
            if own and number % _PART == 0:
                self._rest()
            old = known.get(pid)
            record = self._read_one(pid, moment, old, uptime, began)
            if record is None:
                records.pop(pid, None)
                continue
            records[pid] = record
            if moment is None:
                self._list.list_next()
            if record is not old or pid in again:
                self._ask(pid, record, pid in turn, uptime, asked)
        return records, asked

    def _read_one(
        self, pid: int, moment: int | None, old: ProcessRecord | None, uptime: float | None, began: float
    ) -> ProcessRecord | None:
        """The new record of a process; None if it has just ended, or started after its clock was to be read."""
        folder = f"{self._files.proc}/{pid}"
        try:
            raw = read_record(folder + "/stat")
        except OSError as error:
            raise_if_exhausted(error)
            return None
        is_same = old is not None and raw == old.raw  # also after some time on a CPU that is less than a tick
        if old is not None and is_same and (moment is None or moment == old.cpu_nanoseconds):
            return old
        stat = old.stat if old is not None and is_same else parse_stat(raw)
        if stat is None:
            return None
        is_known = old is not None and old.stat.start_ticks == stat.start_ticks
        if moment is not None and not is_known:
            if uptime is not None and stat.start_ticks > uptime * TICKS_PER_SECOND:
                return None
            moment = read_clock(pid)  # the first one may have been that of another process with this PID
        stat = with_memory(folder, stat)
        cpu = stat.cpu_ticks * NANOSECONDS_PER_TICK if moment is None else moment
        identity, io, io_delay = None, None, 0.0
        if old is not None and is_known:
            identity, io, io_delay = old.identity, old.io, old.io_delay
            if identity is not None and identity.can_read_io and cpu != old.cpu_nanoseconds:
                io, io_delay = read_io(folder), self._monotonic() - began
        if old is not None and stat is old.stat and cpu_seconds(cpu) == old.idle_row.cpu_seconds:
            row = old.idle_row
        else:
            row = idle_row(pid, stat, cpu, identity, self._facts)
        return ProcessRecord(raw, stat, cpu, identity, io, row, stat.resident_bytes - stat.shared_bytes, io_delay)

    def _ask(
        self, pid: int, record: ProcessRecord, its_turn: bool, uptime: float | None, asked: list[IdentityRequest]
    ) -> None:
        """Requests the identity of a process that has none; or that has run since its identity was read and now runs
        another program, is young (daemons change their user early), or has its turn."""
        stat, identity = record.stat, record.identity
        if identity is not None:
            if identity.cpu_nanoseconds == record.cpu_nanoseconds or stat.state in _DEAD:
                return
            young = uptime is not None and uptime - stat.start_ticks / TICKS_PER_SECOND < _YOUNG_SECONDS
            if not (its_turn or young or identity.comm != stat.comm):
                return
        asked.append(IdentityRequest(pid, stat.start_ticks, stat.comm, stat.kernel_thread, record.cpu_nanoseconds))

    def _rename(self, records: dict[int, ProcessRecord]) -> None:
        """Gives containers the names that were found since the last reading."""
        names = self._renamed()
        if names is self._names:
            return
        self._names = names
        for pid, record in records.items():
            identity = record.identity
            if identity is not None and identity.container in names:
                records[pid] = self._identified(pid, record, self._named(identity))

    def _named(self, identity: Identity) -> Identity:
        name = self._names.get(identity.container or "")
        return identity if name is None else replace(identity, container=name)

    def _identify(self, records: dict[int, ProcessRecord], asked: list[IdentityRequest]) -> None:
        size = len(asked) if self._rest is no_rest else _ASKED_AT_ONCE
        wait = _IDENTITY_WAIT_SECONDS
        for at in range(0, max(len(asked), 1), max(size, 1)):
            began = self._monotonic()
            found = self._identities.read(asked[at : at + size], wait)
            wait = max(wait - (self._monotonic() - began), 0.0)
            self._take_identities(records, found)
            self._rest()

    def _take_identities(self, records: dict[int, ProcessRecord], found: Mapping[Key, Identity]) -> None:
        for (pid, start_ticks), identity in found.items():
            old = records.get(pid)
            if old is None or old.stat.start_ticks != start_ticks:
                continue
            if old.identity is not None and not identity.command:  # it is ending: its memory is freed first
                identity = replace(identity, command=old.identity.command)
            records[pid] = self._identified(pid, old, self._named(identity))

    def _identified(self, pid: int, old: ProcessRecord, identity: Identity) -> ProcessRecord:
        same = old.identity is not None and old.identity.shown == identity.shown
        row = old.idle_row if same else idle_row(pid, old.stat, old.cpu_nanoseconds, identity, self._facts)
        return replace(old, identity=identity, idle_row=row)

    def _read_facts(self) -> HostFacts:
        stat = self._files.read_or_empty("/proc/stat")
        if self._boot_time is None:
            self._boot_time = self._read_boot_time(stat)
        memory = parse_meminfo(self._files.read_or_empty("/proc/meminfo")).get("total")
        cpus = sum(line.startswith(b"cpu") for line in stat.split(b"\n")) - 1
        return HostFacts(self._boot_time, memory, max(cpus, 1), self._counts_io_wait())

    def _counts_io_wait(self) -> bool:
        """A kernel before 5.14 has no setting for it. If it counts, the first process has waited while it started."""
        setting = self._files.line("/proc/sys/kernel/task_delayacct")
        return setting == "1" if setting else io_wait_ticks(self._files.read_or_empty("/proc/1/stat")) > 0

    def _read_boot_time(self, stat: bytes) -> float | None:
        """Read once, because a process is identified by its start time, which must not change. If the clocks are ours,
        this is more exact than the kernel's value, which is in whole seconds."""
        if self._files.own_pids:
            return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        return boot_time(stat)

    def _uptime(self) -> float | None:
        if self._files.own_pids:
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        fields = (self._files.line("/proc/uptime") or "").split()
        try:
            return float(fields[0])
        except (IndexError, ValueError):
            return None


def _orphans(before: Mapping[int, ProcessRecord], now: Mapping[int, ProcessRecord]) -> set[int]:
    """Processes whose parent is no longer there."""
    gone = before.keys() - now.keys()
    return {pid for pid, record in now.items() if record.stat.ppid in gone} if gone else gone
