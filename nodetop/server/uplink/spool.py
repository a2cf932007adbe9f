"""Samples waiting to be sent: on disk before they are sent, and kept until the hub has them.

Samples of the last minute are complete and sent newest first. Older samples lose their process list and wait in a
backlog that is sent oldest first. Each then takes 1.5 kB instead of 12, so that the size limit is enough for two days.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.clock import Clock, SystemClock, machine_boot
from nodetop.history.disk_errors import plain
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.uplink.spool_queue import SEGMENT_BYTES, DiskQueue

MAX_BYTES = 64 * 1024 * 1024
WHOLE_SECONDS = 60.0
MEMORY_SAMPLES = 720
"""Samples kept in memory while the disk accepts no writes: one hour at one every 5 s."""
_RECOVERED_AT_ONCE = 64
_STEP_SECONDS = 1.0
"""A clock that is off by less was not set; it only drifts."""
_CLOCK = b'{"spooled":'
_WHOLE_SHARE = 4
"""One quarter of the size limit is for complete samples."""


class _Named(Struct, frozen=True):
    node: str


@dataclass(frozen=True)
class Spooled:
    """A sample ready to be sent: its JSON and its cluster (empty: the receiving hub's own)."""

    cluster: str
    json: bytes
    clock: bytes = b""
    """The encoded _ClockThen of its time; empty in a spool of an older nodetop."""

    @property
    def node(self) -> str:
        """Whose sample it is."""
        return msgspec.json.decode(self.json, type=_Named).node


class _ClockThen(Struct, frozen=True):
    """The clock when a sample was spooled. If the clock is set while the sample waits, its time can be corrected."""

    boot: str
    offset: float
    """The wall clock minus the time since boot."""


@dataclass(frozen=True)
class Ticket:
    """Samples of one cluster, oldest first. Pass it to done() when they need not be kept any longer."""

    samples: tuple[Spooled, ...]
    fresh: tuple[int, ...] = ()
    backlog_end: int = 0
    memory: tuple[bytes, ...] = ()


_json, _clocks = msgspec.json.Encoder(), msgspec.json.Decoder(_ClockThen)


@dataclass(frozen=True)
class _Fresh:
    sample: Spooled
    taken_at: float
    """By the monotonic clock."""
    number: int | None
    """Its record number on disk; None if it could not be written."""


class Spool:
    """Not thread-safe. If the process is killed, no sample is lost, but one may be sent twice."""

    def __init__(
        self, folder: Path, *, max_bytes: int = MAX_BYTES, clock: Clock | None = None, boot: str | None = None
    ) -> None:
        """Takes over what an earlier run left in the folder. Raises OSError if the folder cannot be used."""
        self._clock = clock or SystemClock()
        self._boot = machine_boot() if boot is None else boot
        self._whole_bytes = max_bytes // _WHOLE_SHARE
        segment = min(SEGMENT_BYTES, max_bytes // 16)
        self._folder = folder
        self._log = DiskQueue(folder / "fresh", max_bytes=self._whole_bytes, segment_bytes=segment)
        self._backlog = DiskQueue(folder / "backlog", max_bytes=max_bytes - self._whole_bytes, segment_bytes=segment)
        self._fresh: dict[int, _Fresh] = {}
        self._fresh_bytes = 0
        self._next_key = 0
        self._memory: deque[bytes] = deque()
        self._lost = 0
        self.disk_problem: str | None = None
        """Why samples are kept in memory only; None if they are on disk."""
        self._recover()

    def _recover(self) -> None:
        number, records = self._log.peek(_RECOVERED_AT_ONCE)
        while records:
            for record in records:
                self._to_backlog(record)
            self._log.advance_to(number)
            number, records = self._log.peek(_RECOVERED_AT_ONCE)
        self._lost += self._log.dropped

    def __len__(self) -> int:
        """Waiting samples."""
        return len(self._fresh) + self.backlog

    @property
    def backlog(self) -> int:
        """Waiting samples that are older than a minute."""
        return len(self._backlog) + len(self._memory)

    @property
    def dropped(self) -> int:
        """Samples lost since this spool was opened, because it was full or damaged."""
        return self._lost + self._backlog.dropped

    def put(self, snapshot: NodeSnapshot, cluster: str = "") -> None:
        """Keeps a sample. If the disk is full or failing, it is kept in memory, and `disk_problem` says why."""
        sample = Spooled(cluster, wire.encode(snapshot), _json.encode(self._clock_now()) if self._boot else b"")
        try:
            number = self._log.append(_packed(sample))
            self.disk_problem = None
        except OSError as error:
            number = None
            self.disk_problem = plain(error, self._folder)
        age = max(self._clock.wall() - snapshot.taken_at, 0.0)
        self._fresh[self._next_key] = _Fresh(sample, self._clock.boottime() - age, number)
        self._next_key += 1
        self._fresh_bytes += len(sample.json)
        self.age()

    def age(self) -> None:
        """Moves samples older than a minute, and those that do not fit, to the backlog."""
        oldest = self._clock.boottime() - WHOLE_SECONDS
        for key, fresh in list(self._fresh.items()):
            crowded = self._fresh_bytes > self._whole_bytes // 2
            if fresh.taken_at < oldest or crowded:
                self._to_backlog(_packed(fresh.sample))
                self._forget(key)
        self._trim_log()

    def _to_backlog(self, record: bytes) -> None:
        try:
            record = _without_processes(record)
        except wire.BadMessage:  # another version wrote it
            self._lost += 1
            return
        try:
            self._backlog.append(record)
        except OSError as error:
            self.disk_problem = plain(error, self._folder)
            self._memory.append(record)
            if len(self._memory) > MEMORY_SAMPLES:
                self._memory.popleft()
                self._lost += 1

    def newest(self, limit: int, max_bytes: int) -> Ticket | None:
        """The newest complete samples; None if there are none."""
        taken: list[int] = []
        for key in reversed(self._fresh):
            sample = self._fresh[key].sample
            max_bytes -= len(sample.json)
            if len(taken) == limit or (taken and max_bytes < 0):
                break
            if not taken or sample.cluster == self._fresh[taken[0]].sample.cluster:
                taken.append(key)
        taken.reverse()
        return Ticket(self._by_todays_clock(self._fresh[key].sample for key in taken), tuple(taken)) if taken else None

    def oldest(self, limit: int, max_bytes: int) -> Ticket | None:
        """The oldest samples of the backlog; None if it is empty."""
        end, records = self._backlog.peek(limit, max_bytes)
        on_disk = bool(records)
        samples = [_unpacked(record) for record in records or list(self._memory)[:limit]]
        if not samples:
            return None
        run = self._by_todays_clock(takewhile(lambda sample: sample.cluster == samples[0].cluster, samples))
        if on_disk:
            return Ticket(run, backlog_end=end - len(samples) + len(run))
        return Ticket(run, memory=tuple(self._memory)[: len(run)])

    def _clock_now(self) -> _ClockThen:
        return _ClockThen(self._boot, self._clock.wall() - self._clock.boottime())

    def _by_todays_clock(self, samples: Iterable[Spooled]) -> tuple[Spooled, ...]:
        """The samples, with their times corrected if the clock was set after they were spooled."""
        now = self._clock_now()
        return tuple(_moved(sample, now) if sample.clock else sample for sample in samples)

    def done(self, ticket: Ticket) -> None:
        """Removes samples that the hub has or will never accept."""
        for key in ticket.fresh:
            self._forget(key)
        self._trim_log()
        self._backlog.advance_to(ticket.backlog_end)
        for record in ticket.memory:
            if self._memory and self._memory[0] is record:
                self._memory.popleft()

    def _forget(self, key: int) -> None:
        fresh = self._fresh.pop(key, None)
        if fresh is not None:
            self._fresh_bytes -= len(fresh.sample.json)

    def _trim_log(self) -> None:
        kept = (fresh.number for fresh in self._fresh.values() if fresh.number is not None)
        self._log.advance_to(next(kept, self._log.end))

    def close(self) -> None:
        """Closes the files. Waiting samples stay on disk."""
        self._log.close()
        self._backlog.close()


def _packed(sample: Spooled) -> bytes:
    """A record: the cluster, a line feed, the JSON. The clock is an extra JSON field that other readers ignore."""
    json = _CLOCK + sample.clock + b"," + sample.json[1:] if sample.clock else sample.json
    return sample.cluster.encode() + b"\n" + json


def _unpacked(record: bytes) -> Spooled:
    cluster, _, json = record.partition(b"\n")
    clock = b""
    if json.startswith(_CLOCK):
        clock, _, rest = json.removeprefix(_CLOCK).partition(b"},")
        clock, json = clock + b"}", b"{" + rest
    return Spooled(cluster.decode("utf-8", "replace"), json, clock)


def _moved(sample: Spooled, now: _ClockThen) -> Spooled:
    try:
        then = _clocks.decode(sample.clock)
    except msgspec.MsgspecError:  # of another version
        return sample
    step = now.offset - then.offset
    if then.boot != now.boot or abs(step) <= _STEP_SECONDS:
        return sample
    snapshot = wire.decode_snapshot(sample.json)
    return Spooled(sample.cluster, wire.encode(replace(snapshot, taken_at=max(snapshot.taken_at + step, 0.0))))


def _without_processes(record: bytes) -> bytes:
    """Without the rows of processes and workloads. Raises BadMessage."""
    sample = _unpacked(record)
    snapshot = wire.decode_snapshot(sample.json)
    processes, workloads = snapshot.processes, snapshot.workloads
    if (processes is not None and processes.rows) or (workloads is not None and workloads.rows):
        snapshot = replace(
            snapshot,
            processes=processes and replace(processes, rows=(), thread_rows=()),
            workloads=workloads and replace(workloads, rows=()),
        )
        return _packed(Spooled(sample.cluster, wire.encode(snapshot), sample.clock))
    return record
