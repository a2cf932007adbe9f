"""The content of a recording in memory: snapshots in order of time, and the history of each node."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import astuple, replace

from nodetop.base.grid import interval_start
from nodetop.history.means import MeanSnapshot, mean_snapshot, unsampled
from nodetop.history.rollup import Accumulator, roll_up
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, ProcessMetrics
from nodetop.recording.file import INCIDENT_FORMAT, Header, NodeHistory, Reader


class RecordedFile:
    """Snapshots of all nodes, made from history where there is no sample; and points of any step."""

    def __init__(
        self, samples: list[NodeSnapshot], histories: list[NodeHistory], header: Header | None, notices: list[str]
    ) -> None:
        self.notices = notices
        self.is_incident = header is not None and header.nodetop_recording >= INCIDENT_FORMAT
        self._until = header.until if header else None
        self._samples: dict[str, list[NodeSnapshot]] = {name: [] for name in (header.nodes if header else ())}
        self._stored: dict[str, dict[float, tuple[float, HistoryPoint]]] = {}
        for sample in samples:
            self._samples.setdefault(sample.node, []).append(sample)
        for history in histories:
            self._samples.setdefault(history.history_of, [])
            stored = self._stored.setdefault(history.history_of, {})
            stored.update((point.at, (history.step, point)) for point in history.points)
        for each in self._samples.values():
            each.sort(key=_taken_at)
        self.nodes = tuple(node for node, each in self._samples.items() if each or self._stored.get(node))
        means = (mean for node in self.nodes for mean in self._means(node))
        self.snapshots = sorted([*samples, *means], key=_taken_at)
        """Snapshots of all nodes, in order of time."""

    def _means(self, node: str) -> Iterator[MeanSnapshot]:
        times = [sample.taken_at for sample in self._samples[node]]
        by_step: dict[float, list[HistoryPoint]] = {}
        for step, point in self._stored.get(node, {}).values():
            by_step.setdefault(step, []).append(point)
        for step, points in by_step.items():
            for point in unsampled(points, times):
                yield mean_snapshot(node, point, step)

    @property
    def times(self) -> tuple[float, float]:
        """Its first and last time. A file that can be read has a snapshot."""
        return self.snapshots[0].taken_at, self.snapshots[-1].taken_at

    def samples(self, node: str) -> list[NodeSnapshot]:
        """The whole samples of a node, in order of time."""
        return self._samples.get(node, [])

    def within(self, end: float, snapshot: NodeSnapshot) -> float:
        """The end of a snapshot's time, limited to the end of the recording: the last point may reach beyond it."""
        return end if self._until is None else max(snapshot.taken_at, min(end, self._until))

    def points(self, node: str, since: float, until: float, step: float) -> list[HistoryPoint]:
        """Points of `step` seconds in [since, until): from the file, or from samples where the file has none."""
        stored = self._stored.get(node, {})
        samples = self._samples.get(node, [])
        here = samples[bisect_left(samples, since, key=_taken_at) : bisect_left(samples, until, key=_taken_at)]
        first = interval_start(since, step) if step else since
        kept = [(seconds, point) for at, (seconds, point) in stored.items() if first <= at < until]
        if any(seconds > step for seconds, _ in kept):  # samples are more precise
            times = [sample.taken_at for sample in here]
            points = unsampled((point for _, point in kept), times)
        else:
            points = [point for _, point in kept]
            here = _outside(here, sorted((at, at + seconds) for at, (seconds, _) in stored.items()))
        made = _accumulated(here, step or 1.0)
        return roll_up([*points, *made], step) if step else sorted([*points, *made], key=lambda point: point.at)


def read(path: Path) -> RecordedFile:
    """Reads a whole file. Raises RecordingError."""
    reader = Reader(path, tolerant=True)
    histories: list[NodeHistory] = []

    def samples() -> Iterator[NodeSnapshot]:
        for entry in reader.entries():
            if isinstance(entry, NodeSnapshot):
                yield entry
            else:
                histories.append(entry)

    taken = list(_sharing(samples()))
    return RecordedFile(taken, histories, reader.header, reader.notices)


def _taken_at(snapshot: NodeSnapshot) -> float:
    return snapshot.taken_at


def _outside(samples: Iterable[NodeSnapshot], stretches: list[tuple[float, float]]) -> list[NodeSnapshot]:
    """The samples in none of these time ranges. The ranges are sorted."""
    starts = [start for start, _ in stretches]
    found = []
    for sample in samples:
        index = bisect_right(starts, sample.taken_at) - 1
        if index < 0 or sample.taken_at >= stretches[index][1]:
            found.append(sample)
    return found


def _accumulated(samples: Iterable[NodeSnapshot], step: float) -> list[HistoryPoint]:
    intervals: dict[float, Accumulator] = {}
    for sample in samples:
        start = interval_start(sample.taken_at, step)
        intervals.setdefault(start, Accumulator(start)).add(sample)
    return [point for interval in intervals.values() if (point := interval.point())]


def _sharing(snapshots: Iterable[NodeSnapshot]) -> Iterator[NodeSnapshot]:
    """The same snapshots, but unchanged process rows are shared with the previous snapshot, as the sampler does. With
    500 mostly idle processes a snapshot then takes 20 KiB instead of 350."""
    last: dict[str, dict[tuple[Any, ...], ProcessMetrics]] = {}
    for snapshot in snapshots:
        processes = snapshot.processes
        if processes is not None:
            before = last.get(snapshot.node, {})
            rows = {key: before.get(key, row) for row in processes.rows for key in (astuple(row),)}
            last[snapshot.node] = rows
            snapshot = replace(snapshot, processes=replace(processes, rows=tuple(rows.values())))
        yield snapshot
