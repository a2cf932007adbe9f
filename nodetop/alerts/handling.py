"""What the user did about alerts: seen (acknowledged), or muted for a time. Pure.

Two nodetops of one user may change it at once: each change has its time, and of two about the same the later counts.
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
    """Which alerts: of a node, a rule, an item; None: of any."""

    node: str | None = None
    rule: str | None = None
    item: str | None = None

    def holds(self, alert: Alert) -> bool:
        """Whether an alert is one of these."""
        pairs = ((self.node, alert.node), (self.rule, alert.rule), (self.item, alert.item))
        return all(wanted is None or wanted == has for wanted, has in pairs)


class Entry(Struct, frozen=True, kw_only=True):
    """One decision; None and times gone by take back what an earlier one said."""

    scope: Scope
    changed_at: float
    acknowledged_at: float | None = None
    muted_until: float | None = None


class Handling(Struct, frozen=True, kw_only=True):
    """All decisions, one a scope."""

    schema: int = SCHEMA
    entries: tuple[Entry, ...] = ()

    def acknowledged(self, alert: Alert, now: float, *, seen: bool) -> "Handling":
        """With this alert seen, or not seen any more."""
        return self._with(scope_of(alert), now, acknowledged_at=now if seen else None)

    def muted(self, scope: Scope, until: float | None, now: float) -> "Handling":
        """With these alerts muted until a time; None: no more."""
        return self._with(scope, now, muted_until=until)

    def unmuted(self, alert: Alert, now: float) -> "Handling":
        """With nothing any more that mutes this alert."""
        changed = self
        for entry in self.entries:
            if entry.muted_until is not None and entry.scope.holds(alert):
                changed = changed.muted(entry.scope, None, now)
        return changed

    def _with(self, scope: Scope, now: float, **change: float | None) -> "Handling":
        before = next((entry for entry in self.entries if entry.scope == scope), Entry(scope=scope, changed_at=0.0))
        # Later than what it changes, also when the clock was set back.
        entry = replace(before, changed_at=max(now, before.changed_at + _LATER), **change)
        others = tuple(each for each in self.entries if each.scope != scope)
        return Handling(entries=(*others, entry))

    def merged(self, other: "Handling") -> "Handling":
        """Both; of two decisions about the same the later one."""
        found: dict[Scope, Entry] = {}
        for entry in (*self.entries, *other.entries):
            if entry.scope not in found or entry.changed_at > found[entry.scope].changed_at:
                found[entry.scope] = entry
        return Handling(entries=tuple(found.values()))

    def pruned(self, now: float) -> "Handling":
        """Without what is long past, but for the newest: a clock that is set wrong for a while costs none of them."""
        ordered = sorted(self.entries, key=lambda entry: entry.changed_at)[-MOST:]
        kept = [
            entry
            for index, entry in enumerate(ordered, -len(ordered))
            if index >= -_ALWAYS_KEPT or max(entry.changed_at, entry.muted_until or 0.0) > now - _KEEP_SECONDS
        ]
        return Handling(entries=tuple(kept))

    def applied(self, alerts: Iterable[Alert], now: float) -> list[Alert]:
        """The alerts with what was decided about them."""
        muting = [entry for entry in self.entries if entry.muted_until is not None and entry.muted_until > now]
        seen = {entry.scope: entry.acknowledged_at for entry in self.entries if entry.acknowledged_at is not None}
        return [self._applied(alert, muting, seen.get(scope_of(alert))) for alert in alerts]

    def _applied(self, alert: Alert, muting: Iterable[Entry], seen_at: float | None) -> Alert:
        until = max((entry.muted_until or 0.0 for entry in muting if entry.scope.holds(alert)), default=None)
        # One that began before anybody looked may have been seen by an earlier run.
        is_seen = seen_at is not None and (alert.since_before or alert.started_at <= seen_at)
        if is_seen and alert.ended_at is not None:
            is_seen = seen_at is not None and seen_at <= alert.ended_at
        return alert if until is None and not is_seen else replace(alert, acknowledged=is_seen, muted_until=until)


def scope_of(alert: Alert) -> Scope:
    """This alert alone."""
    return Scope(alert.node, alert.rule, alert.item)
