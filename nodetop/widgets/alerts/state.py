"""What the inbox shows and what the user has done to it: alerts, filter, bar, scroll. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.board import EMPTY, Board
from nodetop.alerts.rule import KINDS
from nodetop.widgets.base.bar import Bar

_Key = tuple[str, str, str, float | None]


@dataclass
class AlertListState(Bar[Alert]):
    """The alerts that pass the filter, and the bar."""

    board: Board = EMPTY
    filter: str = ""

    def take(self, board: Board) -> None:
        """The alerts as they are now."""
        self.board = board
        self._choose()

    def filter_by(self, text: str) -> None:
        """Words between blanks must all be there; those with a leading ! must not."""
        self.filter = text.strip()
        self._choose()

    def _choose(self) -> None:
        words = self.filter.lower().split()
        self.rows = [alert for alert in self.board.alerts if _matches(alert, words)]
        self.find_selected()

    def key(self, row: Alert) -> _Key:
        # Of what is over there may be many of a kind; what is open keeps its row when its beginning is learnt.
        return (*row.key, row.started_at if row.is_over else None)


def _matches(alert: Alert, words: Sequence[str]) -> bool:
    if not words:
        return True
    parts = [SEVERITIES[alert.severity], alert.state, alert.node, alert.rule, KINDS[alert.rule].what, alert.subject]
    parts += [alert.culprit or "", "seen" if alert.acknowledged else "", "muted" if alert.muted_until else ""]
    text = "\n".join(parts).lower()
    return all((word[1:] not in text) if word.startswith("!") and word[1:] else word in text for word in words)
