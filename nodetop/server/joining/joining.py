"""The hub's side of joining: trades the secret of an invitation for a token, and revokes tokens."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from nodetop.base.clock import Clock
from nodetop.model.hub_api import JoinReply, JoinRequest, valid_instance, valid_name
from nodetop.server.base.errors import WRONG_ROLE, Refusal
from nodetop.server.joining.invites import Invite, Invites, Role
from nodetop.server.joining.members import Member, Members

logger = logging.getLogger(__name__)

_WRONG_ROLE: dict[Role, str] = {
    "read": "This code is for people, to read; make one for a node: nodetop-server invite",
    "push": "This code is for a node; make one for people: nodetop-server invite --read",
}
READERS = 256
"""The most read tokens that are issued."""
FORGOTTEN_SECONDS = 7 * 86_400.0
"""A node that was silent for so long makes room for a new one, if there are too many. Longer than a code is published
in Kubernetes, so that a node that comes back finds another."""


class Joining:
    """For use in the event loop; what it writes, it writes in a thread."""

    def __init__(
        self,
        hub_folder: Path,
        *,
        cluster: str,
        max_nodes: int,
        pin: str | None,
        clock: Clock,
        silence: Callable[[str, str | None], float],
        on_change: Callable[[], None],
    ) -> None:
        """`silence` is how long ago a node of a cluster was heard, or any of them (seconds).
        `on_change` is called when tokens were issued or revoked. Raises StartError."""
        self.invites = Invites(hub_folder)
        self.members = Members.load(hub_folder)
        self._cluster, self._max_nodes, self._pin = cluster, max_nodes, pin
        self._clock, self._silence = clock, silence
        self._on_change = on_change
        self._lock = asyncio.Lock()

    def find(self, bearer: bytes) -> Invite | None:
        """The invitation of this secret, if it has not expired."""
        return self.invites.find(bearer, self._clock.wall())

    async def trade(self, invite: Invite, request: JoinRequest, address: str) -> JoinReply:
        """A token for the holder of an invitation. A host that asks again with the same invitation, because it lost the
        reply, gets another token in place of the first. Raises Refusal."""
        async with self._lock:
            if request.role not in (None, invite.role):
                raise Refusal(403, WRONG_ROLE, _WRONG_ROLE[invite.role])
            name = self._name(invite, request)
            before = self.members.get(invite.role, name)
            current, holder = self.find_by_digest(invite), f"{request.instance} {name}"
            is_repeated = (current is not None and current.pending == holder) or (
                before is not None and (before.instance, before.invite) == (request.instance, invite.digest)
            )
            if current is None or not (current.uses_left or is_repeated):
                raise Refusal(403, "code_used_up", "This join code has been used; make another: nodetop-server invite")
            forgotten = self._in_the_way(invite) if before is None else None
            token = secrets.token_urlsafe(32)
            member = Member(
                name=name,
                role=invite.role,
                digest=hashlib.sha256(token.encode()).hexdigest(),
                instance=request.instance,
                invite=invite.digest,
                joined_at=self._clock.wall(),
                address=address,
            )
            try:
                # The use is counted first, so that a crash in between never gives one too many.
                if not is_repeated:
                    current = await asyncio.to_thread(self.invites.use, current, holder)
                await asyncio.to_thread(self.members.put, member, forgotten)
                if current.pending:
                    await asyncio.to_thread(self.invites.settle, current)
            except OSError as error:
                logger.error("join_failed", {"reason": error.strerror or str(error)})
                raise Refusal(
                    503, "not_durable", "The hub cannot write to its disk at the moment.", retry_after=5
                ) from None
            self._on_change()
            if forgotten is not None:
                logger.info("token_ended", {"name": forgotten.name, "reason": "silent for a week; another host joined"})
            logger.info("joined", {"peer": address, "name": name, "role": invite.role})
            return JoinReply(token=token, role=invite.role, name=name, cluster=self._cluster, pin=self._pin)

    def find_by_digest(self, invite: Invite) -> Invite | None:
        """The invitation as it is now."""
        now = self._clock.wall()
        return next(
            (each for each in self.invites.all() if each.digest == invite.digest and each.expires_at > now), None
        )

    async def revoke(self, name: str) -> bool:
        """Makes the tokens of this member invalid. Returns whether there were any. Raises OSError."""
        async with self._lock:
            try:
                return await asyncio.to_thread(self._remove, name)
            finally:
                self._on_change()

    def _remove(self, name: str) -> bool:
        is_known = self.members.remove(name)
        for each in self.invites.all():
            if each.pending.partition(" ")[2] == name:
                self.invites.settle(each)
        return is_known

    def _name(self, invite: Invite, request: JoinRequest) -> str:
        """What the token is bound to. Raises Refusal."""
        name = request.name.lower()
        cluster = (request.cluster_id or "").lower()
        if not (valid_name(name) and (not cluster or valid_name(cluster)) and valid_instance(request.instance)):
            raise Refusal(422, "invalid_name", "A node needs a valid name, cluster and instance to join.")
        if invite.role == "read":
            return self._reader_name(invite, request.instance, name)
        if cluster and cluster == self._cluster:
            raise Refusal(409, "cluster_conflict", "This hub has that cluster id itself; use another --cluster-id.")
        bound = f"{cluster}/*" if cluster else name
        owner = self.members.get("push", bound)
        if owner is not None and owner.instance != request.instance:
            raise Refusal(
                409,
                "node_conflict",
                "Another machine has joined under this name; give another --node-name, or on the hub: "
                f"nodetop-server revoke {bound}",
            )
        return bound

    def _reader_name(self, invite: Invite, instance: str, name: str) -> str:
        """The name under which this reader has joined before with this invitation; else its name, with a number if that
        is taken."""
        for each in self.members.all():
            if (each.role, each.invite, each.instance) == ("read", invite.digest, instance):
                return each.name
        names = [name, *(f"{name}-{number}" for number in range(2, READERS + 2))]
        return next(each for each in names if self.members.get("read", each) is None)

    def _in_the_way(self, invite: Invite) -> Member | None:
        """Whose token ends to make room for a new one: the node that was silent for longest. None if there is room.
        Raises Refusal if there is neither."""
        most = READERS if invite.role == "read" else self._max_nodes
        if self.members.count(invite.role) < most:
            return None
        nodes = [each for each in self.members.all() if each.role == invite.role == "push"]
        longest = max(nodes, key=self._silent_seconds, default=None)
        if longest is None or self._silent_seconds(longest) < FORGOTTEN_SECONDS:
            raise Refusal(429, "too_many_members", "The hub has issued too many tokens; revoke some.", retry_after=60)
        return longest

    def _silent_seconds(self, member: Member) -> float:
        cluster, slash, _ = member.name.partition("/")
        silent = self._silence(cluster, None) if slash else self._silence(self._cluster, member.name)
        return min(silent, self._clock.wall() - member.joined_at)
