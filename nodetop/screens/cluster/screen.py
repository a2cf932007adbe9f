"""All nodes of a hub: a row or a tile each, with totals above. Enter opens a node."""

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.drawing.rect import Rect
from nodetop.keys.cluster import CLUSTER
from nodetop.keys.modes import cluster_offers
from nodetop.screens.base import workers
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import open_over
from nodetop.screens.cluster.time import ClusterTime
from nodetop.sources.cluster import Cluster, Trend
from nodetop.sources.source import Demand, NodesChanged, Source, SourceError, SourceEvent, SourceProblem, now_of
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import COLUMNS, SORTS
from nodetop.widgets.cluster.map import ClusterMapPanel
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.summary import BOX_ROWS, TWO_LINES, ClusterSummaryPanel
from nodetop.widgets.cluster.table import ClusterTablePanel
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.pages.section import Section

_TREND_POINTS = 60
_TREND_SECONDS = 60.0
_TALL_SCREEN = 32
"""From this height on, the totals have a box with the last hour."""


class ClusterScreen(PanelScreen):
    """Rows come with the source's events. During a problem the rows are dimmed, with their age."""

    ACTIONS = CLUSTER

    def __init__(
        self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock, moment: Moment | None = None
    ) -> None:
        """`cluster` belongs to the source; `moment` is shared by all screens."""
        self.source = source
        self.cluster = cluster
        self.clock = clock
        self.moment = moment or Moment()
        self.state = ClusterState()
        self.map = ClusterMapPanel(self.state)
        self.table = ClusterTablePanel(self.state)
        view.source_name, view.replay = source.name, source.is_recording
        self._is_map = False
        super().__init__((ClusterSummaryPanel(self.state), self.table, self.map, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state, self.show_all)
        self.time = ClusterTime(self, cluster, self.moment, self.now, self.moment_changed)
        offer(self, {**self.list.actions, **self.time.actions, "pause": self.pause})

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.filter_help import NODES_FILTER  # late: only the help page needs them
        from nodetop.screens.base.legend import cluster_marks

        return (cluster_marks(self.look.glyphs), NODES_FILTER)

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        offered = cluster_offers(is_map=self._is_map, is_past=not self.moment.is_live)
        return self.look.keymap.offered(offered) if offered else super().keys_shown()

    def now(self) -> float:
        """UTC seconds, of the clock or of a recording."""
        return now_of(self.source, self.clock.wall())

    def prepare(self) -> None:
        self.time.prepare()
        self.view.replayed = self.source.replayed

    def places(self, width: int, height: int) -> dict[str, Rect]:
        top = min(max(BOX_ROWS, height // 4), 15) if height >= _TALL_SCREEN else min(TWO_LINES, max(height - 3, 0))
        footer = int(height >= 6)
        rows = {"summary": top, "map" if self._is_map else "nodes": height - top - footer, "footer": footer}
        places, y = {}, 0
        for name, tall in rows.items():
            if tall > 0:
                places[name] = Rect(0, y, width, tall)
                y += tall
        return places

    async def on_mount(self) -> None:
        self.state.nodes, self.state.summary = await self.source.nodes(), self.cluster.summary
        self.set_interval(1.0, self._tick)
        self.set_interval(_TREND_SECONDS, self._fetch_trends)
        self._fetch_trends()
        self.show_all()

    async def demand(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))

    async def on_screen_resume(self) -> None:
        await self.demand()
        if self.moment.at != self.state.shown_at:
            self.moment_changed()  # another screen has changed it
        self.show_all()

    # Data

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source."""
        if isinstance(event, SourceProblem):
            self.view.problem = event.message
        elif isinstance(event, NodesChanged):
            if self.view.problem is not None or not self.state.trends:
                self._fetch_trends()  # the hub answers again, or for the first time
            self.view.problem = None
            noticed, self.view.notice = self.view.notice, self.source.notice
            if self.view.notice not in (None, noticed):
                self.hint(self.view.notice)
            self.state.updated_at = self.clock.wall()
            if not self.moment.is_live:
                return
            self.state.nodes, self.state.summary = event.nodes, self.cluster.summary
        else:
            return
        if self.is_current:
            self.show_all()

    async def _tick(self) -> None:
        """Ages grow while no events arrive."""
        if self.view.problem is not None and self.is_current and self.moment.is_live:
            self.state.nodes = await self.source.nodes()
            self.show_all()

    def _fetch_trends(self) -> None:
        workers.start(self, self._trends, group="trends", exclusive=True)

    async def _trends(self) -> None:
        if not self.moment.is_live:
            return
        try:
            trends = await self.cluster.trends(_TREND_POINTS)
        except SourceError:
            return  # the event stream reports the problem
        self._take_trends(trends)
        if self.is_current:
            self.show_all()

    def _take_trends(self, trends: Mapping[str, Trend]) -> None:
        self.state.trends = {node: trend.cpu_busy_percent for node, trend in trends.items()}

    def pause(self) -> None:
        """Stops at what is shown now, or goes live again."""
        if self.moment.is_live:
            self.moment.at = self.state.shown_at = self.now()  # the screen shows that time already
            self.show_all()
        else:
            self.time.pause()

    def moment_changed(self) -> None:
        """Draws the selected time once its data has arrived."""
        workers.start(self, self._fetch_moment, self.moment.at, group="moment", exclusive=True)
        self.show_all()

    async def _fetch_moment(self, at: float | None) -> None:
        if at is None:
            self.state.nodes, self.state.summary = await self.source.nodes(), self.cluster.summary
            self._fetch_trends()
        else:
            try:
                found = await self.cluster.at(at, _TREND_POINTS)
            except SourceError as error:
                self.hint(str(error))
                return
            self.state.nodes, self.state.summary = found.nodes, found.summary
            self._take_trends(found.trends)
        self.state.shown_at = at
        self.show_all()

    def action_step(self, tiles: int) -> None:
        if self._is_map:
            self.state.step(tiles)
            self.show_all()

    # Order, filter, form

    def action_group(self) -> None:
        if not self.state.group_next():
            self.hint("no node has a tag: nodetop-server --tag role=web")
        self.show_all()

    def action_sort(self, name: str) -> None:
        self.state.sort_by(name)
        self.show_all()

    def action_sort_next(self, steps: int) -> None:
        self.state.sort_next(steps)
        self.show_all()

    def action_reverse(self) -> None:
        self.state.reverse = not self.state.reverse
        self.show_all()

    async def action_sort_menu(self) -> None:
        panel = MenuPanel("sort by", [COLUMNS[name].title for name in SORTS], SORTS.index(self.state.sort))
        await self.menus.open(Menu(panel, self.look, self.view), self._sort_by_title)

    def _sort_by_title(self, choice: str) -> None:
        self.action_sort(next(name for name in SORTS if COLUMNS[name].title == choice))

    def action_map(self) -> None:
        self._is_map = not self._is_map
        self.show_all()

    def action_metric(self, steps: int) -> None:
        if self._is_map:
            self.map.next_metric(steps)
            self.show_all()
        else:
            self.hint("v chooses the value on the map; m shows the map")

    async def action_filter(self) -> None:
        note = "text, !text, ~regex, state=late, cpu>50"
        await self.prompts.ask_filter(self.state.filter.text, note, self._filter, rows=self.state)

    def _filter(self, text: str) -> None:
        from nodetop.widgets.cluster.filter import parse_filter  # takes 10 ms: not before the first frame

        self.state.filter = parse_filter(text)
        self.show_all()

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.state.filter.predicates:
            self._filter("")
        elif not self.moment.is_live:
            self.time.live()
        elif self._is_map:
            self.action_map()

    # Other screens

    def action_open(self) -> None:
        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            self.open_node(row.node)

    def open_node(self, node: str) -> None:
        """Opens a node in the same screen as a host."""
        from nodetop.screens.node.screen import NodeScreen  # when it is opened

        open_over(self, NodeScreen(self.source, replace(self.view), self.look, self.clock, node, self.moment))

    def action_trends(self) -> None:
        from nodetop.screens.trends import TrendsScreen  # when it is opened

        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            view, at = replace(self.view), self.moment.at
            show = partial(self._show_node_at, row.node)
            open_over(self, TrendsScreen(self.source, row.node, self.look, view, self.clock, at, show))

    def _show_node_at(self, node: str, at: float | None) -> None:
        self.time.show_time(at)
        self.open_node(node)

    def action_processes(self) -> None:
        from nodetop.screens.cluster.processes import ClusterProcessesScreen  # when it is opened

        view = replace(self.view)
        open_over(self, ClusterProcessesScreen(self.source, self.cluster, view, self.look, self.clock, self.moment))

    def action_workloads(self) -> None:
        from nodetop.screens.cluster.workloads import ClusterWorkloadsScreen  # when it is opened

        view = replace(self.view)
        open_over(self, ClusterWorkloadsScreen(self.source, self.cluster, view, self.look, self.clock))

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel == "nodes" and event.y == 1:
            name = self.table.sort_key_at(event.x)
            if name is not None:
                self.action_sort(name)
            return
        if event.panel not in ("nodes", "map"):
            return
        panel = self.table if event.panel == "nodes" else self.map
        if self.list.click(panel.row_at(event.x, event.y)) and event.times == 2:
            self.action_open()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
