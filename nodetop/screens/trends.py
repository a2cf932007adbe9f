"""The trends screen: fetches history in the background and draws it with a cursor that reads it out."""

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from nodetop.clock import Clock
from nodetop.screens.node_keys import key
from nodetop.screens.stack import go_back, open_over
from nodetop.sources.source import Source, SourceError
from nodetop.widgets.look import Look
from nodetop.widgets.panel_widget import PanelWidget
from nodetop.widgets.trends_data import POINT_SECONDS, WINDOWS, Span, Window, joined, spans_of, spans_of_samples
from nodetop.widgets.trends_view import Trends, TrendsPanel
from nodetop.widgets.view import View

TRENDS = Binding.Group("Trends")
TRENDS_BINDINGS: list[Binding] = [
    key("w", "window(1)", "window", "next window: 1h, 24h, 7d, 30d", TRENDS, "w"),
    key("left", "move(-1)", "cursor", "cursor back", TRENDS, "← →"),
    key("right", "move(1)", "", "cursor forward", TRENDS),
    key("pageup,shift+left,left_curly_bracket", "move(-10)", "", "ten cells back", TRENDS),
    key("pagedown,shift+right,right_curly_bracket", "move(10)", "", "ten cells forward", TRENDS),
    key("home,g", "move(-10000)", "", "to the oldest", TRENDS),
    key("end,G,grave_accent", "move(10000)", "", "to now", TRENDS),
    key("r,ctrl+l", "reload", "", "read the history again", TRENDS),
    key("f1,question_mark,h", "help", "help", "this help", TRENDS, "F1"),
    key("escape", "close", "back", "back to the node", TRENDS, "Esc"),
    key("q,f10", "app.quit", "quit", "quit", TRENDS, "q"),
    *(key(str(n), f"choose({n - 1})", "", f"the last {window.name}", TRENDS) for n, window in enumerate(WINDOWS, 1)),
]
_FINE_COLUMNS = 200
_RELOAD_SECONDS = 30.0


class TrendsScreen(Screen[None]):
    """One node's history. Leaves the node screen below it as it is."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*TRENDS_BINDINGS]

    def __init__(self, source: Source, node: str, look: Look, view: View, clock: Clock) -> None:
        super().__init__()
        self._source = source
        self._look = look
        self._view = view
        self._clock = clock
        self.trends = Trends(node=node)
        keys = [(binding.key_display or "", binding.description) for binding in TRENDS_BINDINGS if binding.show]
        self._panel = TrendsPanel(self.trends, keys)

    def compose(self) -> ComposeResult:
        yield PanelWidget(self._panel, self._look, id="trends")

    def on_mount(self) -> None:
        self._load()
        self.set_interval(_RELOAD_SECONDS, self._load)

    def _load(self) -> None:
        self.trends.is_loading = True
        self._show()
        self.run_worker(self._fetch(self.trends.window), group="history", exclusive=True)

    async def _fetch(self, window: Window) -> None:
        trends = self.trends
        ring = list(self._source.recent(trends.node))
        until = ring[-1].taken_at if self._view.replay and ring else self._clock.wall()
        problem, old = None, list[Span]()
        try:
            points = await self._source.history(trends.node, until - window.seconds, until, window.step)
            old = spans_of(points, window.step, until)
        except SourceError as error:
            problem = str(error)
        if window is WINDOWS[0] or not old:
            step = max(window.seconds / _FINE_COLUMNS, POINT_SECONDS / 30)
            # Half an hour of samples with thousands of processes takes some ten milliseconds: not on the loop.
            recent = [snapshot for snapshot in ring if until - window.seconds <= snapshot.taken_at <= until]
            old = joined(old, await asyncio.to_thread(spans_of_samples, recent, step))
        trends.window, trends.until, trends.spans = window, until, old
        trends.problem, trends.is_loading = problem, False
        self._show()

    def _show(self) -> None:
        self.query_one(PanelWidget).show(self._view)

    def action_window(self, steps: int) -> None:
        self.action_choose((WINDOWS.index(self.trends.window) + steps) % len(WINDOWS))

    def action_choose(self, number: int) -> None:
        self.trends.window, self.trends.spans, self.trends.back = WINDOWS[number], (), 0.0
        self._load()

    def action_move(self, cells: int) -> None:
        self.trends.move(cells)
        self._show()

    def action_reload(self) -> None:
        self._load()

    def action_help(self) -> None:
        from nodetop.screens.help import HelpScreen

        open_over(self, HelpScreen(TRENDS_BINDINGS, self._look, self._view, extra=()))

    def action_close(self) -> None:
        go_back(self)

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        if self._panel.cursor_to(event.x, event.y):
            self._show()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.action_move(event.rows)
