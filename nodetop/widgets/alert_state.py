"""What the inbox shows and what the user has done to it: alerts, filter, bar, scroll. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.board import EMPTY, Board
from nodetop.alerts.rule import KINDS

_Key = tuple[str, str, str, float | None]


@dataclass
class AlertListState:
    """The bar rests on the first row until it is moved; then it stays with its alert."""

    board: Board = EMPTY
    filter: str = ""
    selected: _Key | None = None
    index: int = 0
    top: int = 0
    rows: list[Alert] = field(default_factory=list)
    """The alerts that pass the filter."""
    _page: int = 1

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
        if self.selected is not None:
            keys = [_key(alert) for alert in self.rows]
            self.index = keys.index(self.selected) if self.selected in keys else self.index
        self.index = max(0, min(self.index, len(self.rows) - 1))

    def show(self, page: int) -> None:
        """Places the scroll for a page of so many rows."""
        self._page = max(page, 1)
        self.top = max(0, min(self.top, len(self.rows) - self._page))

    @property
    def visible(self) -> Sequence[Alert]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self._page]

    @property
    def current(self) -> Alert | None:
        """The alert under the bar."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    def select(self, index: int) -> None:
        """Puts the bar on a row, within the list, and scrolls it into sight."""
        self.index = max(0, min(index, len(self.rows) - 1))
        self.selected = _key(self.rows[self.index]) if self.rows else None
        self.top = max(min(self.top, self.index), self.index - self._page + 1)

    def move(self, rows: int) -> None:
        """The bar up or down."""
        self.select(self.index + rows)

    def page(self, pages: float) -> None:
        """The bar up or down by so many pages."""
        self.select(self.index + (round(pages * self._page) or (1 if pages > 0 else -1)))

    def scroll(self, rows: int) -> None:
        """The screen up or down, the bar where it is."""
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))

    def home(self) -> None:
        """Back to the first row, whichever alert that is from now on."""
        self.selected, self.index, self.top = None, 0, 0


def _key(alert: Alert) -> _Key:
    # Of what is over there may be many of a kind; what is open keeps its row when its beginning is learnt.
    return (*alert.key, alert.started_at if alert.is_over else None)


def _matches(alert: Alert, words: Sequence[str]) -> bool:
    if not words:
        return True
    parts = [SEVERITIES[alert.severity], alert.state, alert.node, alert.rule, KINDS[alert.rule].what, alert.subject]
    parts += [alert.culprit or "", "seen" if alert.acknowledged else "", "muted" if alert.muted_until else ""]
    text = "\n".join(parts).lower()
    return all((word[1:] not in text) if word.startswith("!") and word[1:] else word in text for word in words)
