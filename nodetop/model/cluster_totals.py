"""Aggregates over many nodes: totals, trends of the last hour, top processes and workloads. Pure."""

from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from operator import attrgetter
from typing import Any, Generic, TypeVar

from msgspec.structs import asdict

from nodetop.model.bounds import LARGEST_COUNT
from nodetop.model.derived import total_io
from nodetop.model.hub_api import ClusterSummary, NodeProcess, NodeWorkload
from nodetop.model.node_status import REPORTING
from nodetop.model.quantities import QUANTITIES
from nodetop.model.snapshot import CHARTED, NodeSnapshot, NodeStatus, ProcessMetrics, Stat, WorkloadMetrics

TREND_SECONDS = 3600.0
R = TypeVar("R")


def summarise(rows: Iterable[NodeStatus]) -> ClusterSummary:
    """Nodes by state, mean and maximum of each charted value, and the nodes with the highest values."""
    rows = list(rows)
    counted = [row for row in rows if row.state in REPORTING]
    values: dict[str, Any] = {name: _stat(counted, name) for name in CHARTED}
    values |= {each.leader: _highest(counted, each.row) for each in QUANTITIES if each.leader}
    return ClusterSummary(
        nodes_total=len(rows),
        nodes_up=_count(rows, "up"),
        nodes_late=_count(rows, "late"),
        nodes_stale=_count(rows, "stale"),
        nodes_gone=_count(rows, "gone"),
        **values,
    )


def _count(rows: Sequence[NodeStatus], state: str) -> int:
    return sum(row.state == state for row in rows)


def _known(rows: Iterable[NodeStatus], name: str) -> list[tuple[float, str]]:
    return [(value, row.node) for row in rows if (value := getattr(row, name)) is not None]


def _stat(rows: Sequence[NodeStatus], name: str) -> Stat | None:
    values = [value for value, _ in _known(rows, name)]
    return Stat(mean=sum(values) / len(values), max=max(values)) if values else None


def _highest(rows: Sequence[NodeStatus], name: str) -> str | None:
    return max(_known(rows, name), default=(0.0, None), key=lambda pair: pair[0])[1]


def trend(samples: Iterable[tuple[float, float | None]], until: float, points: int) -> tuple[float | None, ...]:
    """Means of (time, value) samples over `points` equal parts of the hour before `until`; None for a part without a
    value."""
    step = TREND_SECONDS / points
    sums, counts = [0.0] * points, [0] * points
    for at, value in samples:
        index = points - 1 - int((until - at) / step)
        if value is not None and 0 <= index < points and at <= until:
            sums[index] += value
            counts[index] += 1
    return tuple(total / count if count else None for total, count in zip(sums, counts, strict=True))


_SORT_KEYS: dict[str, Callable[[ProcessMetrics], float | None]] = {
    "cpu": attrgetter("cpu_percent"),
    "memory": attrgetter("memory_percent"),
}
PROCESS_SORTS = tuple(_SORT_KEYS)


_WORKLOAD_SORT_KEYS: dict[str, Callable[[WorkloadMetrics], float | None]] = {
    "cpu": attrgetter("cpu_percent"),
    "memory": attrgetter("memory_bytes"),
    "io": total_io,
}
WORKLOAD_SORTS = tuple(_WORKLOAD_SORT_KEYS)


class _Top(Generic[R]):
    """Collects the top rows of many snapshots, of those that contain the text `match` (case is ignored)."""

    def __init__(self, match: str, value: Callable[[R], float | None], limit: int) -> None:
        self._match, self._value, self._limit = match.lower(), value, limit
        self._top: list[tuple[str, str, R]] = []
        self.matched = 0
        """How many rows match."""

    def _add(self, cluster: str, node: str, rows: Sequence[R], searched: Callable[[R], str]) -> None:
        found = [(cluster, node, row) for row in rows if not self._match or self._match in searched(row)]
        self.matched += len(found)
        self._top += found
        if len(self._top) > 10 * self._limit:
            self._top = self._largest()

    def _largest(self) -> list[tuple[str, str, R]]:
        return nlargest(self._limit, self._top, key=lambda each: _unknown_last(self._value(each[2])))


def _unknown_last(value: float | None) -> float:
    return -1.0 if value is None else value


class TopProcesses(_Top[ProcessMetrics]):
    """The top processes, whose name, command, user or PID contains the text. `sort` is one of PROCESS_SORTS."""

    def __init__(self, match: str, sort: str, limit: int) -> None:
        super().__init__(match, _SORT_KEYS[sort], limit)

    def add(self, cluster: str, node: str, snapshot: NodeSnapshot) -> None:
        """Adds the processes of one node."""
        rows = snapshot.processes.rows if snapshot.processes is not None else ()
        self._add(cluster, node, rows, _searched)

    def rows(self) -> tuple[NodeProcess, ...]:
        """The top processes, highest first."""
        return tuple(NodeProcess(node=node, cluster=cluster, **asdict(row)) for cluster, node, row in self._largest())


class TopWorkloads(_Top[WorkloadMetrics]):
    """The top workloads, whose name, group, kind or id contains the text. `sort` is one of WORKLOAD_SORTS."""

    def __init__(self, match: str, sort: str, limit: int) -> None:
        super().__init__(match, _WORKLOAD_SORT_KEYS[sort], limit)
        self.total = 0
        """How many the nodes have, sent or not."""

    def add(self, cluster: str, node: str, snapshot: NodeSnapshot) -> None:
        """Adds the workloads of one node, without those that contain others."""
        summary = snapshot.workloads
        if summary is not None:
            self.total = min(self.total + (summary.total or 0), LARGEST_COUNT)
            self._add(cluster, node, [row for row in summary.rows if row.is_inner], _searched_workload)

    def rows(self) -> tuple[NodeWorkload, ...]:
        """The top workloads, highest first."""
        return tuple(NodeWorkload(node=node, cluster=cluster, **asdict(row)) for cluster, node, row in self._largest())


def top_processes(
    nodes: Iterable[tuple[str, str, NodeSnapshot]], match: str, sort: str, limit: int
) -> tuple[int, tuple[NodeProcess, ...]]:
    """How many processes of these (cluster, node, snapshot) match, and the top ones."""
    top = TopProcesses(match, sort, limit)
    for cluster, node, snapshot in nodes:
        top.add(cluster, node, snapshot)
    return top.matched, top.rows()


def _searched(row: ProcessMetrics) -> str:
    return f"{row.name}\n{row.command}\n{row.user or ''}\n{row.pid}".lower()


def _searched_workload(row: WorkloadMetrics) -> str:
    return f"{row.name}\n{row.group}\n{row.kind}\n{row.id or ''}".lower()
