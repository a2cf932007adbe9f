"""The charted values of a snapshot: what history keeps, cluster rows show and totals are made of. Pure."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from nodetop.model.snapshot import ChartedValues, DiskMetrics, FilesystemMetrics, NetworkMetrics, NodeSnapshot

T = TypeVar("T")


def charted(snapshot: NodeSnapshot) -> ChartedValues:
    """The eleven numbers that history keeps, taken from one snapshot; None where it has none."""
    cpu, memory, temperature = snapshot.cpu, snapshot.memory, snapshot.temperature
    disks = [disk for disk in snapshot.disks or () if disk.in_total]
    networks = [network for network in snapshot.networks or () if network.in_total]
    return ChartedValues(
        cpu_busy_percent=cpu.busy_percent if cpu else None,
        memory_used_percent=memory.used_percent if memory else None,
        swap_used_percent=swap_used_percent(snapshot),
        filesystem_used_percent=highest(snapshot.filesystems or (), fullness),
        disk_read_bytes_per_second=total(disks, lambda disk: disk.read_bytes_per_second),
        disk_write_bytes_per_second=total(disks, lambda disk: disk.write_bytes_per_second),
        disk_utilisation_percent=highest(disks, _utilisation),
        network_receive_bytes_per_second=total(networks, _received),
        network_transmit_bytes_per_second=total(networks, lambda network: network.transmit_bytes_per_second),
        cpu_celsius=temperature.cpu_celsius if temperature else None,
        load_1m=cpu.load_1m if cpu else None,
    )


def swap_used_percent(snapshot: NodeSnapshot) -> float | None:
    """Used share of swap; None where there is none."""
    memory = snapshot.memory
    if memory is None or not memory.swap_total_bytes or memory.swap_used_bytes is None:
        return None
    return 100 * memory.swap_used_bytes / memory.swap_total_bytes


def total(items: Iterable[T], value: Callable[[T], float | None]) -> float | None:
    """The sum of the known values; None where none is known."""
    known = [number for item in items if (number := value(item)) is not None]
    return sum(known) if known else None


def highest(items: Iterable[T], value: Callable[[T], float | None]) -> float | None:
    """The largest of the known values; None where none is known."""
    return max((number for item in items if (number := value(item)) is not None), default=None)


def fullest(snapshot: NodeSnapshot) -> FilesystemMetrics | None:
    """The file system that filesystem_used_percent is of."""
    known = [(used, each) for each in snapshot.filesystems or () if (used := fullness(each)) is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def fullness(filesystem: FilesystemMetrics) -> float | None:
    """Its used share; None where that is not known or no news."""
    # A read-only image (squashfs, an ISO) is always full; that is not news.
    return None if filesystem.read_only else filesystem.used_percent


def _utilisation(disk: DiskMetrics) -> float | None:
    return disk.utilisation_percent


def _received(network: NetworkMetrics) -> float | None:
    return network.receive_bytes_per_second
