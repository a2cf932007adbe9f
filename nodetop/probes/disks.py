"""Block devices over the interval, as iostat counts them. /proc/diskstats, kernel admin-guide/iostats.rst."""

from msgspec import Struct

from nodetop.model import DiskMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.probe import delta_rate
from nodetop.text import clean

SECTOR = 512
_WRAP = 2**32  # the kernel keeps milliseconds in 32 bits
_SKIPPED = ("ram", "zram", "fd", "sr", "loop")


class DiskReading(Struct, frozen=True, kw_only=True):
    """Running counts of one device, and what it is."""

    kind: str
    model: str | None
    size_bytes: int | None
    reads: int
    read_sectors: int
    read_ms: int
    writes: int
    written_sectors: int
    write_ms: int
    busy_ms: int
    queue_ms: int


class DisksProbe:
    """Whole disks, and dm and md devices apart from the totals."""

    name = "disks"
    slow_seconds = 0.0

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._facts: dict[str, tuple[str, str | None, int | None] | None] = {}

    def read(self) -> dict[str, DiskReading]:
        """Counters by device name. Raises OSError."""
        readings = {}
        for line in self._files.text("/proc/diskstats").splitlines():
            field = line.split()
            if len(field) < 14 or not all(map(str.isdecimal, field[3:14])):
                continue
            facts = self._facts_of(field[2])
            if facts is not None:
                readings[clean(field[2])] = _reading(facts, [int(value) for value in field[3:14]])
        return readings

    def _facts_of(self, device: str) -> tuple[str, str | None, int | None] | None:
        if device not in self._facts:
            self._facts[device] = self._look(device)
        return self._facts[device]

    def _look(self, device: str) -> tuple[str, str | None, int | None] | None:
        folder = f"/sys/block/{device.replace('/', '!')}"
        if device.startswith(_SKIPPED) or not self._files.exists(folder):
            return None
        kind = "dm" if device.startswith("dm-") else "md" if device.startswith("md") else "disk"
        model = self._files.line(f"{folder}/device/model")
        sectors = self._files.number(f"{folder}/size")
        return kind, clean(model) if model else None, sectors * SECTOR if sectors is not None else None

    def derive(
        self, previous: dict[str, DiskReading] | None, current: dict[str, DiskReading], elapsed: float | None
    ) -> tuple[DiskMetrics, ...]:
        """Rates per device; None for a new device, after a reset, and in the first sample."""
        return tuple(_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _reading(facts: tuple[str, str | None, int | None], count: list[int]) -> DiskReading:
    kind, model, size = facts
    return DiskReading(
        kind=kind, model=model, size_bytes=size, reads=count[0], read_sectors=count[2], read_ms=count[3],
        writes=count[4], written_sectors=count[6], write_ms=count[7], busy_ms=count[9], queue_ms=count[10],
    )  # fmt: skip


def _metrics(name: str, before: DiskReading | None, now: DiskReading, elapsed: float | None) -> DiskMetrics:
    facts = {
        "device": name, "model": now.model, "kind": now.kind, "in_total": now.kind == "disk", "size_bytes": now.size_bytes,  # noqa: E501
    }  # fmt: skip
    if before is None or elapsed is None or elapsed <= 0 or now.reads < before.reads or now.writes < before.writes:
        return DiskMetrics(**facts)  # type: ignore[arg-type]
    read, written = (
        delta_rate(before.read_sectors, now.read_sectors, elapsed),
        delta_rate(before.written_sectors, now.written_sectors, elapsed),
    )
    return DiskMetrics(
        **facts,  # type: ignore[arg-type]
        read_bytes_per_second=None if read is None else read * SECTOR,
        write_bytes_per_second=None if written is None else written * SECTOR,
        reads_per_second=(now.reads - before.reads) / elapsed,
        writes_per_second=(now.writes - before.writes) / elapsed,
        utilisation_percent=_grown(before.busy_ms, now.busy_ms) / elapsed / 10,
        read_await_ms=_wait(now.reads - before.reads, _grown(before.read_ms, now.read_ms)),
        write_await_ms=_wait(now.writes - before.writes, _grown(before.write_ms, now.write_ms)),
        queue_depth=_grown(before.queue_ms, now.queue_ms) / elapsed / 1000,
    )


def _grown(before: int, now: int) -> int:
    """Milliseconds since; a counter that fell by nearly its whole range wrapped, any other fall is taken for none."""
    if now >= before:
        return now - before
    wrapped = now + _WRAP - before
    return wrapped if wrapped < _WRAP // 2 else 0


def _wait(operations: int, milliseconds: int) -> float:
    return milliseconds / operations if operations else 0.0
