"""What the inbox shows and what the user has done to it: alerts, filter, bar, scroll. Pure."""

from dataclasses import dataclass

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import EMPTY, Board
from nodetop.widgets.alerts.filter import parse_filter
from nodetop.widgets.base.bar import Bar
from nodetop.widgets.base.filter import EVERYTHING, Filter

_Key = tuple[str, str, str, float | None]


@dataclass
class AlertListState(Bar[Alert]):
    """The alerts that pass the filter, and the bar."""

    board: Board = EMPTY
    filter: Filter[Alert] = EVERYTHING

    def take(self, board: Board) -> None:
        """The alerts as they are now."""
        self.board = board
        self._choose()

    def filter_by(self, text: str) -> None:
        """Shows those that pass a filter. Raises TermError: the last one stays."""
        self.filter = parse_filter(text)
        self._choose()

    def _choose(self) -> None:
        alerts, matches = self.board.alerts, self.filter.matches
        self.rows = self.filter.settled(lambda: [alert for alert in alerts if matches(alert)])
        self.find_selected()

    def key(self, row: Alert) -> _Key:
        # Of what is over there may be many of a kind; what is open keeps its row when its beginning is learnt.
        return (*row.key, row.started_at if row.is_over else None)
