"""A recording as a source: played at the pace it was recorded, or all of it at once."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import astuple, replace

from nodetop.api_model import ClusterSummary
from nodetop.cluster_totals import TREND_SECONDS, summarise, top_processes, trend
from nodetop.history.ring import Ring
from nodetop.history.rollup import Accumulator, interval_start
from nodetop.model import HistoryPoint, NodeSnapshot, NodeStatus, ProcessMetrics
from nodetop.recording import Reader
from nodetop.sources.cluster_source import ProcessList, Trend
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, SourceEvent
from nodetop.sources.status import status

LONGEST_PAUSE = 5.0
"""Seconds that a hole in the recording takes when it is played."""


class ReplaySource:
    """Plays a file. What was played stays in memory, so that one can step back to its first snapshot."""

    can_signal = False

    def __init__(self, path: Path, *, speed: float = 1.0) -> None:
        """Reads the file whole. `speed` 0: all of it is there from the start. Raises RecordingError."""
        reader = Reader(path)
        self._snapshots = sorted(_sharing(reader), key=lambda snapshot: snapshot.taken_at)
        self.notices = reader.notices
        """What of the file was passed over, as plain lines."""
        self.name = f"replay {path.name}"
        self._speed = speed
        self._rings = {snapshot.node: Ring(keep_seconds=float("inf")) for snapshot in self._snapshots}
        self.is_cluster = len(self._rings) > 1
        self._next = 0
        self._closed = asyncio.Event()
        while self._next < len(self._snapshots) and (speed == 0 or not self._started()):
            self._play()

    def _started(self) -> bool:
        """Whether every node has a snapshot with rates: a first sample alone would be a screen of dashes."""
        return all(len(ring) > 1 or (ring.latest and ring.latest.interval) for ring in self._rings.values())

    def _play(self) -> NodeSnapshot:
        snapshot = self._snapshots[self._next]
        self._rings[snapshot.node].add(snapshot)
        self._next += 1
        return snapshot

    def latest(self) -> NodeSnapshot:
        """The newest snapshot played: what a first screen shows."""
        return self._snapshots[self._next - 1]

    @property
    def notice(self) -> str | None:
        return next(iter(self.notices), None)

    async def nodes(self) -> Sequence[NodeStatus]:
        """The nodes of the file, as they were at the moment that is played."""
        return self._statuses()

    def _statuses(self) -> tuple[NodeStatus, ...]:
        now = self.latest().taken_at
        return tuple(status(ring.latest, now) for ring in self._rings.values() if ring.latest)

    @property
    def summary(self) -> ClusterSummary:
        """Totals over the nodes of the file."""
        return summarise(self._statuses())

    async def trends(self, points: int) -> Mapping[str, Trend]:
        """The hour before the moment that is played, of each node."""
        now, step = self.latest().taken_at, TREND_SECONDS / points
        return {node: Trend(step, trend(map(_busy, ring), now, points)) for node, ring in self._rings.items()}

    async def processes(self, match: str, sort: str, limit: int) -> ProcessList:
        """Of the newest snapshot of each node."""
        latest = [("", node, ring.latest) for node, ring in self._rings.items() if ring.latest]
        return ProcessList(*top_processes(latest, match, sort, limit))

    def recent(self, node: str) -> Ring:
        """All that was played of a node; empty for a node that is not in the file."""
        return self._rings.get(node) or Ring()

    async def events(self) -> AsyncIterator[SourceEvent]:
        if self.is_cluster:
            yield NodesChanged(self._statuses())
        for ring in self._rings.values():
            if ring.latest:
                yield SnapshotTaken(ring.latest)
        while self._next < len(self._snapshots) and not await self._closed_within(self._pause()):
            yield SnapshotTaken(self._play())
            if self.is_cluster:
                yield NodesChanged(self._statuses())
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
        """Points made of the whole file, also of what is yet to be played."""
        return await asyncio.to_thread(self._points, node, since, until, step)

    def _points(self, node: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        intervals: dict[float, Accumulator] = {}
        for snapshot in self._snapshots:
            if snapshot.node == node and since <= snapshot.taken_at < until:
                start = interval_start(snapshot.taken_at, step)
                intervals.setdefault(start, Accumulator(start)).add(snapshot)
        return [point for interval in intervals.values() if (point := interval.point())]

    async def demand(self, what: Demand) -> None:
        """A file has its own pace."""

    async def aclose(self) -> None:
        self._closed.set()


def _busy(snapshot: NodeSnapshot) -> tuple[float, float | None]:
    return snapshot.taken_at, snapshot.cpu.busy_percent if snapshot.cpu else None


def _sharing(snapshots: Iterable[NodeSnapshot]) -> Iterator[NodeSnapshot]:
    """The same snapshots; process rows that did not change since the last one are the same objects, as when they were
    taken. Of 500 mostly idle processes that makes 20 KiB a snapshot instead of 350."""
    last: dict[str, dict[tuple[Any, ...], ProcessMetrics]] = {}
    for snapshot in snapshots:
        processes = snapshot.processes
        if processes is not None:
            before = last.get(snapshot.node, {})
            rows = {key: before.get(key, row) for row in processes.rows for key in (astuple(row),)}
            last[snapshot.node] = rows
            snapshot = replace(snapshot, processes=replace(processes, rows=tuple(rows.values())))
        yield snapshot
