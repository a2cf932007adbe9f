"""Memory and swap: /proc/meminfo, /proc/vmstat, the ZFS cache, pressure. proc_meminfo(5)."""

import os

from msgspec import Struct

from nodetop.model.snapshot import MemoryMetrics, Pressure
from nodetop.probes.base.meminfo import parse_meminfo
from nodetop.probes.base.pressure import read_pressure
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.container import container
from nodetop.probes.host_files import HostFiles


class MemoryReading(Struct, frozen=True, kw_only=True):
    """Bytes, with the kernel's names. The values are not from the same instant and may disagree a little."""

    total: int | None = None
    free: int | None = None
    available: int | None = None
    buffers: int = 0
    cached: int = 0
    reclaimable: int = 0
    shared: int | None = None
    anonymous: int | None = None
    unreclaimable: int = 0
    kernel_stacks: int = 0
    page_tables: int = 0
    second_page_tables: int = 0
    per_cpu: int = 0
    huge_pages: int | None = None
    swap_total: int | None = None
    swap_free: int | None = None
    swapped_in: int | None = None
    swapped_out: int | None = None
    oom_kills: int | None = None
    arc: int | None = None
    arc_freeable: int = 0
    pressure: Pressure | None = None


_LARGEST = 2**63 - 1
_EVERY = 5
"""Without swap, OOM kills are read only every so many readings, because /proc/vmstat costs the kernel 30 µs or more. A
newly loaded ZFS is looked for as often."""


class MemoryProbe(Probe):
    """Fills `memory`."""

    name = "memory"
    is_compared = True

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self._readings = 0
        self._has_arc = False
        self._oom_kills: dict[str, int] = {}
        self.last: MemoryReading | None = None
        """The last reading; None if it failed."""
        # A container sees its host's arcstats. That cache is not part of the container's memory.
        self._arc_is_ours = container(files) is None

    def read(self) -> MemoryReading:
        self.last = None
        values = parse_meminfo(self._files.read("/proc/meminfo"))
        self.notice = None if "total" in values else f"no MemTotal in {self._files.path('/proc/meminfo')}"
        is_due = self._readings % _EVERY == 0
        self._readings += 1
        values |= self._vmstat(has_swap=bool(values.get("swap_total")), is_due=is_due)
        if self._arc_is_ours and (self._has_arc or is_due):
            arc = self._arc()
            self._has_arc = bool(arc)
            values |= arc
        self.last = MemoryReading(**values, pressure=read_pressure(self._files, "memory"))
        return self.last

    def derive(self, previous: MemoryReading | None, current: MemoryReading, elapsed: float | None) -> MemoryMetrics:
        return derive(previous, current, elapsed)

    def _vmstat(self, *, has_swap: bool, is_due: bool) -> dict[str, int]:
        if not has_swap and not is_due:
            return self._oom_kills
        counts = parse_vmstat(self._files.read_or_empty("/proc/vmstat"))
        self._oom_kills = {name: count for name, count in counts.items() if name == "oom_kills"}
        swapped = {name: count * self._page_bytes for name, count in counts.items() if name != "oom_kills"}
        return self._oom_kills | (swapped if has_swap else {})

    def _arc(self) -> dict[str, int]:
        return parse_arcstats(self._files.read_or_empty("/proc/spl/kstat/zfs/arcstats"))


def derive(previous: MemoryReading | None, current: MemoryReading, elapsed: float | None) -> MemoryMetrics:
    """used = total - available, as in free and top. Swap rates are over the interval."""
    total, free = current.total, current.free
    available = _available(current)
    used = None if total is None or available is None else total - available
    swap_used = None
    if current.swap_total is not None and current.swap_free is not None:
        swap_used = max(current.swap_total - current.swap_free, 0)
    before = previous or MemoryReading()
    return MemoryMetrics(
        total_bytes=total,
        used_bytes=used,
        available_bytes=available,
        free_bytes=free,
        buffers_bytes=None if total is None else current.buffers,
        cached_bytes=None if total is None else current.cached + current.reclaimable,
        shared_bytes=current.shared,
        used_percent=100 * used / total if used is not None and total else None,
        swap_total_bytes=current.swap_total,
        swap_used_bytes=swap_used,
        swap_in_bytes_per_second=delta_rate(before.swapped_in, current.swapped_in, elapsed),
        swap_out_bytes_per_second=delta_rate(before.swapped_out, current.swapped_out, elapsed),
        zfs_arc_bytes=current.arc,
        oom_kills=current.oom_kills,
        pressure=current.pressure,
    )


def _available(memory: MemoryReading) -> int | None:
    """What programs could get without swapping, at most the total. ZFS gives back all but its minimum."""
    total, free, available = memory.total, memory.free, memory.available
    if total is None:
        return None
    if available is None and free is not None:  # before Linux 3.14: estimated from the page cache without shared memory
        available = free + memory.buffers + max(memory.cached - (memory.shared or 0), 0) + memory.reclaimable
        available = min(available, total)
    if not available or available > total:  # some container runtimes; free and top use MemFree too
        available = free
    return None if available is None else min(available + memory.arc_freeable, total)


def parse_vmstat(data: bytes) -> dict[str, int]:
    """Since boot: pages swapped in and out, and processes killed for lack of memory (since Linux 4.13)."""
    found: dict[str, int] = {}
    for key, name in ((b"pswpin", "swapped_in"), (b"pswpout", "swapped_out"), (b"oom_kill", "oom_kills")):
        _, _, rest = (b"\n" + data).partition(b"\n" + key + b" ")
        value = rest[:24].split(b"\n")[0].strip()
        if value.isdigit():
            found[name] = min(int(value), _LARGEST)
    return found


def parse_arcstats(data: bytes) -> dict[str, int]:
    """The size of the ZFS cache, and how much of it can be reclaimed. Lines are `name type value`."""
    values = {fields[0]: int(fields[2]) for fields in map(bytes.split, data.split(b"\n")) if _is_count(fields)}
    size = values.get(b"size")
    if size is None or size > _LARGEST:
        return {}
    return {"arc": size, "arc_freeable": max(size - values.get(b"c_min", size), 0)}


def _is_count(fields: list[bytes]) -> bool:
    return len(fields) == 3 and fields[2].isdigit() and len(fields[2]) < 21
