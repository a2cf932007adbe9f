"""What a source of many nodes answers beyond what every source does: for the cluster screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nodetop.api_model import ClusterSummary, NodeProcess
from nodetop.sources.source import Source


@dataclass(frozen=True)
class Trend:
    """A node's recent past in few numbers, oldest first; None where there was no sample. The last one is now."""

    step: float
    cpu_busy_percent: tuple[float | None, ...]


@dataclass(frozen=True)
class ProcessList:
    """The top processes over all nodes; `matched` counts those that match, shown or not. NodeProcess.node is the name
    by which the source knows the node."""

    matched: int
    rows: tuple[NodeProcess, ...]


class ClusterSource(Source, Protocol):
    """A source whose is_cluster is True."""

    summary: ClusterSummary | None
    """Totals over all nodes, as last told."""

    async def trends(self, points: int) -> Mapping[str, Trend]:
        """Each node's last hour. Raises SourceError."""

    async def processes(self, match: str, sort: str, limit: int) -> ProcessList:
        """The top processes over all nodes by "cpu" or "memory". Raises SourceError."""
