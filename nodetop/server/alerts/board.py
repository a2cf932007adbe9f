"""All alerts of a hub: the open ones and the ended ones, each with its id, and what was decided about them."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from nodetop.alerts.alert import Alert, Change, ChangeKind
from nodetop.alerts.handling import Handling
from nodetop.model.hub_api import ALL_CLUSTERS
from nodetop.server.alerts.node_judge import Verdict
from nodetop.server.fleet.fleet_node import Key

MOST_ENDED = 5000
KEEP_SECONDS = 30 * 86_400.0
_Item = tuple[str, str]
"""Rule and item."""


class HubBoard:
    """Not thread-safe. `version` grows with each change; values of open alerts also change without that."""

    def __init__(self) -> None:
        self._open: dict[Key, dict[_Item, Alert]] = {}
        self._ended: deque[Alert] = deque(maxlen=MOST_ENDED)
        self._changes: list[Change] = []
        self._changed_at: dict[str, int] = {}
        """The version in which each alert last changed."""
        self._values: dict[str, float | None] = {}
        self.handling = Handling()
        self.version = 0

    def update(self, key: Key, verdict: Verdict) -> None:
        """Takes what a node's judge has found."""
        there = {(alert.rule, alert.item): alert for alert in verdict.open}
        for alert in verdict.ended:
            if (alert.rule, alert.item) not in there or not verdict.is_late:
                self._end(key, alert, verdict)
        known = self._open.setdefault(key, {}) if there else self._open.get(key, {})
        for item, alert in there.items():
            self._show(key, known, item, replace(alert, tags=verdict.tags), is_late=verdict.is_late)
        if not known:
            self._open.pop(key, None)

    def _show(self, key: Key, known: dict[_Item, Alert], item: _Item, alert: Alert, *, is_late: bool) -> None:
        before = known.get(item)
        if before is None:
            known[item] = replace(alert, cluster=key[0], id=_id(key, alert), is_late=is_late)
            self._note("opened", known[item], is_new=True)
            return
        shown = known[item] = replace(alert, cluster=key[0], id=before.id, is_late=before.is_late)
        if shown.severity != before.severity:
            self._note("severity", shown)
        elif (shown.state, shown.started_at) != (before.state, before.started_at):
            self._mark(shown.id)

    def _end(self, key: Key, alert: Alert, verdict: Verdict) -> None:
        item = alert.rule, alert.item
        before = self._open.get(key, {}).get(item)
        if before is not None:
            if verdict.is_whole:  # else the later samples say whether it goes on
                del self._open[key][item]
                self._add_ended(
                    replace(alert, cluster=key[0], id=before.id, is_late=before.is_late, tags=before.tags), is_new=False
                )
            return
        shown = replace(alert, cluster=key[0], id=_id(key, alert), is_late=verdict.is_late, tags=verdict.tags)
        known = next((index for index, each in enumerate(self._ended) if _is_same(each, shown)), None)
        if known is None:
            self._add_ended(shown, is_new=True)
        elif (shown.ended_at or 0.0) < (self._ended[known].ended_at or 0.0):
            self._ended[known] = replace(self._ended[known], ended_at=shown.ended_at)  # it ended while the hub was down
            self._mark(self._ended[known].id)

    def _add_ended(self, alert: Alert, *, is_new: bool) -> None:
        self._ended.append(alert)
        self._note("ended", alert, is_new=is_new)

    def _note(self, kind: ChangeKind, alert: Alert, *, is_new: bool = False) -> None:
        self._changes.append(Change(kind, alert, is_new))
        self._mark(alert.id)

    def _mark(self, alert_id: str) -> None:
        self.version += 1
        self._changed_at[alert_id] = self.version

    def show_values(self) -> None:
        """Marks the open alerts whose value is another than at the last call, so that readers see the current one."""
        values = {alert.id: alert.value for alert in self._all_open()}
        for alert_id, value in values.items():
            if self._values.get(alert_id, value) != value:
                self._mark(alert_id)
        self._values = values

    def take_changes(self) -> list[Change]:
        """The changes since the last call."""
        changes, self._changes = self._changes, []
        return changes

    def keep_only(self, key: Key, current: Iterable[Alert], at: float) -> None:
        """Ends a node's alerts that are not among the current ones."""
        there = {(alert.rule, alert.item) for alert in current}
        for item, alert in list(self._open.get(key, {}).items()):
            if item not in there:
                del self._open[key][item]
                self._add_ended(replace(alert, ended_at=at, state="ended"), is_new=False)
        if not self._open.get(key):
            self._open.pop(key, None)

    def decide(self, handling: Handling, now: float) -> None:
        """Takes acknowledgements and mutes."""
        before = {alert.id: alert for alert in self.alerts(now)}
        self.handling = handling.pruned(now)
        for alert in self.alerts(now):
            if alert != before[alert.id]:
                self._note("decided", alert)

    def prune(self, now: float) -> None:
        """Removes ended alerts older than KEEP_SECONDS."""
        kept = [alert for alert in self._ended if (alert.ended_at or 0.0) > now - KEEP_SECONDS]
        if len(kept) != len(self._ended):
            self._ended = deque(kept, maxlen=MOST_ENDED)
            ids = {alert.id for alert in self.raw()}
            self._changed_at = {each: version for each, version in self._changed_at.items() if each in ids}

    # Views

    def _all_open(self) -> Iterator[Alert]:
        return (alert for alerts in self._open.values() for alert in alerts.values())

    def open(self, now: float, cluster: str = ALL_CLUSTERS) -> list[Alert]:
        """The open alerts, with what was decided."""
        return self.handling.applied(_of(self._all_open(), cluster), now)

    def alerts(self, now: float, cluster: str = ALL_CLUSTERS, since: float = 0.0) -> list[Alert]:
        """The open alerts, and those that ended since a time; with what was decided."""
        ended = (alert for alert in _of(self._ended, cluster) if (alert.ended_at or 0.0) >= since)
        return self.handling.applied([*_of(self._all_open(), cluster), *ended], now)

    def changed(self, now: float, cluster: str, since_version: int) -> list[Alert]:
        """The alerts that changed after a version."""
        if since_version >= self.version:
            return []
        return [each for each in self.alerts(now, cluster) if self._changed_at.get(each.id, 0) > since_version]

    def find(self, alert_id: str, now: float) -> Alert | None:
        """An alert by its id."""
        return next((alert for alert in self.alerts(now) if alert.id == alert_id), None)

    def nodes(self) -> list[Key]:
        """The nodes with open alerts."""
        return list(self._open)

    # For a restart

    def raw(self) -> tuple[Alert, ...]:
        """All alerts without what was decided, for restore()."""
        return (*self._ended, *self._all_open())

    def restore(self, alerts: Iterable[Alert], handling: Handling) -> None:
        """Continues from an earlier run."""
        self.handling = handling
        for alert in alerts:
            if alert.has_ended:
                self._ended.append(alert)
            else:
                self._open.setdefault((alert.cluster, alert.node), {})[alert.rule, alert.item] = alert
            self._mark(alert.id)


def _of(alerts: Iterable[Alert], cluster: str) -> Iterator[Alert]:
    return (alert for alert in alerts if cluster in (ALL_CLUSTERS, alert.cluster))


def _id(key: Key, alert: Alert) -> str:
    text = "\0".join((*key, alert.rule, alert.item, f"{alert.started_at:.3f}"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _is_same(known: Alert, late: Alert) -> bool:
    """Whether these are one alert, known from samples in order and from late ones."""
    if known.id == late.id:
        return True
    same = (known.cluster, known.node, known.rule, known.item) == (late.cluster, late.node, late.rule, late.item)
    return same and known.started_at <= late.started_at and (late.ended_at or 0.0) <= (known.ended_at or 0.0)
