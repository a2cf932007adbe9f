"""All alerts as they are shown: in order, counted, and as marks of a node. Pure."""

from collections.abc import Iterable, Sequence

from nodetop.alerts.alert import Alert
from nodetop.alerts.mark import Mark


class Board:
    """Alerts in the order of the inbox: those that call first, the worst and newest before others; then what was seen
    or is muted; then what is over, the newest first."""

    def __init__(self, alerts: Sequence[Alert] = ()) -> None:
        self.alerts = alerts
        self.critical = sum(alert.calls and alert.severity == 2 for alert in alerts)
        """How many critical ones call."""
        self.warning = sum(alert.calls and alert.severity == 1 for alert in alerts)
        """How many warnings call."""
        self._marks: dict[str, tuple[Mark, ...]] = {}

    def marks(self, node: str) -> tuple[Mark, ...]:
        """Where the alerts of a node began and ended, in order of time."""
        if not self.alerts:
            return ()
        if node not in self._marks:
            from nodetop.alerts.marks import of_alerts  # with the first alert: a first frame has none

            self._marks[node] = tuple(of_alerts(self.alerts, node))
        return self._marks[node]


EMPTY = Board()


def board(alerts: Iterable[Alert]) -> Board:
    """A board of these alerts."""
    return Board(sorted(alerts, key=_order))


def _order(alert: Alert) -> tuple[bool, bool, int, float]:
    if alert.ended_at is not None:
        return True, True, 0, -alert.ended_at
    return False, not alert.calls, -alert.severity, -alert.started_at
