"""All alerts in display order, counted, and as marks of a node. Pure."""

from collections.abc import Iterable, Sequence

from nodetop.alerts.alert import Alert
from nodetop.alerts.mark import Mark


class Board:
    """Alerts in the order of the inbox: first those that need attention, worst and newest first; then acknowledged and
    muted ones; then ended ones, newest first."""

    def __init__(self, alerts: Sequence[Alert] = ()) -> None:
        self.alerts = alerts
        self.critical = sum(alert.needs_attention and alert.severity == 2 for alert in alerts)
        """Number of critical alerts that need attention."""
        self.warning = sum(alert.needs_attention and alert.severity == 1 for alert in alerts)
        """Number of warnings that need attention."""
        self._marks: dict[str, tuple[Mark, ...]] = {}

    def marks(self, node: str) -> tuple[Mark, ...]:
        """Marks of the start and end of a node's alerts, in order of time."""
        if not self.alerts:
            return ()
        if node not in self._marks:
            from nodetop.alerts.marks import of_alerts  # late: the first frame has no alerts

            self._marks[node] = tuple(of_alerts(self.alerts, node))
        return self._marks[node]


EMPTY = Board()


def board(alerts: Iterable[Alert]) -> Board:
    """A board of these alerts."""
    return Board(sorted(alerts, key=_order))


def _order(alert: Alert) -> tuple[bool, bool, int, float]:
    if alert.ended_at is not None:
        return True, True, 0, -alert.ended_at
    return False, not alert.needs_attention, -alert.severity, -alert.started_at
