"""One node, live: a sample becomes a view, and each panel that is on the screen is shown it once."""

from textual import events
from textual.app import ComposeResult
from textual.layout import Layout
from textual.timer import Timer

from nodetop.clock import Clock
from nodetop.keys.node import NODE
from nodetop.screens.moment import Moment, parse_moment
from nodetop.screens.panel_keys import PanelKeys
from nodetop.screens.stack import go_back, open_over
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, Source, SourceEvent, SourceProblem
from nodetop.units import duration
from nodetop.widgets.arrangement import Rect
from nodetop.widgets.frame import arrangement_of
from nodetop.widgets.hints import HintFooter
from nodetop.widgets.look import Look
from nodetop.widgets.menu import Menu
from nodetop.widgets.panel_layout import PanelLayout
from nodetop.widgets.panel_widget import PanelWidget
from nodetop.widgets.prompt import Prompt
from nodetop.widgets.registry import node_panels
from nodetop.widgets.view import View

_HINT_SECONDS = 3.0
_LATE_CHECK_SECONDS = 5.0
_LATE_INTERVALS = 3


class NodeScreen(PanelKeys):
    """The node's panels. Without a node's name it shows the source's only one."""

    ACTIONS = NODE

    def __init__(self, source: Source, view: View, look: Look, clock: Clock, node: str | None = None) -> None:
        super().__init__(look, view)
        self.source = source
        self.node = node
        self.moment = Moment()
        self.panels = node_panels()
        self._clock = clock
        self.rectangles: dict[str, Rect] = {}
        self._arranged: dict[str, Rect] = {}
        self._panel_layout = PanelLayout(self._arrange)
        self._second: Timer | None = None
        self._hint_timer: Timer | None = None
        self._source_problem: str | None = view.problem
        view.source_name = node or source.name
        view.replay = source.name.startswith("replay")
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
        if self.is_current:
            self.show_all()

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
        view.ring = self.source.recent(self.node)
        view.position = self.moment.position(view.ring)
        view.snapshot = view.ring.latest if view.position is None else view.ring[view.position]
        view.paused = not self.moment.is_live
        view.now = view.ring.latest.taken_at if view.replay and view.ring.latest else self._clock.wall()
        if self._second is not None:
            # Only what ages on the screen needs a clock: a live screen is painted once a sample.
            self._second.resume() if view.problem or view.paused else self._second.pause()

    def _tick(self) -> None:
        self.view.now = self._clock.wall() if not self.view.replay else self.view.now
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
        up = ((keymap.first("escape"), "nodes"),) * self.source.is_cluster
        self._footer.keys = (*up, *keymap.footer(NODE))

    def action_repaint(self) -> None:
        self.refresh()
        self.show_all()

    # Time

    def action_pause(self) -> None:
        self.moment.toggle_pause(self.view.ring)
        self.show_all()

    def action_step(self, samples: int) -> None:
        self._after_travel(self.moment.step(self.view.ring, samples))

    def action_jump(self, seconds: int) -> None:
        self._after_travel(self.moment.jump(self.view.ring, seconds))

    def action_live(self) -> None:
        self.moment.live()
        self.show_all()

    def action_go_to(self) -> None:
        self.ask("time", "go to", "", "14:03, 14:03:20 or -5m")

    def go_to(self, text: str) -> str | None:
        """Goes to a time as typed; what is wrong with it, if anything."""
        at = parse_moment(text, self.view.now)
        if at is None:
            return "a time is like 14:03, 14:03:20 or -5m"
        if at >= self.view.now:
            self.moment.live()
        elif not self.moment.go_to(self.view.ring, at):
            self._after_travel(False)
        self.show_all()
        return None

    def _after_travel(self, moved: bool) -> None:
        self.show_all()
        if not moved and len(self.view.ring):
            reach = self.view.ring[len(self.view.ring) - 1].taken_at - self.view.ring[0].taken_at
            self.hint(f"memory holds {duration(reach)}, and ends here; w shows the trends of the last month")

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
        elif not self.moment.is_live:
            self.action_live()
        elif not self.clear_filters():
            self.leave()

    def leave(self) -> None:
        """Goes up to the screen that this one was opened from, if there is one."""
        if self.source.is_cluster:
            go_back(self)

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(NODE, self.look, self.view))

    def action_trends(self) -> None:
        from nodetop.screens.trends import TrendsScreen

        if self.node is not None:
            open_over(self, TrendsScreen(self.source, self.node, self.look, self.view, self._clock))

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        self.close_menu()
        if event.choice is not None:
            self.choose(event.kind, event.choice)
