"""One workload on the whole screen, live: limits, use over time, pressure, processes."""

from collections.abc import Callable

from nodetop.base.clock import Clock
from nodetop.keys.workloads import WORKLOAD
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


class WorkloadScreen(WorkloadPanelScreen):
    """Opened over the list of workloads."""

    ACTIONS = WORKLOAD

    def __init__(
        self, group: str, source: Source, view: View, look: Look, clock: Clock, moment: Moment,
        update_view: Callable[[], None],
    ) -> None:  # fmt: skip
        self.clock = clock
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
        self.source.watch(frozenset(row.pid for row in self.state.visible))

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
        if event.panel == "workload":
            self.list.click(self.panel.row_at(event.x, event.y))

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
