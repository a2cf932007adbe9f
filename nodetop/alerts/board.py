"""All alerts as they are shown: in order, counted, and as marks of a node. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nodetop.alerts.alert import Alert
from nodetop.alerts.marks import Mark, of_alerts


@dataclass(frozen=True)
class Board:
    """Alerts in the order of the inbox: those that call first, the worst and newest before others; then what was seen
    or is muted; then what is over, the newest first."""

    alerts: Sequence[Alert] = ()
    _marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)

    @cached_property
    def critical(self) -> int:
        """How many critical ones call."""
        return sum(alert.calls and alert.severity == 2 for alert in self.alerts)

    @cached_property
    def warning(self) -> int:
        """How many warnings call."""
        return sum(alert.calls and alert.severity == 1 for alert in self.alerts)

    def marks(self, node: str) -> tuple[Mark, ...]:
        """Where the alerts of a node began and ended, in order of time."""
        if node not in self._marks:
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
