"""Handles a push: checks the sender and the time, writes the samples to the disk, then adds them to the fleet."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import JournalError
from nodetop.model.hub_api import PushBatch, PushReply, Rejection, valid_instance
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base import limits
from nodetop.server.base.errors import CLUSTER_CONFLICT, NOT_YOUR_NODE, Refusal
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
_SELF = "self"
_UNTELLABLE = (
    "cannot_tell",
    "The hub cannot know whether it has this sample already: the node restarted too often, or too many samples before "
    "it are missing.",
)
_OWN_CLUSTER = (
    "This hub has the cluster id of these nodes itself: two hubs have the same --cluster-id, or hubs relay in a circle."
)
_TO_ITSELF = "This hub relays to itself; give it the URL of another hub with --join."
_NOT_YOUR_NODE = (
    "This token is not for the node {0}. If that host was renamed or cloned, give it its name back with --node-name, "
    "or join with a new code: nodetop-server invite"
)
_NOT_YOUR_CLUSTER = (
    "This token is not for the cluster of the node {0}. A hub that relays other clusters than its own needs the push "
    "token of this hub: --token-file"
)
_NAME_CONFLICT = "another machine pushes under this name; rename one of them, or run: nodetop-server forget {}"
_CLONED = (
    "another machine has the identity of this one, as after cloning a disk, and pushes under its name; on the clone, "
    "use another host name or --node-name, and join with a new code"
)
_CLONE = (
    "Another machine has the same identity and pushes under this name: one is a clone of the other. On the clone, use "
    "another host name or --node-name, and join with a new code."
)


@dataclass(frozen=True)
class Sender:
    """Who pushes. `instance` is empty without an INSTANCE_HEADER. Without a token the sender is this program itself."""

    peer: str
    instance: str
    token: Token | None


class Ingest:
    """For use in the event loop. `judge` and all of `forward` are called with each new sample after it is on the
    disk."""

    def __init__(
        self,
        fleet: Fleet,
        history: HubHistory,
        *,
        cluster: str,
        instance: str,
        max_nodes: int,
        clock: Clock,
        counters: Counters,
        judge: Callable[[SampleEnvelope], None] = lambda envelope: None,
        forward: Sequence[Callable[[NodeSnapshot, str], None]] = (),
    ) -> None:
        self._fleet, self._history = fleet, history
        self._cluster, self._instance = cluster, instance
        self._max_nodes = max_nodes
        self._clock, self._counters = clock, counters
        self._judge, self._forward = judge, forward
        self._pushes = RateLimiter(limits.PUSHES, clock)
        self._new_nodes = RateLimiter(limits.new_nodes(max_nodes), clock)
        self.disk_problem: str | None = None
        """Why no sample can be accepted at the moment; None if there is no problem."""

    async def take(self, batch: PushBatch, sender: Sender) -> PushReply:
        """Returns when all accepted samples are on the disk. Raises Refusal if none was accepted."""
        if sender.instance and not valid_instance(sender.instance):
            raise Refusal(422, "invalid_instance", "X-Nodetop-Instance must be 32 hexadecimal digits.")
        if self.disk_problem is not None:
            raise Refusal(503, "no_room", self.disk_problem, retry_after=60)
        cluster = self._cluster_of(batch, sender)
        now = self._clock.wall()
        skew = now - batch.sent_at if batch.sent_at else None
        samples = [_shifted(sample, skew) for sample in batch.samples]
        refused = await self._refused_nodes(cluster, samples, sender, now)
        envelopes, rejected = [], []
        for sample in samples:
            problem = refused.get(sample.node) or _time_problem(sample, now)
            if problem is not None:
                rejected.append(_rejection(sample, *problem))
                continue
            envelopes.append(
                SampleEnvelope(
                    cluster=cluster,
                    sample=sample,
                    received_at=now,
                    clock_skew_seconds=skew,
                    instance=sender.instance,
                )
            )
        answers = await self._store(envelopes)
        rejected += [
            _rejection(envelope.sample, *_UNTELLABLE)
            for envelope, is_new in zip(envelopes, answers, strict=True)
            if is_new is None
        ]
        self._report_dropped(cluster, batch)
        accepted, duplicates = answers.count(True), answers.count(False)
        self._counters.add("samples_accepted", accepted)
        self._counters.add("samples_duplicate", duplicates)
        self._counters.add("samples_untellable", answers.count(None))
        self._counters.add("samples_rejected", len(rejected))
        return PushReply(
            accepted=accepted,
            duplicates=duplicates,
            rejected=tuple(rejected),
            clock_skew_seconds=skew,
        )

    async def take_own(self, snapshot: NodeSnapshot, instance: str) -> None:
        """Takes a sample of this hub's own host. If it is refused, the log says so."""
        try:
            await self.take(PushBatch(sent_at=0, samples=(snapshot,)), Sender(_SELF, instance, None))
        except Refusal as refusal:
            logger.warning("own_sample_refused", {"code": refusal.code, "reason": refusal.message})
        except Exception as error:
            logger.error("own_sample_failed", {"reason": repr(error)})

    def _cluster_of(self, batch: PushBatch, sender: Sender) -> str:
        if batch.cluster_id == self._cluster:
            raise Refusal(409, CLUSTER_CONFLICT, _TO_ITSELF if sender.instance == self._instance else _OWN_CLUSTER)
        return batch.cluster_id or self._cluster

    async def _refused_nodes(
        self, cluster: str, samples: Sequence[NodeSnapshot], sender: Sender, now: float
    ) -> dict[str, tuple[str, str]]:
        """The refused nodes of a batch, with code and message. Raises Refusal if all are refused, or if the sender has
        to try again later."""
        newest = {sample.node: sample for sample in sorted(samples, key=lambda each: each.taken_at)}
        refused: dict[str, tuple[str, str]] = {}
        for name in newest:
            key = cluster, name
            if sender.token is not None and not sender.token.may_push(cluster, name):
                other = _NOT_YOUR_NODE if sender.token.cluster in ("*", cluster) else _NOT_YOUR_CLUSTER
                refused[name] = NOT_YOUR_NODE, other.format(name)
            elif sender.token is not None and not self._pushes.allow((key, sender.instance)):
                raise Refusal(429, "too_many_pushes", "This node pushes too often.", retry_after=RETRY_SECONDS)
            elif self._is_other_instance(key, sender.instance):
                name_again = key[1] if key[0] == self._cluster else "/".join(key)
                self._report_conflict(key, sender, _NAME_CONFLICT.format(name_again))
                refused[name] = "node_conflict", "Another machine pushes under this node's name."
            elif self._is_clone(key, newest[name], now):
                self._report_conflict(key, sender, _CLONED)
                refused[name] = "node_conflict", _CLONE
            elif self._fleet.get(key) is None:
                await self._admit_new(sender)
        if len(refused) == len(newest):
            code, message = next(iter(refused.values()))
            raise Refusal(409 if code == "node_conflict" else 403, code, message)
        return refused

    def _is_other_instance(self, key: Key, instance: str) -> bool:
        node = self._fleet.get(key)
        return node is not None and node.owner != instance and self._fleet.state(key) != "gone"

    def _is_clone(self, key: Key, newest: NodeSnapshot, now: float) -> bool:
        node = self._fleet.get(key)
        return node is not None and node.runs.is_of_clone(newest.boot_id, newest.taken_at, now, self._fleet.state(key))

    def _report_conflict(self, key: Key, sender: Sender, problem: str) -> None:
        self._counters.add("node_conflicts")
        logger.warning("node_conflict", {"peer": sender.peer, "node": "/".join(key)})
        self._fleet.report_problem(key, problem)

    async def _admit_new(self, sender: Sender) -> None:
        """Makes room for a new node by forgetting the node that is gone for longest. Raises Refusal if none is gone."""
        if len(self._fleet) >= self._max_nodes:
            gone = self._fleet.longest_gone()
            if gone is None:
                logger.warning("node_limit", {"peer": sender.peer, "max_nodes": self._max_nodes})
                raise Refusal(
                    429,
                    "node_limit",
                    f"This hub accepts at most {self._max_nodes} nodes (--max-nodes).",
                    retry_after=60,
                )
            self._fleet.remove(gone)
            self._history.drop(*gone)
        if sender.token is not None and not self._new_nodes.allow(""):
            raise Refusal(429, "too_many_new_nodes", "Too many new nodes at once.", retry_after=RETRY_SECONDS)

    async def _store(self, envelopes: list[SampleEnvelope]) -> list[bool | None]:
        """Writes samples to the disk, then adds them to the fleet. Returns whether each was new; None: unknown."""
        if not envelopes:
            return []
        try:
            are_new = await self._history.accept(envelopes)
        except JournalError as error:
            self._counters.add("journal_errors")
            logger.error("journal_refuses", {"reason": str(error)})
            # Without the path, because this goes to the sender. The log, the status and the viewers show the path.
            raise Refusal(
                503, "not_durable", "The hub cannot write to its disk at the moment.", retry_after=RETRY_SECONDS
            ) from None
        for envelope, is_new in zip(envelopes, are_new, strict=True):
            if is_new:
                self._fleet.take(envelope)
                self._judge(envelope)
                for forward in self._forward:
                    forward(envelope.sample, envelope.cluster)
            elif is_new is False:
                self._compare(envelope)
        return are_new

    def _compare(self, envelope: SampleEnvelope) -> None:
        """Reports a duplicate that is none: a machine that was cloned while it ran counts on where its original was."""
        node = self._fleet.get(envelope.key)
        if node is None:
            return
        kept, given = node.envelope.sample, envelope.sample
        is_same = (kept.boot_id, kept.seq) == (given.boot_id, given.seq)
        if is_same and 0.001 < abs(kept.taken_at - given.taken_at) < limits.SKEW_KEPT_SECONDS:
            self._counters.add("node_conflicts")
            self._fleet.report_problem(envelope.key, _CLONED)

    def _report_dropped(self, cluster: str, batch: PushBatch) -> None:
        """Counts and shows the samples that a sender's spool dropped since its last push. It sends the total since it
        was started."""
        node = self._fleet.get((cluster, batch.samples[0].node))
        if node is None:
            return
        before = node.dropped if batch.dropped_samples >= node.dropped else 0  # fewer: it was restarted
        lost, node.dropped = batch.dropped_samples - before, batch.dropped_samples
        if not lost:
            return
        self._counters.add("samples_dropped_by_senders", lost)
        self._fleet.report_problem(
            node.key, f"{batch.dropped_samples} samples were lost: the node's spool was full, damaged or not writable"
        )

    async def forget(self, key: Key) -> bool:
        """Removes a node, so that its name is free. Its history is kept for the retention time. Returns whether there
        was one."""
        is_known = self._fleet.get(key) is not None
        self._fleet.remove(key)
        await self._history.forget(*key)
        return is_known


def _shifted(sample: NodeSnapshot, skew: float | None) -> NodeSnapshot:
    """The sample with its time by the hub's clock."""
    if skew is None or abs(skew) <= limits.SKEW_KEPT_SECONDS:
        return sample
    return replace(sample, taken_at=max(sample.taken_at + skew, 0.0))


def _time_problem(sample: NodeSnapshot, now: float) -> tuple[str, str] | None:
    if sample.taken_at > now + limits.AHEAD_SECONDS:
        return "from_the_future", "The sample is more than 10 minutes in the future; set the node's clock."
    if sample.taken_at < now - limits.BEHIND_SECONDS:
        return "too_old", "The sample is older than 72 hours."
    return None


def _rejection(sample: NodeSnapshot, code: str, message: str) -> Rejection:
    return Rejection(node=sample.node, boot_id=sample.boot_id, seq=sample.seq, code=code, message=message)
