"""One workload on the whole screen, live: limits, use over time, pressure, processes, journal."""

from collections.abc import Callable

from nodetop.base.clock import Clock
from nodetop.keys.workloads import WORKLOAD
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.screens.base import workers
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.details import DetailsScreen
from nodetop.screens.workloads.base import WorkloadPanelScreen
from nodetop.sources.source import Source
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.workloads.page import WorkloadPagePanel

_JOURNAL_SECONDS = 5.0
_SHARE = 20.0
"""The journal is read again after twenty times as long as reading it took: at most a twentieth of a core."""


class WorkloadScreen(WorkloadPanelScreen):
    """Opened over the list of workloads."""

    ACTIONS = WORKLOAD

    def __init__(
        self, group: str, source: Source, view: View, look: Look, clock: Clock, moment: Moment,
        update_view: Callable[[], None],
    ) -> None:  # fmt: skip
        self.clock = clock
        self._is_reading = False
        self._is_looking = False
        self._looked_at: object = None
        self._journal_until: float | None = None
        self._journal_due = float("-inf")
        self.panel = WorkloadPagePanel(group)
        self.state = self.panel.state
        super().__init__(self.panel, source, view, look, moment, update_view)
        self.list = ListKeys(lambda: self.state, self._draw)
        offer(self, self.list.actions)

    def visible_groups(self) -> frozenset[str]:
        return frozenset({self.state.group})

    def chosen_group(self) -> str:
        return self.state.group

    def prepare(self) -> None:
        super().prepare()
        self.state.follow(self.view.snapshot)
        self.source.watch(frozenset(row.pid for row in self.state.visible))
        self._look_for_members()
        self._read_journal_if_due()

    # Its processes

    def _look_for_members(self) -> None:
        """Live, for each sample; in the past they are not known."""
        if not self.moment.is_live:
            self.state.members = None
        elif self.state.row is not None and not self._is_looking and self._looked_at is not self.view.snapshot:
            self._is_looking, self._looked_at = True, self.view.snapshot
            workers.start(self, self._look, self.state.row, group="members")

    async def _look(self, row: WorkloadMetrics) -> None:
        try:
            found = await self.source.members(row)
        finally:
            self._is_looking = False
        if self.moment.is_live and found != self.state.members:
            self.state.members = found
            if self.is_current:
                self._draw()

    # The journal

    def _read_journal_if_due(self) -> None:
        """Live, every few seconds; of the past, once for each moment."""
        until = None if self.moment.is_live or self.view.snapshot is None else self.view.snapshot.taken_at
        is_due = until != self._journal_until or (until is None and self.clock.monotonic() >= self._journal_due)
        if is_due and not self._is_reading and self.state.row is not None:
            self._is_reading, self._journal_until = True, until
            workers.start(self, self._read_journal, self.state.row, until, group="journal")

    async def _read_journal(self, row: WorkloadMetrics, until: float | None) -> None:
        began = self.clock.monotonic()
        try:
            self.state.journal = await self.source.journal(row, until)
        finally:
            now = self.clock.monotonic()
            self._journal_due = now + max(_JOURNAL_SECONDS, _SHARE * (now - began))
            self._is_reading = False
        if self.is_current:
            self._draw()

    def _draw(self) -> None:
        self.show("workload")

    def action_details(self) -> None:
        row = self.state.current
        if row is not None:
            self.state.select(self.state.index)
            open_over(
                self,
                DetailsScreen(row, self.source, self.view, self.look, self.clock, self.moment, self.update_view),
            )

    def action_escape(self) -> None:
        if not self.prompts.cancel():
            go_back(self)

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        index = self.panel.row_at(event.x, event.y) if event.panel == "workload" else None
        if self.list.click(index) and event.times == 2:
            self.action_details()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
