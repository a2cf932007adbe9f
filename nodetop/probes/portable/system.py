"""Host, CPU, memory and file systems through psutil."""

import os
import platform
import time
from typing import Any

import psutil
from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import CoreMetrics, CpuMetrics, FilesystemMetrics, HostInfo, MemoryMetrics
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.base.space import space_fields, space_of
from nodetop.probes.portable.counts import counted

_REMOTE = ("nfs", "smbfs", "cifs", "afpfs", "webdav", "fuse.sshfs", "9p")


class PortableHostProbe(Probe):
    """Fills `host`."""

    name = "host"

    def read(self) -> HostInfo:
        """Raises OSError."""
        booted = psutil.boot_time()
        names = os.uname()
        return HostInfo(
            hostname=clean(names.nodename),
            os=clean(_system()),
            kernel=clean(names.release),
            architecture=clean(names.machine),
            boot_time=booted,
            uptime_seconds=max(time.time() - booted, 0.0),
            cpu_count=psutil.cpu_count(),
        )

    def derive(self, previous: HostInfo | None, current: HostInfo, elapsed: float | None) -> HostInfo:
        return current


def _system() -> str:
    version = platform.mac_ver()[0]
    return f"macOS {version}" if version else f"{platform.system()} {platform.release()}"


class CpuSeconds(Struct, frozen=True, kw_only=True):
    """Seconds of CPU time since boot; None for kinds that the system does not count."""

    user: float
    system: float
    idle: float
    nice: float | None = None
    iowait: float | None = None
    irq: float | None = None
    steal: float | None = None
    guest: float | None = None


class CpuReading(Struct, frozen=True, kw_only=True):
    """CPU times of all CPUs together and of each, and the load."""

    total: CpuSeconds
    cores: tuple[CpuSeconds, ...]
    load: tuple[float, float, float] | None
    frequency_mhz: float | None


class PortableCpuProbe(Probe):
    """Fills `cpu`."""

    name = "cpu"

    def read(self) -> CpuReading:
        """Raises OSError."""
        return CpuReading(
            total=_seconds(psutil.cpu_times()),
            cores=tuple(map(_seconds, psutil.cpu_times(percpu=True))),
            load=_load(),
            frequency_mhz=_frequency(),
        )

    def derive(self, previous: CpuReading | None, current: CpuReading, elapsed: float | None) -> CpuMetrics:
        """Shares over the interval; None without a previous reading."""
        if previous is None or not elapsed or len(previous.cores) != len(current.cores):
            shares: dict[str, float | None] = {}
            cores = [CoreMetrics(index=index) for index in range(len(current.cores))]
        else:
            shares = _shares(previous.total, current.total)
            pairs = zip(previous.cores, current.cores, strict=True)
            cores = [_core(index, _shares(before, now)) for index, (before, now) in enumerate(pairs)]
        load = current.load or (None, None, None)
        return CpuMetrics(
            **shares,  # type: ignore[arg-type]
            cores=tuple(cores),
            load_1m=load[0],
            load_5m=load[1],
            load_15m=load[2],
            model=clean(platform.processor()) or None,
            frequency_mhz=current.frequency_mhz,
        )


def _seconds(times: Any) -> CpuSeconds:
    # psutil has only the fields that the system counts.
    interrupts = [value for name in ("irq", "softirq") if (value := getattr(times, name, None)) is not None]
    return CpuSeconds(
        user=times.user,
        system=times.system,
        idle=times.idle,
        nice=getattr(times, "nice", None),
        iowait=getattr(times, "iowait", None),
        irq=sum(interrupts) if interrupts else None,
        steal=getattr(times, "steal", None),
        guest=getattr(times, "guest", None),
    )


def _load() -> tuple[float, float, float] | None:
    try:
        return os.getloadavg()
    except OSError:
        return None


def _frequency() -> float | None:
    try:
        found = psutil.cpu_freq()
    except (AttributeError, OSError, NotImplementedError, RuntimeError):
        return None
    return found.current if found and found.current > 0 else None


def _shares(before: CpuSeconds, now: CpuSeconds) -> dict[str, float | None]:
    """Percent of the interval, by field of CpuMetrics; empty if no time passed. Guest time is part of user."""
    grown = {name: _grown(getattr(before, name), getattr(now, name)) for name in CpuSeconds.__struct_fields__}
    counted = [value for name, value in grown.items() if name != "guest" and value is not None]
    total = sum(counted)
    if total <= 0:
        return {}
    shares = {f"{name}_percent": None if value is None else 100 * value / total for name, value in grown.items()}
    idle = (shares.pop("idle_percent") or 0.0) + (shares["iowait_percent"] or 0.0)
    return shares | {"busy_percent": max(100 - idle, 0.0)}


def _grown(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else max(now - before, 0.0)


def _core(index: int, shares: dict[str, float | None]) -> CoreMetrics:
    names = ("busy_percent", "user_percent", "system_percent", "iowait_percent")
    return CoreMetrics(index=index, **{name: shares.get(name) for name in names})  # type: ignore[arg-type]


class MemoryReading(Struct, frozen=True, kw_only=True):
    """Current amounts, and bytes swapped since boot; None for what the system does not count."""

    total: int
    available: int
    free: int
    buffers: int | None
    cached: int | None
    shared: int | None
    swap_total: int | None
    swap_used: int | None
    swapped_in: int | None
    swapped_out: int | None


class PortableMemoryProbe(Probe):
    """Fills `memory`: used = total - available, on every system."""

    name = "memory"

    def read(self) -> MemoryReading:
        """Raises OSError."""
        memory = psutil.virtual_memory()
        swap = _swap()  # on macOS its two counts include all pages, most of them file pages
        return MemoryReading(
            total=memory.total,
            available=min(memory.available, memory.total),
            free=memory.free,
            # psutil has only the fields that the system supports.
            buffers=getattr(memory, "buffers", None),
            cached=getattr(memory, "cached", None),
            shared=getattr(memory, "shared", None),
            swap_total=swap and swap.total,
            swap_used=swap and swap.used,
            swapped_in=counted(swap.sin) if swap and not psutil.MACOS else None,
            swapped_out=counted(swap.sout) if swap and not psutil.MACOS else None,
        )

    def derive(self, previous: MemoryReading | None, current: MemoryReading, elapsed: float | None) -> MemoryMetrics:
        """Amounts as read; swap rates per second."""
        used = current.total - current.available
        before = (previous.swapped_in, previous.swapped_out) if previous else (None, None)
        return MemoryMetrics(
            total_bytes=current.total,
            used_bytes=used,
            available_bytes=current.available,
            free_bytes=current.free,
            buffers_bytes=current.buffers,
            cached_bytes=current.cached,
            shared_bytes=current.shared,
            used_percent=100 * used / current.total if current.total else None,
            swap_total_bytes=current.swap_total,
            swap_used_bytes=current.swap_used,
            swap_in_bytes_per_second=delta_rate(before[0], current.swapped_in, elapsed),
            swap_out_bytes_per_second=delta_rate(before[1], current.swapped_out, elapsed),
        )


def _swap() -> Any:
    try:
        return psutil.swap_memory()
    except (OSError, RuntimeError):
        return None


class PortableFilesystemsProbe(Probe):
    """Fills `filesystems`. A mount may hang, so this probe runs in a background thread."""

    name = "filesystems"
    slow_seconds = 10.0

    def __init__(self, *, all_filesystems: bool = False) -> None:
        self._all = all_filesystems

    def read(self) -> tuple[FilesystemMetrics, ...]:
        """Raises OSError."""
        found = {}
        for mount in psutil.disk_partitions(all=self._all):
            key = mount.device if mount.device.startswith("/") else mount.mountpoint
            if key not in found and (metrics := _filesystem(mount)) is not None:
                found[key] = metrics
        return tuple(sorted(found.values(), key=lambda each: each.mount_point))

    def derive(
        self,
        previous: tuple[FilesystemMetrics, ...] | None,
        current: tuple[FilesystemMetrics, ...],
        elapsed: float | None,
    ) -> tuple[FilesystemMetrics, ...]:
        return current


def _filesystem(mount: Any) -> FilesystemMetrics | None:
    """None for a file system without blocks. One that this user may not read has no amounts."""
    remote = mount.fstype.lower().startswith(_REMOTE)
    read_only = "ro" in mount.opts.split(",")
    known = FilesystemMetrics(
        device=clean(mount.device),
        mount_point=clean(mount.mountpoint),
        fs_type=clean(mount.fstype),
        read_only=read_only,
        remote=remote,
    )
    try:
        space = space_of(os.statvfs(mount.mountpoint))
    except OSError:
        return known
    if space is not None and not space.total:
        return None
    return replace(known, **space_fields(space))
