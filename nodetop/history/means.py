"""A point of history as a snapshot, so that a time of which no sample is left can be looked at all the same. Pure."""

from bisect import bisect_left
from collections.abc import Iterable

from nodetop.model.snapshot import (
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HistoryPoint,
    MemoryMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    Stat,
    TemperatureMetrics,
)

_SOON_SECONDS = 60.0


class MeanSnapshot(NodeSnapshot, frozen=True, kw_only=True, eq=False):
    """Not a sample: the means of the `seconds` from `taken_at` on. Its processes are those that were on top then, each
    with the highest value it had. What a point does not keep is None. It never goes over the wire."""

    seconds: float
    point: HistoryPoint


def mean_snapshot(node: str, point: HistoryPoint, seconds: float) -> MeanSnapshot:
    """The point of a node that stands for so many seconds."""
    celsius = _mean(point.cpu_celsius)
    fullest = _mean(point.filesystem_used_percent)
    return MeanSnapshot(
        node=node,
        taken_at=point.at,
        interval=seconds,
        seconds=seconds,
        point=point,
        cpu=CpuMetrics(busy_percent=_mean(point.cpu_busy_percent), load_1m=_mean(point.load_1m)),
        memory=MemoryMetrics(used_percent=_mean(point.memory_used_percent)),
        filesystems=None
        if fullest is None
        else (FilesystemMetrics(device="", mount_point="the fullest", fs_type="", used_percent=fullest),),
        disks=_disks(point),
        networks=_networks(point),
        temperature=None if celsius is None else TemperatureMetrics(cpu_celsius=celsius),
        processes=ProcessSummary(rows=_top_processes(point)),
    )


def _mean(stat: Stat | None) -> float | None:
    return None if stat is None else stat.mean


def _disks(point: HistoryPoint) -> tuple[DiskMetrics, ...] | None:
    read, write = _mean(point.disk_read_bytes_per_second), _mean(point.disk_write_bytes_per_second)
    busy = _mean(point.disk_utilisation_percent)
    if read is None and write is None and busy is None:
        return None
    disk = DiskMetrics(
        device="all disks", read_bytes_per_second=read, write_bytes_per_second=write, utilisation_percent=busy
    )
    return (disk,)


def _networks(point: HistoryPoint) -> tuple[NetworkMetrics, ...] | None:
    receive, transmit = _mean(point.network_receive_bytes_per_second), _mean(point.network_transmit_bytes_per_second)
    if receive is None and transmit is None:
        return None
    every = NetworkMetrics(interface="all", receive_bytes_per_second=receive, transmit_bytes_per_second=transmit)
    return (every,)


def _top_processes(point: HistoryPoint) -> tuple[ProcessMetrics, ...]:
    cpu = {(top.pid, top.name): top for top in point.top_cpu}
    memory = {(top.pid, top.name): top for top in point.top_memory}
    return tuple(
        ProcessMetrics(
            pid=top.pid,
            name=top.name,
            user=top.user,
            cpu_percent=cpu[key].value if key in cpu else None,
            memory_percent=memory[key].value if key in memory else None,
        )
        for key, top in {**memory, **cpu}.items()
    )


def unsampled(points: Iterable[HistoryPoint], sampled_at: Iterable[float]) -> list[HistoryPoint]:
    """The points whose time does not begin with samples, in order of time."""
    times = sorted(sampled_at)
    return [
        point
        for point in sorted(points, key=lambda point: point.at)
        if (index := bisect_left(times, point.at)) == len(times) or times[index] >= point.at + _SOON_SECONDS
    ]
