"""The top workloads of all nodes in one list: which pod, on which node, is it?"""

from dataclasses import replace

from nodetop.base.clock import Clock
from nodetop.keys.cluster import CLUSTER_WORKLOADS
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Demand, Source, SourceError, now_of
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.workloads import ClusterWorkloadPanel, ClusterWorkloadState

_LIMIT = 500
_LEAST_SECONDS = 2.0


class ClusterWorkloadsScreen(PanelScreen):
    """Asks the hub again at each interval, for the present: history has no workloads."""

    ACTIONS = CLUSTER_WORKLOADS

    def __init__(self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock) -> None:
        """`cluster` belongs to the source."""
        self.source = source
        self.cluster = cluster
        self.clock = clock
        self.state = ClusterWorkloadState()
        self.panel = ClusterWorkloadPanel(self.state)
        super().__init__((self.panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state, self.show_all)
        offer(self, self.list.actions)

    def prepare(self) -> None:
        self.view.now = now_of(self.source, self.clock.wall())

    async def on_mount(self) -> None:
        self.set_interval(max(self.view.interval, _LEAST_SECONDS), self._ask)

    async def demand(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))

    async def on_screen_resume(self) -> None:
        await self.demand()
        self._ask()

    def _ask(self) -> None:
        if self.is_current:
            self.run_worker(self._fetch(), group="workloads", exclusive=True)

    async def _fetch(self) -> None:
        try:
            found = await self.cluster.workloads(self.state.match, self.state.sort, _LIMIT)
        except SourceError as error:
            self.view.problem = str(error)
            self.hint(str(error))
        else:
            self.view.problem = None
            self.state.take(found.rows, found.matched, found.total)
        self.show_all()

    # Keys

    def action_sort(self, name: str) -> None:
        self.state.sort = name
        self._ask()

    def action_repaint(self) -> None:
        super().action_repaint()
        self._ask()

    async def action_filter(self) -> None:
        note = "name, group, kind or id contains it"
        await self.prompts.ask_filter(self.state.match, note, self._match, "match", self.state)

    def _match(self, text: str) -> None:
        self.state.match = text.strip()
        self._ask()

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.state.match:
            self._match("")
        else:
            go_back(self)

    def action_close(self) -> None:
        go_back(self)

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            open_over(self, NodeScreen(self.source, replace(self.view), self.look, self.clock, row.node))

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        index = self.panel.row_at(event.x, event.y) if event.panel == "workloads" else None
        if self.list.click(index) and event.times == 2:
            self.action_open()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
