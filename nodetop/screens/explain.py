"""What the values of a node are, one after the other: opened over the node screen, live like it."""

from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult

from nodetop.keys.explain import EXPLAIN
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.screens.base.bound import BoundScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.sources.source import SnapshotTaken, SourceEvent
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.explain import ExplainPanel
from nodetop.widgets.pages.explain_text import Raw

ReadRaw = Callable[[Sequence[RawFile]], Awaitable[Sequence[RawLines] | None]]


class ExplainScreen(BoundScreen[None]):
    """`view` is that of the node screen, which keeps it up to date; `read_raw` is the source's Source.raw;
    `pid` is the process whose columns are explained."""

    ACTIONS = EXPLAIN

    def __init__(self, look: Look, view: View, read_raw: ReadRaw, pid: int | None) -> None:
        super().__init__(look, view)
        self._read_raw = read_raw
        self._pid = pid
        self._panel = ExplainPanel(look.keymap.footer(EXPLAIN))
        self.state = self._panel.state
        self._take_snapshot()
        self.state.choose_panel(view.focused or "cpu")

    def compose(self) -> ComposeResult:
        yield PanelWidget(self._panel, self.look, id="explain")

    def on_mount(self) -> None:
        self.action_read()

    def adopt(self, look: Look, view: View) -> None:
        super().adopt(look, view)
        self._show()

    def take(self, event: SourceEvent) -> None:
        """A new sample; the node screen does not look at it while it is covered."""
        shown = self.view.snapshot
        if not isinstance(event, SnapshotTaken) or self.view.paused or not self.is_current:
            return
        if shown is None or event.snapshot.node == shown.node:
            self.view.snapshot = event.snapshot
            self._take_snapshot()
            self.action_read()

    def _take_snapshot(self) -> None:
        if self.view.snapshot is not None:
            self.state.show(self.view.snapshot, self._pid)

    def action_read(self) -> None:
        """Shows the value, and reads what the kernel says of it."""
        chosen = self.state.chosen
        if self.view.paused:
            self.state.raw = Raw(None)
        elif chosen is not None:
            files = chosen.entry.raw_files(chosen.subject)
            if files:
                self.run_worker(self._read(self._read_raw, files), group="raw", exclusive=True, exit_on_error=False)
        self._show()

    async def _read(self, read_raw: ReadRaw, files: Sequence[RawFile]) -> None:
        self.state.raw = Raw(await read_raw(files))
        self._show()

    def _show(self) -> None:
        self.query_one(PanelWidget).show(self.view)

    def action_move(self, rows: int) -> None:
        self.state.move(rows)
        self.action_read()

    def action_next_panel(self, steps: int) -> None:
        self.state.next_panel(steps)
        self.action_read()

    def action_panel(self, name: str) -> None:
        self.state.choose_panel(name)
        self.action_read()

    def action_scroll(self, pages: float) -> None:
        self.state.page_top += round(pages * self.state.page_rows)
        self._show()

    def action_close(self) -> None:
        go_back(self)

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(EXPLAIN, self.look, self.view, ()))

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        row = self._panel.row_at(event.x, event.y)
        if row is not None:
            self.state.choose(row)
            self.action_read()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.state.page_top += event.rows
        self._show()
