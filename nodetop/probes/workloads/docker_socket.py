"""Asks the daemons of Docker and Podman for the name of one container. Docker Engine API, GET /containers/{id}/json,
which Podman answers as well."""

import socket
import time
from collections.abc import Callable

from nodetop.probes.workloads.state_files import ContainerState, parse_docker

_SECONDS = 1.0
_PAUSE_SECONDS = 300.0
_MOST_BYTES = 1024 * 1024
_MOST_KEPT = 8192
_QUESTION = "GET /containers/{}/json HTTP/1.0\r\nHost: docker\r\n\r\n"


class Sockets:
    """Asks each daemon once for each container. One that did not answer in time is left alone for a while, so that it
    delays all readings together by no more than a second in five minutes."""

    def __init__(self, monotonic: Callable[[], float], seconds: float = _SECONDS) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._answered: set[tuple[str, str]] = set()
        self._not_before: dict[str, float] = {}

    def ask(self, path: str, identity: str) -> ContainerState | None:
        """What the daemon at this socket says now; None if it may not be asked, or does not know the container."""
        asked = (path, identity)
        if asked in self._answered or self._monotonic() < self._not_before.get(path, 0.0):
            return None
        try:
            found = ask_docker(path, identity, seconds=self._seconds)
        except TimeoutError:
            self._not_before[path] = self._monotonic() + _PAUSE_SECONDS
            return None
        except OSError:  # no daemon, or no permission: this costs nothing
            return None
        if len(self._answered) > _MOST_KEPT:
            self._answered.clear()
        self._answered.add(asked)
        return found


def ask_docker(path: str, identity: str, *, seconds: float = _SECONDS) -> ContainerState | None:
    """What the daemon at this socket says; None if it does not know the container. Raises OSError, which is
    TimeoutError if it needs longer than so many seconds."""
    deadline = time.monotonic() + seconds
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        try:
            connection.connect(path)
        except BlockingIOError:  # more programs wait for the daemon than it lets in
            raise TimeoutError from None
        connection.sendall(_QUESTION.format(identity).encode())
        answer = _answer(connection, deadline)
    head, _, body = answer.partition(b"\r\n\r\n")
    return parse_docker(body) if head.split(b" ", 2)[1:2] == [b"200"] else None


def _answer(connection: socket.socket, deadline: float) -> bytes:
    chunks, size = [], 0
    while size < _MOST_BYTES:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        chunk = connection.recv(65_536)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)
