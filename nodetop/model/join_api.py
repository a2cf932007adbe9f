"""The hub's interface for joining: what a join code is traded with, and for."""

from typing import Literal

from msgspec import Struct

from nodetop.model.bounds import Name


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
