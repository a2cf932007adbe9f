"""Limits on connections, which count from the moment they are accepted."""

import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import trustme

from nodetop.server.base import limits
from nodetop.server.http.address_limits import ConnectionLimits, Listener
from tests.server.servers import IMPATIENT_COMMAND, Server, until

FEW = limits.UNAUTHENTICATED_CONNECTIONS
WITH_FEW_FILES = (
    sys.executable,
    "-c",
    "import os, resource, sys\n"
    "resource.setrlimit(resource.RLIMIT_NOFILE, (90, 90))\n"
    "os.execv(sys.argv[1], sys.argv[1:])",
)


def test_unauthenticated_connections_are_limited_by_address_and_authenticated_ones_are_not() -> None:
    limit = ConnectionLimits(1000)
    admitted = [limit.admit(("10.0.0.1", port)) for port in range(FEW + 5)]
    assert admitted == [True] * FEW + [False] * 5
    assert limit.admit(("10.0.0.2", 1))
    limit.mark_authenticated(("10.0.0.1", 0))
    limit.mark_authenticated(("10.0.0.1", 0))
    assert [limit.admit(("10.0.0.1", port)) for port in (2000, 2001)] == [True, False]
    limit.release(("10.0.0.1", 0))  # authenticated already: it was not counted
    assert not limit.admit(("10.0.0.1", 2002))
    limit.release(("10.0.0.1", 1))
    assert limit.admit(("10.0.0.1", 2003))


def test_all_connections_together_are_limited() -> None:
    limit = ConnectionLimits(3)
    for port in range(3):
        assert limit.admit(("10.0.0.1", port))
        limit.mark_authenticated(("10.0.0.1", port))
    assert not limit.admit(("10.0.0.2", 1))
    limit.release(("10.0.0.1", 2))
    assert limit.admit(("10.0.0.2", 1))


def test_one_address_has_at_most_half_of_them() -> None:
    limit = ConnectionLimits(40)
    for port in range(40):
        admitted = limit.admit(("10.0.0.1", port))
        limit.mark_authenticated(("10.0.0.1", port))
        assert admitted == (port < 20)
    assert limit.admit(("10.0.0.2", 1))
    limit.release(("10.0.0.1", 0))
    limit.release(("10.0.0.1", 0))
    assert [limit.admit(("10.0.0.1", port)) for port in (50, 51)] == [True, False]


def waiting_to_be_accepted(listener: socket.socket) -> int | None:
    """How many connections are complete on this side too, which on a busy machine is later than connect() returns:
    tcpi_unacked of a listening socket, linux/tcp.h. None where the system does not say."""
    if sys.platform != "linux":
        return None
    return int.from_bytes(listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)[24:28], sys.byteorder)


def test_a_flood_of_connections_is_accepted_a_few_at_a_time() -> None:
    with Listener(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        listener.setblocking(False)
        flood = [socket.create_connection(listener.getsockname()) for _ in range(2 * limits.ACCEPTS_PER_TURN + 3)]
        until(lambda: waiting_to_be_accepted(listener) in (len(flood), None), "all of them wait to be accepted")
        turns = []
        while sum(turns) < len(flood):
            turns.append(0)
            with suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    turns[-1] += 1
        assert turns == [limits.ACCEPTS_PER_TURN, limits.ACCEPTS_PER_TURN, 3]
        for each in flood:
            each.close()


def test_a_listener_closes_connections_beyond_its_limit_and_counts_until_they_are_closed() -> None:
    with Listener(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        listener.limits = ConnectionLimits(1)
        with (
            socket.create_connection(listener.getsockname()) as first,
            socket.create_connection(listener.getsockname()) as second,
        ):
            until(lambda: waiting_to_be_accepted(listener) in (2, None), "both wait to be accepted")
            accepted, peer = listener.accept()
            assert peer == first.getsockname()
            until(lambda: waiting_to_be_accepted(listener) in (1, None), "the second one waits to be accepted")
            with pytest.raises(BlockingIOError):
                listener.accept()
            assert second.recv(1) == b""
            accepted.close()
            accepted.close()
            with socket.create_connection(listener.getsockname()):
                until(lambda: waiting_to_be_accepted(listener) in (1, None), "the third one waits to be accepted")
                listener.accept()[0].close()


def test_connections_that_were_closed_at_once_do_not_delay_the_next_one() -> None:
    """A client that only opens and closes would otherwise cost a TLS handshake or a protocol each time."""
    with Listener(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        listener.setblocking(False)
        listener.limits = ConnectionLimits(8)
        for _ in range(limits.CLOSED_PER_TURN + 10):
            socket.create_connection(listener.getsockname()).close()
        with socket.create_connection(listener.getsockname()) as honest:
            until(
                lambda: waiting_to_be_accepted(listener) in (limits.CLOSED_PER_TURN + 11, None),
                "all wait to be accepted",
            )
            with pytest.raises(BlockingIOError):
                listener.accept()
            accepted, peer = listener.accept()
            assert peer == honest.getsockname()
            accepted.close()


@pytest.fixture
def tls_hub(tmp_path: Path) -> Iterator[Server]:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    cert, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.cert_chain_pems[0].write_to_path(cert)
    certificate.private_key_pem.write_to_path(key)
    key.chmod(0o600)
    files = ("--tls-cert", cert, "--tls-key", key)
    running = Server(tmp_path / "hub", "--listen", "127.0.0.1:0", *files, command=IMPATIENT_COMMAND)
    try:
        yield running.wait_started()
    finally:
        running.process.kill()
        running.process.wait()


def test_a_connection_that_never_ends_its_tls_handshake_is_unauthenticated(tls_hub: Server) -> None:
    address = "127.0.0.1", int(tls_hub.url.rpartition(":")[2])
    connections = [socket.create_connection(address) for _ in range(FEW + 20)]
    # Those that are too many are closed at once, the others when their time is over.
    assert set(in_order_of_closing(connections)[:20]) == set(connections[FEW:])
    for each in connections:
        each.close()


def in_order_of_closing(connections: Sequence[socket.socket]) -> list[socket.socket]:
    """Waits until the other side has closed all of them."""
    closed: list[socket.socket] = []
    with selectors.DefaultSelector() as selector:
        for each in connections:
            selector.register(each, selectors.EVENT_READ)
        while len(closed) < len(connections):
            for key, _ in selector.select():
                each = key.fileobj
                assert isinstance(each, socket.socket)
                with suppress(ConnectionError):
                    assert each.recv(1) == b""
                selector.unregister(each)
                closed.append(each)
    return closed


def answers(reader: httpx.Client) -> bool:
    with suppress(httpx.TransportError):  # its connection was idle for too long, and a new one is one too many yet
        return reader.get("/api/v2/status").status_code == 200
    return False


def test_a_hub_that_may_have_few_files_open_takes_few_connections_and_goes_on(tmp_path: Path) -> None:
    hub = Server(tmp_path / "hub", "--listen", "127.0.0.1:0", prefix=WITH_FEW_FILES)
    try:
        hub.wait_started()
        with hub.client() as reader:
            assert reader.get("/api/v2/status").status_code == 200
            address = "127.0.0.1", reader.base_url.port or 0
            for each in [socket.create_connection(address) for _ in range(200)]:
                each.close()
            until(lambda: answers(reader))
        assert all(line.startswith("time=") for line in hub.log.splitlines()), hub.log
        assert "Too many open files" not in hub.log
        assert hub.end() == 0
    finally:
        hub.process.kill()
        hub.process.wait()


def test_a_low_limit_of_open_files_is_raised_as_far_as_it_may_be() -> None:
    program = (
        "import resource\n"
        "from nodetop.server.http.address_limits import connection_limit\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))\n"
        "print(connection_limit(256), resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (128, 200))\n"
        "print(connection_limit(256), resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["576 640", "136 200"]
