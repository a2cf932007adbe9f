"""What a hub does with a push: whose it is, whether it may, when it was, to the disk, and only then into the fleet."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import JournalError
from nodetop.model.hub_api import PushBatch, PushReply, Rejection, valid_instance
from nodetop.model.node_status import GONE_SECONDS
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.log import Log
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token
from nodetop.server.fleet.fleet import Fleet, Key

RETRY_SECONDS = 5
_TWICE = "a second machine pushes under this name; rename one, or: nodetop-server forget {}"


@dataclass(frozen=True)
class Sender:
    """Who pushes. `instance` is empty where the sender did not say; None as a token is this program itself."""

    peer: str
    instance: str
    token: Token | None


class Ingest:
    """On the event loop. `forward` gets each sample that was new, after it is safe."""

    def __init__(
        self,
        fleet: Fleet,
        history: HubHistory,
        *,
        cluster: str,
        max_nodes: int,
        clock: Clock,
        counters: Counters,
        log: Log,
        forward: Callable[[NodeSnapshot, str], None] | None = None,
    ) -> None:
        self._fleet, self._history = fleet, history
        self._cluster = cluster
        self._max_nodes = max_nodes
        self._clock, self._counters, self._log = clock, counters, log
        self._forward = forward
        self._pushes = RateLimiter(limits.PUSHES, clock)
        self._new_nodes = RateLimiter(limits.new_nodes(max_nodes), clock)
        self.full: str | None = None
        """Why nothing can be taken just now, while that is so."""

    async def take(self, batch: PushBatch, sender: Sender) -> PushReply:
        """Returns when all that was accepted is on the disk. Raises Refusal: then nothing was taken."""
        if sender.instance and not valid_instance(sender.instance):
            raise Refusal(422, "invalid_instance", "X-Nodetop-Instance must be 32 hexadecimal digits.")
        if self.full is not None:
            raise Refusal(503, "no_room", self.full, retry_after=60)
        cluster = self._cluster_of(batch)
        refused = await self._admit(cluster, batch, sender)
        now = self._clock.wall()
        skew = now - batch.sent_at if batch.sent_at else None
        envelopes, rejected = [], []
        for sample in batch.samples:
            sample = _shifted(sample, skew)
            wrong = refused.get(sample.node) or _wrong_time(sample, now)
            if wrong is not None:
                rejected.append(_rejection(sample, *wrong))
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
        accepted = await self._keep(envelopes)
        self._note_dropped(cluster, batch)
        self._counters.add("samples_accepted", accepted)
        self._counters.add("samples_duplicate", len(envelopes) - accepted)
        self._counters.add("samples_rejected", len(rejected))
        return PushReply(
            accepted=accepted,
            duplicates=len(envelopes) - accepted,
            rejected=tuple(rejected),
            clock_skew_seconds=skew,
        )

    def _cluster_of(self, batch: PushBatch) -> str:
        if batch.cluster_id == self._cluster:
            raise Refusal(
                409,
                "cluster_conflict",
                "This hub's own cluster has the same id as that of the relaying hub; give one of them another "
                "--cluster-id.",
            )
        return batch.cluster_id or self._cluster

    async def _admit(self, cluster: str, batch: PushBatch, sender: Sender) -> dict[str, tuple[str, str]]:
        """Which nodes of the batch are refused, with code and message. Raises Refusal where that is all of them, or
        where the push is to come again later."""
        names = list(dict.fromkeys(sample.node for sample in batch.samples))
        refused: dict[str, tuple[str, str]] = {}
        for name in names:
            key = cluster, name
            if sender.token is not None and not sender.token.may_push(name):
                refused[name] = "not_your_node", "This token may not push for this node."
            elif sender.token is not None and not self._pushes.allow((key, sender.instance)):
                raise Refusal(429, "too_many_pushes", "This node pushes too often.", retry_after=RETRY_SECONDS)
            elif self._is_taken(key, sender.instance):
                self._note_conflict(key, sender)
                refused[name] = "node_conflict", "Another machine pushes under this node's name."
            elif self._fleet.get(key) is None:
                await self._admit_new(sender)
        if len(refused) == len(names):
            code, message = refused[names[0]]
            raise Refusal(409 if code == "node_conflict" else 403, code, message)
        return refused

    def _is_taken(self, key: Key, instance: str) -> bool:
        node = self._fleet.get(key)
        return node is not None and node.owner != instance and self._fleet.age(key) < GONE_SECONDS

    def _note_conflict(self, key: Key, sender: Sender) -> None:
        self._counters.add("node_conflicts")
        self._log.warning("node_conflict", sender.peer, node="/".join(key))
        self._fleet.tell(key, _TWICE.format(key[1] if key[0] == self._cluster else "/".join(key)))

    async def _admit_new(self, sender: Sender) -> None:
        """Raises Refusal where there is no room for another node, nor one that is gone to make some."""
        if len(self._fleet) >= self._max_nodes:
            gone = self._fleet.longest_gone()
            if gone is None:
                self._log.warning("node_limit", sender.peer, max_nodes=self._max_nodes)
                raise Refusal(
                    429,
                    "node_limit",
                    f"This hub takes at most {self._max_nodes} nodes (--max-nodes).",
                    retry_after=60,
                )
            await self.forget(gone)
        if sender.token is not None and not self._new_nodes.allow(""):
            raise Refusal(429, "too_many_new_nodes", "Too many new nodes at once.", retry_after=RETRY_SECONDS)

    async def _keep(self, envelopes: list[SampleEnvelope]) -> int:
        """How many were new."""
        if not envelopes:
            return 0
        try:
            are_new = await self._history.accept(envelopes)
        except JournalError as error:
            self._counters.add("journal_errors")
            self._log.error("journal_refuses", reason=str(error))
            raise Refusal(
                503, "not_durable", "The hub cannot write to its disk just now.", retry_after=RETRY_SECONDS
            ) from None
        for envelope, is_new in zip(envelopes, are_new, strict=True):
            if is_new:
                self._fleet.take(envelope)
                if self._forward is not None:
                    self._forward(envelope.sample, envelope.cluster)
        return sum(are_new)

    def _note_dropped(self, cluster: str, batch: PushBatch) -> None:
        """A sender counts what its spool had to drop since its start; only what came to it is news."""
        node = self._fleet.get((cluster, batch.samples[0].node))
        if node is None or batch.dropped_samples <= node.dropped:
            return
        lost, node.dropped = batch.dropped_samples - node.dropped, batch.dropped_samples
        self._counters.add("samples_dropped_by_senders", lost)
        self._fleet.tell(
            node.key, f"{batch.dropped_samples} samples are lost: its spool was full or could not be written"
        )

    async def forget(self, key: Key) -> None:
        """Drops what is known of a node, so that its name is free. Its history stays until it is past retention."""
        self._fleet.remove(key)
        await self._history.forget(*key)


def _shifted(sample: NodeSnapshot, skew: float | None) -> NodeSnapshot:
    """The sample by the hub's clock."""
    if skew is None or abs(skew) <= limits.SKEW_KEPT_SECONDS:
        return sample
    return replace(sample, taken_at=max(sample.taken_at + skew, 0.0))


def _wrong_time(sample: NodeSnapshot, now: float) -> tuple[str, str] | None:
    if sample.taken_at > now + limits.AHEAD_SECONDS:
        return "from_the_future", "The sample was taken more than 10 minutes from now; set the node's clock."
    if sample.taken_at < now - limits.BEHIND_SECONDS:
        return "too_old", "The sample is older than 72 hours."
    return None


def _rejection(sample: NodeSnapshot, code: str, message: str) -> Rejection:
    return Rejection(node=sample.node, boot_id=sample.boot_id, seq=sample.seq, code=code, message=message)
