"""The hub as one ASGI app: the routes, and the middlewares around them."""

from collections.abc import Callable

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from nodetop.base.clock import Clock
from nodetop.server.api.routes import HEALTH_PATH
from nodetop.server.base.errors import Refusal
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Tokens
from nodetop.server.http.auth import AuthenticationMiddleware
from nodetop.server.http.error_replies import ExceptionMiddleware
from nodetop.server.http.request_head import RequestHeadMiddleware
from nodetop.server.http.trusted_host import AllowedHosts, TrustedHostMiddleware
from nodetop.server.joining.invites import Invite

_OPEN_PATHS = frozenset((HEALTH_PATH,))
"""Answered without a token and for any Host header, for the health probes of an orchestrator."""


def hub_app(
    router: Router,
    *,
    tokens: Callable[[], Tokens],
    find_invite: Callable[[bytes], Invite | None],
    hosts: AllowedHosts,
    is_stopping: Callable[[], bool],
    clock: Clock,
    counters: Counters,
) -> ASGIApp:
    """The routes behind all checks. A request passes through these in order; the first that refuses it sends the reply:

    1. ExceptionMiddleware: turns exceptions of the others into a reply;
    2. RequestHeadMiddleware: are the headers small and unambiguous? (400, 411, 414, 431)
    3. TrustedHostMiddleware: is it for this host? (400, 421)
    4. AuthenticationMiddleware: has it the right token? (401, 403, 429)
    5. ShutdownMiddleware: is the hub shutting down? (503)
    6. the router: is there such a path, with this method? (404, 405)

    So a client without a token cannot find out which paths, clusters or nodes there are.
    """
    app: ASGIApp = ShutdownMiddleware(router, is_stopping)
    app = AuthenticationMiddleware(app, tokens=tokens, find_invite=find_invite, open_paths=_OPEN_PATHS, clock=clock)
    app = TrustedHostMiddleware(app, hosts, _OPEN_PATHS)
    app = RequestHeadMiddleware(app)
    return ExceptionMiddleware(app, counters)


class ShutdownMiddleware:
    """ASGI: refuses requests while the hub is shutting down."""

    def __init__(self, app: ASGIApp, is_stopping: Callable[[], bool]) -> None:
        self._app, self._is_stopping = app, is_stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_stopping() and scope["path"] not in _OPEN_PATHS:
            raise Refusal(503, "stopping", "The hub is shutting down.", retry_after=5, close=True)
        await self._app(scope, receive, send)
