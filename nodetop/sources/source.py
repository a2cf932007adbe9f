"""Where snapshots come from: one protocol for this host, a hub and a recorded file.

Screens cannot tell the difference. Trouble is an event, not an exception: the screen keeps the last data and says so.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodetop.history.ring import Ring
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.cluster import Cluster
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
    """A place snapshots come from. All methods are called on the event loop.

    A source subclasses this. What not every source can do has a default that says so; what has none, each must have.
    """

    name: str
    """Shown in the header: "local", the hub's address, the replayed file. Only for people: nothing depends on it."""
    description: str
    """What it is, as the end of a sentence: "this is a recording"."""
    control: ProcessControl | None = None
    """Details of single processes, and acts; None where the processes shown are not this machine's own."""
    played_until: float | None = None
    """The end of what was played of a recording, UTC seconds; None where data are live."""

    @property
    def cluster(self) -> Cluster | None:
        """What is asked of many nodes at once; None where there is but one node. The cluster screen comes first where
        there is a cluster."""
        return None

    @property
    def is_recording(self) -> bool:
        """Whether a recording is played: it has a time of its own, and an end."""
        return self.played_until is not None

    @property
    def can_signal(self) -> bool:
        """Whether processes may be acted upon."""
        return self.control is not None and self.control.refusal is None

    @property
    def notice(self) -> str | None:
        """What else is to be known, in one line: that samples are not kept, or what of a file was passed over."""
        return None

    # Data

    @abstractmethod
    async def nodes(self) -> Sequence[NodeStatus]:
        """All nodes known, as rows."""

    @abstractmethod
    def recent(self, node: str) -> Ring:
        """The last minutes of a node's snapshots, oldest first; filled by the source, no sample left out. Empty for a
        node that it does not know."""

    @abstractmethod
    def events(self) -> AsyncIterator[SourceEvent]:
        """What happens, until it is closed. Consumed by one reader."""

    @abstractmethod
    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        """Points of [since, until) in UTC seconds, each of about `step` seconds; an interval without data has none.
        Raises SourceError."""

    async def raw(self, wanted: Sequence[RawFile]) -> Sequence[RawLines] | None:
        """The kernel's files that a value is made of, as they are now, without those that are not there unless none
        is; None where the kernel cannot be asked."""
        return None

    # What is wanted

    @abstractmethod
    async def demand(self, what: Demand) -> None:
        """What is wanted from now on."""

    def watch(self, pids: frozenset[int]) -> None:
        """Which processes are on the screen: their rows should then never be older than their snapshot."""
        return

    def read_threads(self, wanted: bool) -> bool:
        """Asks for rows of threads from the next sample on, or for none. False where they cannot be had."""
        return False

    @abstractmethod
    async def aclose(self) -> None:
        """Stops everything it started, and ends events(). Safe to call twice."""


def now_of(source: Source, wall: float) -> float:
    """The time up to which a recording was played; for a source that is live, the wall clock's."""
    return wall if source.played_until is None else source.played_until


class SourceError(Exception):
    """A question that could not be answered; the message is one plain line."""
