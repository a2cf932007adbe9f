"""All nodes a hub knows, as they are now: the latest sample of each, how old it is, and who waits for the next."""

import asyncio
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from math import inf

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.node import is_newer
from nodetop.model import wire
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import ALL_CLUSTERS, ClusterSummary
from nodetop.model.node_status import UP_SECONDS, state_of, status
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

Key = tuple[str, str]
"""Cluster and node."""
RECENT_SECONDS = 900.0
RECENT_BYTES = 48 * 1024 * 1024
"""For the whole samples of all nodes together."""
PROBLEM_SECONDS = 900.0
QUEUE_LENGTH = 100
_FASTEST = 1


class FleetNode:
    """One node. `seen_at` is by the monotonic clock."""

    def __init__(self, envelope: SampleEnvelope, seen_at: float) -> None:
        self.key: Key = envelope.key
        self.owner = envelope.instance
        self.state = "up"
        self.version = 0
        self.problem: str | None = None
        self.dropped = 0
        self._problem_until = 0.0
        self._recent: deque[tuple[float, bytes]] = deque()
        self._recent_bytes = 0
        self.take(envelope, seen_at)

    def take(self, envelope: SampleEnvelope, seen_at: float) -> None:
        """A sample newer than all before."""
        self.envelope, self.seen_at = envelope, seen_at
        sample = envelope.sample
        self._row = replace(
            status(sample, sample.taken_at), cluster=self.key[0], clock_skew_seconds=envelope.clock_skew_seconds
        )

    def age(self, now: float) -> float:
        return max(now - self.seen_at, 0.0)

    def state_at(self, now: float) -> str:
        return state_of(self.age(now), self.envelope.sample.interval)

    def row(self, now: float) -> NodeStatus:
        problem = self.problem if now < self._problem_until else None
        return replace(self._row, state=self.state_at(now), age_seconds=self.age(now), problem=problem)

    def tell(self, problem: str, now: float) -> None:
        """Shows a problem beside the node for a while."""
        self.problem, self._problem_until = problem, now + PROBLEM_SECONDS

    def keep(self, json: bytes, max_bytes: int) -> None:
        """Keeps the latest sample whole, and of those before it what is young enough and fits."""
        taken_at = self.envelope.sample.taken_at
        packed = zlib.compress(json, _FASTEST)
        self._recent.append((taken_at, packed))
        self._recent_bytes += len(packed)
        while len(self._recent) > 1 and (
            self._recent_bytes > max_bytes or self._recent[0][0] < taken_at - RECENT_SECONDS
        ):
            self._recent_bytes -= len(self._recent.popleft()[1])

    def recent(self, since: float) -> Iterator[bytes]:
        """The whole samples taken since then, oldest first, as JSON."""
        return (zlib.decompress(packed) for taken_at, packed in list(self._recent) if taken_at >= since)


class Fleet:
    """For one thread. `version` grows with each change, and each node has the version of its last one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._nodes: dict[Key, FleetNode] = {}
        self._removed: list[tuple[int, Key]] = []
        self._waiting: dict[Key, set[asyncio.Queue[bytes]]] = {}
        self._summaries: dict[str, tuple[int, ClusterSummary]] = {}
        self.version = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, key: Key) -> FleetNode | None:
        return self._nodes.get(key)

    def take(self, envelope: SampleEnvelope) -> None:
        """A sample that is new. `latest` moves on only, whatever clocks do."""
        node = self._nodes.get(envelope.key)
        if node is not None and not is_newer(envelope, node.envelope):
            return
        seen_at = self._seen_at(envelope)
        if node is None:
            node = self._nodes[envelope.key] = FleetNode(envelope, seen_at)
        else:
            node.take(envelope, seen_at)
            node.owner = envelope.instance
        json = wire.encode(envelope.sample)
        node.keep(json, RECENT_BYTES // len(self._nodes))
        self._changed(node)
        for queue in self._waiting.get(envelope.key, ()):
            if queue.full():  # a reader that lags loses the oldest
                queue.get_nowait()
            queue.put_nowait(json)

    def _seen_at(self, envelope: SampleEnvelope) -> float:
        """When this sample told that the node lives. One that waited in a spool tells of the past."""
        received, taken = envelope.received_at, envelope.sample.taken_at
        told = received if received - taken <= UP_SECONDS else taken
        return self._clock.monotonic() - max(self._clock.wall() - told, 0.0)

    def _changed(self, node: FleetNode) -> None:
        self.version += 1
        node.version = self.version
        node.state = node.state_at(self._clock.monotonic())

    def tell(self, key: Key, problem: str) -> None:
        """Shows a problem beside a node."""
        node = self._nodes.get(key)
        if node is not None:
            node.tell(problem, self._clock.monotonic())
            self._changed(node)

    def sweep(self) -> None:
        """Notes who became late, stale or gone. To be called each second or so."""
        now = self._clock.monotonic()
        for node in self._nodes.values():
            if node.state != node.state_at(now):
                self._changed(node)

    def remove(self, key: Key) -> None:
        if self._nodes.pop(key, None) is not None:
            self.version += 1
            self._removed.append((self.version, key))
            del self._removed[:-1000]

    def longest_gone(self) -> Key | None:
        """The node that is gone for the longest time; None where none is."""
        gone = [node for node in self._nodes.values() if node.state == "gone"]
        return min(gone, key=lambda node: node.seen_at).key if gone else None

    # Views. `cluster` is an id, or ALL_CLUSTERS.

    def clusters(self) -> list[str]:
        return sorted({cluster for cluster, _ in self._nodes})

    def nodes(self, cluster: str) -> list[FleetNode]:
        """By cluster and name."""
        found = (node for node in self._nodes.values() if cluster in (ALL_CLUSTERS, node.key[0]))
        return sorted(found, key=lambda node: node.key)

    def rows(self, cluster: str, since_version: int = -1) -> tuple[NodeStatus, ...]:
        """The rows that changed after a version."""
        now = self._clock.monotonic()
        return tuple(node.row(now) for node in self.nodes(cluster) if node.version > since_version)

    def removed(self, cluster: str, since_version: int) -> tuple[str, ...]:
        """Forgotten after a version and not back since, as CLUSTER/NODE."""
        gone = {key for version, key in self._removed if version > since_version and key not in self._nodes}
        return tuple(sorted("/".join(key) for key in gone if cluster in (ALL_CLUSTERS, key[0])))

    def summary(self, cluster: str) -> ClusterSummary:
        known = self._summaries.get(cluster)
        if known is None or known[0] != self.version:
            if len(self._summaries) > 64:  # clusters that are no more
                self._summaries.clear()
            known = self._summaries[cluster] = self.version, summarise(self.rows(cluster))
        return known[1]

    def fresh(self, cluster: str, states: Iterable[str]) -> Iterator[tuple[str, str, NodeSnapshot]]:
        """Cluster, name and latest sample of the nodes in these states."""
        now, wanted = self._clock.monotonic(), frozenset(states)
        return ((*node.key, node.envelope.sample) for node in self.nodes(cluster) if node.state_at(now) in wanted)

    # Who waits for the samples of a node.

    def subscribe(self, key: Key) -> "asyncio.Queue[bytes]":
        """A queue that gets each new sample of a node as JSON. To be handed back to unsubscribe()."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_LENGTH)
        self._waiting.setdefault(key, set()).add(queue)
        return queue

    def unsubscribe(self, key: Key, queue: "asyncio.Queue[bytes]") -> None:
        waiting = self._waiting.get(key, set())
        waiting.discard(queue)
        if not waiting:
            self._waiting.pop(key, None)

    def age(self, key: Key) -> float:
        """Seconds since a node was last heard of; infinite for one that never was."""
        node = self._nodes.get(key)
        return inf if node is None else node.age(self._clock.monotonic())
