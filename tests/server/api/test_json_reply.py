"""Large replies are made in pieces with the same result, and block neither memory nor the event loop."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.hub_api import REPLY_LIMIT, ProcessesReply
from nodetop.model.snapshot import HistoryPoint
from nodetop.server.api.json_reply import PIECE_BYTES, PiecewiseResponse, json_stream, pieces, slices
from tests.server.servers import push, sample, server, until


async def whole(reply: object) -> tuple[bytes, int]:
    parts = [part async for part in pieces(reply)]  # type: ignore[arg-type]
    return b"".join(parts), max(map(len, parts))


@given(st.integers(0, 130), st.integers(0, 3))
def test_pieces_are_what_encoding_the_whole_gives(points: int, more: int) -> None:
    items = tuple(HistoryPoint(at=float(number), samples=number) for number in range(points))
    reply = {"name": "é", "points": items, "more": iter(list(range(more))), "none": None, "dict": {"a": [1]}}
    text, _ = asyncio.run(whole(reply))
    assert json.loads(text) == json.loads(wire.encode(reply | {"more": list(range(more))}))
    empty = ProcessesReply(cluster="c", matched=0, rows=())
    assert asyncio.run(whole(empty))[0] == wire.encode(empty)


async def test_a_piece_is_small_however_large_the_reply_is() -> None:
    text, largest = await whole({"rows": tuple("x" * 100 for _ in range(50_000))})
    assert len(text) > 5_000_000
    assert largest < PIECE_BYTES + 10_000


async def test_the_event_loop_runs_between_pieces_and_an_iterator_only_as_far_as_it_is_read() -> None:
    made = 0

    def items() -> Iterator[str]:
        nonlocal made
        for _ in range(1000):
            made += 1
            yield "x" * PIECE_BYTES

    stream = pieces({"rows": items()})
    for _ in range(5):
        await anext(stream)
    assert made <= 6
    await stream.aclose()


async def test_a_small_reply_has_a_length_and_a_large_one_is_chunked() -> None:
    async def heads(response: object) -> list[dict[str, object]]:
        sent: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        await response({}, None, send)  # type: ignore[operator]
        return sent

    small = await heads(json_stream({"a": 1}))
    assert dict(small[0]["headers"])[b"content-length"] == b"7"  # type: ignore[call-overload]
    assert small[1] == {"type": "http.response.body", "body": b'{"a":1}', "more_body": False}
    large = await heads(PiecewiseResponse(slices(b"x" * (3 * PIECE_BYTES))))
    assert b"content-length" not in dict(large[0]["headers"])  # type: ignore[call-overload]
    assert b"".join(each["body"] for each in large[1:]) == b"x" * (3 * PIECE_BYTES)  # type: ignore[misc]
    assert large[-1].get("more_body", False) is False


def test_readers_that_do_not_read_hold_little_of_what_packs_well(tmp_path: Path) -> None:
    rows = [{"pid": number, "command": "y" * 1500} for number in range(500)]
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0") as hub, hub.client("push") as pusher:
        for seq in range(50):
            assert push(pusher, sample("big", seq=seq, processes={"rows": rows})).status_code == 200
        request = (
            "GET /api/v2/clusters/*/node-metrics/big/recent HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {hub.token('read')}\r\n\r\n"
        ).encode()
        process = psutil.Process(hub.process.pid)
        before = process.memory_info().rss
        readers = [socket.create_connection(("127.0.0.1", pusher.base_url.port or 0)) for _ in range(4)]
        for each in readers:
            each.sendall(request)
        for each in readers:
            assert each.recv(12) == b"HTTP/1.1 200"
        with hub.client() as reader:
            reply = reader.get("/api/v2/clusters/*/node-metrics/big/recent")
            assert (reply.status_code, reply.json()["error"]["code"]) == (429, "too_many_reads")
            assert push(pusher, sample("big", seq=99)).status_code == 200
            assert process.memory_info().rss - before < 30 * 2**20  # as a whole they would be 64 MB
            for each in readers:
                each.close()
            path = "/api/v2/clusters/*/node-metrics/big/recent"
            reply = until(lambda: (found := reader.get(path)).status_code == 200 and found)
            assert 15_000_000 < len(reply.content) <= REPLY_LIMIT
            assert reply.json()["samples"][-1]["seq"] == 99
