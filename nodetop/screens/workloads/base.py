"""What the two screens of workloads share: the view and the time of the node screen below them."""

from collections.abc import Callable

from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import open_over
from nodetop.screens.details import DetailsTime
from nodetop.sources.source import Source, SourceEvent
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import Panel, View


class WorkloadPanelScreen(PanelScreen):
    """`update_view` updates the view that it shares with the node screen. A subclass says which groups are visible, so
    that they are read for every sample, and which one is explained."""

    def __init__(
        self,
        panel: Panel,
        source: Source,
        view: View,
        look: Look,
        moment: Moment,
        update_view: Callable[[], None],
    ) -> None:
        self.source = source
        self.moment = moment
        self.update_view = update_view
        super().__init__((panel, HintFooter()), look, view)
        offer(self, DetailsTime(self, moment).actions)

    def visible_groups(self) -> frozenset[str]:
        raise NotImplementedError

    def chosen_group(self) -> str | None:
        """The workload that is explained."""
        raise NotImplementedError

    def name_keys(self) -> None:
        if self.footer is not None:
            self.footer.keys = self.look.keymap.footer(self.ACTIONS)

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source; the node screen below has handled it first."""
        if self.is_current:
            self.show_all()

    def on_screen_resume(self) -> None:
        self.show_all()

    def on_unmount(self) -> None:
        self.source.watch_groups(None)

    def prepare(self) -> None:
        self.update_view()

    def show_all(self) -> None:
        super().show_all()
        self.watch_visible()

    def watch_visible(self) -> None:
        """Asks the source to read the visible workloads for every sample, once they are drawn."""
        self.call_after_refresh(self._watch_visible)

    def _watch_visible(self) -> None:
        if self.is_current:
            self.source.watch_groups(self.visible_groups())

    def action_explain(self) -> None:
        from nodetop.screens.explain import ExplainScreen  # when it is opened

        group = self.chosen_group()
        if self.view.snapshot is not None and group is not None:
            open_over(self, ExplainScreen(self.look, self.view, self.source.raw, group, "workloads"))
