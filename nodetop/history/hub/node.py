"""What a hub knows of one node: its samples of the last hour, the intervals not yet on the disk, what it has seen."""

from math import floor, inf

from nodetop.base.grid import interval_start
from nodetop.history.day_file import StoredPoint
from nodetop.history.hub.checkpoint import NodeState
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.last_hour import LastHour
from nodetop.history.hub.seen import Seen, exact
from nodetop.history.rollup import Accumulator, merge
from nodetop.model.headline import charted
from nodetop.model.node_status import UP_SECONDS
from nodetop.model.snapshot import ChartedValues, HistoryPoint, NodeSnapshot

MAX_INTERVAL_RANGES = 512
"""Boots, and gaps between the numbers of a boot's samples, of which one point can tell."""


def interval_at(at: float, seconds: float) -> float:
    """By what an interval is known that holds a time: the whole second in which it starts, since a stored point has no
    other. An interval is a second long at least, so that no two start in one."""
    return float(floor(interval_start(at, seconds)))


class Interval:
    """The samples of one interval that came in since it was last read from the disk, and what the disk had then."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.samples = Accumulator(at)
        self.seen = Seen(MAX_INTERVAL_RANGES)
        self.before: StoredPoint | None = None
        self.is_known = False
        """Whether `before` was looked up; until then nothing may be written."""
        self.written = 0
        """How many of the samples are on the disk."""

    @property
    def is_written(self) -> bool:
        """Whether all its samples are on the disk."""
        return self.written == self.samples.samples

    def add(self, sample: NodeSnapshot, values: ChartedValues) -> None:
        self.samples.add(sample, values)
        self.seen.add(sample.boot_id, sample.seq, sample.seq)

    def has(self, sample: NodeSnapshot) -> bool:
        """Whether the point counts a sample, as far as that was looked up."""
        key = sample.boot_id, sample.seq
        return key in self.seen or (self.before is not None and key in exact([self.before.held]))

    def point(self) -> HistoryPoint:
        before = None if self.before is None else self.before.point
        return merge([part for part in (before, self.samples.point()) if part is not None], self.at)

    def stored(self) -> StoredPoint:
        """The point to be written in place of what the disk has."""
        before = {} if self.before is None else self.before.held
        return StoredPoint(self.point(), exact([before, self.seen.held()]).held())


class HubNode:
    """Not for several threads at once."""

    def __init__(self, cluster: str, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.seen = Seen()
        self.hour = LastHour()
        self.latest: SampleEnvelope | None = None
        self.intervals: dict[float, Interval] = {}
        self.is_forgotten = False
        """Nobody is to see it any more; it goes as soon as its points are on the disk."""

    def is_new(self, envelope: SampleEnvelope, interval_seconds: float) -> bool | None:
        """Whether the sample was not taken before; None where that cannot be told, so that it must not be taken."""
        sample = envelope.sample
        has = self.seen.has(sample.boot_id, sample.seq, sample.taken_at, envelope.received_at)
        if has is None or has:
            return None if has is None else False
        interval = self.intervals.get(interval_at(sample.taken_at, interval_seconds))
        # A point says exactly which samples it counts: one of which it could not say so is not taken.
        return None if interval is not None and not interval.seen.has_room(sample.boot_id, sample.seq) else True

    def add(self, envelope: SampleEnvelope, interval_seconds: float, *, is_on_disk: bool = False) -> bool | None:
        """Takes a sample where it is new: see is_new(). One that the disk's points hold already is not put into a
        point again."""
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
        """Counts a sample that was taken, and that the disk has lost, in the point of its interval."""
        interval = self.interval_of(sample, interval_seconds)
        if not interval.has(sample):
            interval.add(sample, charted(sample))

    def interval_of(self, sample: NodeSnapshot, interval_seconds: float) -> Interval:
        """Of a sample, begun where there is none."""
        at = interval_at(sample.taken_at, interval_seconds)
        return self.intervals.setdefault(at, Interval(at))

    def forget(self) -> None:
        """Drops what others can see of it."""
        self.is_forgotten = True
        self.latest, self.hour = None, LastHour()

    def state(self) -> NodeState:
        """A copy to be written. True to what is on the disk once all intervals are."""
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
        """Raises ValueError where the state cannot be one."""
        node = cls(state.cluster, state.node)
        latest = -inf if state.latest is None else state.latest.received_at
        node.seen = Seen.restored(state.seen, state.forgotten, latest)
        node.hour = LastHour.restored(state.hour)
        node.latest = state.latest
        return node


def is_newer(one: SampleEnvelope, other: SampleEnvelope) -> bool:
    """Whether a sample was taken after another of the same node, which came before it.

    A boot counts its samples, whatever the clocks do. Of two boots the later one is that of the later time; where the
    hub's clock was set back since the other came, times cannot be compared, and one that came fresh is newer.
    """
    a, b = one.sample, other.sample
    if a.boot_id == b.boot_id:
        return a.seq > b.seq
    if one.received_at < other.received_at:
        return one.received_at - a.taken_at <= UP_SECONDS
    return a.taken_at > b.taken_at
