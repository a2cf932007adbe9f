"""The watched values in a snapshot, in a row of a cluster or in a point of history. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from math import inf
from operator import attrgetter
from typing import NamedTuple

from nodetop.alerts.culprit import culprit
from nodetop.alerts.own_rule import OwnRule, own_rules, values_of
from nodetop.alerts.rule import Level, Rules
from nodetop.base.text import clean
from nodetop.model.derived import fullness
from nodetop.model.item_kinds import SENSOR, ItemKind
from nodetop.model.quantities import ALERTED
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus, ProcessMetrics, SensorReading, Stat

_DEGREES_BEFORE = 10.0
"""A sensor warns this many degrees below its critical temperature; the warning ends 5 degrees lower."""
_CLEAR_DEGREES = 5.0
_MOST_NAME = 64
MOST_MOUNTS = 64
"""Of so many file systems of a node, the fullest, is it estimated when they are full."""


class Reading(NamedTuple):
    """A value for a rule; None: not known now. `item`: which of several on a node; `levels` replace the rule's."""

    rule: str
    value: float | None
    item: str = ""
    subject: str = ""
    peak: float | None = None
    levels: tuple[Level, Level | None] | None = None


class Used(NamedTuple):
    """The used share of a file system. `item` is empty if it is the fullest one; `name` is known or None."""

    item: str
    percent: float
    name: str | None


def _nobody(_use: str) -> str | None:
    return None


@dataclass(frozen=True)
class Sample:
    """The values of a node at a time; they cover the `covers` seconds before it and have been so since `began_at`. For
    the rules in `complete` all items are included: one that is missing no longer exists. `culprit` names the top
    process by "cpu", "memory" or "io"."""

    node: str
    at: float
    began_at: float
    covers: float
    readings: tuple[Reading, ...]
    complete: frozenset[str] = frozenset()
    culprit: Callable[[str], str | None] = field(default=_nobody)
    oom_kills: int | None = None
    boot_id: str = ""
    """Of the kernel's boot; empty if only the uptime tells of a reboot."""
    uptime: float | None = None
    filling: tuple[Used, ...] = ()
    """Of each file system that can be written to, or of the fullest if only that is known."""


JUDGED = tuple(each for each in ALERTED if each.alert and not each.alert.is_derived)
_TAKERS = {each.name: each.taker() for each in JUDGED}
_IN_ROWS = tuple((each, each.of_row) for each in JUDGED if each.row)
IN_POINTS = tuple(each for each in JUDGED if each.chart)


class OwnWatch(NamedTuple):
    """A user's own rule, and what takes its values."""

    rule: OwnRule
    take: Callable[[NodeSnapshot], Sequence[tuple[str, float | None]] | None]


class OwnWatches:
    """Those of all own rules. Nodes share them: a hub has a thousand nodes, and 40 rules for each."""

    def __init__(self, rules: Rules) -> None:
        self._all = tuple(OwnWatch(rule, values_of(rule)) for rule in own_rules(rules))

    def of(self, cluster: str, node: str, tags: Sequence[str] = ()) -> tuple[OwnWatch, ...]:
        """Those that are about a node."""
        found = tuple(each for each in self._all if each.rule.holds(cluster, node, tags))
        return self._all if len(found) == len(self._all) else found


def of_snapshot(
    snapshot: NodeSnapshot, own: Iterable[OwnWatch] = (), quantities: Iterable[Quantity] = JUDGED
) -> Sample:
    """All watched values of a node, or those of some quantities; `own` are its rules besides the built-in ones."""
    readings: list[Reading] = []
    complete: set[str] = set()
    for each in quantities:
        kind = each.each
        if kind is None:
            readings.append(Reading(each.name, _TAKERS[each.name](snapshot)))
        elif kind.items(snapshot) is not None:
            complete.add(each.name)
            found = _temperatures(each, snapshot) if kind is SENSOR else _items(each, kind, snapshot)
            readings += _worst_of_each(list(found), below=each.alert is not None and each.alert.below)
    for rule, take in own:
        values = take(snapshot)
        if values is not None:
            complete.add(rule.kind.name)
            found = [Reading(rule.kind.name, value, item, clean(item)) for item, value in values]
            readings += _worst_of_each(found, below=rule.kind.below)
    return Sample(
        node=snapshot.node,
        at=snapshot.taken_at,
        began_at=snapshot.taken_at,
        covers=snapshot.interval or 0.0,
        readings=tuple(readings),
        complete=frozenset(complete | {"full_in_hours"} if snapshot.filesystems is not None else complete),
        culprit=lambda use: _on_top(snapshot, use),
        oom_kills=snapshot.memory.oom_kills if snapshot.memory else None,
        boot_id=kernel_boot(snapshot.boot_id),
        uptime=snapshot.host.uptime_seconds if snapshot.host else None,
        filling=_used(snapshot),
    )


def _worst_of_each(readings: list[Reading], *, below: bool) -> list[Reading]:
    """One reading for each item, because two would open and end its alert in turns. A chip may have two sensors with
    the same label. `below`: lower is worse."""
    if len({reading.item for reading in readings}) == len(readings):
        return readings
    worst: dict[str, Reading] = {}
    for reading in readings:
        other = worst.get(reading.item)
        if other is None or _badness(reading, below) > _badness(other, below):
            worst[reading.item] = reading
    return list(worst.values())


def _badness(reading: Reading, below: bool) -> float:
    if reading.value is None:
        return -inf
    value = reading.value - (reading.levels[0].at if reading.levels else 0.0)
    return -value if below else value


def kernel_boot(run: str) -> str:
    """The part of an agent's run id that is the kernel's: a restarted agent is no reboot. Empty if unknown."""
    boot = run.rpartition("-")[0] or run
    return "" if boot == "unknown" else boot


def _used(snapshot: NodeSnapshot) -> tuple[Used, ...]:
    known = ((each.mount_point, fullness(each)) for each in snapshot.filesystems or ())
    fullest: dict[str, float] = {}
    for name, percent in known:
        if percent is not None:
            fullest[name] = max(percent, fullest.get(name, 0.0))
    used = [Used(name, percent, name) for name, percent in fullest.items()]
    return tuple(used if len(used) <= MOST_MOUNTS else nlargest(MOST_MOUNTS, used, key=attrgetter("percent")))


def _items(quantity: Quantity, kind: ItemKind, snapshot: NodeSnapshot) -> Iterable[Reading]:
    value_of = quantity.of_item
    for item in kind.items(snapshot) or ():
        if kind.counts(item):
            name = kind.called(item)
            yield Reading(quantity.name, value_of(item), name, clean(kind.shown(item) if kind.shown else name))


def _temperatures(quantity: Quantity, snapshot: NodeSnapshot) -> Iterable[Reading]:
    """That of the CPU, and those of other sensors whose hardware defines a limit, which is then used."""
    sensors: Sequence[SensorReading] = SENSOR.items(snapshot) or ()
    limits = [levels for sensor in sensors if sensor.kind == "cpu" and (levels := _own_levels(sensor))]
    yield Reading(quantity.name, quantity.of(snapshot), "", "cpu", levels=limits[0] if limits else None)
    for sensor in sensors:
        levels = _own_levels(sensor)
        if levels is not None and sensor.kind != "cpu":
            name = clean(SENSOR.called(sensor))
            yield Reading(quantity.name, sensor.celsius, name, name, levels=levels)


def _own_levels(sensor: SensorReading) -> tuple[Level, Level] | None:
    """The limits that the hardware defines, if any."""
    critical = sensor.critical_celsius
    return None if critical is None or critical <= _DEGREES_BEFORE else _levels(critical)


@lru_cache(maxsize=256)
def _levels(critical: float) -> tuple[Level, Level]:
    warning = critical - _DEGREES_BEFORE
    return Level(warning, warning - _CLEAR_DEGREES), Level(critical, critical - _CLEAR_DEGREES)


def _on_top(snapshot: NodeSnapshot, use: str) -> str | None:
    rows = snapshot.processes.rows if snapshot.processes else ()
    best = max(rows, key=lambda row: _use(row, use), default=None)
    if best is None or _use(best, use) <= 0:
        return None
    return culprit(best.name, best.pid, best.command, best.container)


def _use(row: ProcessMetrics, use: str) -> float:
    if use == "io":
        return (row.read_bytes_per_second or 0.0) + (row.write_bytes_per_second or 0.0)
    return (row.cpu_percent if use == "cpu" else row.memory_percent) or 0.0


def of_row(row: NodeStatus, at: float, covers: float) -> Sample:
    """What a hub reports about each of its nodes."""
    used = row.filesystem_used_percent
    tops = {"cpu": row.top_cpu, "memory": row.top_memory}
    return Sample(
        node=row.node,
        at=at,
        began_at=at,
        covers=covers,
        readings=tuple([Reading(each.name, value_of(row), subject=_subject(each, row)) for each, value_of in _IN_ROWS]),
        culprit=lambda use: clean(name, _MOST_NAME) if (name := tops.get(use)) else None,
        oom_kills=row.oom_kills,
        filling=() if used is None else (Used("", used, row.fullest_filesystem),),
    )


def _subject(quantity: Quantity, row: NodeStatus | None = None) -> str:
    """Which item a single value belongs to, if the row says so."""
    if row is not None and quantity.row_item and (item := getattr(row, quantity.row_item)):
        return clean(item)
    return quantity.alert.subject if quantity.alert else ""


def of_point(node: str, point: HistoryPoint, step: float) -> Sample:
    """What history stored for `step` seconds: the mean is compared with the levels, the maximum is the peak."""
    tops = {"cpu": point.top_cpu, "memory": point.top_memory, "io": point.top_io}

    def on_top(use: str) -> str | None:
        top = next(iter(tops.get(use, ())), None)
        return culprit(top.name, top.pid, top.command, top.workload) if top else None

    full = point.filesystem_used_percent
    return Sample(
        node=node,
        at=point.at + step,
        began_at=point.at,
        covers=step,
        readings=tuple([_of_stat(each, getattr(point, each.row)) for each in IN_POINTS]),
        culprit=on_top,
        oom_kills=point.oom_kills,
        filling=() if full is None else (Used("", full.mean, None),),
    )


def _of_stat(quantity: Quantity, stat: Stat | None) -> Reading:
    mean, peak = (stat.mean, stat.max) if stat else (None, None)
    return Reading(quantity.name, mean, subject=_subject(quantity), peak=peak)
