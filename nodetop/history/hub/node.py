"""A hub's memory of one node: samples of the last hour, intervals not yet on the disk, samples it has seen."""

from math import floor, inf

from nodetop.base.grid import interval_start
from nodetop.history.day_file import StoredPoint
from nodetop.history.hub.checkpoint import NodeState
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.last_hour import LastHour
from nodetop.history.hub.seen import Seen, exact
from nodetop.history.rollup import Accumulator, merge
from nodetop.model.node_status import UP_SECONDS, charted
from nodetop.model.snapshot import ChartedValues, HistoryPoint, NodeSnapshot

MAX_INTERVAL_RANGES = 512
"""The most ranges of sequence numbers in one point: one for each boot and for each gap in its numbers."""


def interval_at(at: float, seconds: float) -> float:
    """The key of the interval that contains a time: the whole second in which it starts, because a stored point has no
    fractions. An interval takes at least one second, so keys are unique."""
    return float(floor(interval_start(at, seconds)))


class Interval:
    """The samples of one interval that arrived since it was last read from the disk, and what the disk had then."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.samples = Accumulator(at)
        self.seen = Seen(MAX_INTERVAL_RANGES)
        self.before: StoredPoint | None = None
        self.is_known = False
        """Whether `before` was read from the disk. Until then nothing may be written."""
        self.written = 0
        """The number of samples that are on the disk."""

    @property
    def is_written(self) -> bool:
        """Whether all its samples are on the disk."""
        return self.written == self.samples.samples

    def add(self, sample: NodeSnapshot, values: ChartedValues) -> None:
        self.samples.add(sample, values)
        self.seen.add(sample.boot_id, sample.seq, sample.seq)

    def has(self, sample: NodeSnapshot) -> bool:
        """Whether the point counts a sample, as far as the disk was read."""
        key = sample.boot_id, sample.seq
        return key in self.seen or (self.before is not None and key in exact([self.before.held]))

    def point(self) -> HistoryPoint:
        before = None if self.before is None else self.before.point
        return merge([part for part in (before, self.samples.point()) if part is not None], self.at)

    def stored(self) -> StoredPoint:
        """The point that replaces the one on the disk."""
        before = {} if self.before is None else self.before.held
        return StoredPoint(self.point(), exact([before, self.seen.held()]).held())


class HubNode:
    """Not thread-safe."""

    def __init__(self, cluster: str, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.seen = Seen()
        self.hour = LastHour()
        self.latest: SampleEnvelope | None = None
        self.intervals: dict[float, Interval] = {}
        self.is_forgotten = False
        """The node is no longer shown; it is removed as soon as its points are on the disk."""

    def is_new(self, envelope: SampleEnvelope, interval_seconds: float) -> bool | None:
        """Whether the sample is new; None if that is unknown, so that it must not be accepted."""
        sample = envelope.sample
        has = self.seen.has(sample.boot_id, sample.seq, sample.taken_at, envelope.received_at)
        if has is None or has:
            return None if has is None else False
        interval = self.intervals.get(interval_at(sample.taken_at, interval_seconds))
        # A point lists exactly which samples it counts. A sample that would not fit in the list is not accepted.
        return None if interval is not None and not interval.seen.has_room(sample.boot_id, sample.seq) else True

    def add(self, envelope: SampleEnvelope, interval_seconds: float, *, is_on_disk: bool = False) -> bool | None:
        """Adds a sample if it is new: see is_new(). A sample that is counted in a point on the disk is not counted
        again."""
        is_new = self.is_new(envelope, interval_seconds)
        if not is_new:
            return is_new
        sample = envelope.sample
        self.is_forgotten = False
        self.seen.add(sample.boot_id, sample.seq, sample.seq, sample.taken_at)
        values = charted(sample)
        is_latest = self.latest is None or is_newer(envelope, self.latest)
        if is_latest:
            self.latest = envelope
        self.hour.add(sample, values, is_latest=is_latest)
        if not is_on_disk:
            self.interval_of(sample, interval_seconds).add(sample, values)
        return True

    def count_again(self, sample: NodeSnapshot, interval_seconds: float) -> None:
        """Counts a sample again that was accepted but lost on the disk, in the point of its interval."""
        interval = self.interval_of(sample, interval_seconds)
        if not interval.has(sample):
            interval.add(sample, charted(sample))

    def interval_of(self, sample: NodeSnapshot, interval_seconds: float) -> Interval:
        """The interval of a sample; a new one if there is none."""
        at = interval_at(sample.taken_at, interval_seconds)
        return self.intervals.setdefault(at, Interval(at))

    def forget(self) -> None:
        """Removes everything about it that can be shown."""
        self.is_forgotten = True
        self.latest, self.hour = None, LastHour()

    def state(self) -> NodeState:
        """A copy to be written. It agrees with the disk once all intervals are written."""
        return NodeState(
            cluster=self.cluster,
            node=self.name,
            latest=self.latest,
            seen=self.seen.held(),
            forgotten=self.seen.forgotten(),
            hour=self.hour.stored(),
        )

    @classmethod
    def restored(cls, state: NodeState) -> "HubNode":
        """Raises ValueError if the state is not valid."""
        node = cls(state.cluster, state.node)
        latest = -inf if state.latest is None else state.latest.received_at
        node.seen = Seen.restored(state.seen, state.forgotten, latest)
        node.hour = LastHour.restored(state.hour)
        node.latest = state.latest
        return node


def is_newer(one: SampleEnvelope, other: SampleEnvelope) -> bool:
    """Whether a sample was taken after another one of the same node that arrived earlier.

    Within a boot, sequence numbers decide, independent of clocks. Between two boots, the later time decides. If the
    hub's clock was set back since the other arrived, times cannot be compared, and a sample without delay is newer.
    """
    a, b = one.sample, other.sample
    if a.boot_id == b.boot_id:
        return a.seq > b.seq
    if one.received_at < other.received_at:
        return one.received_at - a.taken_at <= UP_SECONDS
    return a.taken_at > b.taken_at
