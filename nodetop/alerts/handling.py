"""What the user did about alerts: acknowledged them, or muted them for a time. Pure.

Two nodetops of one user may change it at once: each change has a time, and for the same alerts the latest one counts.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from nodetop.alerts.alert import Alert

SCHEMA = 1
MOST = 2000
_LATER = 0.001
_ALWAYS_KEPT = 500
_KEEP_SECONDS = 30 * 86_400.0


class Scope(Struct, frozen=True):
    """A set of alerts: those of a node, a rule, an item; None: of any."""

    node: str | None = None
    rule: str | None = None
    item: str | None = None
    cluster: str | None = None

    def holds(self, alert: Alert) -> bool:
        """Whether an alert belongs to the set."""
        wanted = self.node, self.rule, self.item, self.cluster
        has = alert.node, alert.rule, alert.item, alert.cluster
        return all(one is None or one == other for one, other in zip(wanted, has, strict=True))


class Entry(Struct, frozen=True, kw_only=True):
    """One decision; None and times in the past cancel an earlier one."""

    scope: Scope
    changed_at: float
    acknowledged_at: float | None = None
    muted_until: float | None = None
    by: str = ""
    """Who decided it; only on a hub, where there are several."""


class Handling(Struct, frozen=True, kw_only=True):
    """All decisions, one per scope."""

    schema: int = SCHEMA
    entries: tuple[Entry, ...] = ()

    def acknowledged(self, alert: Alert, now: float, *, seen: bool, by: str = "") -> "Handling":
        """A copy with this alert acknowledged, or no longer acknowledged."""
        return self._with(scope_of(alert), now, acknowledged_at=now if seen else None, by=by)

    def muted(self, scope: Scope, until: float | None, now: float, *, by: str = "") -> "Handling":
        """A copy with these alerts muted until a time; None: no longer muted."""
        return self._with(scope, now, muted_until=until, by=by)

    def unmuted(self, alert: Alert, now: float, *, by: str = "") -> "Handling":
        """A copy without anything that mutes this alert."""
        changed = self
        for entry in self.entries:
            if entry.muted_until is not None and entry.scope.holds(alert):
                changed = changed.muted(entry.scope, None, now, by=by)
        return changed

    def _with(self, scope: Scope, now: float, by: str, **change: float | None) -> "Handling":
        before = next((entry for entry in self.entries if entry.scope == scope), Entry(scope=scope, changed_at=0.0))
        # Later than what it replaces, even if the clock was set back.
        entry = replace(before, changed_at=max(now, before.changed_at + _LATER), by=by, **change)
        others = tuple(each for each in self.entries if each.scope != scope)
        return Handling(entries=(*others, entry))

    def merged(self, other: "Handling") -> "Handling":
        """Both; of two decisions about the same scope the later one."""
        found: dict[Scope, Entry] = {}
        for entry in (*self.entries, *other.entries):
            if entry.scope not in found or entry.changed_at > found[entry.scope].changed_at:
                found[entry.scope] = entry
        return Handling(entries=tuple(found.values()))

    def pruned(self, now: float) -> "Handling":
        """A copy without decisions that expired long ago. The newest ones always stay, so that a clock that is wrong
        for a while does not delete them."""
        ordered = sorted(self.entries, key=lambda entry: entry.changed_at)[-MOST:]
        kept = [
            entry
            for index, entry in enumerate(ordered, -len(ordered))
            if index >= -_ALWAYS_KEPT or max(entry.changed_at, entry.muted_until or 0.0) > now - _KEEP_SECONDS
        ]
        return Handling(entries=tuple(kept))

    def applied(self, alerts: Iterable[Alert], now: float) -> list[Alert]:
        """The alerts with these decisions applied."""
        muting = [entry for entry in self.entries if entry.muted_until is not None and entry.muted_until > now]
        seen = {entry.scope: entry for entry in self.entries if entry.acknowledged_at is not None}
        return [self._applied(alert, muting, seen.get(scope_of(alert))) for alert in alerts]

    def _applied(self, alert: Alert, muting: Iterable[Entry], seen: Entry | None) -> Alert:
        seen_at = seen.acknowledged_at if seen is not None else None
        until = max((entry.muted_until or 0.0 for entry in muting if entry.scope.holds(alert)), default=None)
        # An alert that was active at the first sample may have been acknowledged in an earlier run.
        is_seen = seen_at is not None and (alert.since_before or alert.started_at <= seen_at)
        if is_seen and alert.ended_at is not None:
            is_seen = seen_at is not None and seen_at <= alert.ended_at
        if until is None and not is_seen:
            return alert
        by = seen.by if seen is not None and is_seen else ""
        at = seen_at if is_seen else None
        return replace(alert, acknowledged=is_seen, acknowledged_at=at, acknowledged_by=by, muted_until=until)


def scope_of(alert: Alert) -> Scope:
    """The scope of this alert alone."""
    return Scope(alert.node, alert.rule, alert.item, alert.cluster or None)
