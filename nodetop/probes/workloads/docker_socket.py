"""Asks Docker's daemon for the name of one container. Docker Engine API, GET /containers/{id}/json."""

import socket
import time

from nodetop.probes.workloads.state_files import ContainerState, parse_docker

_SECONDS = 1.0
_MOST_BYTES = 1024 * 1024
_QUESTION = "GET /containers/{}/json HTTP/1.0\r\nHost: docker\r\n\r\n"


def ask_docker(path: str, identity: str, *, seconds: float = _SECONDS) -> ContainerState | None:
    """What the daemon at this socket says; None if it may not be asked, does not know the container, or needs longer
    than so many seconds."""
    deadline = time.monotonic() + seconds
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(path)
            connection.sendall(_QUESTION.format(identity).encode())
            answer = _answer(connection, deadline)
    except OSError:
        return None
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
