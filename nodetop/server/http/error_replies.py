"""Error replies: the same form for every refusal and failure, and the headers that all replies have."""

import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nodetop.server.base.errors import Refusal
from nodetop.server.base.metrics import Counters

logger = logging.getLogger(__name__)

COMMON_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),  # in case a browser shows a reply as a page
)


def error_headers(refusal: Refusal, body: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of an error reply, without COMMON_HEADERS."""
    length = str(len(body)).encode()
    return [(b"content-type", b"application/json"), (b"content-length", length), *refusal.headers()]


class ExceptionMiddleware:
    """ASGI: turns exceptions of the app below into replies. Starlette's class of this name would add replies in plain
    text."""

    def __init__(self, app: ASGIApp, counters: Counters) -> None:
        self._app, self._counters = app, counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *COMMON_HEADERS]
            await send(message)

        scope["app"] = self  # or Starlette's router answers an unknown path itself, in plain text
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            refusal = self._refusal(error, peer_of(scope))
            if started:
                raise
            await _send_refusal(refusal, send_with_headers)

    def _refusal(self, error: Exception, peer: str) -> Refusal:
        refusal = _as_refusal(error)
        if refusal is None:
            logger.error("request_failed", {"peer": peer, "reason": repr(error)})
            refusal = Refusal(500, "internal_error", "The hub failed to handle this request; see its log.")
        self._counters.add(f"refused_{refusal.code}")
        logger.debug("refused", {"peer": peer, "status": refusal.status, "code": refusal.code})
        return refusal


def peer_of(scope: Scope) -> str:
    """The client's address."""
    return str((scope.get("client") or ("",))[0])


def _as_refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):  # from the router: unknown path, or unknown method
        phrase = HTTPStatus(error.status_code).phrase
        allow = (error.headers or {}).get("Allow")
        return Refusal(error.status_code, phrase.lower().replace(" ", "_"), f"{phrase}.", allow=allow)
    return None


async def _send_refusal(refusal: Refusal, send: Send) -> None:
    body = refusal.body()
    await send({"type": "http.response.start", "status": refusal.status, "headers": error_headers(refusal, body)})
    await send({"type": "http.response.body", "body": body})
