"""A point of history as a snapshot, so that the screens can show a time without samples. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import fields

from nodetop.model.quantities import CHARTED_QUANTITIES
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, ProcessMetrics, ProcessSummary, Stat

_SOON_SECONDS = 60.0


class MeanSnapshot(NodeSnapshot, frozen=True, kw_only=True, eq=False):
    """Not a sample, but averages over `seconds` from `taken_at` on. Its processes are the top ones of that time, with
    their highest values. What a point does not keep is None. It is never sent over the network."""

    seconds: float
    point: HistoryPoint


def mean_snapshot(node: str, point: HistoryPoint, seconds: float) -> MeanSnapshot:
    """The snapshot of a node's point that covers `seconds`."""
    return MeanSnapshot(
        node=node,
        taken_at=point.at,
        interval=seconds,
        seconds=seconds,
        point=point,
        processes=ProcessSummary(rows=_top_processes(point)),
        **_metrics(point),
    )


@cache
def _structs() -> dict[str, type[Struct]]:
    """The struct types of a snapshot's fields, by field name."""
    found = ((each.name, part) for each in fields(NodeSnapshot) for part in get_args(each.type))
    return {name: part for name, part in found if isinstance(part, type) and issubclass(part, Struct)}


def _metrics(point: HistoryPoint) -> dict[str, Any]:
    """The charted means in the place where a snapshot has them: in its metrics, or in one item for all of a kind."""
    means: dict[str, dict[str, float]] = {}
    made: dict[str, Callable[..., Any]] = {}
    for each in CHARTED_QUANTITIES:
        stat: Stat | None = getattr(point, each.row)
        part, _, name = each.path.partition(".")
        if part:
            made[part] = _structs()[part]
        elif each.each is not None and each.each.mean is not None:
            part, name, make = each.each.part, each.item_field, each.each.mean
            made[part] = partial(_one_of_all, make)
        if part and stat is not None:
            means.setdefault(part, {})[name] = stat.mean
    return {part: make(**means[part]) if part in means else None for part, make in made.items()}


def _one_of_all(make: Callable[..., Any], **means: float) -> tuple[Any, ...]:
    return (make(**means),)


def _top_processes(point: HistoryPoint) -> tuple[ProcessMetrics, ...]:
    cpu, memory, moving = (
        {(top.pid, top.name): top for top in tops} for tops in (point.top_cpu, point.top_memory, point.top_io)
    )
    return tuple(
        ProcessMetrics(
            pid=top.pid,
            name=top.name,
            user=top.user,
            command=top.command,
            container=top.workload,
            cpu_percent=cpu[key].value if key in cpu else None,
            memory_percent=memory[key].value if key in memory else None,
        )
        for key, top in {**moving, **memory, **cpu}.items()
    )


def unsampled(points: Iterable[HistoryPoint], sampled_at: Iterable[float]) -> list[HistoryPoint]:
    """The points at whose start there are no samples, in order of time."""
    times = sorted(sampled_at)
    return [
        point
        for point in sorted(points, key=lambda point: point.at)
        if (index := bisect_left(times, point.at)) == len(times) or times[index] >= point.at + _SOON_SECONDS
    ]
