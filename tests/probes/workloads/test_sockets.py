"""The kernel's list of TCP connections: its messages whole, cut, odd and hostile; and the real kernel beside ss(8)."""

import errno
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from shutil import which
from struct import pack
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.workloads.connection import Connection, SocketsError
from nodetop.probes.workloads.sockets import ends, parse, read_connections

INFO, CGROUP_ID, SHUTDOWN, CONG = 2, 21, 8, 4


def attribute(kind: int, value: bytes) -> bytes:
    return pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def tcp_info(sent: int, received: int, retransmits: int, size: int = 280) -> bytes:
    """struct tcp_info of linux/tcp.h."""
    start = bytes(100) + pack("=I", retransmits) + bytes(16) + pack("=QQ", sent, received)
    return start + bytes(size - len(start)) if size >= len(start) else start[:size]


def message(cookie: int, *attributes: bytes, kind: int = 20, length: int | None = None) -> bytes:
    """nlmsghdr, inet_diag_msg of linux/inet_diag.h, attributes."""
    body = pack("=BBBB", 2, 1, 0, 0) + bytes(40) + pack("=Q", cookie) + bytes(20) + b"".join(attributes)
    return pack("=IHHII", 16 + len(body) if length is None else length, kind, 2, 1, 0) + body + bytes(-len(body) % 4)


def connection(cookie: int, group: int = 7, sent: int = 5, received: int = 6, retransmits: int = 1) -> bytes:
    return message(
        cookie, attribute(SHUTDOWN, b"\0"), attribute(CGROUP_ID, pack("=Q", group)), attribute(CONG, b"cubic\0"),
        attribute(INFO, tcp_info(sent, received, retransmits)),
    )  # fmt: skip


DONE = pack("=IHHIIi", 20, 3, 2, 1, 0, 0)


def refused(code: int) -> bytes:
    return pack("=IHHIIi", 36, 2, 0, 1, 0, -code) + bytes(16)


def test_connections_by_cookie() -> None:
    found = dict(parse(connection(1) + connection(2, 8, 50, 60, 0) + DONE))
    assert found == {1: Connection(7, 6, 5, 1), 2: Connection(8, 60, 50, 0)}


@pytest.mark.parametrize(
    "odd",
    [
        message(9),
        message(9, attribute(CGROUP_ID, pack("=Q", 7))),
        message(9, attribute(INFO, tcp_info(1, 2, 3, size=104))),
        message(9, attribute(INFO, tcp_info(2**64 - 1, 2, 3))),
        message(9, pack("=HH", 0, INFO)),
        message(9, pack("=HH", 3000, INFO) + tcp_info(1, 2, 3)),
        message(9, attribute(INFO, tcp_info(1, 2, 3)), kind=99),
        message(9, b"\x04\x00"),
    ],
    ids=["no attributes", "no tcp_info", "short", "impossible", "zero", "too long", "other kind", "half a header"],
)
def test_odd_messages_are_left_out_and_the_next_one_counts(odd: bytes) -> None:
    assert dict(parse(odd + connection(1))) == {1: Connection(7, 6, 5, 1)}


@pytest.mark.parametrize("length", [0, 15, 2**32 - 1])
def test_a_message_of_an_impossible_length_ends_the_piece(length: int) -> None:
    data = connection(1) + message(2, length=length) + connection(3)
    assert dict(parse(data)).keys() == {1}


def test_unknown_attributes_and_a_longer_tcp_info_are_skipped() -> None:
    found = dict(parse(message(1, attribute(200, b"new"), attribute(INFO, tcp_info(5, 6, 1, size=4000)))))
    assert found == {1: Connection(None, 6, 5, 1)}


@given(st.binary(max_size=600))
def test_any_bytes_are_survived(data: bytes) -> None:
    for found in parse(data):
        assert isinstance(found[1], Connection)
    try:
        ends(data)
    except OSError as error:
        assert error.errno


@given(st.integers(0, 2000), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8))
def test_cut_and_damaged_answers_are_survived(end: int, damage: list[tuple[int, int]]) -> None:
    data = bytearray(b"".join(connection(cookie, cookie) for cookie in range(4)) + DONE)
    for place, value in damage:
        data[place % len(data)] = value
    found = dict(parse(bytes(data[:end])))
    assert len(found) <= 4
    assert all(each.received >= 0 and each.sent >= 0 and each.retransmits >= 0 for each in found.values())


def pieces(*data: bytes) -> Iterator[bytes]:
    yield from data


def test_both_families_are_read_and_a_limit_ends_it() -> None:
    both = read_connections(receive=lambda family: pieces(connection(family), DONE))
    assert both.by_cookie.keys() == {socket.AF_INET, socket.AF_INET6} and not both.is_cut
    many = read_connections(3, lambda family: pieces(*(connection(cookie) for cookie in range(10)), DONE))
    assert (len(many.by_cookie), many.is_cut) == (4, True)


def test_a_kernel_that_refuses_says_why() -> None:
    def receive(family: int) -> Iterator[bytes]:
        ends(refused(errno.ENOENT))
        yield b""

    with pytest.raises(SocketsError, match="tcp_diag"):
        read_connections(receive=receive)
    with pytest.raises(OSError, match="EPERM"):
        ends(refused(errno.EPERM))
    assert ends(DONE) and ends(refused(0)) and ends(b"\1") and not ends(connection(1))


@pytest.mark.live
def test_what_two_real_ends_have_counted_and_what_ss_shows() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))) as client, closing(listening.accept()[0]) as server:
            before = read_connections().by_cookie
            client.sendall(b"x" * 70_001)
            assert len(server.recv(70_001, socket.MSG_WAITALL)) == 70_001
            server.sendall(b"y" * 300)
            client.recv(300, socket.MSG_WAITALL)
            waiting, moved = Event(), set[tuple[int, int]]()
            while not {(70_001, 300), (300, 70_001)} <= moved:  # until the last acknowledgements are there
                waiting.wait(0.01)
                now = read_connections().by_cookie
                moved = {
                    (each.received - old.received, each.sent - old.sent)
                    for cookie, each in now.items()
                    if (old := before.get(cookie)) is not None
                }
            if which("ss"):
                told = subprocess.run(
                    ["ss", "-tinH", f"( sport = :{port} )"], capture_output=True, text=True, check=True
                ).stdout
                received = re.search(r"bytes_received:(\d+)", told)
                assert received is not None and int(received[1]) in {each.received for each in now.values()}
