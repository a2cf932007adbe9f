"""The top processes of all nodes in one list: which process, on which node, is it?"""

from dataclasses import replace

from nodetop.base.clock import Clock
from nodetop.keys.cluster import CLUSTER_PROCESSES
from nodetop.model.hub_api import NodeProcess
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.cluster.time import ClusterTime
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Demand, Source, SourceError
from nodetop.widgets.base.bar import Bar
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.processes import ClusterProcessPanel, ClusterProcessState
from nodetop.widgets.menus.prompt import Prompt

_LIMIT = 500
_LEAST_SECONDS = 2.0


class ClusterProcessesScreen(ClusterTime):
    """The hub is asked anew at each interval; it sorts and searches, as it has more rows than are sent."""

    ACTIONS = CLUSTER_PROCESSES

    def __init__(
        self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock, moment: Moment | None = None
    ) -> None:
        """`cluster` is the source's; `moment` is the one that all screens share."""
        self.source = source
        self.cluster = cluster
        self.moment = moment or Moment()
        self.state = ClusterProcessState()
        self.list = ClusterProcessPanel(self.state)
        super().__init__(view, look, clock, (self.list,))

    @property
    def bar(self) -> Bar[NodeProcess]:
        return self.state

    async def on_mount(self) -> None:
        self.set_interval(max(self.view.interval, _LEAST_SECONDS), self._tick)

    async def on_screen_resume(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))
        self._ask()

    def moment_changed(self) -> None:
        self._ask()
        self.show_all()

    def _tick(self) -> None:
        if self.moment.is_live:
            self._ask()

    def _ask(self) -> None:
        if self.is_current:
            self.run_worker(self._fetch(), group="processes", exclusive=True)

    async def _fetch(self) -> None:
        at = self.moment.at
        try:
            found = await self.cluster.processes(self.state.match, self.state.sort, _LIMIT, at)
        except SourceError as error:
            self.view.problem = str(error)
        else:
            self.view.problem = None
            self.state.shown_at = at
            self.state.take(found.rows, found.matched)
        self.show_all()

    # Keys

    def action_sort(self, name: str) -> None:
        self.state.sort = name
        self._ask()

    def action_repaint(self) -> None:
        super().action_repaint()
        self._ask()

    async def action_filter(self) -> None:
        await self.ask("match", self.state.match, "name, command, user or PID contains it")

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        if event.kind != "match":
            return
        self.state.match = event.text.strip()
        self._ask()

    def action_escape(self) -> None:
        kind = self.prompt_kind
        if self.close_prompt() and kind != "match":
            return
        if kind == "match" or self.state.match:
            self.state.match = ""
            self._ask()
        else:
            go_back(self)

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen

        row = self.state.current
        if row is None:
            return
        self.state.select(self.state.index)
        screen = NodeScreen(self.source, replace(self.view), self.look, self.clock, row.node, self.moment)
        screen.state.selected = (row.pid, row.started_at)
        open_over(self, screen)

    # The mouse

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        index = self.list.row_at(event.y) if event.panel == "processes" else None
        if index is not None:
            self.state.select(index)
            self.show_all()
            if event.times == 2:
                self.action_open()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.state.scroll(event.rows)
        self.show_all()
