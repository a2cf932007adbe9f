"""How many reads are in progress: of one client, and of all."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from nodetop.server.base.errors import Refusal
from nodetop.server.base.limits import Concurrency
from nodetop.server.base.read_turns import next_turn
from nodetop.server.http.error_replies import peer_of


def client_of(scope: Scope) -> bytes:
    """The client of a request: a token at an address. Several hosts may use one token, and several users one host; none
    of them must use up the share of the others."""
    digest: bytes = scope["token"].digest
    return digest + peer_of(scope).encode()


class ConcurrencyLimit:
    """Counts the reads of one kind."""

    def __init__(self, limit: Concurrency) -> None:
        self._limit = limit
        self._counts: Counter[bytes] = Counter()

    @property
    def total(self) -> int:
        """How many are in progress."""
        return self._counts.total()

    @contextmanager
    def hold(self, client: bytes) -> Iterator[None]:
        """Counts one read while the context lasts. Raises Refusal: 429 if the client has too many, 503 if all clients
        together have too many."""
        if self._counts[client] >= self._limit.of_client:
            raise Refusal(429, "too_many_reads", "Too many reads at once.", retry_after=1)
        if self.total >= self._limit.of_all:
            raise Refusal(503, "too_many_readers", "The hub has too many readers.", retry_after=5)
        self._counts[client] += 1
        try:
            yield
        finally:
            self._counts[client] -= 1
            if not self._counts[client]:
                del self._counts[client]


class ReadLimitMiddleware:
    """ASGI, around one route: limits how many of its replies are in progress, and how long a client may take to read
    one."""

    def __init__(self, app: ASGIApp, limit: ConcurrencyLimit, seconds: float | None) -> None:
        self._app, self._limit, self._seconds = app, limit, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._limit.hold(client_of(scope)):
            try:
                async with asyncio.timeout(self._seconds):
                    await next_turn()
                    await self._app(scope, receive, send)
            except TimeoutError:
                scope["abort"]()
                await asyncio.sleep(0)  # so that the server notices the closed connection
