"""What a hub knows of one node: its samples of the last hour, the intervals not yet on the disk, what it has seen."""

from nodetop.base.grid import interval_start
from nodetop.history.day_file import StoredPoint
from nodetop.history.hub.checkpoint import NodeState
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.last_hour import LastHour
from nodetop.history.hub.seen import Seen
from nodetop.history.rollup import Accumulator, merge
from nodetop.model.headline import charted
from nodetop.model.snapshot import ChartedValues, HistoryPoint, NodeSnapshot


class Interval:
    """The samples of one interval that came in since it was last read from the disk, and what the disk had then."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.samples = Accumulator(at)
        self.seen = Seen()
        self.before: StoredPoint | None = None
        self.is_known = False
        """Whether `before` was looked up; until then nothing may be written."""
        self.written = 0
        """How many of the samples are on the disk."""

    def add(self, sample: NodeSnapshot, values: ChartedValues) -> None:
        self.samples.add(sample, values)
        self.seen.add(sample.boot_id, sample.seq, sample.seq)

    def point(self) -> HistoryPoint:
        before = None if self.before is None else self.before.point
        return merge([part for part in (before, self.samples.point()) if part is not None], self.at)

    def stored(self) -> StoredPoint:
        """The point to be written in place of what the disk has."""
        held = Seen()
        if self.before is not None:
            held.update(self.before.held)
        held.update(self.seen.held())
        return StoredPoint(self.point(), held.held())


class HubNode:
    """Not for several threads at once."""

    def __init__(self, cluster: str, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.seen = Seen()
        self.hour = LastHour()
        self.latest: SampleEnvelope | None = None
        self.intervals: dict[float, Interval] = {}

    def has(self, envelope: SampleEnvelope) -> bool:
        """Whether the sample was taken before."""
        return (envelope.sample.boot_id, envelope.sample.seq) in self.seen

    def add(self, envelope: SampleEnvelope, interval_seconds: float, *, is_on_disk: bool = False) -> bool:
        """Takes a sample, unless it was taken before; whether it is new. One that the disk's points hold already is
        not put into a point again."""
        if self.has(envelope):
            return False
        sample = envelope.sample
        self.seen.add(sample.boot_id, sample.seq, sample.seq)
        values = charted(sample)
        self.hour.add(sample, values)
        if self.latest is None or is_newer(envelope, self.latest):
            self.latest = envelope
        if not is_on_disk:
            at = interval_start(sample.taken_at, interval_seconds)
            self.intervals.setdefault(at, Interval(at)).add(sample, values)
        return True

    def state(self) -> NodeState:
        """A copy to be written. True to what is on the disk once all intervals are."""
        return NodeState(
            cluster=self.cluster, node=self.name, latest=self.latest, seen=self.seen.held(), hour=self.hour.stored()
        )

    @classmethod
    def restored(cls, state: NodeState) -> "HubNode":
        """Raises ValueError where the state cannot be one."""
        node = cls(state.cluster, state.node)
        node.seen.update(state.seen)
        node.hour = LastHour.restored(state.hour)
        node.latest = state.latest
        return node


def is_newer(one: SampleEnvelope, other: SampleEnvelope) -> bool:
    """Whether a sample was taken after another of the same node: a boot counts its samples, whatever the clock does."""
    a, b = one.sample, other.sample
    return a.seq > b.seq if a.boot_id == b.boot_id else a.taken_at > b.taken_at
