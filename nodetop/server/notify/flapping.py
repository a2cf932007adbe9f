"""Items (one rule on one part of a node) that open and end again and again: flap detection, and what was told of each
item in the last hour. Kept with the outbox. Pure."""

from msgspec import Struct

from nodetop.alerts.alert import Alert
from nodetop.server.notify.rate_limit import HOUR

OPENINGS = 5
"""An item is flapping when it has opened so often within an hour."""
CALM_SECONDS = 900.0
"""It no longer is when nothing has changed for so long. The pauses of five openings an hour, at a steady pace, are not
longer."""
MOST_ITEMS = 5_000
"""So many items are remembered; then the one without a change for longest is forgotten."""


class Flapping(Struct, omit_defaults=True):
    """`openings` since `since`. `last` is the newest alert: the board forgets ended ones when there are many."""

    since: float
    openings: int
    last: Alert
    told: int = 0
    """The worst severity with which it was told as flapping; 0: not told yet."""


class Item(Struct, omit_defaults=True):
    """What happened to one item lately, as one receiver may know it."""

    changed_at: float = 0.0
    openings: dict[str, float] = {}
    """When its last alerts began, by their ids; at most OPENINGS."""
    told_at: dict[int, float] = {}
    """When it was told last, by severity."""
    flapping: Flapping | None = None

    def note(self, alert: Alert, now: float) -> None:
        """An alert of it opened, changed or ended."""
        self.changed_at = now
        if alert.id not in self.openings:
            self._note_opening(alert)
        if self.flapping is not None and alert.started_at >= self.flapping.last.started_at:
            self.flapping.last = alert

    def _note_opening(self, alert: Alert) -> None:
        self.openings[alert.id] = alert.started_at
        for oldest in list(self.openings)[:-OPENINGS]:
            del self.openings[oldest]
        times = self.openings.values()
        if self.flapping is not None:
            self.flapping.openings += 1
        elif len(times) == OPENINGS and max(times) - min(times) < HOUR:
            self.flapping = Flapping(since=min(times), openings=OPENINGS, last=alert)

    def is_calm(self, now: float) -> bool:
        return not 0 <= now - self.changed_at < CALM_SECONDS  # a clock that was set back must not keep it silent

    def waits(self, alert: Alert, now: float) -> bool:
        """Whether it is flapping and the receiver knows: silent until it is calm, or worse than was told."""
        return self.flapping is not None and alert.severity <= self.flapping.told and not self.is_calm(now)

    def was_told(self, severity: int, now: float) -> bool:
        """Whether it was told within the last hour, as bad as that."""
        return any(told >= severity and 0 <= now - at < HOUR for told, at in self.told_at.items())

    def told_as(self, alert: Alert, now: float) -> str:
        """As what an alert is told now, if the item is flapping: "flapping", or "calm" at the end of it; else ''."""
        if self.flapping is None:
            return ""
        if self.is_calm(now):
            self.flapping = None
            return "calm"
        self.flapping.told = max(alert.severity, self.flapping.told)
        return "flapping"

    def is_past(self, now: float) -> bool:
        """Whether nothing of it counts any more."""
        times = (self.changed_at, *self.told_at.values())
        return self.flapping is None and all(not 0 <= now - at < HOUR for at in times)


class Items:
    """By their keys; the one without a change for longest is the first."""

    def __init__(self, items: dict[str, Item]) -> None:
        self._items = items

    def of(self, alert: Alert) -> Item:
        """The item of an alert; a new one, not kept, if nothing is known of it."""
        return self._items.get(_key(alert)) or Item()

    def note(self, alert: Alert, now: float) -> Item:
        """Notes a change of an alert. Returns its item."""
        item = self._items.pop(_key(alert), None) or Item()
        self._items[_key(alert)] = item
        if len(self._items) > MOST_ITEMS:
            del self._items[next(iter(self._items))]
        item.note(alert, now)
        return item

    def flapping(self) -> list[Item]:
        return [item for item in self._items.values() if item.flapping is not None]

    def last_alerts(self) -> dict[str, Alert]:
        """The newest alerts of those that are flapping, by id."""
        return {item.flapping.last.id: item.flapping.last for item in self._items.values() if item.flapping}

    def prune(self, now: float) -> None:
        for key in [key for key, item in self._items.items() if item.is_past(now)]:
            del self._items[key]


def _key(alert: Alert) -> str:
    return "\0".join((alert.cluster, *alert.key))
