"""Who may connect: a bounded number at one time, and few of each address before they showed a token.

Counted as connections are accepted, since one that never ends its TLS handshake costs as much as any other.
"""

import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nodetop.server.base import limits

Peer = tuple[str, int]
"""Address and port."""
RESERVED_FILES = 64
"""Open files that are not connections: the journal, the history as it is written, what the program itself needs."""
_FEWEST = 8


class Bounds:
    """What all connections of a hub share. For one thread."""

    def __init__(self, connections: int) -> None:
        self._most = connections
        self._open: set[Peer] = set()
        self._strangers: set[Peer] = set()
        self._of_address: Counter[str] = Counter()

    def admit(self, peer: Peer) -> bool:
        """Whether one more may come; a stranger for now."""
        if len(self._open) >= self._most or self._of_address[peer[0]] >= limits.UNAUTHENTICATED_CONNECTIONS:
            return False
        self._open.add(peer)
        self._strangers.add(peer)
        self._of_address[peer[0]] += 1
        return True

    def know(self, peer: Peer) -> None:
        """It showed a right token: no stranger any longer."""
        if peer in self._strangers:
            self._strangers.remove(peer)
            self._of_address[peer[0]] -= 1
            if not self._of_address[peer[0]]:
                del self._of_address[peer[0]]

    def leave(self, peer: Peer) -> None:
        """It is closed."""
        self.know(peer)
        self._open.discard(peer)


class _Connection(socket.socket):
    """One that is counted until it is closed."""

    leave: Callable[[], None] | None = None

    def close(self) -> None:
        if self.leave is not None:
            self.leave()
            self.leave = None
        super().close()


class Listener(socket.socket):
    """A listening socket that accepts within bounds, once it has them. Others are closed at once."""

    bounds: Bounds | None = None

    def accept(self) -> tuple[socket.socket, Any]:
        """As socket.accept(). Raises ConnectionAbortedError, which asyncio takes for a connection that went again."""
        accepted, address = super().accept()
        connection = _Connection(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        bounds, peer = self.bounds, (address[0], address[1])
        if bounds is not None:
            if not bounds.admit(peer):
                connection.close()
                raise ConnectionAbortedError("too many connections")
            connection.leave = lambda: bounds.leave(peer)
        return connection, address


def connections_for(max_nodes: int) -> int:
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
            return max(min(wanted, soft - RESERVED_FILES), _FEWEST)
    return wanted
