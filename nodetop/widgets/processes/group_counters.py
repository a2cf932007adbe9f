"""What the kernel counted for a container or unit, in place of the sums of its processes: sums leave out processes that
have ended, and count shared memory several times. Pure."""

from collections.abc import Mapping
from typing import Any

from nodetop.model.snapshot import NodeSnapshot, WorkloadMetrics


def own_counters(snapshot: NodeSnapshot | None) -> Mapping[str, Mapping[str, Any]]:
    """Fields of the header row of each container or unit, by its name. Only of workloads that contain no others, whose
    processes are other groups of the list. Values that are not known are left out."""
    if snapshot is None or snapshot.workloads is None:
        return {}
    total = snapshot.memory.total_bytes if snapshot.memory is not None else None
    found: dict[str, dict[str, Any]] = {}
    for row in snapshot.workloads.rows:
        if row.is_inner and row.container is not None:
            counted = found.setdefault(row.container, {})
            for field, value in _fields(row, total).items():
                if value is not None:
                    counted[field] = counted.get(field, 0) + value
    return found


def _fields(row: WorkloadMetrics, total: int | None) -> dict[str, float | int | None]:
    memory = row.memory_bytes
    return {
        "cpu_percent": row.cpu_percent,
        "resident_bytes": memory,
        "memory_percent": 100 * memory / total if memory is not None and total else None,
        "threads": row.tasks,
        "read_bytes_per_second": row.read_bytes_per_second,
        "write_bytes_per_second": row.write_bytes_per_second,
    }
