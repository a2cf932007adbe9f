"""Times at which messages wait: quiet hours of a receiver, and maintenance windows. By the local time of a zone, which
is right also on the days on which the clocks change. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nodetop.alerts.alert import Alert

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Hours:
    """From one time of day to another, every day or on some days of the week (by the day on which they begin)."""

    first: int
    """Minutes since midnight; `last` is not part of it, and may be on the next day."""
    last: int
    days: frozenset[int] = frozenset(range(7))
    zone: ZoneInfo | None = None
    """None: the hub's own time zone."""

    def holds(self, at: float) -> bool:
        """Whether a time (UTC seconds) is within."""
        local = datetime.fromtimestamp(at, self.zone) if self.zone else datetime.fromtimestamp(at)
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.first < self.last:
            return self.first <= minute < self.last and day in self.days
        if minute >= self.first:
            return day in self.days
        return minute < self.last and (day - 1) % 7 in self.days


def parse_hours(text: str, zone: ZoneInfo | None) -> Hours:
    """ "22:00-07:00", "sat,sun 00:00-24:00". Raises ValueError with what is allowed."""
    days, _, hours = text.strip().lower().rpartition(" ")
    found = _RANGE.fullmatch(hours)
    if found is None:
        raise ValueError(f'{text!r} must be like "22:00-07:00" or "sat,sun 08:00-20:00"')
    first, last = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    if first >= _DAY_MINUTES or last > _DAY_MINUTES or first == last or int(found[2]) > 59 or int(found[4]) > 59:
        raise ValueError(f"{hours!r} is not a range of times of day")
    names = [each.strip() for each in days.split(",") if each.strip()] if days else list(_DAYS)
    if not set(names) <= set(_DAYS):
        raise ValueError(f"{days!r} must be days: {', '.join(_DAYS)}")
    return Hours(first, last, frozenset(map(_DAYS.index, names)), zone)


def parse_zone(name: str) -> ZoneInfo:
    """A time zone by its name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone of this system, such as Europe/Berlin") from None


@dataclass(frozen=True)
class Where:
    """Which alerts are meant: shell patterns for their cluster, node, rule and tags. No pattern: any."""

    clusters: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    """Nodes that are not meant."""

    def holds(self, alert: Alert) -> bool:
        """Whether an alert is meant."""
        return (
            _is_any(alert.cluster, self.clusters)
            and _is_any(alert.node, self.nodes)
            and _is_any(alert.rule, self.rules)
            and (not self.tags or any(_is_any(tag, self.tags) for tag in alert.tags))
            and not (self.excepted and _is_any(alert.node, self.excepted))
        )


ANY = Where()
"""All alerts."""


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True)
class Maintenance:
    """A window in which alerts of some nodes send no messages: once, or every week. What is still open at its end is
    sent then."""

    name: str
    where: Where
    begin: float | None = None
    end: float | None = None
    weekly: Hours | None = None

    def holds(self, alert: Alert, at: float) -> bool:
        """Whether an alert waits at this time."""
        once = self.begin is not None and self.end is not None and self.begin <= at < self.end
        return (once or (self.weekly is not None and self.weekly.holds(at))) and self.where.holds(alert)
