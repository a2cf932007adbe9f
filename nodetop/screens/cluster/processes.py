"""The top processes of all nodes in one list: which process, on which node, is it?"""

from dataclasses import replace

from nodetop.base.clock import Clock
from nodetop.keys.cluster import CLUSTER_PROCESSES
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.cluster.time import ClusterTime
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Demand, Source, SourceError, now_of
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.processes import ClusterProcessPanel, ClusterProcessState

_LIMIT = 500
_LEAST_SECONDS = 2.0


class ClusterProcessesScreen(PanelScreen):
    """Asks the hub again at each interval. The hub sorts and searches, as it has more rows than it sends."""

    ACTIONS = CLUSTER_PROCESSES

    def __init__(
        self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock, moment: Moment | None = None
    ) -> None:
        """`cluster` belongs to the source; `moment` is shared by all screens."""
        self.source = source
        self.cluster = cluster
        self.clock = clock
        self.moment = moment or Moment()
        self.state = ClusterProcessState()
        self.panel = ClusterProcessPanel(self.state)
        super().__init__((self.panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state, self.show_all)
        self.time = ClusterTime(self, cluster, self.moment, self.now, self.moment_changed)
        for part in (self.list, self.time):
            offer(self, part.actions)

    def now(self) -> float:
        """UTC seconds, of the clock or of a recording."""
        return now_of(self.source, self.clock.wall())

    def prepare(self) -> None:
        self.time.prepare()

    async def on_mount(self) -> None:
        self.set_interval(max(self.view.interval, _LEAST_SECONDS), self._tick)

    async def demand(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))

    async def on_screen_resume(self) -> None:
        await self.demand()
        self._ask()

    def moment_changed(self) -> None:
        """Draws the selected time once its data has arrived."""
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
        note = "name, command, user or PID contains it"
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

    def action_open(self) -> None:
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        row = self.state.current
        if row is None:
            return
        self.state.select(self.state.index)
        screen = NodeScreen(self.source, replace(self.view), self.look, self.clock, row.node, self.moment)
        screen.state.selected = (row.pid, row.started_at)
        open_over(self, screen)

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        index = self.panel.row_at(event.x, event.y) if event.panel == "processes" else None
        if self.list.click(index) and event.times == 2:
            self.action_open()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
