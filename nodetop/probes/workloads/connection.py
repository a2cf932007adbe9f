"""TCP connections, as the kernel counts them."""

from collections.abc import Mapping
from typing import NamedTuple


class Connection(NamedTuple):
    """What one connection has counted since it was opened, and the id of its control group (None: kernel too old)."""

    group: int | None
    received: int
    sent: int
    """Acknowledged by the other side."""
    retransmits: int
    """Segments."""


class Connections(NamedTuple):
    """Connections by their cookie, which the kernel gives to no other. `is_cut`: there are more."""

    by_cookie: Mapping[int, Connection]
    is_cut: bool = False


class SocketsError(Exception):
    """The kernel does not list its sockets. The message says why."""
