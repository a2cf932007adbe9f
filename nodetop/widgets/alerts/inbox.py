"""The alert inbox: alerts of all nodes, one row each. Pure."""

import textwrap

from nodetop.alerts import words
from nodetop.alerts.alert import Alert
from nodetop.base.text import clean
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, line_width, pad, plain
from nodetop.drawing.selection import selected
from nodetop.widgets.alerts.cells import CELLS, COLUMNS, moment, name, number
from nodetop.widgets.alerts.state import AlertListState
from nodetop.widgets.base.columns import columns_width, fit_columns, header_row, row_of
from nodetop.widgets.base.view import View

_CHROME_ROWS = 3
_LEAST_CELLS = 20


class AlertListPanel:
    """Alerts that need attention come first, then acknowledged and muted ones, then ended ones."""

    name = "list"

    def __init__(self, state: AlertListState) -> None:
        self.state = state

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < _LEAST_CELLS or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        widths = fit_columns(COLUMNS, inner)
        self.state.fit(height - _CHROME_ROWS)
        visible = self.state.visible
        body = [header_row(COLUMNS, widths, inner)]
        body += [self._row(alert, number, widths, inner, view) for number, alert in enumerate(visible, self.state.top)]
        if not visible:
            texts = [line for text in self._why_empty(view) for line in textwrap.wrap(text, inner - 3)]
            body = [blank(inner), *(pad([("dim", f"  {text}")], inner) for text in texts)]
        return box(
            body, width, height, view.glyphs, title="alerts", subtitle=self._counts(view),
            values=self._position(len(visible)), foot=self._foot(view, inner), focused=True,
        )  # fmt: skip

    def _row(self, alert: Alert, index: int, widths: dict[str, int], cells: int, view: View) -> Line:
        line = row_of(
            [(CELLS[name](alert, view, wide),) for name, wide in widths.items()], columns_width(widths), cells
        )
        if not alert.needs_attention:
            line = [("dim", plain(line))]
        return selected(line) if index == self.state.index else line

    def _counts(self, view: View) -> list[Line]:
        board, glyphs = self.state.board, view.glyphs
        ended = sum(alert.has_ended for alert in board.alerts)
        quiet = sum(not alert.has_ended and not alert.needs_attention for alert in board.alerts)
        pieces = self.state.filter.shown()
        if board.critical:
            pieces.append([("critical", f"{glyphs.critical} {board.critical} critical")])
        if board.warning:
            pieces.append([("warning", f"{glyphs.warning} {board.warning} warning")])
        if quiet:
            pieces.append([("dim", f"{quiet} acknowledged or muted")])
        if ended:
            pieces.append([("dim", f"{ended} ended")])
        return pieces

    def _position(self, visible: int) -> list[Line]:
        rows = len(self.state.rows)
        return [[("dim", f"{self.state.top + 1}-{self.state.top + visible}/{rows}")]] if visible < rows else []

    def _why_empty(self, view: View) -> tuple[str, ...]:
        if self.state.filter.text:
            return ("no alert matches",)
        if view.problem:
            return (f"no alerts are known: {clean(view.problem)}",)
        # A value may be over its limit, but not for long enough yet.
        return (
            "no alerts: none is open, and none of the last day is known",
            "the limits are in the [alerts] table of the settings file",
        )

    def _foot(self, view: View, width: int) -> Line:
        """The selected alert in words: what a narrow screen has no column for."""
        alert = self.state.current
        if alert is None:
            return []
        parts = [clean(name(alert)), f"peak {number(alert, words.peak(alert, view.now), view)}"]
        if alert.culprit:
            parts.append(f"on top {clean(alert.culprit)}")
        parts.append(f"{'since before' if alert.since_before else 'since'} {moment(alert.started_at, view.now)}")
        separator = f" {view.glyphs.separator} "
        while len(parts) > 1 and line_width([("dim", separator.join(parts))]) > width - 4:
            parts.pop(1)
        return [("dim", separator.join(parts))]

    def row_at(self, x: int, y: int) -> int | None:
        """The row at this place of the panel; None where there is no row."""
        return self.state.row_at(y - 2)
