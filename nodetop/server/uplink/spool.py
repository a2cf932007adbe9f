"""Samples between the sampler and the network: on disk before they are sent, and kept until the hub has them.

Samples of the last minute are whole, and the newest goes first. Older ones lose their process list (1.5 kB instead of
12 each, so that the bound holds more than two days) and wait in a backlog, oldest first.
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
"""Kept in memory while the disk accepts nothing: an hour of samples, one every 5 s."""
_RECOVERED_AT_ONCE = 64
_STEP_SECONDS = 1.0
"""By less than that a clock only drifts."""
_CLOCK = b'{"spooled":'
_WHOLE_SHARE = 4
"""A quarter of the limit is for whole samples."""


@dataclass(frozen=True)
class Spooled:
    """A sample as it is sent: its JSON, and its cluster (empty: the receiving hub's own)."""

    cluster: str
    json: bytes
    clock: bytes = b""
    """By which clock its time is, as it is written; empty in a spool of an older nodetop."""


class _ClockThen(Struct, frozen=True):
    """The clock when a sample was kept: so that one that is set while the sample waits does not make it too old."""

    boot: str
    offset: float
    """The wall clock minus the time since that boot."""


@dataclass(frozen=True)
class Ticket:
    """Samples of one cluster, oldest first. Hand it to done() when they need not be kept any longer."""

    samples: tuple[Spooled, ...]
    fresh: tuple[int, ...] = ()
    backlog_end: int = 0
    memory: tuple[bytes, ...] = ()


_json, _clocks = msgspec.json.Encoder(), msgspec.json.Decoder(_ClockThen)


@dataclass(frozen=True)
class _Fresh:
    sample: Spooled
    taken_at: float
    """By the clock that nobody sets."""
    number: int | None
    """In the log on disk; None where the disk took no data."""


class Spool:
    """Not for several threads. Killing the process loses nothing; a sample may then be sent twice."""

    def __init__(
        self, folder: Path, *, max_bytes: int = MAX_BYTES, clock: Clock | None = None, boot: str | None = None
    ) -> None:
        """Takes over what an earlier run left in the folder. Raises OSError where the folder cannot be used."""
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
        """Why samples are kept in memory only, while that is so."""
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
        """Samples that wait."""
        return len(self._fresh) + self.backlog

    @property
    def backlog(self) -> int:
        """Samples older than a minute that wait."""
        return len(self._backlog) + len(self._memory)

    @property
    def dropped(self) -> int:
        """Samples lost since this spool was opened, because it was full or damaged."""
        return self._lost + self._backlog.dropped

    def put(self, snapshot: NodeSnapshot, cluster: str = "") -> None:
        """Keeps a sample. Where the disk is full or broken it is kept in memory, and `disk_problem` says so."""
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
        """The newest whole samples; None where there is none."""
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
        """The oldest samples of the backlog; None where there is none."""
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
        """The samples, with their times moved by as much as the clock was set since they were kept."""
        now = self._clock_now()
        return tuple(_moved(sample, now) if sample.clock else sample for sample in samples)

    def done(self, ticket: Ticket) -> None:
        """Removes samples that the hub has, or will never accept."""
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
        """Closes the files; what waits stays on disk."""
        self._log.close()
        self._backlog.close()


def _packed(sample: Spooled) -> bytes:
    """A record: the cluster, a line end, the JSON. The clock is a field of the JSON that no other reader knows."""
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
    """Raises BadMessage."""
    sample = _unpacked(record)
    snapshot = wire.decode_snapshot(sample.json)
    if snapshot.processes is not None and snapshot.processes.rows:
        snapshot = replace(snapshot, processes=replace(snapshot.processes, rows=(), thread_rows=()))
        return _packed(Spooled(sample.cluster, wire.encode(snapshot), sample.clock))
    return record
