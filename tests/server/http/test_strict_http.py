"""Requests that two HTTP parsers could read in two ways, sent as they are to a real hub."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.hub_api import ErrorReply
from tests.server.servers import Server, server


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("strict")
    with server(folder, "--listen", "127.0.0.1:0") as running, running.client():
        yield running


def answer(hub: Server, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of the reply to these bytes, in which TOKEN is the read token; until the hub closes."""
    host, port = "127.0.0.1", int(hub.url.rpartition(":")[2])
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(request.replace(b"TOKEN", hub.token("read").encode()))
        reply = b""
        while received := connection.recv(65536):
            reply += received
    head, _, body = reply.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.lower(), body


GOOD = (
    b"GET /api/v2/clusters HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer TOKEN\r\nConnection: close\r\n"
    b"X-More: 1\r\n\r\n"
)


def test_a_good_request(hub: Server) -> None:
    assert answer(hub, GOOD)[0] == 200
    assert answer(hub, GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"))[0] == 200


@pytest.mark.parametrize(
    ("part", "by"),
    [
        (b"\r\nX-More: 1", b"\nX-More: 1"),
        (b"X-More: 1\r\n\r\n", b"X-More: 1\r\n\n"),
        (b"X-More: 1\r\n\r\n", b"X-More: 1\n\n"),
        (b"\r\n", b"\n"),
        (b"X-More: 1", b"X-More: 1\r\n folded"),
        (b"X-More: 1", b"X-More: 1\r\n\tX: 2"),
        (b"X-More: 1", b"X-More : 1"),
        (b"X-More: 1", b"X-More: 1\r2"),
        (b"X-More: 1", b"X-More: a\x00b"),
        (b"HTTP/1.1", b"HTTP/2.0"),
        (b"HTTP/1.1", b"HTTP/1.2"),
        (b"HTTP/1.1", b"HTTP/0.9"),
        (b"HTTP/1.1", b"HTTP/1.1 x"),
        (GOOD, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (b"X-More: 1", b"Host: localhost"),
        (b"Host: localhost\r\n", b""),
        (b"X-More: 1", b"Content-Length: 0\r\nContent-Length: 1"),
        (b"X-More: 1", b"Content-Length: 0\r\nTransfer-Encoding: chunked"),
        (b"X-More: 1", b"Content-Length: 5"),
        (b"X-More: 1", b"Content-Length: +0"),
        (b"Host: localhost", b"Host: [::1].evil.test"),
        (b"Host: localhost", b"Host: [::1"),
        (b"Host: localhost", b"Host: [::1]:80:80"),
        (b"Host: localhost", b"Host: localhost:80x"),
        (b"Host: localhost", b"Host: localhost@evil.test"),
        (b"Host: localhost", b"Host: localhost, evil.test"),
        (b"Host: localhost", b"Host: local host"),
        (b"Host: localhost", b"Host: localhost/evil.test"),
    ],
)
def test_it_is_refused_with_a_reason_and_the_connection_ends(hub: Server, part: bytes, by: bytes) -> None:
    assert part in GOOD
    status, head, body = answer(hub, GOOD.replace(part, by))
    assert status == 400, body
    assert wire.decode(body, ErrorReply).error.message
    assert b"connection: close" in head and b"content-security-policy: default-src 'none'" in head


@pytest.mark.parametrize(
    "host", [b"evil.test", b"127.0.0.1.evil.test", b"localhost.evil.test", b"10.0.0.1", b"[::2]", b"0x7f.1"]
)
def test_a_host_that_is_not_this_one(hub: Server, host: bytes) -> None:
    assert answer(hub, GOOD.replace(b"localhost", host))[0] == 421


@pytest.mark.parametrize("host", [b"LOCALHOST:8082", b"localhost.", b"[::1]:1", b"[::1]", b"127.0.0.1:", b"127.8.9.1"])
def test_a_host_that_is_this_one(hub: Server, host: bytes) -> None:
    assert answer(hub, GOOD.replace(b"localhost", host))[0] == 200


def test_a_bad_request_after_good_ones_on_one_connection(hub: Server) -> None:
    keeps = GOOD.replace(b"Connection: close\r\n", b"")
    host, port = "127.0.0.1", int(hub.url.rpartition(":")[2])
    bad = keeps.replace(b"\r\nX-More", b"\nX-More")
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall((keeps + keeps + bad + keeps).replace(b"TOKEN", hub.token("read").encode()))
        reply = b""
        while received := connection.recv(65536):
            reply += received
    assert reply.count(b"HTTP/1.1 200 ") == 2
    assert reply.count(b"HTTP/1.1 400 ") == 1


def test_who_shows_no_right_token_gets_one_answer_a_connection(hub: Server) -> None:
    wrong = GOOD.replace(b"TOKEN", b"x" * 43).replace(b"Connection: close\r\n", b"")
    status, head, body = answer(hub, wrong * 3)
    assert status == 401 and b"connection: close" in head
    assert b"HTTP/1.1" not in body


@pytest.mark.parametrize(("chunk", "status"), [(b"-1\r\n", 400), (b"x\r\n", 400), (b"f" * 18 + b"\r\n", 411)])
def test_a_body_that_is_not_http_is_answered_once(hub: Server, chunk: bytes, status: int) -> None:
    head = GOOD.replace(b"GET /api/v2/clusters", b"POST /metrics/node")
    head = head.replace(b"X-More: 1", b"Content-Type: application/json\r\nTransfer-Encoding: chunked")
    assert answer(hub, head + chunk)[0] == status
    assert answer(hub, GOOD)[0] == 200
    assert "Exception" not in hub.log
