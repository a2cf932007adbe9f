"""One node, live: each sample becomes a view, and every visible panel draws it once."""

from collections.abc import Callable
from functools import wraps

from textual.timer import Timer

from nodetop.base.clock import Clock
from nodetop.base.lingering import SteadyRows
from nodetop.base.units import duration
from nodetop.drawing.rect import Rect
from nodetop.keys.modes import offers
from nodetop.keys.node import NODE, shown
from nodetop.screens.acting.acting import Acting
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.node.panel_keys import PanelKeys
from nodetop.screens.node.process_keys import ProcessKeys
from nodetop.screens.node.process_list_keys import ProcessListKeys
from nodetop.screens.node.saving import Saving
from nodetop.screens.node.time import NodeTime
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, Source, SourceEvent, SourceProblem, now_of
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.node.arrangement import joined
from nodetop.widgets.node.frame import arrangement_of
from nodetop.widgets.node.registry import node_panels
from nodetop.widgets.pages.section import Section
from nodetop.widgets.processes.state import ProcessState
from nodetop.widgets.processes.table import ProcessPanel
from nodetop.widgets.workloads.panel import WorkloadsSummaryPanel

_LATE_CHECK_SECONDS = 5.0
_LATE_INTERVALS = 3
_LONGEST_INTERVAL = 300.0


class NodeScreen(PanelScreen):
    """The node's panels. Without a node's name it shows the only node of the source."""

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
        """`moment` is shared by all screens."""
        self.source = source
        self._clock = clock
        self._second: Timer | None = None
        self._source_problem: str | None = view.problem
        view.source_name = node or source.name
        view.replay = source.is_recording
        view.focused = "processes"
        self._steady = SteadyRows()
        self._watched: frozenset[str] | None = None
        panels = node_panels()
        super().__init__(panels.values(), look, view)
        table = panels["processes"]
        assert isinstance(table, ProcessPanel)
        self.processes = ProcessKeys(self, source, table)
        self.process_list = ProcessListKeys(self.processes)
        self.panel_keys = PanelKeys(self, self.process_list)
        self.acting = Acting(self, source, self.processes.targets, self._why_no_list)
        self.time = NodeTime(self, source, moment or Moment(), clock, node)
        self.saving = Saving(self, source, lambda: self.node)
        for keys in (self.processes, self.process_list):
            offer(self, {name: self._if_seen(act) for name, act in keys.actions.items()})
        for part in (self.panel_keys, self.acting, self.time, self.saving):
            offer(self, part.actions)

    @property
    def node(self) -> str | None:
        """The node's name; None until its first sample has come."""
        return self.time.node

    @property
    def moment(self) -> Moment:
        """The time that is shown."""
        return self.time.moment

    @property
    def state(self) -> ProcessState:
        """The process list."""
        return self.processes.state

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.filter_help import PROCESSES_FILTER  # late: only the help page needs them
        from nodetop.screens.base.legend import node_marks

        return (node_marks(self.look.glyphs), PROCESSES_FILTER)

    async def on_mount(self) -> None:
        if self.node is None:
            nodes = await self.source.nodes()
            self.time.node = nodes[0].node if nodes else None
        self._second = self.set_interval(1.0, self._tick, pause=True)
        self.set_interval(_LATE_CHECK_SECONDS, self._check_late)
        self.show_all()

    async def demand(self) -> None:
        await self.source.demand(Demand(self.node, self.view.interval))

    async def on_screen_resume(self) -> None:
        await self.demand()
        self.show_all()

    # Data

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source, if it concerns this node."""
        if isinstance(event, SourceProblem):
            self.view.problem = self._source_problem = event.message
        elif isinstance(event, NodesChanged) and self._source_problem is not None:
            # The hub answers again; whether it gets samples of this node is another question.
            self.view.problem = self._source_problem = None
        elif isinstance(event, SnapshotTaken) and (self.node in (None, event.snapshot.node)):
            self.time.node = event.snapshot.node
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
        super().show_all()
        self.processes.watch()
        self._watch_workloads()

    def _watch_workloads(self) -> None:
        """While the panel of workloads is shown, its rows are read for every sample."""
        panel = self.panels["workloads"]
        assert isinstance(panel, WorkloadsSummaryPanel)
        shown = panel.shown if "workloads" in self.rectangles else None
        if shown is not None or self._watched is not None:  # the list of workloads above may have asked for others
            self.source.watch_groups(shown)
        self._watched = shown

    def prepare(self) -> None:
        view = self.view
        if self.node is None:
            return
        view.ring, view.notice = self.time.shown_ring(), self.source.notice
        view.position = self.moment.position(view.ring)
        view.snapshot = view.ring.latest if view.position is None else view.ring[view.position]
        view.moment = self.moment.at
        view.paused = not self.moment.is_live
        view.replayed, view.recording = self.source.replayed, self.source.recording
        view.now = now_of(self.source, self._clock.wall())
        if self._second is not None:
            # A clock is needed only for ages on the screen: a live screen is painted once per sample.
            self._second.resume() if view.problem or view.paused else self._second.pause()

    def _tick(self) -> None:
        self.view.now = now_of(self.source, self._clock.wall())
        self.show("header")

    def _check_late(self) -> None:
        latest = self.view.ring.latest
        if latest is None or self.view.problem or self.view.replay or not self.is_current:
            return
        late = self._clock.wall() - latest.taken_at
        interval = max(self.view.interval, min(latest.interval or 0.0, _LONGEST_INTERVAL))  # of a store: minutes
        if late > _LATE_INTERVALS * interval + _LATE_CHECK_SECONDS:
            self.view.problem = f"no sample for {duration(late)}"
            self.show_all()

    # Geometry and keys

    def places(self, width: int, height: int) -> dict[str, Rect]:
        rectangles = arrangement_of(self.view, width, height, self._steady)
        self.view.joined = joined(rectangles)
        return rectangles

    def beside_menu(self, rows: int, width: int, height: int) -> Rect:
        """A menu is placed beside the process list."""
        return self.rectangles.get("processes", Rect(0, 0, width, height))

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        keymap, zoomed = self.look.keymap, self.view.layout.zoomed
        can_act = self.acting.refusal() is None
        offered = offers(
            zoomed=zoomed,
            is_past=not self.moment.is_live,
            can_scroll=self.panel_keys.window().is_scrollable,
            can_act=can_act,
        )
        if offered:
            return keymap.offered(offered)
        up = () if self.source.cluster is None else ((keymap.first("escape"), "nodes"),)
        return (*up, *keymap.footer(shown(NODE, can_signal=can_act)))

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.view.layout.zoomed:
            self.panel_keys.zoom()
        elif not self.moment.is_live and self.source.cluster is None:
            self.time.live()  # in a cluster, the cluster screen does that
        elif not self.processes.clear_filters() and self.source.cluster is not None:
            go_back(self)

    # Other screens

    def action_trends(self) -> None:
        from nodetop.screens.trends import TrendsScreen  # when it is opened

        if self.node is not None:
            open_over(self, TrendsScreen(
                self.source, self.node, self.look, self.view, self._clock, self.moment.at, self.time.show_time,
            ))  # fmt: skip

    def action_workloads(self) -> None:
        from nodetop.screens.workloads.list import WorkloadsScreen  # when it is opened

        open_over(self, WorkloadsScreen(
            self.source, self.view, self.look, self._clock, self.moment, self.prepare,
        ))  # fmt: skip

    def _why_no_list(self) -> str | None:
        """Why nothing can be done to a process: the list, and so the selected one, is not on the screen."""
        if "processes" in self.rectangles:
            return None
        key = "zoom" if self.view.layout.zoomed else "panel_processes"
        return f"the process list is not on the screen; {self.look.keymap.first(key)} shows it"

    def _if_seen(self, act: Callable[..., object]) -> Callable[..., object]:
        """An action on the process list that is refused while the list is not on the screen: nobody would see it."""

        @wraps(act)
        def act_if_seen(*arguments: object) -> object:
            reason = self._why_no_list()
            if reason is None:
                return act(*arguments)
            self.hint(reason)
            return None

        return act_if_seen

    def action_details(self, section: str = "overview") -> None:
        from nodetop.screens.details import DetailsScreen  # when it is opened

        row, reason = self.state.current, self._why_no_list()
        if reason is not None:
            self.hint(reason)
        elif row is None:
            self.process_list.open_group()
        else:
            self.state.select(self.state.index)
            open_over(self, DetailsScreen(
                row, self.source, self.view, self.look, self._clock, self.moment, self.prepare, section,
            ))  # fmt: skip

    def action_explain(self) -> None:
        from nodetop.screens.explain import ExplainScreen  # when it is opened

        row = self.state.current
        if self.view.snapshot is not None:
            open_over(self, ExplainScreen(self.look, self.view, self.source.raw, row.pid if row else None))

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel in ("header", "footer"):
            return
        self.panel_keys.jump_to(event.panel)
        if event.panel == "processes" and self.processes.clicked(event) and event.times == 2:
            self.action_details()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        if event.panel == "processes":
            self.processes.list.scroll(event.rows)
        else:
            self.panel_keys.wheel(event.panel, event.rows)
