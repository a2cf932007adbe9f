"""Where snapshots come from: one protocol for this host, a hub, Prometheus and a recorded file.

Screens cannot tell the difference. Trouble is an event, not an exception: the screen keeps the last data and says so.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.history.ring import Ring
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.process_control import ProcessControl


@dataclass(frozen=True)
class SnapshotTaken:
    """A node was sampled; the snapshot is already in that node's ring. Frames may be dropped: the latest counts."""

    snapshot: NodeSnapshot


@dataclass(frozen=True)
class NodesChanged:
    """Rows of the cluster changed; all rows as they now are."""

    nodes: tuple[NodeStatus, ...]


@dataclass(frozen=True)
class SourceProblem:
    """The source has no fresh data: one plain line that says why. The next event of another kind ends the problem."""

    message: str
    since: float
    """UTC wall time in seconds at which data stopped."""


SourceEvent = SnapshotTaken | NodesChanged | SourceProblem


@dataclass(frozen=True)
class Demand:
    """What the screen shows now: one node in full (None: none), and how often."""

    node: str | None
    interval: float


class Source(Protocol):
    """A place snapshots come from. All methods are called on the event loop."""

    name: str
    """Shown in the header: "local", the hub's address, the replayed file."""
    can_signal: bool
    """True only where the processes shown are this machine's own, and may be acted upon."""
    control: ProcessControl | None
    """Details of single processes, and acts; None where the processes shown are not this machine's own."""
    is_cluster: bool
    """True where there may be many nodes, so that the cluster screen comes first."""

    @property
    def notice(self) -> str | None:
        """What else is to be known, in one line: that samples are not kept, or what of a file was passed over."""

    async def nodes(self) -> Sequence[NodeStatus]:
        """All nodes known, as rows."""

    def recent(self, node: str) -> Ring:
        """The last minutes of a node's snapshots, oldest first; filled by the source, no sample left out."""

    def events(self) -> AsyncIterator[SourceEvent]:
        """What happens, for ever. Consumed by one reader."""

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        """Points of [since, until) in UTC seconds, each of about `step` seconds; an interval without data has none.
        Raises SourceError."""

    async def demand(self, what: Demand) -> None:
        """What is wanted from now on."""

    async def aclose(self) -> None:
        """Stops everything it started. Safe to call twice."""


def now_of(source: Source, wall: float) -> float:
    """The time up to which a recording was played; for a source that is live, the wall clock's."""
    played: float | None = getattr(source, "played_until", None)
    return wall if played is None else played


class SourceError(Exception):
    """A question that could not be answered; the message is one plain line."""
