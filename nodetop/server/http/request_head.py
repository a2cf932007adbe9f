"""Checks the request line and headers: within limits, unambiguous, and without a token in the URL."""

from starlette.types import ASGIApp, Receive, Scope, Send

from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal

_TOKEN_PARAMETERS = frozenset((b"token", b"access_token"))


class RequestHeadMiddleware:
    """ASGI: refuses a request line or headers that are too large or ambiguous. Starlette has no such check."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _check_size(scope)
        _check_length(dict(scope["headers"]), scope["method"])
        if any(part.partition(b"=")[0].lower() in _TOKEN_PARAMETERS for part in scope["query_string"].split(b"&")):
            raise Refusal(
                400, "token_in_url", "A token must not be in a URL: send it as Authorization: Bearer TOKEN.", close=True
            )
        await self._app(scope, receive, send)


def _check_size(scope: Scope) -> None:
    lines = scope["headers"]
    if len(scope["raw_path"]) + len(scope["query_string"]) > limits.URL_BYTES:
        raise Refusal(414, "url_too_long", f"A URL may have at most {limits.URL_BYTES} bytes.", close=True)
    if len(lines) > limits.HEADER_LINES:
        raise Refusal(431, "too_many_headers", f"A request may have at most {limits.HEADER_LINES} headers.", close=True)
    if sum(len(name) + len(value) for name, value in lines) > limits.HEADER_BYTES:
        raise Refusal(431, "headers_too_large", "The request line and headers may have at most 16 KiB.", close=True)


def _check_length(headers: dict[bytes, bytes], method: str) -> None:
    if b"transfer-encoding" in headers:
        if b"content-length" in headers:
            raise Refusal(
                400, "ambiguous_length", "A request must not have a Content-Length and be chunked.", close=True
            )
        raise Refusal(411, "length_required", "A request must not be chunked; send its Content-Length.", close=True)
    if method != "POST" and headers.get(b"content-length", b"0") != b"0":
        raise Refusal(400, "unexpected_body", "Only a push has a body.", close=True)
