"""What a source with many nodes on the network can be asked by commands, without following its events."""

from abc import abstractmethod

from nodetop.base.hub_address import HubAddress
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.sources.source import Source


class RemoteSource(Source):
    """A hub, or a store of metrics. Each of these asks at once, and raises SourceError."""

    address: HubAddress
    url: str
    """As it can be given to --cluster."""

    @property
    @abstractmethod
    def own_cluster(self) -> str:
        """The cluster whose nodes go by their plain names, once anything was requested."""

    @abstractmethod
    async def overview(self) -> tuple[ClusterSummary, tuple[NodeStatus, ...]]:
        """Totals and rows, requested now."""

    @abstractmethod
    async def snapshot(self, node: str) -> NodeSnapshot:
        """The latest snapshot of one node, requested now."""
