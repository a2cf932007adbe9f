"""A node's row in a list of nodes and its charted values, made from its latest snapshot; its state, by the snapshot's
age. Pure."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from nodetop.model.derived import fullest
from nodetop.model.quantities import CHARTED_QUANTITIES, QUANTITIES
from nodetop.model.snapshot import ChartedValues, NodeSnapshot, NodeStatus, ProcessMetrics

_cpu_percent = attrgetter("cpu_percent")
_memory_percent = attrgetter("memory_percent")
_TAKERS = tuple((each.row, each.taker()) for each in QUANTITIES if each.row and each.is_single)
_CHARTED_TAKERS = tuple((each.row, each.taker()) for each in CHARTED_QUANTITIES)

UP_SECONDS, LATE_SECONDS, GONE_SECONDS = 15.0, 60.0, 900.0
"""The greatest age of a node's last sample for the states up, late and stale. An older one means that it is gone."""
REPORTING = ("up", "late")
"""States in which a node's values are recent enough to count."""
_MISSED = 3
"""A node that samples less often than every 5 s counts as up for so many of its intervals."""


def state_of(age: float, interval: float | None) -> str:
    """up, late, stale or gone, from the age of the last sample and the seconds between samples."""
    up = max(UP_SECONDS, _MISSED * min(interval or 0.0, GONE_SECONDS / _MISSED))
    if age <= up:
        return "up"
    if age <= max(LATE_SECONDS, 2 * up):
        return "late"
    return "stale" if age <= max(GONE_SECONDS, 3 * up) else "gone"


def status(snapshot: NodeSnapshot, now: float) -> NodeStatus:
    """The row of a node. Its age is counted up to `now`, in UTC seconds."""
    host = snapshot.host
    rows = snapshot.processes.rows if snapshot.processes else ()
    filesystem = fullest(snapshot)
    values: dict[str, Any] = {name: take(snapshot) for name, take in _TAKERS}
    return NodeStatus(
        node=snapshot.node,
        age_seconds=max(now - snapshot.taken_at, 0.0),
        boot_id=snapshot.boot_id,
        os=host.os if host else None,
        tags=host.tags if host else (),
        fullest_filesystem=filesystem.mount_point if filesystem else None,
        top_cpu=_top(rows, _cpu_percent),
        top_memory=_top(rows, _memory_percent),
        **values,
    )


def charted(snapshot: NodeSnapshot) -> ChartedValues:
    """The numbers that history keeps, taken from one snapshot; None for missing ones."""
    return ChartedValues(**{name: take(snapshot) for name, take in _CHARTED_TAKERS})


def _top(rows: Iterable[ProcessMetrics], value: "attrgetter[float | None]") -> str | None:
    """The name of the process with the highest value."""
    known = [(number, row) for row in rows if (number := value(row))]
    return max(known, key=lambda pair: pair[0])[1].name if known else None
