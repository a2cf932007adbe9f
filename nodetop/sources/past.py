"""What a source knows of the past of its nodes, to try rules of alerts on: history, and whole samples as far back as
they are kept. One node at a time: a month of one takes 20 MB of memory."""

from collections.abc import AsyncIterator, Iterable, Sequence

from nodetop.alerts.trial.past import NodePast
from nodetop.base.grid import interval_start
from nodetop.history.means import MeanSnapshot
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.source import Source, SourceError

SAMPLES_SECONDS = 3600.0
"""No hub keeps whole samples for longer."""
_LEAST_SECONDS = 60.0
_CHUNK_SECONDS = 7 * 86_400.0


async def known_past(
    source: Source, nodes: Iterable[NodeStatus], since: float, until: float
) -> AsyncIterator[NodePast]:
    """The past of these nodes, one after the other. Raises SourceError."""
    for row in nodes:
        points = await points_of(source, row.node, since, until)
        samples = await samples_of(source, row.node, until - since)
        yield NodePast(row.node, points, samples, POINT_SECONDS, row.cluster or "")


async def points_of(source: Source, node: str, since: float, until: float) -> list[HistoryPoint]:
    """A node's points, a week at a time. Raises SourceError."""
    points: list[HistoryPoint] = []
    at = interval_start(since, POINT_SECONDS)
    while at < until:
        end = min(at + _CHUNK_SECONDS, until)
        points += await source.history(node, at, end, POINT_SECONDS)
        at = end
    return points


async def samples_of(source: Source, node: str, seconds: float) -> Sequence[NodeSnapshot]:
    """The whole samples that there still are; fewer if they are too many for one reply."""
    seconds = min(seconds, SAMPLES_SECONDS)
    while seconds >= _LEAST_SECONDS:
        try:
            found = await source.samples(node, seconds)
        except SourceError:
            seconds /= 2
            continue
        return sorted((each for each in found if not isinstance(each, MeanSnapshot)), key=lambda each: each.taken_at)
    return ()
