"""The door of the hub: the right host name, the right token, before anything is looked at. And one shape of error."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nodetop.base.clock import Clock
from nodetop.base.hub_address import is_loopback
from nodetop.model.hub_api import PUSH_PATH
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.log import Log
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token, Tokens

HEALTH_PATH = "/healthz"
_JSON = (b"content-type", b"application/json")
_COMMON = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),  # were a browser to take a reply for a page
)
_TOKEN_PARAMETERS = frozenset((b"token", b"access_token"))


@dataclass(frozen=True)
class HostNames:
    """The names by which this hub may be asked for. A page in somebody's browser that had its own name point here
    would ask by that one; over TLS its certificate stops it already, so there `any` is fine."""

    any: bool = False
    names: frozenset[str] = frozenset()
    addresses: bool = False
    """Whether any numeric address will do, not only those of this machine itself."""

    def has(self, header: str) -> bool:
        if self.any:
            return True
        host = _host_of(header)
        if is_loopback(host) or host in self.names:
            return True
        try:
            ip_address(host)
        except ValueError:
            return False
        return self.addresses


def own_names(further: str | None) -> frozenset[str]:
    """This machine's names, and those that the settings add."""
    names = {socket.gethostname(), socket.getfqdn(), *(further or "").split(",")}
    return frozenset(name.strip().lower() for name in names if name.strip())


def _host_of(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].lower().rstrip(".")


class Door:
    """ASGI: lets a request in with scope["token"], a Token, or answers with a refusal."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens: Callable[[], Tokens],
        names: HostNames,
        is_stopping: Callable[[], bool],
        clock: Clock,
        counters: Counters,
        log: Log,
    ) -> None:
        self._app = app
        self._tokens, self._names, self._is_stopping = tokens, names, is_stopping
        self._counters, self._log = counters, log
        self._failed = RateLimiter(limits.FAILED_AUTHENTICATIONS, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *_COMMON]
            await send(message)

        peer = (scope.get("client") or ("",))[0]
        try:
            await self._enter(scope, receive, send_on, peer)
        except Exception as error:
            refusal = _as_refusal(error)
            if refusal is None:
                self._log.error("request_failed", peer, reason=repr(error))
                refusal = Refusal(500, "internal_error", "The hub failed at this request; its log says more.")
            self._counters.add(f"refused_{refusal.code}")
            self._log.debug("refused", peer, status=refusal.status, code=refusal.code)
            if started:
                raise
            await _answer(refusal, send_on)

    async def _enter(self, scope: Scope, receive: Receive, send: Send, peer: str) -> None:
        headers = dict(scope["headers"])
        if scope["path"] != HEALTH_PATH:
            _check_head(scope, headers)
            if not self._names.has(headers.get(b"host", b"").decode("latin-1")):
                raise Refusal(421, "wrong_host", "The hub does not go by this name; see --public-name.", close=True)
            scope["token"] = self._authenticated(scope, headers, peer)
            scope["authenticated"]()
            if self._is_stopping():
                raise Refusal(503, "stopping", "The hub is about to end.", retry_after=5, close=True)
        scope["app"] = self  # the router then raises for a path it lacks, and the answer is made here
        await self._app(scope, receive, send)

    def _authenticated(self, scope: Scope, headers: dict[bytes, bytes], peer: str) -> Token:
        to_push = scope["path"] == PUSH_PATH
        shown = sum(name == b"authorization" for name, _ in scope["headers"])
        # Of two tokens nobody can say which one counts.
        scheme, _, bearer = (headers[b"authorization"] if shown == 1 else b"").partition(b" ")
        push, read = self._tokens().find(bearer.strip()) if scheme.lower() == b"bearer" else (None, None)
        token = push if to_push else read
        if token is not None:
            return token
        if push is not None or read is not None:
            wanted = "push" if to_push else "read"
            raise Refusal(403, "wrong_role", f"This takes a {wanted} token; the one sent is for something else.")
        self._log.warning("not_authenticated", peer)
        # The right token is let in before this: nobody is locked out by the failures of others.
        if not self._failed.allow(peer):
            raise Refusal(429, "too_many_failures", "Too many wrong tokens.", retry_after=60, close=True)
        raise Refusal(401, "not_authenticated", "This takes a token: Authorization: Bearer TOKEN.")


def _check_head(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Raises Refusal for a head that is too large, or that could be read in two ways, or has a token where logs and
    histories would keep it."""
    lines = scope["headers"]
    if len(scope["raw_path"]) + len(scope["query_string"]) > limits.URL_BYTES:
        raise Refusal(414, "url_too_long", f"A URL has at most {limits.URL_BYTES} bytes.", close=True)
    if len(lines) > limits.HEADER_LINES:
        raise Refusal(431, "too_many_headers", f"A request has at most {limits.HEADER_LINES} headers.", close=True)
    if sum(len(name) + len(value) for name, value in lines) > limits.HEADER_BYTES:
        raise Refusal(431, "headers_too_large", "The head of a request has at most 16 KiB.", close=True)
    if b"transfer-encoding" in headers and b"content-length" in headers:
        raise Refusal(400, "ambiguous_length", "A request has a Content-Length or is chunked, not both.", close=True)
    if any(part.partition(b"=")[0].lower() in _TOKEN_PARAMETERS for part in scope["query_string"].split(b"&")):
        raise Refusal(
            400, "token_in_url", "A token must not be in a URL: send it as Authorization: Bearer TOKEN.", close=True
        )


def _as_refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):  # what the router has to say: no such path, or not with this method
        phrase = HTTPStatus(error.status_code).phrase
        return Refusal(error.status_code, phrase.lower().replace(" ", "_"), f"{phrase}.")
    return None


async def _answer(refusal: Refusal, send: Callable[[Message], Awaitable[None]]) -> None:
    body = refusal.body()
    headers = [_JSON, (b"content-length", str(len(body)).encode()), *refusal.headers()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
