"""The top processes of all nodes in one list: which process, on which node, is it?"""

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.keys.cluster import CLUSTER_PROCESSES
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import open_over
from nodetop.screens.cluster.asked_list import LIMIT, AskedListScreen
from nodetop.screens.cluster.time import ClusterTime
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Source, now_of
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.processes import ClusterProcessPanel, ClusterProcessState


class ClusterProcessesScreen(AskedListScreen):
    """Also shows a past time; then the hub is asked for it once."""

    ACTIONS = CLUSTER_PROCESSES
    MATCH_NOTE = "name, command, user or PID contains it"

    def __init__(
        self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock, moment: Moment | None = None
    ) -> None:
        """`cluster` belongs to the source; `moment` is shared by all screens."""
        self.moment = moment or Moment()
        self.state = ClusterProcessState()
        super().__init__(source, cluster, ClusterProcessPanel(self.state), self.state, look, view, clock)
        self.time = ClusterTime(self, cluster, self.moment, self.now, self.moment_changed)
        offer(self, self.time.actions)

    def now(self) -> float:
        """UTC seconds, of the clock or of a recording."""
        return now_of(self.source, self.clock.wall())

    def prepare(self) -> None:
        self.time.prepare()

    def moment_changed(self) -> None:
        """Draws the selected time once its data has arrived."""
        self.ask()
        self.show_all()

    def tick(self) -> None:
        if self.moment.is_live:
            self.ask()

    async def request(self) -> None:
        at = self.moment.at
        found = await self.cluster.processes(self.state.match, self.state.sort, LIMIT, at)
        self.state.shown_at = at
        self.state.take(found.rows, found.matched)

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        row = self.state.current
        if row is None:
            return
        self.state.select(self.state.index)
        screen = NodeScreen(self.source, replace(self.view), self.look, self.clock, row.node, self.moment)
        screen.state.selected = (row.pid, row.started_at)
        open_over(self, screen)
