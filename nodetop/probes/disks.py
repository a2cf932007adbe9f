"""Block devices over the interval, as iostat counts them. /proc/diskstats, kernel admin-guide/iostats.rst."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from nodetop.base.text import clean
from nodetop.model.snapshot import DiskMetrics
from nodetop.probes.base.probe import Probe, Unavailable, delta_rate
from nodetop.probes.disk_facts import DiskFacts, disk_facts, parent_by_name, sysfs_name
from nodetop.probes.host_files import HostFiles

SECTOR = 512
"""Bytes per sector in these files, whatever the device's own sector size is."""
_COUNTERS = 11
_MOST_DIGITS = 20
_MILLISECONDS_WRAP = 2**32
_MOST_PARTITIONS = 128
_SIZES_AT_ONCE = 256
"""Sizes read in one reading. On a machine with more devices, the other sizes are those of the readings before."""
Mounted = Mapping[str, tuple[str, ...]]

Identity = tuple[str, str, int | None]
"""Major and minor number, and the inode of the folder in /sys/block. A device that was removed and added again has a
new inode."""


class DiskReading(Struct, frozen=True, kw_only=True):
    """Running counts of one device, and its facts. Times are in milliseconds, modulo 2**32."""

    identity: Identity
    facts: DiskFacts
    size_bytes: int | None
    reads: int
    read_sectors: int
    read_ms: int
    writes: int
    written_sectors: int
    write_ms: int
    busy_ms: int
    queue_ms: int


class DisksProbe(Probe):
    """Whole disks with their partitions; also dm, md and other devices on top of disks, which are not included in
    totals. `mounted` returns the mount points of file systems by the devices they are on."""

    name = "disks"

    def __init__(self, files: HostFiles, *, mounted: Callable[[], Mounted] = dict) -> None:
        self._files = files
        self._mounted = mounted
        self._facts: dict[str, tuple[Identity, DiskFacts | None]] = {}
        self._sizes: dict[tuple[str, Identity], int | None] = {}
        self._readings = 0

    def read(self) -> dict[str, DiskReading]:
        """Counters by device, in the kernel's order. Raises OSError; Unavailable if the kernel keeps no counters."""
        try:
            text = self._files.text("/proc/diskstats")
        except FileNotFoundError:
            where = self._files.path("/proc/diskstats")
            raise Unavailable(f"no disk counters: {where} is missing") from None
        lines = parse_diskstats(text)
        inodes = self._files.inodes("/sys/block")
        self._facts = {device: self._known(device, number, inodes, lines) for device, (number, _) in lines.items()}
        shown = [(device, identity, facts) for device, (identity, facts) in self._facts.items() if facts is not None]
        self._read_sizes(shown)
        readings = {}
        for device, identity, facts in shown:
            size = self._sizes[device, identity]
            if size != 0:  # 0: a card reader without a card, an nbd without a server
                readings[device] = _reading(identity, facts, size, lines[device][1])
        return readings

    def _read_sizes(self, shown: list[tuple[str, Identity, DiskFacts]]) -> None:
        """Reads the sizes of new devices, and of all devices or a share of them in turn."""
        known, turns = self._sizes, len(shown) // _SIZES_AT_ONCE + 1
        self._readings += 1
        self._sizes = {
            (device, identity): self._size_bytes(device, facts.kind)
            if (place + self._readings) % turns == 0 or (device, identity) not in known
            else known[device, identity]
            for place, (device, identity, facts) in enumerate(shown)
        }

    def _known(
        self, device: str, number: tuple[str, str], inodes: dict[str, int], lines: dict[str, Any]
    ) -> tuple[Identity, DiskFacts | None]:
        identity = (*number, inodes.get(sysfs_name(device)))
        known = self._facts.get(device)
        if known is not None and known[0] == identity:
            return known
        return identity, disk_facts(self._files, device, in_sysfs=identity[2] is not None, devices=lines)

    def _size_bytes(self, device: str, kind: str) -> int | None:
        folder = "/sys/class/block" if kind == "partition" else "/sys/block"  # where partitions are in their disk's
        sectors = self._files.number(f"{folder}/{sysfs_name(device)}/size")
        return None if sectors is None or not 0 <= sectors < 2**54 else sectors * SECTOR

    def derive(
        self, previous: dict[str, DiskReading] | None, current: dict[str, DiskReading], elapsed: float | None
    ) -> tuple[DiskMetrics, ...]:
        """Rates per device; None for a new device, after a reset, and in the first sample."""
        mounted, before = self._mounted(), previous or {}
        partitions: dict[str, list[DiskMetrics]] = {}
        for device, now in current.items():
            disk = parent_by_name(device) if now.facts.kind == "partition" else None
            if disk is not None and len(partitions.setdefault(disk, [])) < _MOST_PARTITIONS:
                partitions[disk].append(_metrics(device, before.get(device), now, elapsed, mounted))
        return tuple(
            _metrics(device, before.get(device), now, elapsed, mounted, tuple(partitions.get(device, ())))
            for device, now in current.items()
            if now.facts.kind != "partition"
        )


def parse_diskstats(text: str) -> dict[str, tuple[tuple[str, str], list[int]]]:
    """Major and minor number and the first eleven counters of each device. Other lines are ignored."""
    found = {}
    for line in text.split("\n"):
        field = line.split()
        counters = field[3 : 3 + _COUNTERS]
        if len(counters) == _COUNTERS and all(map(_is_counter, counters)):
            found[field[2]] = ((field[0], field[1]), [int(value) for value in counters])
    return found


def _is_counter(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def _reading(identity: Identity, facts: DiskFacts, size_bytes: int | None, counter: list[int]) -> DiskReading:
    reads, _merged, read_sectors, read_ms, writes, _merged, written_sectors, write_ms, _in_flight, busy_ms, queue_ms = (
        counter
    )
    return DiskReading(
        identity=identity, facts=facts, size_bytes=size_bytes,
        reads=reads, read_sectors=read_sectors, read_ms=read_ms,
        writes=writes, written_sectors=written_sectors, write_ms=write_ms,
        busy_ms=busy_ms, queue_ms=queue_ms,
    )  # fmt: skip


def _metrics(
    device: str, before: DiskReading | None, now: DiskReading, elapsed: float | None, mounted: Mounted,
    partitions: tuple[DiskMetrics, ...] = (),
) -> DiskMetrics:  # fmt: skip
    rates: dict[str, float | None] = {}
    if before is not None and elapsed is not None and elapsed > 0 and _goes_on(before, now):
        rates = _rates(before, now, elapsed)
    name = clean(device)
    return DiskMetrics(
        device=name,
        model=now.facts.model,
        kind=now.facts.kind,
        in_total=now.facts.kind == "disk",
        size_bytes=now.size_bytes,
        mount_points=mounted.get(name, ()),
        partitions=partitions,
        **rates,
    )


def _goes_on(before: DiskReading, now: DiskReading) -> bool:
    """False if it is another device, or its counters were reset."""
    return (
        before.identity == now.identity
        and now.reads >= before.reads
        and now.writes >= before.writes
        and now.read_sectors >= before.read_sectors
        and now.written_sectors >= before.written_sectors
    )


def _rates(before: DiskReading, now: DiskReading, elapsed: float) -> dict[str, float | None]:
    reads, writes = now.reads - before.reads, now.writes - before.writes
    busy, queued = _grown(before.busy_ms, now.busy_ms), _grown(before.queue_ms, now.queue_ms)
    return {
        "read_bytes_per_second": delta_rate(before.read_sectors * SECTOR, now.read_sectors * SECTOR, elapsed),
        "write_bytes_per_second": delta_rate(before.written_sectors * SECTOR, now.written_sectors * SECTOR, elapsed),
        "reads_per_second": delta_rate(before.reads, now.reads, elapsed),
        "writes_per_second": delta_rate(before.writes, now.writes, elapsed),
        # Can slightly exceed 100 because the two clocks are not read at the same instant.
        "utilisation_percent": None if busy is None else min(busy / elapsed / 10, 100.0),
        "read_await_ms": _await_ms(reads, _grown(before.read_ms, now.read_ms)),
        "write_await_ms": _await_ms(writes, _grown(before.write_ms, now.write_ms)),
        "queue_depth": None if queued is None else queued / elapsed / 1000,
    }


def _grown(before: int, now: int) -> int | None:
    """Growth in milliseconds, across a wrap of the kernel's 32 bits; None if it ran backwards, as it may by a few."""
    grown = (now - before) % _MILLISECONDS_WRAP
    return grown if grown < _MILLISECONDS_WRAP // 2 else None


def _await_ms(operations: int, milliseconds: int | None) -> float | None:
    """Mean time in queue and service; None without requests."""
    return milliseconds / operations if operations and milliseconds is not None else None
