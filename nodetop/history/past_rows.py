"""A node's row at a past moment, from a sample or from a point of history. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from nodetop.history.means import MeanSnapshot
from nodetop.history.ring import Ring
from nodetop.model.cluster_totals import TREND_SECONDS, trend
from nodetop.model.hub_api import MomentRow
from nodetop.model.node_status import state_of, status
from nodetop.model.snapshot import CHARTED, HistoryPoint, NodeSnapshot, NodeStatus


def row_of_snapshot(snapshot: NodeSnapshot, at: float) -> NodeStatus:
    """The row from the node's last snapshot at or before a moment, with the state for its age. For a snapshot of means,
    the row has means."""
    if isinstance(snapshot, MeanSnapshot):
        return row_of_point(snapshot.node, snapshot.point, snapshot.seconds, at)
    row = status(snapshot, at)
    return replace(row, state=state_of(max(at - snapshot.taken_at, 0.0), snapshot.interval))


def row_of_point(node: str, point: HistoryPoint, seconds: float | None, at: float) -> MomentRow:
    """The row from a point's means. The node is up until the end of the point, and its age counts from there. For a
    point made from one sample, `seconds` is None."""
    age = max(at - point.at - (seconds or 0.0), 0.0)
    means = {name: stat.mean for name in CHARTED if (stat := getattr(point, name)) is not None}
    return MomentRow(
        node=node,
        state=state_of(age, None),
        age_seconds=None if seconds and at < point.at + seconds else age,
        mean_seconds=seconds,
        **means,
    )


def row_without_data(node: str) -> MomentRow:
    """The row of a node without any data at a moment."""
    return MomentRow(node=node, state="gone")


def trend_of(points: Sequence[HistoryPoint], seconds: float, at: float, count: int) -> tuple[float | None, ...]:
    """CPU in the hour before a moment, in `count` parts. Each takes the point at its middle."""
    step = TREND_SECONDS / count
    means: list[float | None] = [None] * count
    for point in points:
        if point.cpu_busy_percent is not None:
            for index in range(count):
                middle = at - TREND_SECONDS + (index + 0.5) * step
                if point.at <= middle < point.at + seconds:
                    means[index] = point.cpu_busy_percent.mean
    return tuple(means)


def trend_before(ring: Ring, at: float, count: int) -> tuple[float | None, ...]:
    """The same for a ring of samples and means."""
    last = ring.index_at(at)
    snapshots = [
        ring[index] for index in range(ring.index_at(at - TREND_SECONDS) or 0, -1 if last is None else last + 1)
    ]
    samples = ((each.taken_at, each.cpu.busy_percent) for each in snapshots if each.cpu and not _is_mean(each))
    values = trend(samples, at, count)
    for mean in (each for each in snapshots if isinstance(each, MeanSnapshot)):
        filled = trend_of([mean.point], mean.seconds, at, count)
        values = tuple(b if a is None else a for a, b in zip(values, filled, strict=True))
    return values


def _is_mean(snapshot: NodeSnapshot) -> bool:
    return isinstance(snapshot, MeanSnapshot)
