"""Limits on concurrent reads: of one client, of all, and the time a client may take to read a reply."""

import asyncio
import hashlib
from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive, Scope, Send

from nodetop.server.base.errors import Refusal
from nodetop.server.base.limits import Concurrency
from nodetop.server.base.tokens import Token
from nodetop.server.http.client_counts import ConcurrencyLimit, ReadLimitMiddleware, client_of


def refused(limit: ConcurrencyLimit, client: bytes) -> int:
    with pytest.raises(Refusal) as error, limit.hold(client):
        pass
    return error.value.status


def test_one_client_has_its_share_and_all_have_theirs() -> None:
    limit = ConcurrencyLimit(Concurrency(2, 3))
    with limit.hold(b"a"), limit.hold(b"a"):
        assert refused(limit, b"a") == 429
        with limit.hold(b"b"):
            assert refused(limit, b"c") == 503
        with limit.hold(b"c"):
            assert limit.total == 3
    assert limit.total == 0


def test_a_client_is_a_token_at_an_address() -> None:
    one, two = (Token(hashlib.sha256(text).digest()) for text in (b"one", b"two"))
    clients = {client_of({"token": token, "client": (host, 1)}) for token in (one, two) for host in ("a", "b")}
    assert len(clients) == 4


@pytest.fixture
def scope() -> Iterator[Scope]:
    aborted: list[bool] = []
    yield {"token": Token(b"d" * 32), "client": ("a", 1), "abort": lambda: aborted.append(True), "aborted": aborted}


async def test_a_reply_that_is_not_read_in_time_is_given_up(scope: Scope) -> None:
    limit = ConcurrencyLimit(Concurrency(1, 1))

    async def never_read(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start"})

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        await asyncio.Event().wait()

    await ReadLimitMiddleware(never_read, limit, 0.01)(scope, receive, send)
    assert scope["aborted"] == [True]
    assert limit.total == 0
