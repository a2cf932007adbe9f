"""All nodes of a hub: a line or a tile each, totals above. Enter opens one of them."""

from collections.abc import Mapping
from dataclasses import replace

from nodetop.base.clock import Clock
from nodetop.drawing.rect import Rect
from nodetop.keys.cluster import CLUSTER
from nodetop.model.snapshot import NodeStatus
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import open_over
from nodetop.screens.cluster.time import ClusterTime
from nodetop.sources.cluster import Cluster, Trend
from nodetop.sources.source import Demand, NodesChanged, Source, SourceError, SourceEvent, SourceProblem
from nodetop.widgets.base.bar import Bar
from nodetop.widgets.base.filter import FilterError
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import COLUMNS, SORTS
from nodetop.widgets.cluster.filter import EVERYTHING, FIELDS, parse_filter
from nodetop.widgets.cluster.map import ClusterMapPanel
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.summary import BOX_ROWS, TWO_LINES, ClusterSummaryPanel
from nodetop.widgets.cluster.table import ClusterTablePanel
from nodetop.widgets.menus.menu import MenuPanel
from nodetop.widgets.menus.prompt import Prompt
from nodetop.widgets.pages.help import Section

_TREND_POINTS = 60
_TREND_SECONDS = 60.0
_TALL_SCREEN = 32
"""From this height on the totals have a box with the last hour in it."""
FILTER_HELP = Section(
    "Filter (terms between blanks must all hold)",
    (
        ("web", "name, cluster, state or system contains it; !web: does not"),
        ("state=late", "text: = and !="),
        ("cpu>50 disk>90", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("fields", " ".join(FIELDS)),
    ),
)


class ClusterScreen(ClusterTime):
    """Rows come with the source's events; a problem dims what is there, and says how old it is."""

    ACTIONS = CLUSTER

    def __init__(
        self, source: Source, cluster: Cluster, view: View, look: Look, clock: Clock, moment: Moment | None = None
    ) -> None:
        """`cluster` is the source's; `moment` is the one that all screens share."""
        self.source = source
        self.cluster = cluster
        self.moment = moment or Moment()
        self.state = ClusterState()
        self.map = ClusterMapPanel(self.state)
        self.table = ClusterTablePanel(self.state)
        view.source_name, view.replay = source.name, source.is_recording
        panels = (ClusterSummaryPanel(self.state), self.table, self.map)
        super().__init__(view, look, clock, panels, (FILTER_HELP,))
        self._is_map = False

    @property
    def bar(self) -> Bar[NodeStatus]:
        return self.state

    def rectangles(self, width: int, height: int) -> dict[str, Rect]:
        top = min(max(BOX_ROWS, height // 4), 15) if height >= _TALL_SCREEN else min(TWO_LINES, max(height - 3, 0))
        footer = int(height >= 6)
        rows = {"summary": top, "map" if self._is_map else "nodes": height - top - footer, "footer": footer}
        rectangles, y = {}, 0
        for name, tall in rows.items():
            if tall > 0:
                rectangles[name] = Rect(0, y, width, tall)
                y += tall
        return rectangles

    async def on_mount(self) -> None:
        self.state.nodes, self.state.summary = await self.source.nodes(), self.cluster.summary
        self.set_interval(1.0, self._tick)
        self.set_interval(_TREND_SECONDS, self._fetch_trends)
        self._fetch_trends()
        self.show_all()

    async def on_screen_resume(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))
        if self.moment.at != self.state.shown_at:
            self.moment_changed()  # another screen went there
        self.show_all()

    # Data

    def take(self, event: SourceEvent) -> None:
        """What happened at the source."""
        if isinstance(event, SourceProblem):
            self.view.problem = event.message
        elif isinstance(event, NodesChanged):
            if self.view.problem is not None or not self.state.trends:
                self._fetch_trends()  # the hub is there again, or for the first time
            self.view.problem = None
            self.state.updated_at = self.clock.wall()
            if not self.moment.is_live:
                return
            self.state.nodes, self.state.summary = event.nodes, self.cluster.summary
        else:
            return
        if self.is_current:
            self.show_all()

    async def _tick(self) -> None:
        """Ages grow while nothing comes."""
        if self.view.problem is not None and self.is_current and self.moment.is_live:
            self.state.nodes = await self.source.nodes()
            self.show_all()

    def _fetch_trends(self) -> None:
        self.run_worker(self._trends(), group="trends", exclusive=True)

    async def _trends(self) -> None:
        if not self.moment.is_live:
            return
        try:
            trends = await self.cluster.trends(_TREND_POINTS)
        except SourceError:
            return  # the event stream says what is wrong
        self._take_trends(trends)
        if self.is_current:
            self.show_all()

    def _take_trends(self, trends: Mapping[str, Trend]) -> None:
        self.state.trends = {node: trend.cpu_busy_percent for node, trend in trends.items()}

    def action_pause(self) -> None:
        if self.moment.is_live:
            self.moment.at = self.state.shown_at = self.now()  # what is on the screen is of that moment
            self.show_all()
        else:
            super().action_pause()

    def moment_changed(self) -> None:
        self.run_worker(self._fetch_moment(self.moment.at), group="moment", exclusive=True)
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

    # The bar and the scroll

    def action_move(self, rows: int) -> None:
        super().action_move(rows * (self.map.columns if self._is_map else 1))

    def action_step(self, tiles: int) -> None:
        if self._is_map:
            self.state.move(tiles)
            self.show_all()

    # Order, filter, form

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
        await self.open_menu(
            "sort", MenuPanel("sort by", [COLUMNS[name].title for name in SORTS], SORTS.index(self.state.sort))
        )

    async def choose(self, kind: str, choice: str) -> None:
        self.action_sort(next(name for name in SORTS if COLUMNS[name].title == choice))

    def action_map(self) -> None:
        self._is_map = not self._is_map
        self.arrange_anew()

    def action_metric(self, steps: int) -> None:
        if self._is_map:
            self.map.next_metric(steps)
            self.show_all()
        else:
            self.hint("v chooses what the map tells: m shows the map")

    async def action_filter(self) -> None:
        await self.ask("filter", self.state.filter.text, "text, !text, state=late, cpu>50")

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        if event.kind != "filter":
            return
        try:
            self.state.filter = parse_filter(event.text)
        except FilterError as error:
            self.complain(str(error))  # the last good filter stays
            return
        self.complain(None)
        self.show_all()

    def action_escape(self) -> None:
        kind = self.prompt_kind
        if self.close_prompt() and kind != "filter":
            return
        if kind == "filter" or self.state.filter.predicates:
            self.state.filter = EVERYTHING
            self.show_all()
        elif not self.moment.is_live:
            self.action_live()
        elif self._is_map:
            self.action_map()

    # Other screens

    def action_open(self) -> None:
        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            self.open_node(row.node)

    def open_node(self, node: str) -> None:
        """Opens a node in the same screen that a host has."""
        from nodetop.screens.node.screen import NodeScreen

        open_over(self, NodeScreen(self.source, replace(self.view), self.look, self.clock, node, self.moment))

    def action_trends(self) -> None:
        from nodetop.screens.trends import TrendsScreen

        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            view, at = replace(self.view), self.moment.at
            open_over(self, TrendsScreen(self.source, row.node, self.look, view, self.clock, at))

    def action_processes(self) -> None:
        from nodetop.screens.cluster.processes import ClusterProcessesScreen

        view = replace(self.view)
        open_over(self, ClusterProcessesScreen(self.source, self.cluster, view, self.look, self.clock, self.moment))

    # The mouse

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        index = None
        if event.panel == "nodes" and event.y == 1:
            name = self.table.sort_key_at(event.x)
            if name is not None:
                self.action_sort(name)
            return
        if event.panel == "nodes":
            index = self.table.row_at(event.y)
        elif event.panel == "map":
            index = self.map.tile_at(event.x, event.y)
        if index is not None:
            self.state.select(index)
            self.show_all()
            if event.times == 2:
                self.action_open()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.state.scroll(event.rows * (self.map.columns if self._is_map else 1))
        self.show_all()
