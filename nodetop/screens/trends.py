"""The trends screen: fetches history in the background and draws it with a cursor that shows its values."""

import asyncio
from collections.abc import Callable

from nodetop.alerts.mark import Mark
from nodetop.alerts.marks import of_points
from nodetop.base.clock import Clock
from nodetop.history.means import MeanSnapshot
from nodetop.keys.trends import CHARTS_LABEL, TRENDS
from nodetop.model.history import POINT_SECONDS
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back
from nodetop.sources.source import Source, SourceError, now_of
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.section import Section
from nodetop.widgets.trends.data import WINDOWS, Span, Window, joined, spans_of, spans_of_samples
from nodetop.widgets.trends.page import Trends, TrendsPanel

_FINE_COLUMNS = 200
_RELOAD_SECONDS = 30.0


class TrendsScreen(PanelScreen):
    """The history of one node, with a cursor from which one can go to its time."""

    ACTIONS = TRENDS

    def __init__(
        self,
        source: Source,
        node: str,
        look: Look,
        view: View,
        clock: Clock,
        moment: float | None = None,
        show_time: Callable[[float | None], None] = lambda at: None,
    ) -> None:
        """The cursor starts at `moment`, UTC seconds; None: now. `show_time` shows a time on the screen of the node."""
        self._show_time = show_time
        self._source = source
        self._clock = clock
        self.trends = Trends(node=node)
        if moment is not None:
            back = max(now_of(source, clock.wall()) - moment, 0.0)
            window = next((each for each in WINDOWS if back < each.seconds), WINDOWS[-1])
            self.trends.window, self.trends.back = window, min(back / window.seconds, 1.0)
        self._panel = TrendsPanel(self.trends)
        super().__init__((self._panel, HintFooter()), look, view)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_all)

    def show_all(self) -> None:
        super().show_all()
        self.call_after_refresh(self._show_footer)  # whether all charts fit is known once they are drawn

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        shown = super().keys_shown()
        return shown if self._panel.hides_charts else tuple(each for each in shown if each[1] != CHARTS_LABEL)

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.legend import trend_marks  # late: only the help page needs it

        return (trend_marks(self.look.glyphs),)

    def on_mount(self) -> None:
        self._load()
        self.set_interval(_RELOAD_SECONDS, self._load)

    def _load(self) -> None:
        self.trends.is_loading = True
        self.show_all()
        workers.start(self, self._fetch, self.trends.window, group="history", exclusive=True)

    async def _fetch(self, window: Window) -> None:
        trends = self.trends
        ring = [each for each in self._source.recent(trends.node) if not isinstance(each, MeanSnapshot)]
        until = now_of(self._source, self._clock.wall())
        problem, old, marks = None, list[Span](), list[Mark]()
        try:
            points = await self._source.history(trends.node, until - window.seconds, until, window.step)
            old = spans_of(points, window.step, until)
            marks = of_points(points)
        except SourceError as error:
            problem = str(error)
        if window is WINDOWS[0] or not old:
            step = max(window.seconds / _FINE_COLUMNS, POINT_SECONDS / 30)
            # Half an hour of samples with thousands of processes takes tens of milliseconds: not on the event loop.
            recent = [snapshot for snapshot in ring if until - window.seconds <= snapshot.taken_at <= until]
            old = joined(old, await asyncio.to_thread(spans_of_samples, recent, step))
        trends.window, trends.until, trends.spans, trends.marks = window, until, old, marks
        trends.problem, trends.is_loading = problem, False
        self.show_all()
        if problem is not None and old and not self.view.problem:
            # Without data the page says it. After the keys, which may be others now.
            self.call_after_refresh(self.hint, problem)

    def action_window(self, steps: int) -> None:
        self.action_choose((WINDOWS.index(self.trends.window) + steps) % len(WINDOWS))

    def action_choose(self, number: int) -> None:
        self.trends.window, self.trends.spans, self.trends.back = WINDOWS[number], (), 0.0
        self._load()

    def action_move(self, cells: int) -> None:
        self.trends.move(cells)
        self.show_all()

    def action_scroll(self, rows: int) -> None:
        self.trends.top += rows
        self.show_all()

    def action_repaint(self) -> None:
        super().action_repaint()
        self._load()

    def action_close(self) -> None:
        go_back(self)

    def action_open(self) -> None:
        """Shows the time under the cursor on the screen of the node; at the right end, the present."""
        since, until = self.trends.cursor
        is_newest = self.trends.cell(self.trends.cells) == self.trends.cells - 1
        go_back(self)
        self._show_time(None if is_newest else (since + until) / 2)

    def on_screen_resume(self) -> None:
        self.app.report_drags(True)

    def on_screen_suspend(self) -> None:
        self.app.report_drags(False)

    def clicked(self, event: PanelWidget.Clicked) -> None:
        if self._panel.cursor_to(event.x, event.y):
            self.show_all()

    def dragged(self, event: PanelWidget.Dragged) -> None:
        if self._panel.cursor_to(event.x, event.y):
            self.show_all()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.action_move(event.rows)
