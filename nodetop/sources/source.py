"""Where snapshots come from: one protocol for this host, a hub and a recording.

Screens treat them all the same. A problem is an event, not an exception: the screen keeps the last data and shows why.
"""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nodetop.alerts.alert import Alert
from nodetop.alerts.handling import Scope
from nodetop.history.ring import Ring
from nodetop.model.cgroups import NO_JOURNAL, JournalPart, WorkloadMetrics
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.cluster import Cluster
from nodetop.sources.process_control import ProcessControl


@dataclass(frozen=True)
class SnapshotTaken:
    """A node was sampled; the snapshot is already in that node's ring. Frames may be dropped: only the latest
    matters."""

    snapshot: NodeSnapshot


@dataclass(frozen=True)
class NodesChanged:
    """Rows of the cluster changed; contains all current rows."""

    nodes: tuple[NodeStatus, ...]


@dataclass(frozen=True)
class SourceProblem:
    """The source has no fresh data: one plain line that says why. The next event of another kind ends the problem."""

    message: str
    since: float
    """UTC wall time in seconds of the last data."""


@dataclass(frozen=True)
class AlertsChanged:
    """What `Source.alerts` has was changed."""


SourceEvent = SnapshotTaken | NodesChanged | AlertsChanged | SourceProblem


class SharedAlerts(Protocol):
    """Alerts that a hub judges and everybody shares: the type of `Source.alerts`. Decisions raise SourceError."""

    is_known: bool
    """Whether the hub has sent its alerts. A hub of an older version never does."""

    @property
    def alerts(self) -> Sequence[Alert]:
        """All open alerts, and those that ended in the last day, with what was decided."""

    async def rules(self) -> Mapping[str, Any] | None:
        """The [alerts] table of the hub's settings, requested now. None: a hub of an older version does not say. Raises
        SourceError."""

    async def acknowledge(self, alert: Alert, *, seen: bool) -> None:
        """Acknowledges an alert, or takes that back."""

    async def mute(self, scope: Scope, seconds: float) -> None:
        """Mutes these alerts for a while."""

    async def unmute(self, alert: Alert) -> None:
        """Ends whatever mutes this alert."""


@dataclass(frozen=True)
class Demand:
    """What the screen shows now: one node in full (None: none), and the interval."""

    node: str | None
    interval: float


class Source(Protocol):
    """Provides snapshots. All methods are called on the event loop.

    A source subclasses this. Optional abilities have a default that means "not supported"; the rest must be
    implemented.
    """

    name: str
    """Shown in the header: "local", the hub's address, the replayed file. For display only: nothing depends on it."""
    description: str
    """What it is, as the end of a sentence: "this is a recording"."""
    control: ProcessControl | None = None
    """Process details and actions; None if the processes are not on this machine."""
    played_until: float | None = None
    """The end of a recording as far as played, UTC seconds; None if the data is live."""

    @property
    def cluster(self) -> Cluster | None:
        """Queries of many nodes at once; None if there is only one node. If there is a cluster, its screen comes
        first."""
        return None

    @property
    def alerts(self) -> SharedAlerts | None:
        """Alerts that are judged elsewhere; None if the data is judged here."""
        return None

    @property
    def is_recording(self) -> bool:
        """Whether it is a recording, which has its own time and an end."""
        return self.played_until is not None

    @property
    def replayed(self) -> tuple[float, float] | None:
        """Of a recording: how many seconds were played, and how many there are. None: it is no recording."""
        return None

    @property
    def recording(self) -> str | None:
        """Name of the file to which every sample is written too; None: there is none."""
        return None

    @property
    def can_signal(self) -> bool:
        """Whether actions on processes are possible."""
        return self.control is not None and self.control.refusal is None

    @property
    def notice(self) -> str | None:
        """Another message, in one line: that samples are not stored, or that parts of a file were skipped."""
        return None

    # Data

    @abstractmethod
    async def nodes(self) -> Sequence[NodeStatus]:
        """All known nodes, as rows."""

    @abstractmethod
    def recent(self, node: str) -> Ring:
        """A node's snapshots of the last minutes, oldest first; filled by the source, without leaving out a sample.
        Empty for an unknown node."""

    @abstractmethod
    def events(self) -> AsyncIterator[SourceEvent]:
        """All events until it is closed. For one reader only."""

    @abstractmethod
    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        """Points of [since, until) in UTC seconds, each of about `step` seconds; none for an interval without data.
        Raises SourceError."""

    async def samples(self, node: str, seconds: float) -> Sequence[NodeSnapshot]:
        """The whole samples of the last so many seconds of a node, as far as there are any. Raises
        SourceError."""
        ring = self.recent(node)
        return [each for each in ring if ring.latest is not None and each.taken_at >= ring.latest.taken_at - seconds]

    async def raw(self, wanted: Sequence[RawFile]) -> Sequence[RawLines] | None:
        """The current contents of the kernel files from which a value is computed. Missing files are left out, unless
        all are missing. None if the kernel cannot be read from here."""
        return None

    async def journal(self, workload: WorkloadMetrics, until: float | None) -> JournalPart:
        """The last lines of the journal about a workload, up to a time in UTC seconds (None: now)."""
        return NO_JOURNAL

    async def members(self, workload: WorkloadMetrics) -> frozenset[int] | None:
        """The processes that are in a workload now; None: only their names of containers say so."""
        return None

    # What screens need

    @abstractmethod
    async def demand(self, what: Demand) -> None:
        """What screens need from now on."""

    def watch(self, pids: frozenset[int]) -> None:
        """Which processes are visible: their rows should then never be older than their snapshot."""
        return

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        """Which workloads are visible, by group: they should then be read for every sample. None: none are."""
        return

    def read_threads(self, wanted: bool) -> bool:
        """Requests rows of threads from the next sample on, or none. False if they are not available."""
        return False

    @abstractmethod
    async def aclose(self) -> None:
        """Stops everything it started, and ends events(). Safe to call twice."""


def now_of(source: Source, wall: float) -> float:
    """The time up to which a recording was played; for a live source the wall clock."""
    return wall if source.played_until is None else source.played_until


class SourceError(Exception):
    """A request that failed; the message is one plain line."""
