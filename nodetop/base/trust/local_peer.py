"""Checks which user is at the other end of a connection on this machine, in the kernel's socket tables. Linux only.

A token that nodetop found by itself is sent only to a program of this user or of root, because any user can listen on
the hub's port while the hub is down. A token that the user gave is sent without this check.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.hub_address import UntrustedPeer

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN, _ESTABLISHED, _NEW = b"0A", b"01", b"03"
Address = tuple[str, int]


class _Row(NamedTuple):
    local: Address
    remote: Address
    state: bytes
    uid: int


def check(connected: socket.socket) -> None:
    """Raises UntrustedPeer unless all listeners on the port, and the process that accepted this connection, belong to
    this user or root.

    The listeners are read before the accepted connection, so that a program which takes or releases the port in between
    is found in one of the two.
    """
    peer, own = _address(connected.getpeername()), _address(connected.getsockname())
    hosts = {peer[0], "0.0.0.0", "::"}
    listeners = [row.uid for row in _rows(peer) if row.state == _LISTEN and row.local[0] in hosts]
    accepted = [row.uid for row in _rows(peer) if row.state in (_ESTABLISHED, _NEW) and row.remote == own]
    if not listeners or not accepted:
        raise UntrustedPeer(peer[1], "Cannot determine which user answers")
    if not {*listeners, *accepted} <= {0, os.geteuid()}:
        raise UntrustedPeer(peer[1], "A program of another user answers")


def check_new_connections() -> Callable[[str, dict[str, Any]], Awaitable[None]]:
    """A `trace` extension for httpx requests that checks a new connection before anything is sent over it."""

    async def trace(event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            stream = info["return_value"]
            try:
                await in_daemon_thread(partial(check, stream.get_extra_info("socket")))
            except OSError:
                await stream.aclose()
                raise

    return trace


def _rows(peer: Address) -> Iterator[_Row]:
    """The sockets whose local end is at the peer's port."""
    port = b":%04X" % peer[1]
    for table in _TABLES:
        with suppress(OSError, ValueError), open(table, "rb") as lines:
            next(lines, None)
            for line in lines:
                words = line.split(maxsplit=8)
                if len(words) > 8 and words[1].endswith(port):
                    local = _parsed(words[1])
                    if words[3] == _LISTEN or local == peer:
                        yield _Row(local, _parsed(words[2]), words[3], int(words[7]))


def _parsed(text: bytes) -> Address:
    """Parses an address of /proc/net/tcp: 32-bit words in the machine's byte order, and the port."""
    host, _, port = text.partition(b":")
    words = (int(host[at : at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(host), 8))
    family = socket.AF_INET6 if len(host) > 8 else socket.AF_INET
    return _plain(socket.inet_ntop(family, b"".join(words))), int(port, 16)


def _address(name: Any) -> Address:
    return _plain(name[0].partition("%")[0]), name[1]


def _plain(host: str) -> str:
    """Turns an IPv4-mapped IPv6 address into the IPv4 address."""
    address = ip_address(host)
    return str(address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address)
