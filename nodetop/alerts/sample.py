"""What a snapshot, a row of a cluster or a point of history says about the watched values. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from nodetop.alerts.rule import Level
from nodetop.base.text import clean
from nodetop.model.headline import fullest, fullness, swap_used_percent
from nodetop.model.snapshot import (
    CpuMetrics,
    HistoryPoint,
    MemoryMetrics,
    NodeSnapshot,
    NodeStatus,
    ProcessMetrics,
    SensorReading,
    Stat,
)

_DEGREES_BEFORE = 10.0
"""A sensor warns so many degrees before what its hardware calls critical, and a warning ends 5 below that."""
_CLEAR_DEGREES = 5.0
_MOST_NAME = 64


class Reading(NamedTuple):
    """A value of a rule; None: not known now. `item` tells several of a node apart; `levels` replace the rule's."""

    rule: str
    value: float | None
    item: str = ""
    subject: str = ""
    peak: float | None = None
    levels: tuple[Level, Level | None] | None = None


def _nobody(_use: str) -> str | None:
    return None


@dataclass(frozen=True)
class Sample:
    """A node at a time, standing for the `covers` seconds before it; what it tells was so since `began_at`. Of the
    rules in `complete` every item is there: one that is not has gone. `culprit` names the process on top by "cpu",
    "memory" or "io"."""

    node: str
    at: float
    began_at: float
    covers: float
    readings: tuple[Reading, ...]
    complete: frozenset[str] = frozenset()
    culprit: Callable[[str], str | None] = field(default=_nobody)
    oom_kills: int | None = None
    filling: tuple[float, str | None] | None = None
    """Used percent and, if known, name of the fullest file system."""


def of_snapshot(snapshot: NodeSnapshot) -> Sample:
    """All there is about a node."""
    cpu, memory = snapshot.cpu or CpuMetrics(), snapshot.memory or MemoryMetrics()
    filesystem = fullest(snapshot)
    readings = [
        Reading("cpu", cpu.busy_percent),
        Reading("iowait", cpu.iowait_percent),
        Reading("steal", cpu.steal_percent),
        Reading("memory", memory.used_percent),
        Reading("swap", swap_used_percent(snapshot)),
        *_filesystems(snapshot),
        *_temperatures(snapshot),
    ]
    complete = {"filesystem", "inodes"} if snapshot.filesystems is not None else set()
    if snapshot.temperature is not None:
        complete.add("temperature")
    return Sample(
        node=snapshot.node,
        at=snapshot.taken_at,
        began_at=snapshot.taken_at,
        covers=snapshot.interval or 0.0,
        readings=tuple(readings),
        complete=frozenset(complete),
        culprit=lambda use: _on_top(snapshot, use),
        oom_kills=memory.oom_kills,
        filling=(filesystem.used_percent, filesystem.mount_point)
        if filesystem is not None and filesystem.used_percent is not None
        else None,
    )


def _filesystems(snapshot: NodeSnapshot) -> Iterable[Reading]:
    for each in snapshot.filesystems or ():
        if not each.read_only:
            subject = clean(each.mount_point)
            yield Reading("filesystem", fullness(each), each.mount_point, subject)
            yield Reading("inodes", each.inodes_used_percent, each.mount_point, subject)


def _temperatures(snapshot: NodeSnapshot) -> Iterable[Reading]:
    temperature = snapshot.temperature
    if temperature is None:
        return
    limits = [levels for sensor in temperature.sensors if sensor.kind == "cpu" and (levels := _own_levels(sensor))]
    yield Reading("temperature", temperature.cpu_celsius, "", "cpu", levels=limits[0] if limits else None)
    for sensor in temperature.sensors:
        levels = _own_levels(sensor)
        if levels is not None and sensor.kind != "cpu":
            name = clean(f"{sensor.chip} {sensor.label}".strip())
            yield Reading("temperature", sensor.celsius, name, name, levels=levels)


def _own_levels(sensor: SensorReading) -> tuple[Level, Level] | None:
    """The limits that the hardware states, if it does."""
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
    return f"{clean(best.name, _MOST_NAME)} ({best.pid})"


def _use(row: ProcessMetrics, use: str) -> float:
    if use == "io":
        return (row.read_bytes_per_second or 0.0) + (row.write_bytes_per_second or 0.0)
    return (row.cpu_percent if use == "cpu" else row.memory_percent) or 0.0


def of_row(row: NodeStatus, at: float, covers: float) -> Sample:
    """What a hub tells of each of its nodes."""
    subject = clean(row.fullest_filesystem) if row.fullest_filesystem else "fullest"
    used = row.filesystem_used_percent
    tops = {"cpu": row.top_cpu, "memory": row.top_memory}
    return Sample(
        node=row.node,
        at=at,
        began_at=at,
        covers=covers,
        readings=(
            Reading("cpu", row.cpu_busy_percent),
            Reading("iowait", row.iowait_percent),
            Reading("steal", row.steal_percent),
            Reading("memory", row.memory_used_percent),
            Reading("swap", row.swap_used_percent),
            Reading("filesystem", used, subject=subject),
            Reading("inodes", row.inodes_used_percent, subject="a file system"),
            Reading("temperature", row.cpu_celsius, subject="cpu"),
        ),
        culprit=lambda use: clean(name, _MOST_NAME) if (name := tops.get(use)) else None,
        oom_kills=row.oom_kills,
        filling=None if used is None else (used, row.fullest_filesystem),
    )


def of_point(node: str, point: HistoryPoint, step: float) -> Sample:
    """What history kept of `step` seconds: the mean is judged, the maximum is the peak."""
    tops = {"cpu": point.top_cpu, "memory": point.top_memory}

    def culprit(use: str) -> str | None:
        top = next(iter(tops.get(use, ())), None)
        return f"{clean(top.name, _MOST_NAME)} ({top.pid})" if top else None

    full = point.filesystem_used_percent
    return Sample(
        node=node,
        at=point.at + step,
        began_at=point.at,
        covers=step,
        readings=(
            _charted("cpu", point.cpu_busy_percent),
            _charted("memory", point.memory_used_percent),
            _charted("swap", point.swap_used_percent),
            _charted("filesystem", full, "fullest"),
            _charted("temperature", point.cpu_celsius, "cpu"),
        ),
        culprit=culprit,
        oom_kills=point.oom_kills,
        filling=None if full is None else (full.mean, None),
    )


def _charted(rule: str, stat: Stat | None, subject: str = "") -> Reading:
    return Reading(rule, stat.mean if stat else None, subject=subject, peak=stat.max if stat else None)
