"""What --once, --json and --check print of a moment in the past (`--at TIME`): the rows of a hub's samples of the last
hour; of a single node, and before that, the means of five minutes; of a recording what it has."""

from math import inf, nextafter
from time import time
from typing import Protocol

import click

from nodetop.base.when import EXAMPLES, clock_text, parse_when
from nodetop.commands.base.host import host_sampler
from nodetop.history.means import MeanSnapshot, mean_snapshot
from nodetop.history.store import HistoryStore
from nodetop.model.history import POINT_SECONDS
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.recording.reader import RecordedFile
from nodetop.settings.options import Settings
from nodetop.sources.remote import RemoteSource
from nodetop.sources.source import SourceError

NOTHING = "no data of that time"
_AHEAD_SECONDS = 60.0
"""How much later than now a time may be: the clock of the machine whose message has it may be ahead."""


class Asked(Protocol):
    """What these commands ask a source with many nodes. Raises SourceError."""

    @property
    def own_cluster(self) -> str:
        """See RemoteSource."""

    async def overview(self) -> tuple[ClusterSummary, tuple[NodeStatus, ...]]:
        """See RemoteSource."""

    async def snapshot(self, node: str) -> NodeSnapshot:
        """See RemoteSource."""


class PastSource:
    """A source as it was at a time."""

    def __init__(self, source: RemoteSource, at: float) -> None:
        self._source, self._at = source, at

    @property
    def own_cluster(self) -> str:
        return self._source.own_cluster

    async def overview(self) -> tuple[ClusterSummary, tuple[NodeStatus, ...]]:
        """All nodes of today as they were."""
        await self._source.overview()  # which nodes there are, and what they are called
        cluster = self._source.cluster
        if cluster is None:
            raise SourceError(f"{self._source.name} has no past")
        moment = await cluster.at(self._at, 1)
        return moment.summary, tuple(moment.nodes)

    async def snapshot(self, node: str) -> NodeSnapshot:
        """The mean of the five minutes around the time."""
        points = await self._source.history(node, self._at - POINT_SECONDS, nextafter(self._at, inf), POINT_SECONDS)
        if not points:
            raise SourceError(f"{node}: {NOTHING}")
        return mean_snapshot(node, points[-1], POINT_SECONDS)


def asked_at(source: RemoteSource, at: float | None) -> Asked:
    """The source, as it was at a time if one is given."""
    return source if at is None else PastSource(source, at)


def host_at(settings: Settings, at: float) -> NodeSnapshot:
    """This host as it was: the mean of the five minutes around the time. Raises click.UsageError."""
    sampler = host_sampler(settings)
    node = sampler.node
    sampler.close()
    store = HistoryStore(settings.data_dir / "history")
    points = store.points(node, at - POINT_SECONDS, nextafter(at, inf), POINT_SECONDS)
    if not points:
        raise click.UsageError(f"--at: {NOTHING}")
    return mean_snapshot(node, points[-1], POINT_SECONDS)


def recorded_at(file: RecordedFile, text: str) -> list[NodeSnapshot]:
    """The nodes of a recording as they were at the time of --at. Raises click.UsageError."""
    at = parse_recorded_at(file.times, text)
    found = {each.node: each for each in file.snapshots if each.taken_at <= at < each.taken_at + _holds_for(each)}
    if not found:
        raise click.UsageError(f"--at: {NOTHING}")
    return list(found.values())


def _holds_for(snapshot: NodeSnapshot) -> float:
    return snapshot.seconds if isinstance(snapshot, MeanSnapshot) else POINT_SECONDS


def parse_recorded_at(times: tuple[float, float], text: str) -> float:
    """The time of --at in a recording with this first and last time: -2h is before its end. Raises click.UsageError."""
    first, last = times
    at = parse_when(text, last)
    if at is None:
        raise click.UsageError(f"--at {text!r} is not a time; examples: {EXAMPLES}")
    if not first - _AHEAD_SECONDS <= at <= last + _AHEAD_SECONDS:
        whole = " to ".join(clock_text(each, "%Y-%m-%d %H:%M:%S") for each in times)
        raise click.UsageError(f"--at {text!r} is not in the recording, which is of {whole}")
    return max(at, first)


def parse_at(text: str | None) -> float | None:
    """The time of --at, UTC seconds. Raises click.UsageError."""
    if text is None:
        return None
    now = time()
    at = parse_when(text, now)
    if at is None:
        raise click.UsageError(f"--at {text!r} is not a time; examples: {EXAMPLES}")
    if at > now + _AHEAD_SECONDS:
        raise click.UsageError(f"--at {text!r} is in the future")
    return min(at, now)
