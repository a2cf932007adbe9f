"""What a node was like at a moment: its row from a sample, or from a point of history. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from nodetop.history.means import MeanSnapshot
from nodetop.history.ring import Ring
from nodetop.model.cluster_totals import TREND_SECONDS, trend
from nodetop.model.hub_api import MomentRow
from nodetop.model.node_status import state_of, status
from nodetop.model.snapshot import CHARTED, HistoryPoint, NodeSnapshot, NodeStatus


def row_of_snapshot(snapshot: NodeSnapshot, at: float) -> NodeStatus:
    """The node as its last snapshot at or before a moment says, with the state that its age makes. Its means if the
    snapshot is one of means."""
    if isinstance(snapshot, MeanSnapshot):
        return row_of_point(snapshot.node, snapshot.point, snapshot.seconds, at)
    row = status(snapshot, at)
    return replace(row, state=state_of(max(at - snapshot.taken_at, 0.0), snapshot.interval))


def row_of_point(node: str, point: HistoryPoint, seconds: float | None, at: float) -> MomentRow:
    """The means of the point's time: within it a node is up, from its end on it ages. A point that is one sample's own
    stands for no time: `seconds` is None."""
    age = max(at - point.at - (seconds or 0.0), 0.0)
    means = {name: stat.mean for name in CHARTED if (stat := getattr(point, name)) is not None}
    return MomentRow(
        node=node,
        state=state_of(age, None),
        age_seconds=None if seconds and at < point.at + seconds else age,
        mean_seconds=seconds,
        **means,
    )


def unheard(node: str) -> MomentRow:
    """A node of which nothing is known at a moment."""
    return MomentRow(node=node, state="gone")


def trend_of(points: Sequence[HistoryPoint], seconds: float, at: float, count: int) -> tuple[float | None, ...]:
    """CPU in the hour before a moment in so many parts, each of the point that its middle lies in."""
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
    """The same of a ring of samples and means."""
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
