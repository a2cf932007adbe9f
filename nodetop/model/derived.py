"""Values computed from the model: sums, shares, the fullest file system. Pure."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from nodetop.model.bounds import LARGEST_RATE
from nodetop.model.snapshot import FilesystemMetrics, NodeSnapshot, ProbeReport, ProcessMetrics, WorkloadMetrics

T = TypeVar("T")
N = TypeVar("N", int, float)


def total(items: Iterable[T], value: Callable[[T], N | None]) -> N | None:
    """The sum of the known values; None where none is known."""
    known = [number for item in items if (number := value(item)) is not None]
    return sum(known) if known else None


def highest(items: Iterable[T], value: Callable[[T], float | None]) -> float | None:
    """The largest of the known values; None where none is known."""
    return max((number for item in items if (number := value(item)) is not None), default=None)


def swap_used_percent(snapshot: NodeSnapshot) -> float | None:
    """Used share of swap; None without swap."""
    memory = snapshot.memory
    if memory is None or not memory.swap_total_bytes or memory.swap_used_bytes is None:
        return None
    return min(100 * memory.swap_used_bytes / memory.swap_total_bytes, 100.0)


def fullness(filesystem: FilesystemMetrics) -> float | None:
    """The used share of a file system; None if unknown, or if the file system is read-only."""
    # A read-only image (squashfs, an ISO) is always full, which means nothing.
    return None if filesystem.read_only else filesystem.used_percent


def fullest(snapshot: NodeSnapshot) -> FilesystemMetrics | None:
    """The file system that has the value filesystem_used_percent."""
    known = [(used, each) for each in snapshot.filesystems or () if (used := fullness(each)) is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


FIRST_READING_SECONDS = 5.0


def has_failed(report: ProbeReport) -> bool:
    """Whether a probe failed or is late. A first reading that began only a moment ago is not late."""
    is_first = report.age_seconds is None and report.seconds is not None
    is_just_begun = is_first and (report.seconds or 0.0) < FIRST_READING_SECONDS
    return report.status == "failed" or (report.status == "stale" and not is_just_begun)


def total_io(row: ProcessMetrics | WorkloadMetrics) -> float | None:
    """Bytes read plus bytes written per second; None if neither is known."""
    return _added(row.read_bytes_per_second, row.write_bytes_per_second)


def total_network(row: WorkloadMetrics) -> float | None:
    """Bytes received plus bytes transmitted per second; None if neither is known."""
    return _added(row.receive_bytes_per_second, row.transmit_bytes_per_second)


def _added(one: float | None, other: float | None) -> float | None:
    return None if one is None and other is None else min((one or 0.0) + (other or 0.0), LARGEST_RATE)
