"""A screen with a list of all nodes' rows, which the hub is asked for again at each interval."""

from abc import abstractmethod
from typing import Any, ClassVar

from nodetop.base.clock import Clock
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.sources.cluster import Cluster
from nodetop.sources.source import Demand, Source, SourceError
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.cluster.asked_list import AskedList

LIMIT = 500
"""How many rows are asked for."""
_LEAST_SECONDS = 2.0


class AskedListScreen(PanelScreen):
    """The hub sorts and searches, as it has more rows than it sends."""

    MATCH_NOTE: ClassVar[str]
    """What the typed text is looked for in."""

    def __init__(
        self,
        source: Source,
        cluster: Cluster,
        panel: Panel,
        state: AskedList[Any],
        look: Look,
        view: View,
        clock: Clock,
    ) -> None:
        """`cluster` belongs to the source, `state` to the panel."""
        self.source = source
        self.cluster = cluster
        self.clock = clock
        super().__init__((panel, HintFooter()), look, view)
        self._panel_name, self._asked = panel.name, state
        self.list = ListKeys(lambda: state, self.show_all)
        offer(self, self.list.actions)

    @abstractmethod
    async def request(self) -> None:
        """Asks the hub and puts its answer into the list. Raises SourceError."""

    @abstractmethod
    def action_open(self) -> None:
        """Opens the selected row."""

    def failed(self, error: SourceError) -> None:
        """The hub did not answer; the rows of its last answer stay."""
        self.view.problem = str(error)

    async def on_mount(self) -> None:
        self.set_interval(max(self.view.interval, _LEAST_SECONDS), self.tick)

    def tick(self) -> None:
        """Called at each interval."""
        self.ask()

    async def demand(self) -> None:
        await self.source.demand(Demand(None, self.view.interval))

    async def on_screen_resume(self) -> None:
        await self.demand()
        self.ask()

    def ask(self) -> None:
        """Asks for the list in its present order; an answer that is still awaited is not."""
        if self.is_current:
            workers.start(self, self._fetch, group="list", exclusive=True)

    async def _fetch(self) -> None:
        try:
            await self.request()
        except SourceError as error:
            self.failed(error)
        else:
            self.view.problem = None
        self.show_all()

    # Keys

    def action_sort(self, name: str) -> None:
        self._asked.sort = name
        self.ask()

    def action_repaint(self) -> None:
        super().action_repaint()
        self.ask()

    async def action_filter(self) -> None:
        await self.prompts.ask_filter(self._asked.match, self.MATCH_NOTE, self._match, "match", self._asked)

    def _match(self, text: str) -> None:
        self._asked.match = text.strip()
        self.ask()

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self._asked.match:
            self._match("")
        else:
            go_back(self)

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        index = self._asked.row_at(event.y - 2) if event.panel == self._panel_name else None
        if self.list.click(index) and event.times == 2:
            self.action_open()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)
