"""The top workloads of all nodes in one list: which pod, on which node, is it?"""

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.keys.cluster import CLUSTER_WORKLOADS
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.cluster.asked_list import LIMIT, AskedListScreen
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Source, SourceError, now_of
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.workloads import ClusterWorkloadPanel, ClusterWorkloadState


class ClusterWorkloadsScreen(AskedListScreen):
    """Shows the present only: history has no workloads."""

    ACTIONS = CLUSTER_WORKLOADS
    MATCH_NOTE = "name, group, kind or id contains it"

    def __init__(self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock) -> None:
        """`cluster` belongs to the source."""
        self.state = ClusterWorkloadState()
        super().__init__(source, cluster, ClusterWorkloadPanel(self.state), self.state, look, view, clock)

    def prepare(self) -> None:
        self.view.now = now_of(self.source, self.clock.wall())

    async def request(self) -> None:
        found = await self.cluster.workloads(self.state.match, self.state.sort, LIMIT)
        self.state.take(found.rows, found.matched, found.total)

    def failed(self, error: SourceError) -> None:
        super().failed(error)
        self.hint(str(error))

    def action_close(self) -> None:
        go_back(self)

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            open_over(self, NodeScreen(self.source, replace(self.view), self.look, self.clock, row.node))
