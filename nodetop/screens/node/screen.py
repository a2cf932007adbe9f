"""One node, live: a sample becomes a view, and each panel that is on the screen is shown it once."""

from textual import events
from textual.app import ComposeResult
from textual.layout import Layout
from textual.timer import Timer

from nodetop.base.clock import Clock
from nodetop.base.units import duration
from nodetop.drawing.rect import Rect
from nodetop.keys.node import NODE, shown
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.node.time import NodeTime
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, Source, SourceEvent, SourceProblem, now_of
from nodetop.widgets.base.hints import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_layout import PanelLayout
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu
from nodetop.widgets.menus.prompt import Prompt
from nodetop.widgets.node.frame import arrangement_of
from nodetop.widgets.node.registry import node_panels

_HINT_SECONDS = 3.0
_LATE_CHECK_SECONDS = 5.0
_LATE_INTERVALS = 3


class NodeScreen(NodeTime):
    """The node's panels. Without a node's name it shows the source's only one."""

    ACTIONS = NODE

    def __init__(
        self,
        source: Source,
        view: View,
        look: Look,
        clock: Clock,
        node: str | None = None,
        moment: Moment | None = None,
    ) -> None:
        """`moment` is the one that all screens share."""
        super().__init__(look, view)
        self.source = source
        self.node = node
        self.moment = moment or Moment()
        self.panels = node_panels()
        self._clock = clock
        self.rectangles: dict[str, Rect] = {}
        self._arranged: dict[str, Rect] = {}
        self._panel_layout = PanelLayout(self._arrange)
        self._second: Timer | None = None
        self._hint_timer: Timer | None = None
        self._source_problem: str | None = view.problem
        view.source_name = node or source.name
        view.replay = source.is_recording
        view.focused = "processes"
        footer = self.panels["footer"]
        assert isinstance(footer, HintFooter)
        self._footer = footer
        self._name_keys()

    def compose(self) -> ComposeResult:
        for name, panel in self.panels.items():
            widget = PanelWidget(panel, self.look, id=name)
            # The one view is kept up to date: a panel that gets a place later draws from it whenever it does.
            widget.show(self.view)
            yield widget

    async def on_mount(self) -> None:
        if self.node is None:
            nodes = await self.source.nodes()
            self.node = nodes[0].node if nodes else None
        self._second = self.set_interval(1.0, self._tick, pause=True)
        self.set_interval(_LATE_CHECK_SECONDS, self._check_late)
        self.show_all()

    async def on_screen_resume(self) -> None:
        await self.source.demand(Demand(self.node, self.view.interval))
        self.show_all()

    # Data

    def take(self, event: SourceEvent) -> None:
        """What happened at the source, if it concerns this node."""
        if isinstance(event, SourceProblem):
            self.view.problem = self._source_problem = event.message
        elif isinstance(event, NodesChanged) and self._source_problem is not None:
            # The hub is there again; whether this node's samples come is another question.
            self.view.problem = self._source_problem = None
        elif isinstance(event, SnapshotTaken) and (self.node in (None, event.snapshot.node)):
            self.node = event.snapshot.node
            self.view.problem = self._source_problem = None
        else:
            return
        if not self.is_current:
            return
        noticed = self.view.notice
        self.show_all()
        if self.view.notice not in (None, noticed):
            self.hint(self.view.notice)

    def show_all(self) -> None:
        """Shows the moment on every panel that has a place."""
        self._update_view()
        arranged = arrangement_of(self.view, *self.app.size)
        if arranged != self._arranged:
            self._arranged = arranged
            # Of a child: a widget keeps its arrangement until a child asks for another.
            self.query_one("#header").refresh(layout=True)
        with self.app.batch_update():
            self.show(*arranged)
        self._watch()

    def show(self, *names: str) -> None:
        """Shows these panels the view as it is."""
        for name in names:
            if name in self._arranged:
                self.query_one(f"#{name}", PanelWidget).show(self.view)

    def _update_view(self) -> None:
        view = self.view
        if self.node is None:
            return
        view.ring, view.notice = self.shown_ring(), self.source.notice
        view.position = self.moment.position(view.ring)
        view.snapshot = view.ring.latest if view.position is None else view.ring[view.position]
        view.moment = self.moment.at
        view.paused = not self.moment.is_live
        view.now = now_of(self.source, self._clock.wall())
        if self._second is not None:
            # Only what ages on the screen needs a clock: a live screen is painted once a sample.
            self._second.resume() if view.problem or view.paused else self._second.pause()

    def _tick(self) -> None:
        self.view.now = now_of(self.source, self._clock.wall())
        self.show("header")

    def _check_late(self) -> None:
        latest = self.view.ring.latest
        if latest is None or self.view.problem or self.view.replay or not self.is_current:
            return
        late = self._clock.wall() - latest.taken_at
        if late > _LATE_INTERVALS * self.view.interval + _LATE_CHECK_SECONDS:
            self.view.problem = f"no sample for {duration(late)}"
            self.show_all()

    # Geometry

    @property
    def layout(self) -> Layout:
        """Where the panels stand, instead of what a style sheet could say."""
        return self._panel_layout

    def _arrange(self, width: int, height: int) -> dict[str, Rect]:
        self._arranged = arrangement_of(self.view, width, height)
        self.rectangles = dict(self._arranged)
        if self.query(Prompt):
            self.rectangles.pop("footer", None)
            self.rectangles["prompt"] = Rect(0, height - 1, width, 1)
        self.rectangles |= self.menu_rectangle(self.rectangles, width, height)
        return self.rectangles

    def adopt(self, look: Look, view: View) -> None:
        super().adopt(look, view)
        self._name_keys()
        self.show_all()

    def _name_keys(self) -> None:
        keymap = self.look.keymap
        up = () if self.source.cluster is None else ((keymap.first("escape"), "nodes"),)
        self._footer.keys = (*up, *keymap.footer(shown(NODE, can_signal=self.source.can_signal)))

    def action_repaint(self) -> None:
        self.refresh()
        self.show_all()

    # Keys, hints, other screens

    def on_key(self, event: events.Key) -> None:
        if event.key not in self.active_bindings and self.focused is None:
            self.hint(f"{event.key!r} does nothing here: F1 shows the keys")

    def hint(self, text: str) -> None:
        """Says something in the footer for a moment."""
        self._footer.hint = text
        self.show("footer")
        if self._hint_timer is not None:
            self._hint_timer.stop()
        self._hint_timer = self.set_timer(_HINT_SECONDS, self._end_hint)

    def _end_hint(self) -> None:
        self._footer.hint = None
        self.show("footer")

    def action_escape(self) -> None:
        if self.close_prompt(clear=True):
            return
        if self.view.layout.zoomed:
            self.action_zoom()
        elif not self.moment.is_live and self.source.cluster is None:
            self.action_live()  # of many nodes, the screen that shows all of them does
        elif not self.clear_filters():
            self.leave()

    def leave(self) -> None:
        """Goes up to the screen that this one was opened from, if there is one."""
        if self.source.cluster is not None:
            go_back(self)

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(NODE, self.look, self.view))

    def action_trends(self) -> None:
        from nodetop.screens.trends import TrendsScreen

        if self.node is not None:
            open_over(self, TrendsScreen(self.source, self.node, self.look, self.view, self._clock, self.moment.at))

    def action_details(self, section: str = "overview") -> None:
        from nodetop.screens.details import DetailsScreen

        row = self.state.current
        if row is None:
            self.open_group()
        else:
            self.state.select(self.state.index)
            open_over(self, DetailsScreen(
                row, self.source, self.view, self.look, self._clock, self.moment, self._update_view, section,
            ))  # fmt: skip

    def action_explain(self) -> None:
        from nodetop.screens.explain import ExplainScreen

        row = self.state.current
        if self.view.snapshot is not None:
            open_over(self, ExplainScreen(self.look, self.view, self.source.raw, row.pid if row else None))

    async def on_menu_chosen(self, event: Menu.Chosen) -> None:
        self.close_menu()
        if event.choice is not None and not await self.choose_act(event.kind, event.choice):
            self.choose(event.kind, event.choice)
