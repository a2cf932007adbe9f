"""What else happened on a node around the time of an alert, for the message about it. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from nodetop.alerts import words
from nodetop.alerts.alert import Alert
from nodetop.base import units
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key

AROUND_SECONDS = 600.0
_SKEW_SECONDS = 60.0
MOST = 3


def by_node(alerts: Iterable[Alert]) -> dict[Key, list[Alert]]:
    """The alerts of each node."""
    found: dict[Key, list[Alert]] = {}
    for alert in alerts:
        found.setdefault((alert.cluster, alert.node), []).append(alert)
    return found


def what_else(alerts: Mapping[Key, Sequence[Alert]], fleet: Fleet, alert: Alert) -> tuple[str, ...]:
    """A line each: a reboot, a wrong clock, other alerts of the node that began or ended around the same time; only a
    few. `alerts` are those of each node."""
    others = alerts.get((alert.cluster, alert.node), ())
    return (*_of_node(fleet, alert), *(_line(each) for each in others if _is_near(each, alert)))[:MOST]


def _of_node(fleet: Fleet, alert: Alert) -> Iterable[str]:
    node = fleet.get((alert.cluster, alert.node))
    if node is None:
        return
    sample, skew = node.envelope.sample, node.envelope.clock_skew_seconds
    booted = sample.host.boot_time if sample.host else None
    if booted is not None and abs(booted - alert.started_at) < AROUND_SECONDS:
        yield f"rebooted {units.duration(max(sample.taken_at - booted, 0.0))} before its last sample"
    if skew is not None and abs(skew) > _SKEW_SECONDS:
        yield f"its clock is wrong by {units.duration(abs(skew))}"


def _is_near(other: Alert, alert: Alert) -> bool:
    if other.id == alert.id:
        return False
    times = (other.started_at, *((other.ended_at,) if other.ended_at is not None else ()))
    return any(abs(at - alert.started_at) <= AROUND_SECONDS for at in times)


def _line(alert: Alert) -> str:
    state = "ended" if alert.has_ended else words.value(alert, alert.value)
    return f"{words.title(alert)} {state}"
