"""What a source of many nodes answers of all of them at once: for the cluster screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.model.hub_api import ClusterSummary, NodeProcess
from nodetop.model.snapshot import NodeStatus


@dataclass(frozen=True)
class Trend:
    """A node's recent past in few numbers, oldest first; None where there was no sample. The last one is now."""

    step: float
    cpu_busy_percent: tuple[float | None, ...]


@dataclass(frozen=True)
class ClusterMoment:
    """All nodes as they were at a time, and the hour before it of each."""

    at: float
    summary: ClusterSummary
    nodes: tuple[NodeStatus, ...]
    trends: Mapping[str, Trend]


@dataclass(frozen=True)
class ProcessList:
    """The top processes over all nodes; `matched` counts those that match, shown or not. NodeProcess.node is the name
    by which the source knows the node."""

    matched: int
    rows: tuple[NodeProcess, ...]


class Cluster(Protocol):
    """Many nodes: what `Source.cluster` is where there may be more than one."""

    @property
    def summary(self) -> ClusterSummary | None:
        """Totals over all nodes, as last told; None before they were."""

    async def trends(self, points: int) -> Mapping[str, Trend]:
        """Each node's last hour. Raises SourceError."""

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        """The top processes over all nodes by "cpu" or "memory", now or as far as they are known of a time. Raises
        SourceError."""

    async def at(self, time: float, points: int) -> ClusterMoment:
        """All nodes as they were at a time (UTC seconds), with trends of so many points. Raises SourceError."""

    def times(self) -> Sequence[float]:
        """The times at which there may be something else to see than just before, oldest first."""
