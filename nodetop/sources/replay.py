"""A recording as a source: played at the recorded speed, or loaded all at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from nodetop.history.means import MeanSnapshot
from nodetop.history.past_rows import row_of_snapshot, row_without_data, trend_before
from nodetop.history.ring import Ring
from nodetop.model.cluster_totals import TREND_SECONDS, TopWorkloads, summarise, top_processes
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.recording.reader import read
from nodetop.sources.cluster import Cluster, ClusterMoment, ProcessList, Trend, WorkloadList
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, Source, SourceEvent

LONGEST_PAUSE = 5.0
"""Seconds that a gap in the recording takes when played."""


class ReplaySource(Source):
    """Plays a file. Everything played stays in memory, so that the user can go back to the first snapshot.

    Where an incident file has only history, means (MeanSnapshot) take the place of snapshots."""

    description = "this is a recording"

    def __init__(self, path: Path, *, speed: float | None = None, played_seconds: float | None = None) -> None:
        """Reads the whole file. `speed` 0: everything is available at once, which is the default for an incident file.
        `played_seconds`: only the last part of the file is played, what is before it is available at once. Raises
        RecordingError."""
        self._file = read(path)
        self.notices = self._file.notices
        """What was skipped in the file, as plain lines."""
        self.name = f"replay {path.name}"
        self._speed = (0.0 if self._file.is_incident else 1.0) if speed is None else speed
        self._snapshots = self._file.snapshots
        self._times = [snapshot.taken_at for snapshot in self._snapshots]
        self._rings = {node: Ring(keep_seconds=float("inf")) for node in self._file.nodes}
        self.played_until: float = 0.0
        self._next = 0
        self._closed = asyncio.Event()
        play_from = self._times[-1] - played_seconds if played_seconds is not None and self._times else 0.0
        while self._next < len(self._snapshots) and (
            self._speed == 0 or not self._started() or self._times[self._next] <= play_from
        ):
            self._play()

    def _started(self) -> bool:
        """Whether every node has a snapshot with rates: a first sample alone would be a screen of dashes."""
        return all(len(ring) > 1 or (ring.latest and ring.latest.interval) for ring in self._rings.values())

    def _play(self) -> NodeSnapshot:
        snapshot = self._snapshots[self._next]
        self._rings[snapshot.node].add(snapshot)
        end = snapshot.taken_at + (snapshot.seconds if isinstance(snapshot, MeanSnapshot) else 0.0)
        self.played_until = max(self.played_until, self._file.within(end, snapshot))
        self._next += 1
        return snapshot

    def latest(self) -> NodeSnapshot:
        """The newest snapshot played, for the first screen."""
        return self._snapshots[self._next - 1]

    @property
    def cluster(self) -> Cluster | None:
        return self if len(self._rings) > 1 else None

    @property
    def replayed(self) -> tuple[float, float]:
        first, last = self._times[0], self._times[-1]
        return min(self.latest().taken_at, last) - first, last - first

    @property
    def notice(self) -> str | None:
        return next(iter(self.notices), None)

    async def nodes(self) -> Sequence[NodeStatus]:
        """The nodes of the file at the time that is played."""
        return self._statuses(self.played_until)

    def _statuses(self, at: float) -> tuple[NodeStatus, ...]:
        return tuple(_row(node, ring, at) for node, ring in self._rings.items() if ring.latest)

    @property
    def summary(self) -> ClusterSummary:
        """Totals over the nodes of the file."""
        return summarise(self._statuses(self.played_until))

    async def trends(self, points: int) -> Mapping[str, Trend]:
        """For each node the hour before the time that is played."""
        return self._trends(self.played_until, points)

    async def at(self, time: float, points: int) -> ClusterMoment:
        """From what was played."""
        rows = self._statuses(time)
        return ClusterMoment(time, summarise(rows), rows, self._trends(time, points))

    def _trends(self, at: float, points: int) -> Mapping[str, Trend]:
        step = TREND_SECONDS / points
        return {node: Trend(step, trend_before(ring, at, points)) for node, ring in self._rings.items()}

    def times(self) -> Sequence[float]:
        """The times of all snapshots played, of any node."""
        return self._times[: self._next]

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        """From the newest snapshot of each node, or the newest at a time."""
        time = self.played_until if at is None else at
        found = [("", node, ring[index]) for node, ring in self._rings.items() if (index := _index(ring, time)) >= 0]
        return ProcessList(*top_processes(found, match, sort, limit))

    async def workloads(self, match: str, sort: str, limit: int) -> WorkloadList:
        """From the newest snapshot of each node that has any."""
        top = TopWorkloads(match, sort, limit)
        for node, ring in self._rings.items():
            if ring.latest is not None:
                top.add("", node, ring.latest)
        return WorkloadList(top.matched, top.total, top.rows())

    def recent(self, node: str) -> Ring:
        """Everything played of a node; empty for a node that is not in the file."""
        return self._rings.get(node) or Ring()

    async def events(self) -> AsyncIterator[SourceEvent]:
        if self._closed.is_set():
            return
        if self.cluster is not None:
            yield NodesChanged(self._statuses(self.played_until))
        for ring in self._rings.values():
            if ring.latest:
                yield SnapshotTaken(ring.latest)
        while self._next < len(self._snapshots) and not await self._closed_within(self._pause()):
            yield SnapshotTaken(self._play())
            if self.cluster is not None:
                yield NodesChanged(self._statuses(self.played_until))
        await self._closed.wait()

    def _pause(self) -> float:
        """Seconds until the next snapshot is due."""
        gap = self._snapshots[self._next].taken_at - self.latest().taken_at
        return min(gap / self._speed, LONGEST_PAUSE)

    async def _closed_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._closed.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        """Points of the whole file, including what has not been played yet."""
        return await asyncio.to_thread(self._file.points, node, since, until, step)

    async def demand(self, what: Demand) -> None:
        """Ignored: a file is played at its own speed."""

    async def aclose(self) -> None:
        self._closed.set()


def _index(ring: Ring, at: float) -> int:
    """Index of the last snapshot at or before a time; -1 if there is none."""
    index = ring.index_at(at)
    return -1 if index is None else index


def _row(node: str, ring: Ring, at: float) -> NodeStatus:
    index = _index(ring, at)
    return row_of_snapshot(ring[index], at) if index >= 0 else row_without_data(node)
