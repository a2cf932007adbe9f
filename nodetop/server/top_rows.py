"""Which processes and workloads of a sample are sent to the hub: the top ones by each resource in turn."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from msgspec.structs import replace

from nodetop.model.derived import total_io, total_network
from nodetop.model.item_kinds import process_names
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, WorkloadMetrics

R = TypeVar("R")
MOST_NAMES = 256
"""A kilobyte or two per sample."""
LONGEST_NAME = 64
Ranking = Callable[[Sequence[R]], list[tuple[float, R]]]
"""The value of each row that has a turn by it. Written out, because there are thousands of rows in each sample."""

_OF_PROCESSES: tuple[Ranking[ProcessMetrics], ...] = (
    lambda rows: [(row.cpu_percent, row) for row in rows if row.cpu_percent],
    lambda rows: [(row.resident_bytes or 0.0, row) for row in rows],
    lambda rows: _by_io(rows),
)
_OF_WORKLOADS: tuple[Ranking[WorkloadMetrics], ...] = (
    lambda rows: [(row.cpu_percent or 0.0, row) for row in rows],
    lambda rows: [(row.memory_bytes or 0.0, row) for row in rows],
    lambda rows: _by_io(rows),
    lambda rows: [(value, row) for row in rows if (value := total_network(row))],
)
M = TypeVar("M", ProcessMetrics, WorkloadMetrics)


def _by_io(rows: Sequence[M]) -> list[tuple[float, M]]:
    """Only rows with disk I/O."""
    moving = [row for row in rows if row.read_bytes_per_second or row.write_bytes_per_second]
    return [(total_io(row) or 0.0, row) for row in moving]


def with_top_rows(snapshot: NodeSnapshot, count: int, *, has_programs: bool = True) -> NodeSnapshot:
    """The snapshot with `count` processes and as many workloads, taken in turn from the top by CPU, by memory, and
    where there is any by disk I/O and (workloads) by network traffic. Of nested workloads only the innermost are taken.
    Totals do not change. `has_programs`: processes are also counted by the first word of their command line."""
    processes, workloads = snapshot.processes, snapshot.workloads
    if processes is not None and len(processes.rows) > count:
        rows, counts = _top(processes.rows, count, _OF_PROCESSES), counted(processes.rows, has_programs)
        snapshot = replace(snapshot, processes=replace(processes, rows=rows, counts=counts))
    if workloads is not None and len(workloads.rows) > count:
        inner = [row for row in workloads.rows if row.is_inner]
        snapshot = replace(snapshot, workloads=replace(workloads, rows=_top(inner, count, _OF_WORKLOADS)))
    return snapshot


def counted(rows: Sequence[ProcessMetrics], has_programs: bool) -> dict[str, int] | None:
    """How many processes have each name; None if there are too many names. See ProcessSummary.counts."""
    names_of = _names if has_programs else _own_name
    alike = Counter([(row.name, row.command) for row in rows if row.state != "Z"])
    counts: dict[str, int] = {}
    for (name, command), count in alike.items():
        for each in names_of(name, command):
            counts[each] = counts.get(each, 0) + count
    return counts if len(counts) <= MOST_NAMES else None


@lru_cache(maxsize=8192)
def _names(name: str, command: str) -> tuple[str, ...]:
    named = process_names(name, command)
    return tuple(each for each in named if len(each) <= LONGEST_NAME and (command or "/" not in each))


def _own_name(name: str, command: str) -> tuple[str, ...]:
    return () if "/" in name and not command else (name,)


def _top(rows: Sequence[R], count: int, rankings: Sequence[Ranking[R]]) -> tuple[R, ...]:
    """By turns the next one by each ranking."""
    ranked = [sorted(ranking(rows), key=itemgetter(0), reverse=True)[:count] for ranking in rankings]
    chosen: dict[int, R] = {}
    for place in range(count):
        for one in ranked:
            if place < len(one) and len(chosen) < count:
                row = one[place][1]
                chosen.setdefault(id(row), row)
    return tuple(chosen.values())
