"""The TCP connections of this network namespace with their control groups, asked of the kernel without any permission.

sock_diag(7); linux/inet_diag.h, linux/tcp.h (struct tcp_info). INET_DIAG_CGROUP_ID is there since Linux 5.8.
"""

import errno
import socket
import time
from collections.abc import Callable, Iterator
from struct import Struct

from nodetop.probes.workloads.connection import Connection, Connections, SocketsError

MOST_CONNECTIONS = 20_000
"""Of all that are open; parsing so many takes about a tenth of a second."""
_SECONDS = 5.0
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _DUMP = 4, 20, 0x301
_ERROR, _DONE = 2, 3
_INFO, _CGROUP_ID = 2, 21
_STATES = sum(1 << state for state in (1, 4, 5, 8, 9, 11))
"""Established, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, LAST-ACK, CLOSING: those that may have moved data."""
_HEADER = Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_REQUEST = Struct("=BBBBI48x")  # inet_diag_req_v2: family, protocol, extensions, padding, states, id
_COOKIE = Struct("=Q")
_ATTRIBUTE = Struct("=HH")
_NUMBER = Struct("=Q")
_CODE = Struct("=i")
_BODY, _COOKIE_AT, _MESSAGE = 16, 44, 72  # where inet_diag_msg begins, its cookie in it, its size
_RETRANSMITS_AT, _BYTES_AT = 100, 120  # in tcp_info: tcpi_total_retrans; tcpi_bytes_acked, tcpi_bytes_received
_RETRANSMITS, _BYTES = Struct("=I"), Struct("=QQ")
_MOST_COUNT = 2**63


def read_connections(most: int | None = None, receive: Callable[[int], Iterator[bytes]] | None = None) -> Connections:
    """Lists the open TCP connections. `receive` returns the kernel's answer for a family. Raises SocketsError."""
    limit = MOST_CONNECTIONS if most is None else most
    found: dict[int, Connection] = {}
    try:
        for family in (socket.AF_INET, socket.AF_INET6):
            for data in (receive or _ask)(family):
                found.update(parse(data))
                if len(found) > limit:
                    return Connections(found, is_cut=True)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.EPROTONOSUPPORT):
            raise SocketsError("the kernel does not list its sockets (module tcp_diag)") from None
        raise SocketsError(f"the kernel does not list its sockets: {error.strerror or error}") from None
    return Connections(found)


def _ask(family: int) -> Iterator[bytes]:
    """The kernel's answer, piece by piece. Raises OSError."""
    deadline = time.monotonic() + _SECONDS
    request = _REQUEST.pack(family, socket.IPPROTO_TCP, 1 << (_INFO - 1), 0, _STATES)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(_SECONDS)
        kernel.sendto(_HEADER.pack(_HEADER.size + len(request), _SOCK_DIAG_BY_FAMILY, _DUMP, 1, 0) + request, (0, 0))
        while time.monotonic() < deadline:
            data = kernel.recv(1 << 17)
            yield data
            if not data or ends(data):
                return
    raise TimeoutError(errno.ETIMEDOUT, f"no end after {_SECONDS:.0f} s")


def _messages(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, start and end of each whole message; ends at the first with an impossible length."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield kind, at, at + length
        at += (length + 3) & ~3


def ends(data: bytes) -> bool:
    """Whether this is the last piece. Raises OSError if it says that the kernel refused."""
    is_whole = False
    for kind, start, end in _messages(data):
        is_whole = True
        if kind == _ERROR and end - start >= _BODY + _CODE.size:
            code = -_CODE.unpack_from(data, start + _BODY)[0]
            if code:
                raise OSError(code, _reason(code))
        if kind in (_DONE, _ERROR):
            return True
    return not is_whole


def _reason(code: int) -> str:
    return errno.errorcode.get(code, f"error {code}")


def parse(data: bytes) -> Iterator[tuple[int, Connection]]:
    """The connections in a piece of the answer, with their cookies. What is cut off or too short is left out."""
    for kind, start, end in _messages(data):
        if kind != _SOCK_DIAG_BY_FAMILY or end - start < _BODY + _MESSAGE:
            continue
        group, counted = _attributes(data, start + _BODY + _MESSAGE, end)
        if counted is not None:
            yield _COOKIE.unpack_from(data, start + _BODY + _COOKIE_AT)[0], Connection(group, *counted)


def _attributes(data: bytes, at: int, end: int) -> tuple[int | None, tuple[int, int, int] | None]:
    group, counted = None, None
    unpack = _ATTRIBUTE.unpack_from
    while at + 4 <= end:
        length, kind = unpack(data, at)
        if length < 4 or at + length > end:
            break
        if kind == _CGROUP_ID and length >= 12:
            (group,) = _NUMBER.unpack_from(data, at + 4)
        elif kind == _INFO and length >= 4 + _BYTES_AT + _BYTES.size:
            sent, received = _BYTES.unpack_from(data, at + 4 + _BYTES_AT)
            (retransmits,) = _RETRANSMITS.unpack_from(data, at + 4 + _RETRANSMITS_AT)
            if sent < _MOST_COUNT and received < _MOST_COUNT:
                counted = received, sent, retransmits
        at += (length + 3) & ~3
    return group, counted
