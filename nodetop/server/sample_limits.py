"""Makes a sample of this host acceptable for every hub.

A machine may have more interfaces, disks or CPUs than a hub takes in one sample, and different names become the same
text when their control characters are replaced. A hub would refuse the whole sample for one such thing, and a user of
the machine can cause some of them: with control groups of odd names, or with many FUSE mounts. So rows are left out
here, and the sample says how many.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from nodetop.model import wire
from nodetop.model.derived import total_io
from nodetop.model.hub_api import BODY_LIMIT
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import (
    CoreMetrics,
    DiskMetrics,
    FilesystemMetrics,
    NetworkMetrics,
    NodeSnapshot,
    SensorReading,
    WorkloadMetrics,
)
from nodetop.server.base import limits

R = TypeVar("R")

_COUNTED = ("cpus", "disks", "networks", "links", "softnet", "arp")
_LARGEST = BODY_LIMIT * 7 // 8
"""The rest of a push is for what stands around the sample."""
_SHORTEST = 8


def acceptable(snapshot: NodeSnapshot) -> NodeSnapshot:
    """The sample with the most telling rows of each list that is too long, and with each name once. `probes` says what
    was left out."""
    left_out: dict[str, str] = {}
    fitted = _fitted(snapshot, left_out, limits.LISTS)
    most = dict(limits.LISTS)
    while len(wire.encode(fitted)) > _LARGEST and max(most.values()) > _SHORTEST:
        most = {path: max(limit // 2, _SHORTEST) for path, limit in most.items()}
        fitted = _fitted(snapshot, left_out, most)
    return _with_reasons(fitted, left_out)


def _fitted(snapshot: NodeSnapshot, left_out: dict[str, str], most: dict[str, int]) -> NodeSnapshot:
    changed: dict[str, Any] = {"probes": snapshot.probes[: most["probes"]]}

    def fit(name: str, path: str, rows: tuple[R, ...], key: Callable[[R], Any] | None, rank: Callable[[R], Any]) -> Any:
        kept = _few(rows, key, rank, most[path])
        if len(kept) < len(rows):
            left_out[name] = f"the hub gets {len(kept)} of {len(rows)}"
        return kept

    if snapshot.cpu is not None and snapshot.cpu.cores:
        cores = fit("cpu", "cpu.cores", snapshot.cpu.cores, _index, _index)
        changed["cpu"] = replace(snapshot.cpu, cores=cores) if cores is not snapshot.cpu.cores else snapshot.cpu
    if snapshot.disks:
        changed["disks"] = fit("disks", "disks", snapshot.disks, lambda disk: disk.device, _disk_rank)
    if snapshot.networks:
        networks = fit("networks", "networks", snapshot.networks, lambda each: each.interface, _network_rank)
        changed["networks"] = tuple(_with_few_addresses(each, most["networks.addresses"]) for each in networks)
    if snapshot.filesystems:
        mounts = snapshot.filesystems
        changed["filesystems"] = fit("filesystems", "filesystems", mounts, lambda each: each.mount_point, _mount_rank)
    if snapshot.temperature is not None and snapshot.temperature.sensors:
        sensors = fit("temperature", "temperature.sensors", snapshot.temperature.sensors, None, _sensor_rank)
        changed["temperature"] = replace(snapshot.temperature, sensors=sensors)
    if snapshot.workloads is not None and snapshot.workloads.rows:
        rows = fit("workloads", "workloads.rows", snapshot.workloads.rows, lambda row: row.group, _workload_rank)
        changed["workloads"] = replace(snapshot.workloads, rows=rows)
    if snapshot.processes is not None:
        changed["processes"] = replace(
            snapshot.processes,
            rows=snapshot.processes.rows[: most["processes.rows"]],
            thread_rows=snapshot.processes.thread_rows[: most["processes.thread_rows"]],
        )
    if snapshot.counters is not None:
        changed["counters"] = _with_few_columns(snapshot.counters, most["cpu.cores"])
    return replace(snapshot, **changed)


def _few(rows: tuple[R, ...], key: Callable[[R], Any] | None, rank: Callable[[R], Any], most: int) -> tuple[R, ...]:
    """The first row of each key (without `key`: all rows), and of these the `most` that rank lowest, in their order."""
    distinct = {key(row) if key else at: at for at, row in reversed(list(enumerate(rows)))}
    if len(distinct) == len(rows) <= most:
        return rows
    chosen = sorted(distinct.values(), key=lambda at: rank(rows[at]))[:most]
    return tuple([rows[at] for at in sorted(chosen)])


def _index(core: CoreMetrics) -> int:
    return core.index


def _disk_rank(disk: DiskMetrics) -> tuple[bool, float]:
    return not disk.in_total, -(disk.utilisation_percent or 0.0)


def _network_rank(network: NetworkMetrics) -> tuple[bool, float]:
    rates = network.receive_bytes_per_second, network.transmit_bytes_per_second
    return not network.in_total, -sum(rate or 0.0 for rate in rates)


def _mount_rank(mount: FilesystemMetrics) -> tuple[bool, float]:
    return mount.mount_point != "/", -(mount.used_percent or 0.0)


def _sensor_rank(sensor: SensorReading) -> tuple[bool, float]:
    return sensor.kind != "cpu", -(sensor.celsius or 0.0)


def _workload_rank(row: WorkloadMetrics) -> tuple[float, float, float]:
    return -(row.cpu_percent or 0.0), -(row.memory_bytes or 0), -(total_io(row) or 0.0)


def _with_few_addresses(network: NetworkMetrics, most: int) -> NetworkMetrics:
    few = network.addresses[:most]
    return network if len(few) == len(network.addresses) else replace(network, addresses=few)


def _with_few_columns(counters: RawCounters, most: int) -> RawCounters:
    few = {name: dict(list(getattr(counters, name).items())[:most]) for name in _COUNTED}
    return replace(counters, **few)


def _with_reasons(snapshot: NodeSnapshot, left_out: dict[str, str]) -> NodeSnapshot:
    if not left_out:
        return snapshot
    probes = tuple(
        replace(report, reason="; ".join(filter(None, (report.reason, left_out.get(report.name)))) or None)
        for report in snapshot.probes
    )
    return replace(snapshot, probes=probes)
