"""The current state of all nodes of a hub: the latest sample of each, its age, its recent samples, its subscribers."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from nodetop.base.clock import Clock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.node import is_newer
from nodetop.model import wire
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import ALL_CLUSTERS, ClusterSummary, NodeCounts
from nodetop.model.node_status import UP_SECONDS
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.server.base import limits
from nodetop.server.fleet.fleet_node import FleetNode, Key
from nodetop.server.fleet.sample_queue import SampleQueue, SampleQueues


class Fleet:
    """For use in one thread. `version` grows with each change, and each node has the version of its last change.

    Memory for all nodes together is bounded. When it is used up, the nodes that were silent for longest lose their
    recent samples first, then the lists in their latest sample. `shortened` counts the latter; `on_shortened` is
    called for each.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        latest_bytes: int = limits.LATEST_JSON_BYTES,
        on_shortened: Callable[[SampleEnvelope], None] = lambda envelope: None,
    ) -> None:
        self._clock = clock
        self._latest_limit = latest_bytes
        self._on_shortened = on_shortened
        self.shortened = 0
        self._latest_bytes = self._recent_bytes = 0
        self._nodes: dict[Key, FleetNode] = {}
        """Ordered by their last sample; the node that was silent for longest is first."""
        self._problem: str | None = None
        self._removed: list[tuple[int, Key]] = []
        self._subscribers: SampleQueues[Key] = SampleQueues()
        self._summaries: dict[str, tuple[int, ClusterSummary]] = {}
        self.version = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, key: Key) -> FleetNode | None:
        return self._nodes.get(key)

    def take(self, envelope: SampleEnvelope) -> None:
        """Takes a new sample. A sample older than the node's latest is ignored."""
        node = self._nodes.get(envelope.key)
        if node is not None and not is_newer(envelope, node.envelope):
            return
        seen_at = self._seen_at(envelope)
        if node is None:
            node = FleetNode(envelope, seen_at)
        else:
            self._uncount(node)
            node.take(envelope, seen_at)
            node.owner = envelope.instance
            del self._nodes[envelope.key]
        self._nodes[envelope.key] = node
        json = wire.encode(envelope.sample)
        node.remember(json, limits.RECENT_BYTES // len(self._nodes))
        self._count(node)
        self._make_room()
        self._changed(node)
        self._subscribers.put(envelope.key, json)

    def _count(self, node: FleetNode) -> None:
        self._latest_bytes += node.latest_bytes
        self._recent_bytes += node.recent_bytes

    def _uncount(self, node: FleetNode) -> None:
        self._latest_bytes -= node.latest_bytes
        self._recent_bytes -= node.recent_bytes

    def _make_room(self) -> None:
        if self._recent_bytes > limits.RECENT_BYTES:
            for node in self._nodes.values():
                self._recent_bytes -= node.forget_recent(self._recent_bytes - limits.RECENT_BYTES)
                if self._recent_bytes <= limits.RECENT_BYTES:
                    break
        if self._latest_bytes > self._latest_limit:
            for node in list(self._nodes.values())[:-1]:
                if node.is_short:
                    continue
                self._latest_bytes -= node.shorten()
                self.shortened += 1
                self._on_shortened(node.envelope)
                if self._latest_bytes <= self._latest_limit:
                    break

    @property
    def problem(self) -> str | None:
        """What is wrong with the hub itself; shown to every viewer."""
        return self._problem

    @problem.setter
    def problem(self, problem: str | None) -> None:
        if problem != self._problem:
            self._problem = problem
            self.version += 1

    def _seen_at(self, envelope: SampleEnvelope) -> float:
        """When the node was last alive, by the monotonic clock. For an old sample from a spool, when it was taken."""
        received, taken = envelope.received_at, envelope.sample.taken_at
        alive_at = received if received - taken <= UP_SECONDS else taken
        return self._clock.monotonic() - max(self._clock.wall() - alive_at, 0.0)

    def _changed(self, node: FleetNode) -> None:
        self.version += 1
        node.version = self.version
        node.state = node.state_at(self._clock.monotonic())

    def report_problem(self, key: Key, problem: str) -> None:
        """Shows a problem in a node's row for PROBLEM_SECONDS."""
        node = self._nodes.get(key)
        if node is not None:
            node.report_problem(problem, self._clock.monotonic())
            self._changed(node)

    def sweep(self) -> None:
        """Updates the states of nodes that became late, stale or gone. Call it about once a second."""
        now = self._clock.monotonic()
        for node in self._nodes.values():
            if node.state != node.state_at(now):
                self._changed(node)

    def remove(self, key: Key) -> None:
        node = self._nodes.pop(key, None)
        if node is not None:
            self._uncount(node)
            self.version += 1
            self._removed.append((self.version, key))
            del self._removed[:-1000]

    def longest_gone(self) -> Key | None:
        """The node that has been gone for longest; None if no node is gone."""
        gone = [node for node in self._nodes.values() if node.state == "gone"]
        return min(gone, key=lambda node: node.seen_at).key if gone else None

    def silence(self, cluster: str, node: str | None) -> float:
        """Seconds since a node was heard, or any of a cluster; infinite if there is none."""
        found = [each for each in (self._nodes.get((cluster, node)),) if each] if node else self.nodes(cluster)
        return self._clock.monotonic() - max((each.seen_at for each in found), default=-math.inf)

    # Views. `cluster` is an id, or ALL_CLUSTERS.

    def has_cluster(self, cluster: str) -> bool:
        return any(each == cluster for each, _ in self._nodes)

    def counts(self) -> dict[str, NodeCounts]:
        """The nodes of each cluster by state. One walk for all, because there may be thousands."""
        now = self._clock.monotonic()
        found: dict[str, Counter[str]] = {}
        for (cluster, _), node in self._nodes.items():
            found.setdefault(cluster, Counter())[f"nodes_{node.state_at(now)}"] += 1
        return {each: NodeCounts(nodes_total=found[each].total(), **found[each]) for each in found}

    def nodes(self, cluster: str) -> list[FleetNode]:
        """Sorted by cluster and name."""
        found = (node for node in self._nodes.values() if cluster in (ALL_CLUSTERS, node.key[0]))
        return sorted(found, key=lambda node: node.key)

    def rows(self, cluster: str, since_version: int = -1) -> tuple[NodeStatus, ...]:
        """The rows that changed after a version."""
        now = self._clock.monotonic()
        return tuple(node.row(now) for node in self.nodes(cluster) if node.version > since_version)

    def removed(self, cluster: str, since_version: int) -> tuple[str, ...]:
        """Nodes that were removed after a version and are not back, as CLUSTER/NODE."""
        gone = {key for version, key in self._removed if version > since_version and key not in self._nodes}
        return tuple(sorted("/".join(key) for key in gone if cluster in (ALL_CLUSTERS, key[0])))

    def summary(self, cluster: str) -> ClusterSummary:
        cached = self._summaries.get(cluster)
        if cached is None or cached[0] != self.version:
            if len(self._summaries) > 64:  # some belong to clusters that no longer exist
                self._summaries.clear()
            cached = self._summaries[cluster] = self.version, summarise(self.rows(cluster))
        return cached[1]

    def fresh(self, cluster: str, states: Iterable[str]) -> Iterator[tuple[str, str, NodeSnapshot]]:
        """Cluster, name and latest sample of the nodes in these states."""
        now, wanted = self._clock.monotonic(), frozenset(states)
        return ((*node.key, node.envelope.sample) for node in self.nodes(cluster) if node.state_at(now) in wanted)

    # Subscriptions to the samples of a node.

    def subscribe(self, key: Key) -> SampleQueue:
        """A queue that receives each new sample of a node. Pass it to unsubscribe() afterwards."""
        return self._subscribers.add(key)

    def unsubscribe(self, key: Key, queue: SampleQueue) -> None:
        self._subscribers.remove(key, queue)

    def state(self, key: Key) -> str:
        """A node's state, see node_status; that of an unknown node is gone."""
        node = self._nodes.get(key)
        return "gone" if node is None else node.state_at(self._clock.monotonic())
