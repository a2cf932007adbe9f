"""Finds events on a node, with their times: reboots, OOM kills, gaps without samples, alerts. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from nodetop.alerts.alert import SEVERITIES, Alert
from nodetop.alerts.mark import Mark
from nodetop.alerts.words import title
from nodetop.base import units
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot

GAP_STEPS = 3.0
_GAP_LEAST = 10.0
_REBOOT_SLACK = 120.0


def between(before: NodeSnapshot, after: NodeSnapshot) -> list[Mark]:
    """Events between two consecutive samples."""
    found: list[Mark] = []
    # Means made from points of history have no boot id.
    is_other_boot = bool(before.boot_id and after.boot_id) and before.boot_id != after.boot_id
    if is_other_boot:
        found.append(Mark(after.taken_at, "reboot", "reboot"))
    gap = after.taken_at - before.taken_at
    # A mean from history is followed by samples that come more often, which is no gap.
    if gap > max(GAP_STEPS * max(after.interval or 0.0, before.interval or 0.0), _GAP_LEAST):
        found.append(Mark(after.taken_at, "gap", f"no samples for {units.duration(gap)}"))
    if before.memory is not None and after.memory is not None:
        found += _kills(
            after.taken_at, None if is_other_boot else before.memory.oom_kills, after.memory.oom_kills, is_other_boot
        )
    return found


def _kills(at: float, before: int | None, after: int | None, is_other_boot: bool) -> list[Mark]:
    if after is None or (before is None and not is_other_boot):
        return []
    count = after - (before or 0)
    return [Mark(at, "kill", kills_text(count))] if count > 0 else []


def kills_text(count: int) -> str:
    """ "OOM kill", "3 OOM kills" """
    return "OOM kill" if count == 1 else f"{count} OOM kills"


def of_points(points: Sequence[HistoryPoint]) -> list[Mark]:
    """Reboots and OOM kills in points of history, in order of time."""
    found: list[Mark] = []
    for before, after in pairwise(points):
        boot = after.boot_time
        # Setting the clock moves the boot time too, but not to where the samples are.
        is_other_boot = (
            boot is not None
            and before.boot_time is not None
            and abs(boot - before.boot_time) > _REBOOT_SLACK
            and boot > before.at - _REBOOT_SLACK
        )
        if is_other_boot and boot is not None:
            found.append(Mark(max(boot, before.at), "reboot", "reboot"))
        found += _kills(after.at, None if is_other_boot else before.oom_kills, after.oom_kills, is_other_boot)
    return found


def of_alerts(alerts: Iterable[Alert], node: str) -> list[Mark]:
    """The start and end of a node's alerts, in order of time."""
    found: list[Mark] = []
    for alert in alerts:
        if alert.node == node:
            name = title(alert)
            found.append(Mark(alert.started_at, SEVERITIES[alert.severity], f"{SEVERITIES[alert.severity]}: {name}"))
            if alert.ended_at is not None:
                found.append(Mark(alert.ended_at, "end", f"over: {name}"))
    return sorted(found, key=lambda mark: mark.at)
