"""A hub's read API over HTTP: limited in size and time; every error is one plain line."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from math import inf
from typing import TypeVar

import httpx
from msgspec import Struct

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.hub_address import HubAddress, explain_connection
from nodetop.base.text import clean
from nodetop.base.trust import local_peer
from nodetop.model import wire
from nodetop.model.hub_api import REPLY_LIMIT, ErrorReply
from nodetop.model.snapshot import SCHEMA
from nodetop.sources.hub.sse import BadStream, Event, EventParser
from nodetop.sources.source import SourceError

T = TypeVar("T")
ANSWER_SECONDS = 10.0
"""Time limit for a complete response."""
SILENCE_SECONDS = 20.0
"""A stream sends something every 15 s, if only a comment."""
NOTICE_SECONDS = 60.0
_READ = (
    "a read",
    "run nodetop-server invite --read on the hub, and here the command that it prints, or use --token-file",
)
_ACT = "an act", "use --act-token-file with one of the hub's act tokens"
"""The token that is needed, and how to get one."""
Params = Mapping[str, str | int | float]


class HubHttp:
    """Connects to one address only: redirects are not followed, and the environment's proxies not used. `token` is
    called for each request and may return None."""

    def __init__(
        self,
        address: HubAddress,
        *,
        token: Callable[[], str | None],
        tls: ssl.SSLContext | None = None,
        needs_own_peer: bool = False,
        is_acting: bool = False,
    ) -> None:
        """`is_acting`: the token is an act token. `needs_own_peer`: sends nothing to a program of another user on this
        machine."""
        self.address = address
        self._token = token
        self._needs, self._remedy = _ACT if is_acting else _READ
        self._left_out_at, self._left_out = -inf, (0, "")
        self._extensions = {"trace": local_peer.check_new_connections()} if needs_own_peer else {}
        self._http = httpx.AsyncClient(
            verify=tls if tls is not None else address.secure,
            timeout=httpx.Timeout(ANSWER_SECONDS, read=SILENCE_SECONDS),
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8),
        )

    @property
    def notice(self) -> str | None:
        """What was left out of the hub's responses in the last minute; None: nothing."""
        if time.monotonic() - self._left_out_at > NOTICE_SECONDS:
            return None
        count, reason = self._left_out
        return f"{count} value{'s' * (count > 1)} from the hub left out: {reason}"

    async def get(self, path: str, kind: type[T], **params: str | int | float) -> T:
        """The decoded response to a request. Raises SourceError."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async with self._open(path, params) as response:
                    content = await self._content(response)
        except TimeoutError as error:
            raise SourceError(explain_connection(error, self.address)) from error
        return self.decoded(content, kind)

    async def post(self, path: str, body: Struct, kind: type[T]) -> T:
        """The decoded response to a request that changes something. Raises SourceError."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async with self._open(path, {}, body=wire.encode(body)) as response:
                    content = await self._content(response)
        except TimeoutError as error:
            raise SourceError(explain_connection(error, self.address)) from error
        return self.decoded(content, kind)

    @asynccontextmanager
    async def events(self, path: str, **params: str | int | float) -> AsyncIterator[AsyncIterator[Event]]:
        """A stream of events, which ends only with SourceError."""
        async with self._open(path, params, accept="text/event-stream") as response:
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise SourceError(self._not_a_hub("the response is not an event stream"))
            yield self._parsed(response)

    async def _parsed(self, response: httpx.Response) -> AsyncIterator[Event]:
        parser = EventParser()
        async for chunk in response.aiter_raw():
            for event in parser.feed(chunk):
                yield event
        raise SourceError(f"{self.address.shown} ended the connection")

    @asynccontextmanager
    async def _open(
        self, path: str, params: Params, accept: str = "application/json", body: bytes | None = None
    ) -> AsyncIterator[httpx.Response]:
        token = await in_daemon_thread(self._token)  # it reads a file
        if self._http.is_closed:
            raise SourceError(f"the connection to {self.address.shown} was closed")
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._http.stream(
                "GET" if body is None else "POST",
                self.address.url + path,
                params=dict(params),
                headers=headers,
                content=body,
                extensions=self._extensions,
            ) as response:
                await self._check(response, token is not None)
                yield response
        except (httpx.HTTPError, OSError, BadStream) as error:
            if isinstance(error, BadStream):
                raise SourceError(self._not_a_hub("the response is too large")) from error
            raise SourceError(explain_connection(error, self.address)) from error

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > REPLY_LIMIT:
                raise SourceError(self._not_a_hub("the response is too large"))
        return bytes(content)

    async def _check(self, response: httpx.Response, with_token: bool) -> None:
        """Raises SourceError if this is not a usable response."""
        status = response.status_code
        if status == 200:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise SourceError(self._not_a_hub("the response is compressed, which was not requested"))
            return
        hub = self.address.shown
        if 300 <= status < 400:
            raise SourceError(f"{hub} redirects ({status}); use the hub's own URL. The token was not sent there")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                error = wire.decode(await self._content(response), ErrorReply).error
        except (wire.BadMessage, TimeoutError):
            raise SourceError(self._not_a_hub(f"status {status}")) from None
        if status == 401:
            wrong = "rejects the token" if with_token else f"requires {self._needs} token"
            raise SourceError(f"{hub} {wrong}{self.address.path_doubt}; {self._remedy}")
        raise SourceError(f"{hub} answers {status}: {clean(error.message)}")

    def decoded(self, content: bytes, kind: type[T]) -> T:
        """Decodes what a hub sent, without invalid values; `notice` then reports these. Raises SourceError."""
        try:
            found = wire.decode_fitting(content, kind)
            if found.left_out:
                self._left_out_at, self._left_out = time.monotonic(), (found.left_out, clean(found.reason))
            return found.value
        except wire.BadMessage as error:
            if _newer(content):
                raise SourceError(f"{self.address.shown} runs a newer version; update nodetop here") from error
            raise SourceError(self._not_a_hub(clean(str(error)))) from error

    def _not_a_hub(self, reason: str) -> str:
        return f"{self.address.shown} does not answer like a nodetop hub: {reason}"

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._http.aclose()


def _newer(content: bytes) -> bool:
    """Whether a snapshot has a schema number that is newer than ours."""
    try:
        tree = wire.decode(content, dict[str, object])
    except wire.BadMessage:
        return False
    schema = tree.get("schema")
    return isinstance(schema, int) and schema > SCHEMA
