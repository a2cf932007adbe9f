"""Which processes and workloads of a sample are sent to the hub: the top ones by each resource in turn."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from nodetop.model.derived import total_io, total_network
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, WorkloadMetrics

R = TypeVar("R")
Value = Callable[[R], float | None]

_OF_PROCESSES: tuple[Value[ProcessMetrics], ...] = (
    lambda row: row.cpu_percent or 0.0,
    lambda row: row.resident_bytes or 0.0,
    lambda row: total_io(row) or None,
)
_OF_WORKLOADS: tuple[Value[WorkloadMetrics], ...] = (
    lambda row: row.cpu_percent or 0.0,
    lambda row: row.memory_bytes or 0.0,
    lambda row: total_io(row) or None,
    lambda row: total_network(row) or None,
)


def with_top_rows(snapshot: NodeSnapshot, count: int) -> NodeSnapshot:
    """The snapshot with `count` processes and as many workloads, taken in turn from the top by CPU, by memory, and
    where there is any by disk I/O and (workloads) by network traffic. Of nested workloads only the innermost are taken.
    Totals do not change."""
    processes, workloads = snapshot.processes, snapshot.workloads
    if processes is not None and len(processes.rows) > count:
        snapshot = replace(snapshot, processes=replace(processes, rows=_top(processes.rows, count, _OF_PROCESSES)))
    if workloads is not None and len(workloads.rows) > count:
        inner = [row for row in workloads.rows if row.is_inner]
        snapshot = replace(snapshot, workloads=replace(workloads, rows=_top(inner, count, _OF_WORKLOADS)))
    return snapshot


def _top(rows: Sequence[R], count: int, values: Sequence[Value[R]]) -> tuple[R, ...]:
    """By turns the next one by each value; a row without the value has no turn by it."""
    ranked = [_ranked(rows, count, value) for value in values]
    chosen: dict[int, R] = {}
    for place in range(count):
        for one in ranked:
            if place < len(one) and len(chosen) < count:
                chosen.setdefault(id(one[place]), one[place])
    return tuple(chosen.values())


def _ranked(rows: Sequence[R], count: int, value: Value[R]) -> list[R]:
    known = [(number, row) for row in rows if (number := value(row)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=True)
    return [row for _, row in known[:count]]
