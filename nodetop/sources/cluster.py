"""What a source with many nodes can answer about all of them at once, for the cluster screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.model.hub_api import ClusterSummary, NodeProcess, NodeWorkload
from nodetop.model.snapshot import NodeStatus


@dataclass(frozen=True)
class Trend:
    """A node's recent past in a few numbers, oldest first; None where there was no sample. The last one is now."""

    step: float
    cpu_busy_percent: tuple[float | None, ...]


@dataclass(frozen=True)
class ClusterMoment:
    """All nodes at one time, and the hour before it of each."""

    at: float
    summary: ClusterSummary
    nodes: tuple[NodeStatus, ...]
    trends: Mapping[str, Trend]


@dataclass(frozen=True)
class ProcessList:
    """The top processes of all nodes; `matched` counts all that match, shown or not. NodeProcess.node is the name by
    which the source knows the node."""

    matched: int
    rows: tuple[NodeProcess, ...]


@dataclass(frozen=True)
class WorkloadList:
    """The top workloads of all nodes; `matched` counts the sent ones that match, `total` all of the nodes."""

    matched: int
    total: int
    rows: tuple[NodeWorkload, ...]


class Cluster(Protocol):
    """Many nodes: the type of `Source.cluster` if there may be more than one."""

    @property
    def summary(self) -> ClusterSummary | None:
        """Totals over all nodes, as last reported; None before the first report."""

    async def trends(self, points: int) -> Mapping[str, Trend]:
        """The last hour of each node. Raises SourceError."""

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        """The top processes of all nodes by "cpu" or "memory", now or at a time, as far as known. Raises
        SourceError."""

    async def workloads(self, match: str, sort: str, limit: int) -> WorkloadList:
        """The top workloads of all nodes now, by "cpu", "memory" or "io". Raises SourceError."""

    async def at(self, time: float, points: int) -> ClusterMoment:
        """All nodes at a time (UTC seconds), with trends of so many points. Raises SourceError."""

    def times(self) -> Sequence[float]:
        """The times at which the data may have changed, oldest first."""
