"""How many connections the hub takes: all together, from one address, and from one before it showed a token.

Counted as connections are accepted, because one that never ends its TLS handshake costs as much as any other.
"""

import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nodetop.server.base import limits
from nodetop.server.base.limits import ACCEPTS_PER_TURN

Peer = tuple[str, int]
"""Address and port."""
RESERVED_FILES = 64
"""Open files that are not connections: the journal, the history as it is written, what the program itself needs."""
_MINIMUM = 8


class ConnectionLimits:
    """Counts the open connections of a hub. For one thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: set[Peer] = set()
        self._of_address: Counter[str] = Counter()
        self._unauthenticated: set[Peer] = set()
        self._unauthenticated_of_address: Counter[str] = Counter()

    def admit(self, peer: Peer) -> bool:
        """Counts one more connection, unauthenticated for now; False where it is one too many."""
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
        """One of its requests showed a right token."""
        if peer in self._unauthenticated:
            self._unauthenticated.remove(peer)
            _decrement(self._unauthenticated_of_address, peer[0])

    def release(self, peer: Peer) -> None:
        """It is closed."""
        self.mark_authenticated(peer)
        if peer in self._open:
            self._open.remove(peer)
            _decrement(self._of_address, peer[0])


def _decrement(counts: Counter[str], address: str) -> None:
    """Less one; addresses without connections are not remembered."""
    counts[address] -= 1
    if not counts[address]:
        del counts[address]


class _CountedSocket(socket.socket):
    """A connection that is counted until it is closed."""

    on_close: Callable[[], None] | None = None

    def close(self) -> None:
        if self.on_close is not None:
            self.on_close()
            self.on_close = None
        super().close()


class Listener(socket.socket):
    """A listening socket that closes what its limits do not admit, once it has limits."""

    limits: ConnectionLimits | None = None
    _accepted = 0
    """Since the event loop last did something else."""

    def accept(self) -> tuple[socket.socket, Any]:
        """As socket.accept(). asyncio calls it until it raises, up to a thousand times: a flood of connections would
        delay all else. So it raises BlockingIOError after a few, and asyncio comes back for more after its other work.
        Raises ConnectionAbortedError beyond the limits, which asyncio takes for a client that left at once."""
        if self._accepted >= ACCEPTS_PER_TURN:
            self._accepted = 0
            raise BlockingIOError
        try:
            accepted, address = super().accept()
        except OSError:
            self._accepted = 0
            raise
        self._accepted += 1
        connection = _CountedSocket(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        limits, peer = self.limits, (address[0], address[1])
        if limits is not None:
            if not limits.admit(peer):
                connection.close()
                self._accepted = 0
                raise ConnectionAbortedError("too many connections")
            connection.on_close = lambda: limits.release(peer)
        return connection, address


def connection_limit(max_nodes: int) -> int:
    """How many connections to take: what the nodes need, as far as the system lets this process have open files. Raises
    that number as far as it may."""
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
