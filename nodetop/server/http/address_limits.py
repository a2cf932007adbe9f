"""How many connections the hub accepts: in total, from one address, and from one address without a valid token.

Connections count as soon as they are accepted, because an unfinished TLS handshake costs as much as any other.
"""

import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from nodetop.server.base import limits
from nodetop.server.base.limits import ACCEPTS_PER_TURN, CLOSED_PER_TURN

Peer = tuple[str, int]
"""Address and port."""
RESERVED_FILES = 64
"""Open files that are not connections: the journal, history files being written, and the program's own."""
_MINIMUM = 8


class ConnectionLimits:
    """Counts the open connections of a hub. For use in one thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: set[Peer] = set()
        self._of_address: Counter[str] = Counter()
        self._unauthenticated: set[Peer] = set()
        self._unauthenticated_of_address: Counter[str] = Counter()

    def admit(self, peer: Peer) -> bool:
        """Counts a new connection as unauthenticated. Returns False if it is over a limit."""
        if len(self._open) >= self._limit or self._of_address[peer[0]] >= max(self._limit // 2, _MINIMUM):
            return False
        if self._unauthenticated_of_address[peer[0]] >= limits.UNAUTHENTICATED_CONNECTIONS:
            return False
        self._open.add(peer)
        self._of_address[peer[0]] += 1
        self._unauthenticated.add(peer)
        self._unauthenticated_of_address[peer[0]] += 1
        return True

    def mark_authenticated(self, peer: Peer) -> None:
        """A request on this connection had a valid token."""
        if peer in self._unauthenticated:
            self._unauthenticated.remove(peer)
            _decrement(self._unauthenticated_of_address, peer[0])

    def release(self, peer: Peer) -> None:
        """The connection is closed."""
        self.mark_authenticated(peer)
        if peer in self._open:
            self._open.remove(peer)
            _decrement(self._of_address, peer[0])


def _decrement(counts: Counter[str], address: str) -> None:
    """Subtracts one. Addresses without connections are removed."""
    counts[address] -= 1
    if not counts[address]:
        del counts[address]


class _CountedSocket(socket.socket):
    """A connection that counts until it is closed."""

    on_close: Callable[[], None] | None = None

    def close(self) -> None:
        if self.on_close is not None:
            self.on_close()
            self.on_close = None
        super().close()


class Listener(socket.socket):
    """A listening socket. Once it has limits, it closes connections over a limit."""

    limits: ConnectionLimits | None = None
    _accepted = _rejected = 0
    """Connections accepted, and closed at once, since the event loop last ran its other tasks."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Like socket.accept(). asyncio calls it until it raises, up to a thousand times, so a flood of connections
        would delay everything else. So it raises BlockingIOError after a few, and asyncio calls it again after its
        other tasks. Connections over a limit, and those that the client has closed already, are closed here, where
        that costs little: others wait behind them."""
        while self._accepted < ACCEPTS_PER_TURN and self._rejected < CLOSED_PER_TURN:
            try:
                accepted, address = super().accept()
            except OSError:
                self._accepted = self._rejected = 0
                raise
            connection = _CountedSocket(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
            peer = (address[0], address[1])
            if _is_closed(connection) or (self.limits is not None and not self.limits.admit(peer)):
                connection.close()
                self._rejected += 1
                continue
            if self.limits is not None:
                connection.on_close = partial(self.limits.release, peer)
            self._accepted += 1
            return connection, address
        self._accepted = self._rejected = 0
        raise BlockingIOError


def _is_closed(connection: socket.socket) -> bool:
    """Whether the client has closed the connection without sending anything."""
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def connection_limit(max_nodes: int) -> int:
    """How many connections to accept: what the nodes need, within this process's limit of open files. Raises that
    limit as far as the system allows."""
    wanted = limits.connections(max_nodes)
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on every platform

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted + RESERVED_FILES if hard == resource.RLIM_INFINITY else min(wanted + RESERVED_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
        if soft != resource.RLIM_INFINITY:
            return max(min(wanted, soft - RESERVED_FILES), _MINIMUM)
    return wanted
