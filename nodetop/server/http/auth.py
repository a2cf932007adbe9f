"""Authentication: the bearer token of a request is checked before its path, its body or any name in it."""

import logging
from collections.abc import Callable, Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from nodetop.base.clock import Clock
from nodetop.model.hub_api import ACT_PATHS, CLUSTERS_PATH, JOIN_PATH, PUSH_PATH
from nodetop.server.base import limits
from nodetop.server.base.errors import WRONG_ROLE, Refusal
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.tokens import Token, Tokens
from nodetop.server.http.error_replies import peer_of
from nodetop.server.joining.invites import Invite

logger = logging.getLogger(__name__)


_A = {"push": "a push token", "read": "a read token", "act": "an act token", "join": "a join code"}


_ROLES = {PUSH_PATH: "push", JOIN_PATH: "join"}


def role_of(path: str) -> str:
    """The role that a path needs: push for samples, join to get a token, act for what changes alerts, else read."""
    if path in _ROLES:
        return _ROLES[path]
    return "act" if path.startswith(f"{CLUSTERS_PATH}/") and path.endswith(ACT_PATHS) else "read"


class AuthenticationMiddleware:
    """ASGI: puts the request's Token into scope["token"] and marks the connection (scope["mark_authenticated"]).

    Refuses a request with 401 if it has no known token, with 403 if the token has another role, and with 429 if its
    address has sent too many wrong tokens. Starlette's class of this name creates a user object for each request, which
    nothing here needs.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens: Callable[[], Tokens],
        find_invite: Callable[[bytes], Invite | None],
        open_paths: Collection[str],
        clock: Clock,
    ) -> None:
        """`open_paths` need no token. On the path for joining, the token is the secret of an invitation, which is put
        into scope["invite"]."""
        self._app, self._tokens, self._open_paths = app, tokens, open_paths
        self._find_invite = find_invite
        self._failures = RateLimiter(limits.FAILED_AUTHENTICATIONS, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in self._open_paths:
            scope["token"] = self._authenticate(scope)
            scope["mark_authenticated"]()
        await self._app(scope, receive, send)

    def _authenticate(self, scope: Scope) -> Token:
        bearer = _bearer(scope)
        needed = role_of(scope["path"])
        if needed == "join":
            invite = scope["invite"] = self._find_invite(bearer)
            if invite is not None:
                return Token(bytes.fromhex(invite.digest))
        roles = self._tokens().find(bearer)
        if needed in roles:
            return roles[needed]
        if roles:
            raise Refusal(403, WRONG_ROLE, f"This needs {_A[needed]}; the token sent has another role.")
        peer = peer_of(scope)
        logger.warning("not_authenticated", {"peer": peer})
        # Valid tokens have returned above, so no client is locked out by the failures of others.
        if not self._failures.allow(peer):
            raise Refusal(429, "too_many_failures", "Too many wrong tokens.", retry_after=60, close=True)
        raise Refusal(401, "not_authenticated", "This needs a token: Authorization: Bearer TOKEN.", close=True)


def _bearer(scope: Scope) -> bytes:
    """The token in the Authorization header; empty if there is no such header, or more than one."""
    shown = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = (shown[0] if len(shown) == 1 else b"").partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else b""
