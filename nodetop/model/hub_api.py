"""What a hub is told and what it answers, as structs: shared by the hub, the nodes that push and the clients that read.

Requests and replies are JSON of these with `application/json`; every refusal is an ErrorReply. See docs/api.md.
"""

import re

from msgspec import Struct

from nodetop.model.bounds import Count, Interval, Name, Percent, Seconds, Skew, Text, Time
from nodetop.model.snapshot import Charted, HistoryPoint, NodeSnapshot, NodeStatus, ProcessMetrics, Stat

PUSH_PATH = "/metrics/node"
CLUSTERS_PATH = "/api/v2/clusters"
ALL_CLUSTERS = "*"
"""In the place of a cluster's id: every cluster the hub knows. Rows say which one they belong to."""
INSTANCE_HEADER = "X-Nodetop-Instance"
"""Sent with each push: 32 hex digits, made once per sender and kept. A node's name belongs to the instance that first
used it, so that two machines with one name are told apart."""
BATCH_LIMIT = 60
"""Samples in one push at most."""
BODY_LIMIT = 1024 * 1024
"""Bytes in the body of one push at most. Never compressed."""

PUSH_TOKEN_FILE = "push.token"
READ_TOKEN_FILE = "read.token"
"""In the hub's data directory, 0600, a token on each line: how clients of the same user find theirs."""
ADDRESS_FILE = "hub.url"
"""Beside them: the URLs the running hub answers on, one a line. A found token is sent to no other."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_INSTANCE = re.compile(r"[0-9a-f]{32}")


def valid_name(name: str) -> bool:
    """Whether this may name a node or a cluster: lower-case letters, digits, dots, dashes and underscores; labels of at
    most 63 characters, 253 together."""
    return len(name) <= 253 and _NAME.fullmatch(name) is not None and all(0 < len(p) <= 63 for p in name.split("."))


def valid_instance(instance: str) -> bool:
    """Whether this may be the value of the instance header."""
    return _INSTANCE.fullmatch(instance) is not None


class PushBatch(Struct, frozen=True, kw_only=True):
    """The body of a push: samples of one node, or of any nodes of a relaying hub's cluster. (A single bare NodeSnapshot
    is accepted as well; it has no sent_at, so its clock is taken as right.)"""

    sent_at: Time
    """The sender's wall clock as it sends; the hub's clock minus this is the sender's skew."""
    cluster_id: Name | None = None
    """A relaying hub's own cluster; None: the receiving hub's."""
    samples: tuple[NodeSnapshot, ...]
    dropped_samples: Count = 0
    """How many samples the sender's spool had to drop since its start, all in all."""


class Rejection(Struct, frozen=True, kw_only=True):
    """A sample of a batch that was not taken, and will not be if it is sent again as it is."""

    node: Name
    boot_id: Name
    seq: Count
    code: Name
    message: Text


class PushReply(Struct, frozen=True, kw_only=True):
    """All samples of the push are on the hub's disk, but for the rejected. A sample that was there before is a
    duplicate, and is as good as accepted."""

    accepted: Count
    duplicates: Count = 0
    rejected: tuple[Rejection, ...] = ()
    clock_skew_seconds: Skew | None = None


class ErrorDetail(Struct, frozen=True, kw_only=True):
    """`code` is for programs, `message` for people; neither repeats what was sent."""

    code: Name
    message: Text


class ErrorReply(Struct, frozen=True, kw_only=True):
    """The one shape of every refusal."""

    error: ErrorDetail


class NodeCounts(Struct, frozen=True, kw_only=True):
    """Nodes by state. Total counts those that are gone too."""

    nodes_total: Count = 0
    nodes_up: Count = 0
    nodes_late: Count = 0
    nodes_stale: Count = 0
    nodes_gone: Count = 0


class ClusterInfo(NodeCounts, frozen=True, kw_only=True):
    """One cluster in the list of clusters; `own` is the hub's own."""

    cluster: Name
    own: bool = False


class ClusterList(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters"""

    clusters: tuple[ClusterInfo, ...]


class ClusterSummary(Charted[Stat], frozen=True, kw_only=True):
    """Nodes by state; mean and maximum of each charted value over the nodes that are up or late; and which node has the
    highest temperature, the fullest file system and the busiest CPUs (their values are the maxima)."""

    nodes_total: Count = 0
    nodes_up: Count = 0
    nodes_late: Count = 0
    nodes_stale: Count = 0
    nodes_gone: Count = 0
    hottest: Name | None = None
    fullest: Name | None = None
    busiest: Name | None = None


class NodeTrend(Struct, frozen=True, kw_only=True):
    """A node's last hour in few numbers, oldest first: the mean of each interval of step seconds, null where there was
    no sample. The last interval ends now."""

    node: Name
    cluster: Name
    step: Interval
    cpu_busy_percent: tuple[Percent | None, ...]


class ClusterReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/node-metrics; trends only with ?trend=POINTS (at most 120)."""

    cluster: Name
    summary: ClusterSummary
    nodes: tuple[NodeStatus, ...]
    trends: tuple[NodeTrend, ...] = ()
    problem: Text | None = None
    """See StatusReply."""


class MomentRow(NodeStatus, frozen=True, kw_only=True):
    """A node as it was at a moment. With `mean_seconds` its values are no sample's, but the means of so many seconds
    around that moment. A node of which nothing is known then is gone, and has no values."""

    mean_seconds: Interval | None = None


class MomentReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/at?time=SECONDS: all nodes as they were at a moment: from their samples in the last
    hour, from the points of history before it. Trends, of the hour before the moment, only with ?trend=POINTS."""

    cluster: Name
    time: Time
    summary: ClusterSummary
    nodes: tuple[MomentRow, ...]
    trends: tuple[NodeTrend, ...] = ()


class RecentReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/node-metrics/{node}/recent?seconds=900: the snapshots the hub still has whole, oldest
    first, so that a screen opened now has its graphs. How far back they reach depends on the number of nodes."""

    node: Name
    cluster: Name
    samples: tuple[NodeSnapshot, ...]


class HistoryReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/node-metrics/{node}/history: points of [since, until), each of `step` seconds, oldest
    first. An interval without samples has no point."""

    node: Name
    cluster: Name
    since: Time
    until: Time
    step: Seconds
    points: tuple[HistoryPoint, ...]


class NodeProcess(ProcessMetrics, frozen=True, kw_only=True, eq=False):
    """A process, and where it runs."""

    node: Name
    cluster: Name


class ProcessesReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/processes?match=TEXT&sort=cpu|memory&limit=100: the top processes over all nodes that
    are up or late. `matched` counts those that match, of the rows the nodes sent. With ?time=SECONDS: of the few of
    each node that are known to have been on top at that moment, with the highest values they had around it."""

    cluster: Name
    matched: Count
    rows: tuple[NodeProcess, ...]


class StreamEvent(Struct, frozen=True, kw_only=True):
    """Data of an SSE event named `nodes` on GET /api/v2/clusters/{id}/stream?interval=2&node=NAME.

    The first event of a connection has every row (`whole`), later ones those that changed. With ?node= each of that
    node's samples follows as an event named `snapshot`, whose data is a NodeSnapshot; none is left out unless the
    reader lags by more than a hundred. Under the id `*`, ?node= is CLUSTER/NODE. An idle stream sends a comment line
    at least each 15 s.
    """

    cluster: Name
    whole: bool
    summary: ClusterSummary
    nodes: tuple[NodeStatus, ...]
    removed: tuple[Name, ...] = ()
    """Forgotten nodes, as CLUSTER/NODE."""
    problem: Text | None = None
    """See StatusReply."""


class StatusReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/status: the hub about itself."""

    version: Name
    cluster: Name
    uptime_seconds: Seconds
    insecure_http: bool
    nodes: Count
    resident_bytes: Count | None
    journal_bytes: Count
    counters: dict[Name, Count]
    problem: Text | None = None
    """Why samples are not taken or not written just now, or that the disk failed in the last minutes."""
