"""The requests and replies of the hub's API, as structs: shared by the hub, the pushing nodes and the reading clients.

Bodies are these structs as JSON (`application/json`). Every error is an ErrorReply. See docs/api.md.
"""

import re
from typing import Literal

from msgspec import Struct

from nodetop.model.bounds import Count, Interval, Name, Percent, Samples, Seconds, Skew, Text, Time
from nodetop.model.snapshot import (
    Charted,
    HistoryPoint,
    NodeSnapshot,
    NodeStatus,
    ProcessMetrics,
    Stat,
    WorkloadMetrics,
)

PUSH_PATH = "/metrics/node"
CLUSTERS_PATH = "/api/v2/clusters"
ACT_PATHS = ("/alerts/ack", "/alerts/mute")
"""The ends of the paths under a cluster that change something: they need an act token."""
JOIN_PATH = "/api/v2/join"
"""Open to the holder of a join code only, whose secret is the bearer token."""
ALL_CLUSTERS = "*"
"""Used instead of a cluster id, it means all clusters of the hub. Each row has its cluster."""
INSTANCE_HEADER = "X-Nodetop-Instance"
"""Sent with each push: 32 hex digits, generated once per sender and kept. A node name belongs to the instance that used
it first, so two machines with the same name are distinguished."""
BATCH_LIMIT = 60
"""The most samples in one push."""
REPLY_LIMIT = 16 * 1024 * 1024
"""The most bytes in a reply of a hub: hubs keep no more recent samples of a node, and clients read no more."""
BODY_LIMIT = 1024 * 1024
"""The most bytes in the body of one push. It is never compressed."""

PUSH_TOKEN_FILE = "push.token"
READ_TOKEN_FILE = "read.token"
ACT_TOKEN_FILE = "act.token"
"""In the hub's data directory (0600), one token per line. Clients of the same user find their token here."""
ADDRESS_FILE = "hub.url"
"""In the same directory: the URLs of the running hub, one per line. A token found here is sent only to these URLs."""
PIN_FILE = "hub.pin"
"""In the same directory: the pin of the running hub's certificate; empty without one. For new join codes."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_INSTANCE = re.compile(r"[0-9a-f]{32}")


def valid_name(name: str) -> bool:
    """Whether this can be the name of a node or a cluster: lower-case letters, digits, dots, dashes and underscores;
    labels of at most 63 characters, at most 253 in all."""
    return len(name) <= 253 and _NAME.fullmatch(name) is not None and all(0 < len(p) <= 63 for p in name.split("."))


def valid_instance(instance: str) -> bool:
    """Whether this can be the value of the instance header."""
    return _INSTANCE.fullmatch(instance) is not None


class PushBatch(Struct, frozen=True, kw_only=True):
    """The body of a push: samples of one node, or of several nodes of a relaying hub's cluster. (A bare NodeSnapshot is
    also accepted. It has no sent_at, so its clock is assumed to be correct.)"""

    sent_at: Time
    """The sender's wall clock when it sends. The hub's clock minus this is the sender's clock skew."""
    cluster_id: Name | None = None
    """The relaying hub's cluster; None means the receiving hub's own."""
    samples: tuple[NodeSnapshot, ...]
    dropped_samples: Samples = 0
    """How many samples the sender's spool has dropped since the sender started."""


class Rejection(Struct, frozen=True, kw_only=True):
    """A sample of a batch that the hub refused. Sending it again unchanged will fail again."""

    node: Name
    boot_id: Name
    seq: Count
    code: Name
    message: Text


class PushReply(Struct, frozen=True, kw_only=True):
    """All samples of the push are on the hub's disk, except the rejected ones. A sample that the hub had already is a
    duplicate, which is as good as accepted."""

    accepted: Count
    duplicates: Count = 0
    rejected: tuple[Rejection, ...] = ()
    clock_skew_seconds: Skew | None = None


class JoinRequest(Struct, frozen=True, kw_only=True):
    """Trades the secret of a join code for a token."""

    name: Name
    """The node that the token is for; of a reader, a name by which it can be revoked."""
    instance: Name
    """See INSTANCE_HEADER."""
    cluster_id: Name | None = None
    """Of a relaying hub: the cluster that the token is for. `name` is its own node then."""
    role: Literal["push", "read"] | None = None
    """What the token is wanted for, so that a code for the other is refused before it is used."""


class JoinReply(Struct, frozen=True, kw_only=True):
    """The token, which the hub does not keep and will not show again."""

    token: Name
    role: Name
    """push or read."""
    name: Name
    """What the token is bound to; for a reader perhaps with a number, if the name was taken."""
    cluster: Name
    """The hub's own cluster."""
    pin: Name | None = None
    """The pin of the key of the hub's certificate."""


class ErrorDetail(Struct, frozen=True, kw_only=True):
    """`code` is for programs, `message` for people. Neither repeats data from the request."""

    code: Name
    message: Text


class ErrorReply(Struct, frozen=True, kw_only=True):
    """The body of every error reply."""

    error: ErrorDetail


class NodeCounts(Struct, frozen=True, kw_only=True):
    """Nodes by state. The total includes those that are gone."""

    nodes_total: Count = 0
    nodes_up: Count = 0
    nodes_late: Count = 0
    nodes_stale: Count = 0
    nodes_gone: Count = 0


class ClusterInfo(NodeCounts, frozen=True, kw_only=True):
    """One cluster in the list of clusters. `own` marks the hub's own cluster."""

    cluster: Name
    own: bool = False


class ClusterList(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters"""

    clusters: tuple[ClusterInfo, ...]


class ClusterSummary(Charted[Stat], frozen=True, kw_only=True):
    """Nodes by state; mean and maximum of each charted value over the nodes that are up or late; and the nodes with the
    highest temperature, the fullest file system and the busiest CPUs (the maxima are their values)."""

    nodes_total: Count = 0
    nodes_up: Count = 0
    nodes_late: Count = 0
    nodes_stale: Count = 0
    nodes_gone: Count = 0
    hottest: Name | None = None
    fullest: Name | None = None
    busiest: Name | None = None


class NodeTrend(Struct, frozen=True, kw_only=True):
    """A node's last hour, oldest first: the mean of each interval of step seconds, null for an interval without a
    sample. The last interval ends now."""

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
    """A node at a past time. With `mean_seconds`, its values are not one sample's but means over so many seconds around
    that time. A node with no data for that time is gone and has no values."""

    mean_seconds: Interval | None = None


class MomentReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/at?time=SECONDS: all nodes at that time. Within the last hour the values come from
    samples, before that from history points. Trends of the hour before that time only with ?trend=POINTS."""

    cluster: Name
    time: Time
    summary: ClusterSummary
    nodes: tuple[MomentRow, ...]
    trends: tuple[NodeTrend, ...] = ()


class RecentReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/node-metrics/{node}/recent?seconds=900: the complete snapshots that the hub still has,
    oldest first. A newly opened screen fills its graphs with them. How far back they reach depends on the number of
    nodes."""

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
    """A process, with its node and cluster."""

    node: Name
    cluster: Name


class NodeWorkload(WorkloadMetrics, frozen=True, kw_only=True):
    """A workload, with its node and cluster."""

    node: Name
    cluster: Name


class WorkloadsReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/workloads?match=TEXT&sort=cpu|memory|io&limit=100: the top workloads of all nodes that
    are up or late. `matched` counts the matching rows among those that the nodes sent, `total` all that they have."""

    cluster: Name
    matched: Count
    total: Count
    rows: tuple[NodeWorkload, ...]


class ProcessesReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/processes?match=TEXT&sort=cpu|memory&limit=100: the top processes of all nodes that are
    up or late. `matched` counts the matching rows among those that the nodes sent. With ?time=SECONDS, only the few
    top processes that each node had at that time are known, with their highest values around it."""

    cluster: Name
    matched: Count
    rows: tuple[NodeProcess, ...]


class StreamEvent(Struct, frozen=True, kw_only=True):
    """Data of an SSE event named `nodes` on GET /api/v2/clusters/{id}/stream?interval=2&node=NAME.

    The first event of a connection has all rows (`whole`), later ones only the changed rows. With ?node=, each of that
    node's samples follows as an event named `snapshot`, whose data is a NodeSnapshot. None is skipped unless the reader
    lags by more than a hundred. Under the id `*`, ?node= is CLUSTER/NODE. An idle stream sends a comment line at least
    every 15 s.
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
    """GET /api/v2/status: the hub's own state."""

    version: Name
    cluster: Name
    uptime_seconds: Seconds
    insecure_http: bool
    nodes: Count
    resident_bytes: Count | None
    journal_bytes: Count
    counters: dict[Name, Count]
    problem: Text | None = None
    """Why samples are currently not accepted or not written, or that the disk failed in the last few minutes."""
