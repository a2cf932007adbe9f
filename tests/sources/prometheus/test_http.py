"""The client of the query API: credentials, refusals, wrong answers. Every problem is one plain line."""

import asyncio
import contextlib
import gzip
import json
from collections.abc import Iterator

import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.base.text import clean
from nodetop.sources.prometheus import http as module
from nodetop.sources.prometheus.http import PrometheusHttp, QueryError
from nodetop.sources.prometheus.recognise import is_store
from nodetop.sources.source import SourceError
from tests.scripted_http import EMPTY, Reply, ScriptedServer, scripted_server


@pytest.fixture
def store() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


async def asked(store: ScriptedServer, **headers: str) -> object:
    http = PrometheusHttp(parse_hub_url(store.url), headers=lambda: headers)
    try:
        return await http.instant("up")
    finally:
        await http.aclose()


async def test_headers_are_sent_with_each_query(store: ScriptedServer) -> None:
    assert await asked(store, **{"Authorization": "Bearer t", "X-Scope-OrgID": "team"}) == ()
    ((path, headers, body),) = store.seen
    assert (path, body) == ("/api/v1/query", b"query=up&nocache=1")
    assert (headers["authorization"], headers["x-scope-orgid"]) == ("Bearer t", "team")


async def test_a_compressed_answer_is_read(store: ScriptedServer) -> None:
    store.reply = lambda path: Reply(200, gzip.compress(EMPTY), (("Content-Encoding", "gzip"),))
    assert await asked(store) == ()


async def test_a_redirect_is_not_followed(store: ScriptedServer) -> None:
    store.reply = lambda path: Reply(302, b"", (("Location", f"{store.url}/elsewhere"),))
    with pytest.raises(SourceError, match=r"redirects \(302\)"):
        await asked(store, Authorization="Bearer t")
    assert len(store.seen) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(401, b"no"), "requires credentials"),
        (Reply(403, b"no"), "requires credentials"),
        (Reply(200, b"<html>"), "does not answer like Prometheus"),
        (Reply(200, b'{"status":"error"}'), "does not answer like Prometheus"),
        (Reply(200, b'{"status":"success","data":{"result":[{"metric":{"a":1}}]}}'), "does not answer like"),
        (Reply(200, b"[" * 100_000), "does not answer like Prometheus"),
        (Reply(200, b"\xff\xfe"), "does not answer like Prometheus"),
        (Reply(200, EMPTY[:20], length=500), "closed the connection"),
        (
            Reply(503, b'{"status":"error","error":"\x1b[2J"}'.replace(b"\x1b", b"\\u001b")),
            f"answers 503: {clean(chr(27))}",
        ),
        (Reply(500, b"oops"), "does not answer like Prometheus: status 500"),
    ],
)
async def test_what_is_no_answer_is_one_plain_line(store: ScriptedServer, reply: Reply, message: str) -> None:
    store.reply = lambda path: reply
    with pytest.raises(SourceError, match=message) as caught:
        await asked(store)
    assert str(caught.value).isprintable()


async def test_wrong_credentials_are_named(store: ScriptedServer) -> None:
    store.reply = lambda path: Reply(401, b"")
    with pytest.raises(SourceError, match="rejects the credentials"):
        await asked(store, Authorization="Basic eA==")


async def test_a_query_that_is_refused_is_told_apart(store: ScriptedServer) -> None:
    store.reply = lambda path: Reply(422, b'{"status":"error","errorType":"execution","error":"many-to-many"}')
    with pytest.raises(QueryError, match="cannot answer a query: many-to-many"):
        await asked(store)


async def test_the_reason_at_the_end_of_a_long_error_is_shown(store: ScriptedServer) -> None:
    query = '\\"' + "label_replace(x)" * 10_000 + '\\"'
    error = f'error when executing query="{query}" on {"the time range " * 30}: cannot select 9 series'
    body = json.dumps({"status": "error", "errorType": "422", "error": error}).encode()
    store.reply = lambda path: Reply(422, body)
    with pytest.raises(QueryError, match=r'executing query="…" on the time .* … .*: cannot select 9 series$') as caught:
        await asked(store)
    assert len(str(caught.value)) < 500


async def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    store: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER", 1000)
    store.reply = lambda path: Reply(200, gzip.compress(b" " * 10_000_000), (("Content-Encoding", "gzip"),))
    with pytest.raises(SourceError, match="too large"):
        await asked(store)


async def test_a_store_is_told_from_a_hub_without_credentials(store: ScriptedServer) -> None:
    address = parse_hub_url(store.url)
    scalar = b'{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}'
    store.reply = lambda path: Reply(404, b"") if path == "/healthz" else Reply(200, scalar)
    assert await is_store(address, None)
    assert all("authorization" not in headers for _, headers, _ in store.seen)
    store.reply = lambda path: Reply(200, b"ok\n")
    assert not await is_store(address, None)
    for body in (b"[]", b"x", b"\xff"):
        store.reply = lambda path, body=body: Reply(200, body)  # type: ignore[misc]
        assert not await is_store(address, None)


@pytest.mark.parametrize("chunk", [b"[" * 65_536, b"["], ids=["an endless answer", "an answer byte by byte"])
async def test_what_is_asked_whether_it_is_a_store_cannot_hold_or_fill_the_asker(chunk: bytes) -> None:
    sent = 0
    answering: set[asyncio.Task[None] | None] = set()

    async def lie(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        answering.add(asyncio.current_task())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                writer.write(chunk)
                await writer.drain()
                sent += len(chunk)
                await asyncio.sleep(0 if len(chunk) > 1 else 0.05)
        writer.close()

    async with await asyncio.start_server(lie, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(30):
            assert not await is_store(parse_hub_url(f"http://127.0.0.1:{port}"), None)
            await asyncio.gather(*(task for task in answering if task is not None))  # until the asker has hung up
    assert sent < 32 * 1024 * 1024
