"""What came out of trying a rule on the past, as data and as text. Pure."""

from msgspec import Struct

from nodetop.alerts.rule import SILENT
from nodetop.alerts.trial.past import is_in_points
from nodetop.alerts.trial.tried_rule import TriedRule
from nodetop.base import units
from nodetop.base.text import clean
from nodetop.base.when import clock_text

_MOST_LISTED = 5


class TriedAlert(Struct, frozen=True, kw_only=True):
    """An alert that a rule would miss or add. `shown` is its worst value with its unit."""

    node: str
    item: str
    started_at: float
    ended_at: float | None
    peak: float
    shown: str


class TrialReport(Struct, frozen=True, kw_only=True):
    """Times are UTC seconds. `opened` is the number of alerts that would surely have opened, `opened_at_most` of those
    that may have; None: not known. From `exact_since` on whole samples were judged, before it points of history."""

    since: float
    until: float
    exact_since: float | None
    has_points: bool
    is_of_gaps: bool
    """Whether it is about silent nodes, which show in history as gaps."""
    step: float
    nodes: int
    opened: int
    opened_at_most: int | None
    still_open: int
    open_seconds: float
    longest_seconds: float
    at_night: int
    worst_nodes: dict[str, int]
    items: dict[str, int]
    on_top: dict[str, int]
    present_rule_opened: int | None
    missed: int
    added: int
    """The number of alerts of the present rule that this one would miss, and of those that it would add; `misses` and
    `adds` are the earliest of them."""
    misses: tuple[TriedAlert, ...]
    adds: tuple[TriedAlert, ...]
    suggested_limit: float | None
    suggested_shown: str
    suggested_would_open: int | None


def nothing_known(tried: TriedRule) -> str:
    """Why there was nothing to try a rule on."""
    if tried.rule.kind.name == SILENT:
        return "there is no history of two nodes in that time range; a gap in that of one may be the hub's own"
    if is_in_points(tried.rule):
        return "no data in that time range"
    return "history does not keep this value, and there are no whole samples of that time"


def lines(text: str, found: TrialReport) -> list[str]:
    """The report as text; `text` is the rule as it was typed."""
    period, nodes = units.duration(found.until - found.since), f"{found.nodes} node{'s' * (found.nodes > 1)}"
    made = [f"{clean(text)} on {nodes}, {period}: it would have opened {_times(found)}", f"  {_basis(found)}"]
    if found.opened:
        still = f"; {found.still_open} still open" if found.still_open else ""
        made.append(
            f"  open for {units.duration(found.open_seconds)} in all, at most {units.duration(found.longest_seconds)}; "
            f"{found.at_night} began at night (22:00-7:00){still}"
        )
        made.append(f"  worst nodes: {_counts(found.worst_nodes)}")
    if found.items:
        made.append(f"  of: {_counts(found.items)}")
    if found.on_top:
        made.append(f"  on top: {_counts(found.on_top)}")
    if found.present_rule_opened is not None:
        made.append(
            f"  the present rule: {_count(found.present_rule_opened)}; of these this one misses {found.missed}, "
            f"and adds {found.added}"
        )
        for word, count, alerts in _both(found):
            made += [_line(word, each) for each in alerts[:_MOST_LISTED]]
            if count > _MOST_LISTED:
                made.append(f"    and {count - _MOST_LISTED} more")
    if found.suggested_limit is not None:
        made.append(f"  a limit of {found.suggested_shown} would have opened {_count(found.suggested_would_open or 0)}")
    return made


def _both(found: TrialReport) -> tuple[tuple[str, int, tuple[TriedAlert, ...]], ...]:
    return ("misses", found.missed, found.misses), ("adds", found.added, found.adds)


def _count(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _times(found: TrialReport) -> str:
    if found.opened_at_most is None:
        return f"at least {_count(found.opened)}"
    if found.opened_at_most == found.opened:
        return _count(found.opened)
    return f"{found.opened} to {found.opened_at_most} times"


def _basis(found: TrialReport) -> str:
    """What it was tried on."""
    if found.is_of_gaps:
        return "tried on gaps in history: what a node sent later is no gap, nor is a time without any node"
    samples = "" if found.exact_since is None else f"whole samples since {_at(found.exact_since)} (exact)"
    points = f"points of {found.step / 60:g} minutes"
    if not found.has_points:
        return f"tried on {samples}; history does not have this value for the time before" if samples else ""
    bound = "" if found.opened_at_most == found.opened else ": shorter peaks may have opened it, or not"
    if not samples:
        return f"tried on history, {points}{bound}"
    return f"tried on {samples}, before that on history, {points}{bound}"


def _at(at: float) -> str:
    return clock_text(at, "%Y-%m-%d %H:%M")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{clean(name)} {count}" for name, count in counts.items())


def _line(word: str, alert: TriedAlert) -> str:
    item = f" {clean(alert.item)}" if alert.item else ""
    return f"    {word} {clean(alert.node)}{item} {_at(alert.started_at)}, worst {alert.shown}"
