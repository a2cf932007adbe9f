"""A message about alerts, as plain text: what, where, since when, value and limit, who was on top, what else changed,
and the command that shows it. Pure."""

import math
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from nodetop.alerts import words
from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.rule import SILENT
from nodetop.base import units
from nodetop.base.text import clean, cut
from nodetop.server.notify.flapping import CALM_SECONDS

MOST_IN_FULL = 8
"""So many alerts of a message are described; the rest is counted."""
_MOST_NODES = 6
_LONGEST_ALSO = 3
_SHORT_LINES, _SHORT_CELLS = 8, 150


class News(Struct, frozen=True, kw_only=True):
    """One alert in a message. `kind`: opened, worse, again, ended, flapping, or calm when that is over. `also` is what
    else changed on that node."""

    kind: str
    alert: Alert
    also: tuple[str, ...] = ()
    openings: int = 0
    """How often it opened while it was flapping, and in how long; the alert is the last of them."""
    within_seconds: float = 0.0

    @property
    def state(self) -> str:
        """ "critical", "warning", "flapping" or "ended" """
        if self.kind == "flapping":
            return self.kind
        return "ended" if self.alert.has_ended else SEVERITIES[self.alert.severity]


class Message(Struct, frozen=True, kw_only=True):
    """`id` is the same however often it is sent. `severity` is the worst of what has not ended, 0 if all have."""

    id: str
    receiver: str
    created_at: float
    title: str
    text: str
    severity: int
    news: tuple[News, ...] = ()
    is_test: bool = False

    def short(self) -> "Message":
        """The same in a few lines and without data, for a receiver that does not take more."""
        lines = self.text.splitlines()
        rest = [f"... {len(lines) - _SHORT_LINES} more lines"] if len(lines) > _SHORT_LINES else []
        kept = "\n".join([cut(line, _SHORT_CELLS) for line in lines[:_SHORT_LINES]] + rest)
        return msgspec.structs.replace(self, title=cut(self.title, _SHORT_CELLS), text=f"{kept}\n", news=())


class ThisHub(NamedTuple):
    """How users reach this hub: its URL, and its own cluster, whose nodes go by their plain names."""

    url: str
    cluster: str


def title(news: Sequence[News]) -> str:
    """ "CRITICAL web-1: file system /srv 99%", "2 critical, 1 warning, 3 ended on 4 nodes" """
    if len(news) == 1:
        return _headline(news[0])
    counts = Counter(each.state for each in news)
    parts = [f"{counts[word]} {word}" for word in ("critical", "warning", "flapping", "ended") if counts[word]]
    nodes = {(each.alert.cluster, each.alert.node) for each in news}
    where = _node(news[0].alert) if len(nodes) == 1 else f"{len(nodes)} nodes"
    return f"{', '.join(parts)} on {where}"


def text(news: Sequence[News], *, hub: ThisHub, now: float, zone: ZoneInfo | None, remarks: Sequence[str] = ()) -> str:
    """The body; of one alert without its title. `remarks` are lines that stand before it."""
    if len(news) == 1:
        return "\n".join([*remarks, *_details(news[0], hub, now, zone)]) + "\n"
    ordered = sorted(news, key=lambda each: (each.state == "ended", -each.alert.severity, each.alert.started_at))
    parts = [_paragraph(each, hub, now, zone) for each in ordered[:MOST_IN_FULL]]
    rest = ordered[MOST_IN_FULL:]
    if rest:
        parts.append("\n".join([f"And {len(rest)} more:", *_summary(rest), f"nodetop alerts --cluster {hub.url}"]))
    return "\n\n".join([*remarks, *parts]) + "\n"


def _node(alert: Alert) -> str:
    return clean(alert.node)


def _headline(news: News) -> str:
    alert = news.alert
    what = f"{_node(alert)}: {words.title(alert)}"
    late = " (reported late)" if alert.is_late else ""
    if news.state == "ended":
        return f"ended {what}{late}"
    if news.state == "flapping":
        return f"{SEVERITIES[alert.severity].upper()} {what} flapping"
    again = "still " if news.kind in ("again", "calm") else ""
    return f"{again}{SEVERITIES[alert.severity].upper()} {what} {words.value(alert, alert.value)}{late}"


def _paragraph(news: News, hub: ThisHub, now: float, zone: ZoneInfo | None) -> str:
    return "\n".join([_headline(news), *(f"  {line}" for line in _details(news, hub, now, zone))])


def _details(news: News, hub: ThisHub, now: float, zone: ZoneInfo | None) -> list[str]:
    alert = news.alert
    sign = "at or below" if words.is_below(alert) else "at or above"
    limit = f"limit {sign} {words.value(alert, alert.threshold)}"
    since = _time(alert.started_at, zone)
    lines = []
    if news.openings:
        lines.append(_flapping(news))
    if alert.ended_at is not None:
        lasted = units.duration(alert.seconds(alert.ended_at))
        until = _time(alert.ended_at, zone)
        lines.append(f"from {since} to {until}, {lasted}; worst {words.value(alert, alert.peak)} ({limit})")
    else:
        before = "before " if alert.since_before else ""
        lines.append(f"since {before}{since}; worst {words.value(alert, alert.peak)} ({limit})")
    if alert.cluster:
        lines.append(f"cluster {clean(alert.cluster)}")
    if alert.culprit:
        lines.append(f"on top: {clean(alert.culprit)}")
    lines += [f"also: {clean(each)}" for each in news.also[:_LONGEST_ALSO]]
    return [*lines, _command(alert, hub, now)]


def _flapping(news: News) -> str:
    times = f"{news.openings} times in {units.duration(news.within_seconds)}"
    if news.kind == "calm":
        return f"no longer flapping: opened {times}, then calm for {units.duration(CALM_SECONDS)}"
    state = "ended" if news.alert.has_ended else "open"
    return f"opens and ends again and again: {times}; now {state}. The next message comes when it is calm or worse"


def _command(alert: Alert, hub: ThisHub, now: float) -> str:
    """The command that shows the node in the middle of the alert's time so far; one that says nothing any more, as it
    was last. To be pasted into a shell."""
    node = alert.node if alert.cluster in ("", hub.cluster) else f"{alert.cluster}/{alert.node}"
    end = alert.started_at if alert.rule == SILENT else alert.ended_at or now
    middle = (alert.started_at + max(end, alert.started_at)) / 2
    at = datetime.fromtimestamp(math.ceil(middle), UTC)  # rounded down it could be before the first sample of the alert
    return f"nodetop --cluster {hub.url} --node {shlex.quote(clean(node))} --at {at:%Y-%m-%dT%H:%M:%SZ}"


def _summary(news: Iterable[News]) -> list[str]:
    """A line for each kind of alert, with some of the nodes."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in news:
        groups.setdefault((each.state, words.what(each.alert)), []).append(_node(each.alert))
    lines = []
    for (state, what), nodes in groups.items():
        names = sorted(set(nodes))
        more = f" and {len(names) - _MOST_NODES} more" if len(names) > _MOST_NODES else ""
        lines.append(f"  {len(nodes)} {state}, {what}: {', '.join(names[:_MOST_NODES])}{more}")
    return lines


def _time(at: float, zone: ZoneInfo | None) -> str:
    """ "Thu 26 Nov 03:12:04 CET" """
    local = datetime.fromtimestamp(at, zone) if zone else datetime.fromtimestamp(at).astimezone()
    return local.strftime("%a %d %b %H:%M:%S %Z")
