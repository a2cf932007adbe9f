"""What the inbox shows and what the user has changed: alerts, filter, cursor, scroll position. Pure."""

from dataclasses import dataclass

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import EMPTY, Board
from nodetop.widgets.alerts.filter import parse_filter
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.filter import EVERYTHING, Filter

_Key = tuple[str, str, str, float | None]


@dataclass
class AlertListState(CursorList[Alert]):
    """The alerts that pass the filter, and the cursor."""

    board: Board = EMPTY
    filter: Filter[Alert] = EVERYTHING

    def take(self, board: Board) -> None:
        """Takes the current alerts."""
        self.board = board
        self._choose()

    def filter_by(self, text: str) -> None:
        """Shows the alerts that pass a filter. Raises TermError; the previous filter then stays."""
        self.filter = parse_filter(text)
        self._choose()

    def _choose(self) -> None:
        alerts, matches = self.board.alerts, self.filter.matches
        self.rows = self.filter.settled(lambda: [alert for alert in alerts if matches(alert)])
        self.find_selected()

    def key(self, row: Alert) -> _Key:
        # There may be many ended alerts of one kind. An open one keeps its row when its start time is corrected.
        return (*row.key, row.started_at if row.has_ended else None)
