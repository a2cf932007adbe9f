"""Explanations of the values of a node, one after the other: opened over the node screen, and live like it."""

from collections.abc import Awaitable, Callable, Sequence

from nodetop.explanations.explanation import Selected
from nodetop.keys.explain import EXPLAIN
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.sources.source import SnapshotTaken, SourceEvent
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.explain import ExplainPanel
from nodetop.widgets.pages.explain_text import Raw

ReadRaw = Callable[[Sequence[RawFile]], Awaitable[Sequence[RawLines] | None]]


class ExplainScreen(PanelScreen):
    """`view` is that of the node screen, which keeps it up to date; `read_raw` is the source's Source.raw; `selected`
    is the process or workload whose columns are explained, `panel` the one to begin with."""

    ACTIONS = EXPLAIN

    def __init__(self, look: Look, view: View, read_raw: ReadRaw, selected: Selected, panel: str = "") -> None:
        self._read_raw = read_raw
        self._selected = selected
        self._panel = ExplainPanel()
        self.state = self._panel.state
        super().__init__((self._panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state, self._show_value)
        offer(self, self.list.actions)
        self._take_snapshot()
        self.state.choose_panel(panel or view.focused or "cpu")

    def on_mount(self) -> None:
        self._show_value()

    def take(self, event: SourceEvent) -> None:
        """A new sample; the node screen does not draw it while it is covered."""
        shown = self.view.snapshot
        if not isinstance(event, SnapshotTaken) or self.view.paused or not self.is_current:
            return
        if shown is None or event.snapshot.node == shown.node:
            self.view.snapshot = event.snapshot
            self._take_snapshot()
            self._show_value()

    def _take_snapshot(self) -> None:
        if self.view.snapshot is not None:
            self.state.show(self.view.snapshot, self._selected)

    def action_repaint(self) -> None:
        super().action_repaint()
        self._show_value()

    def _show_value(self) -> None:
        """Shows the value, and reads the kernel's files for it."""
        chosen = self.state.current
        if self.view.paused:
            self.state.raw = Raw(None)
        elif chosen is not None:
            files = chosen.entry.raw_files(chosen.subject)
            if files:
                workers.start(self, self._read, self._read_raw, files, group="raw", exclusive=True, exit_on_error=False)
        self.show_all()

    async def _read(self, read_raw: ReadRaw, files: Sequence[RawFile]) -> None:
        self.state.raw = Raw(await read_raw(files))
        self.show_all()

    def action_next_panel(self, steps: int) -> None:
        self.state.next_panel(steps)
        self._show_value()

    def action_panel(self, name: str) -> None:
        self.state.choose_panel(name)
        self._show_value()

    def action_scroll(self, pages: float) -> None:
        self.state.text.page(pages)
        self.show_all()

    def action_close(self) -> None:
        go_back(self)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        self.list.click(self._panel.row_at(event.x, event.y))

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        if self._panel.is_over_list(event.x, event.y):
            self.list.scroll(event.rows)
        else:
            self.state.text.scroll(event.rows)
            self.show_all()
