"""Nodes made up for drawing: a busy server with everything, and variations; a ring that tells a plausible story."""

import math
from collections.abc import Callable

from msgspec.structs import replace

from nodetop.history.ring import Ring
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    MonitorCost,
    NetworkMetrics,
    NodeSnapshot,
    Pressure,
    ProbeReport,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
)
from nodetop.widgets.base.view import View

GIB = 2**30
START = 1_700_000_000.0


def wave(tick: float, period: float, low: float, high: float, shift: float = 0.0) -> float:
    """Something between low and high that rises and falls without looking like a sine."""
    turn = tick / period * 2 * math.pi + shift
    share = 0.5 + 0.28 * math.sin(turn) + 0.15 * math.sin(2.7 * turn + 1) + 0.09 * math.sin(9.1 * turn)
    return low + (high - low) * min(1.0, max(0.0, share))


def server(tick: int = 0, *, cores: int = 16, sensors: bool = True) -> NodeSnapshot:
    """A server with several disks, file systems, interfaces and sensors at one tick of two seconds."""
    busy = wave(tick, 90, 4, 88)
    used = int(wave(tick, 400, 30, 52) * GIB)
    total = int(62.8 * GIB)
    return NodeSnapshot(
        node="web-01",
        taken_at=START + 2 * tick,
        interval=2.0 if tick else None,
        boot_id="boot",
        seq=tick,
        host=HostInfo(
            hostname="web-01", os="Debian GNU/Linux 12", kernel="6.1.0-18-amd64", architecture="x86_64",
            uptime_seconds=1_047_600.0 + 2 * tick, cpu_count=cores,
        ),
        cpu=CpuMetrics(
            busy_percent=busy, user_percent=busy * 0.66, nice_percent=0.4, system_percent=busy * 0.26,
            iowait_percent=wave(tick, 40, 0, 6), irq_percent=busy * 0.02, steal_percent=0.0, guest_percent=0.0,
            load_1m=busy / 9, load_5m=1.1, load_15m=0.98, model="Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
            frequency_mhz=2900.0, pressure=Pressure(some_10s_percent=1.24), io_pressure=Pressure(some_10s_percent=0.3),
            cores=tuple(_core(index, tick, cores, sensors) for index in range(cores)),
        ),
        memory=MemoryMetrics(
            total_bytes=total, used_bytes=used, available_bytes=total - used, free_bytes=int((total - used) * 0.38),
            buffers_bytes=int(0.7 * GIB), cached_bytes=int((total - used) * 0.55), used_percent=100 * used / total,
            swap_total_bytes=8 * GIB, swap_used_bytes=int(0.1 * GIB), swap_in_bytes_per_second=0.0,
            swap_out_bytes_per_second=4096.0, pressure=Pressure(some_10s_percent=0.0, full_10s_percent=0.0),
        ),
        filesystems=_filesystems(),
        disks=_disks(tick),
        networks=_networks(tick),
        temperature=_temperature(tick) if sensors else TemperatureMetrics(),
        processes=_processes(tick),
        probes=(ProbeReport(name="processes", seconds=0.0071), ProbeReport(name="cpu", seconds=0.0004)),
        monitor=MonitorCost(cpu_percent=0.34, resident_bytes=41 * 2**20, sampling_seconds=0.0075),
    )  # fmt: skip


def limited(tick: int = 0) -> NodeSnapshot:
    """The same in a container of two cores and 512 MiB."""
    used = wave(tick, 60, 120, 500)
    limits = CgroupLimits(
        group="/", cpu_limit_cores=2.0, cpu_used_cores=1.66, cpu_used_percent=83.0, cpu_throttled_percent=12.0,
        cpu_throttled_seconds_per_second=0.4, memory_limit_bytes=512 * 2**20, memory_used_bytes=int(used * 2**20),
        memory_used_percent=100 * used / 512, oom_kills=2, pids_limit=100, pids_used=12,
    )  # fmt: skip
    return replace(server(tick), limits=limits)


def _processes(tick: int) -> ProcessSummary:
    programs = (
        ("postgres", "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", 64.0, 2100),
        ("java", "app", "/usr/bin/java -Xmx4g -jar /srv/app/service.jar --profile production", 41.0, 3900),
        ("nginx", "www-data", "nginx: worker process", 12.0, 80),
        ("python3", "app", "python3 -m celery -A jobs worker --concurrency 4", 8.0, 310),
        ("redis-server", "redis", "/usr/bin/redis-server 127.0.0.1:6379", 2.5, 140),
        ("sshd", "root", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 0.0, 9),
        ("systemd", "root", "/sbin/init", 0.1, 12),
        ("kworker/3:1-events", "root", "", 0.2, 0),
    )
    rows = []
    for index in range(60):
        name, user, command, cpu, resident = programs[index % len(programs)]
        share = cpu * (1 + 0.3 * math.sin(tick / 7 + index)) / (1 + index // len(programs))
        rows.append(
            ProcessMetrics(
                pid=400 + 37 * index, ppid=1, name=name, command=command, user=user, cpu_percent=share,
                state="R" if share > 40 else "S" if resident else "I", memory_percent=resident / 643,
                resident_bytes=resident * 2**20, virtual_bytes=3 * resident * 2**20, threads=1 + index % 9, nice=0,
                priority=20, started_at=START - 90_000 + index, cpu_seconds=cpu * 310 + tick,
                read_bytes_per_second=0.0, write_bytes_per_second=cpu * 9000, container=None,
            )
        )  # fmt: skip
    return ProcessSummary(total=60, running=2, sleeping=50, stopped=0, zombie=0, threads=300, rows=tuple(rows))


def _core(index: int, tick: int, cores: int, sensors: bool) -> CoreMetrics:
    if cores > 4 and index == cores - 2:
        return CoreMetrics(index=index, online=False)
    busy = wave(tick, 60, 0, 100, shift=index * 1.7)
    return CoreMetrics(
        index=index, busy_percent=busy, user_percent=busy * 0.7, system_percent=busy * 0.3, iowait_percent=0.0,
        frequency_mhz=2900.0, celsius=42 + busy / 4 if sensors and cores <= 32 else None,
    )  # fmt: skip


def _filesystems() -> tuple[FilesystemMetrics, ...]:
    def filesystem(device: str, mount: str, kind: str, total: float, percent: float) -> FilesystemMetrics:
        used = int(total * GIB * percent / 100)
        return FilesystemMetrics(
            device=device, mount_point=mount, fs_type=kind, total_bytes=int(total * GIB), used_bytes=used,
            available_bytes=int(total * GIB) - used, used_percent=percent, inodes_used_percent=3.0,
        )  # fmt: skip

    return (
        filesystem("/dev/nvme0n1p2", "/", "ext4", 98.0, 71.4),
        filesystem("/dev/nvme0n1p1", "/boot/efi", "vfat", 0.5, 12.0),
        filesystem("/dev/mapper/data", "/var/lib/postgresql", "xfs", 1863.0, 91.2),
        filesystem("/dev/sdb1", "/backup", "ext4", 5588.0, 42.0),
        FilesystemMetrics(device="nas:/export", mount_point="/mnt/nas", fs_type="nfs4", remote=True),
        FilesystemMetrics(
            device="/dev/loop3", mount_point="/snap/core", fs_type="squashfs", total_bytes=GIB, used_bytes=GIB,
            available_bytes=0, used_percent=100.0, read_only=True,
        ),
    )  # fmt: skip


def _disks(tick: int) -> tuple[DiskMetrics, ...]:
    def disk(device: str, scale: float, shift: float, kind: str = "disk") -> DiskMetrics:
        read, write = wave(tick, 50, 0, 120e6, shift) * scale, wave(tick, 35, 0, 60e6, shift + 2) * scale
        return DiskMetrics(
            device=device, kind=kind, in_total=kind == "disk", model="SAMSUNG MZ", size_bytes=1000 * GIB,
            read_bytes_per_second=read, write_bytes_per_second=write, reads_per_second=read / 16384,
            writes_per_second=write / 16384, utilisation_percent=wave(tick, 50, 0, 90, shift) * min(1.0, scale),
            read_await_ms=0.31, write_await_ms=1.2 + shift, queue_depth=1.4 * scale,
        )  # fmt: skip

    return (disk("nvme0n1", 1.0, 0.0), disk("sda", 0.1, 1.0), disk("sdb", 0.0, 2.0), disk("dm-0", 1.0, 0.0, "dm"))


def _networks(tick: int) -> tuple[NetworkMetrics, ...]:
    def network(name: str, kind: str, scale: float, addresses: tuple[str, ...], state: str = "up") -> NetworkMetrics:
        return NetworkMetrics(
            interface=name, kind=kind, in_total=kind == "physical", addresses=addresses, state=state,
            mac="52:54:00:12:34:56", speed_mbps=10_000 if kind == "physical" else None,
            receive_bytes_per_second=wave(tick, 30, 1e5, 40e6) * scale,
            transmit_bytes_per_second=wave(tick, 45, 1e4, 9e6, 1) * scale, receive_packets_per_second=900.0 * scale,
            transmit_packets_per_second=400.0 * scale, receive_errors=0, transmit_errors=0,
            receive_drops=tick // 20 if name == "eth0" else 0, transmit_drops=0,
        )  # fmt: skip

    return (
        network("lo", "loopback", 0.01, ("127.0.0.1", "::1")),
        network("eth0", "physical", 1.0, ("192.168.10.24", "fe80::5054:ff:fe12:3456")),
        network("eth1", "physical", 0.0, (), "down"),
        network("docker0", "bridge", 0.2, ("172.17.0.1",)),
        network("wg0", "tunnel", 0.05, ("10.8.0.1",)),
    )


def _temperature(tick: int) -> TemperatureMetrics:
    package = wave(tick, 90, 44, 83)

    def sensor(chip: str, label: str, celsius: float, kind: str, high: float | None, critical: float | None):  # type: ignore[no-untyped-def]
        return SensorReading(
            chip=chip, label=label, celsius=celsius, kind=kind, high_celsius=high, critical_celsius=critical
        )

    return TemperatureMetrics(
        cpu_celsius=package,
        sensors=(
            sensor("nvme", "Composite", 46.9, "disk", 81.8, 84.8),
            sensor("coretemp", "Package id 0", package, "cpu", 84, 100),
            *(sensor("coretemp", f"Core {core}", package - 3 - core % 4, "cpu", 84, 100) for core in range(4)),
            sensor("acpitz", "", 27.8, "other", None, None),
            sensor("amdgpu", "edge", 88.0, "gpu", None, None),
            sensor("nct6775", "SYSTIN", 34.0, "other", None, None),
        ),
    )


def played(ticks: int, make: Callable[[int], NodeSnapshot] = server, **fields: object) -> View:
    """A live view after so many ticks."""
    ring = Ring()
    for tick in range(ticks):
        ring.add(make(tick))
    latest = ring.latest
    assert latest is not None
    view = View(snapshot=latest, ring=ring, now=latest.taken_at + 0.4)
    for name, value in fields.items():
        setattr(view, name, value)
    return view
