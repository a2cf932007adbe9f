"""Daemons that are asked for the name of a container: what they are asked, and those that hang or answer anything."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nodetop.probes.workloads.docker_socket import Sockets, ask_docker
from nodetop.probes.workloads.state_files import parse_docker
from tests.probes.workloads.workload_hosts import container_id

ID = container_id("one")


@contextmanager
def daemon(path: Path, answer: bytes, *, hangs: bool = False) -> Iterator[list[bytes]]:
    """Something that listens like Docker and answers one question."""
    asked: list[bytes] = []
    done = threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(answer)
                if hangs:
                    done.wait(30)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield asked
        finally:
            done.set()
            thread.join()


def test_docker_is_asked_read_only(tmp_path: Path) -> None:
    body = json.dumps({"Name": "/web", "Config": {"Labels": None}}).encode()
    with daemon(tmp_path / "d.sock", b"HTTP/1.0 200 OK\r\nContent-Type: x\r\n\r\n" + body) as asked:
        state = ask_docker(str(tmp_path / "d.sock"), ID)
    assert state is not None and state.name == "web"
    assert asked[0].startswith(f"GET /containers/{ID}/json HTTP/1.0\r\n".encode())


def test_docker_that_does_not_answer_in_time_is_given_up(tmp_path: Path) -> None:
    with daemon(tmp_path / "d.sock", b"HTTP/1.0 200 OK\r\n", hangs=True), pytest.raises(TimeoutError):
        ask_docker(str(tmp_path / "d.sock"), ID, seconds=0.05)
    with daemon(tmp_path / "e.sock", b'HTTP/1.0 404 Not Found\r\n\r\n{"Name": "/x"}'):
        assert ask_docker(str(tmp_path / "e.sock"), ID) is None
    with pytest.raises(FileNotFoundError):
        ask_docker(str(tmp_path / "none.sock"), ID)
    assert parse_docker(b"null") is None


class _Daemon:
    """Answers every connection the same; None: it takes them and never answers."""

    def __init__(self, path: Path, answer: bytes | None) -> None:
        self.asked = 0
        self._answer = answer
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.asked += 1
            self._open.append(connection)
            if self._answer is not None:
                connection.recv(4096)
                connection.sendall(self._answer)
                connection.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for each in (self._listener, *self._open):
            each.close()


@contextmanager
def answering(path: Path, answer: bytes | None) -> Iterator[_Daemon]:
    found = _Daemon(path, answer)
    try:
        yield found
    finally:
        found.close()


def test_a_daemon_that_hangs_delays_one_reading_and_not_each_container(tmp_path: Path) -> None:
    now = [100.0]
    sockets = Sockets(lambda: now[0], seconds=0.02)
    with answering(tmp_path / "d.sock", None) as hanging:
        for number in range(50):
            assert sockets.ask(str(tmp_path / "d.sock"), container_id(str(number))) is None
        assert hanging.asked == 1
        now[0] += 301
        sockets.ask(str(tmp_path / "d.sock"), ID)
        assert hanging.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\0\xff garbage", b"HTTP/1.0 200 OK", b"HTTP/1.0 200 OK\r\n\r\n{",
        b"HTTP/1.0 200 OK\r\n\r\n" + b"[" * 9000,
        b'HTTP/1.0 404 Not Found\r\n\r\n{"message": "No such container"}', b"HTTP/1.0 500 x\r\n\r\n{}",
    ],
)  # fmt: skip
def test_a_daemon_is_asked_once_for_each_container_whatever_it_answers(tmp_path: Path, answer: bytes) -> None:
    sockets = Sockets(lambda: 100.0)
    with answering(tmp_path / "d.sock", answer) as daemon:
        assert [sockets.ask(str(tmp_path / "d.sock"), ID) for _ in range(3)] == [None, None, None]
        assert daemon.asked == 1
        sockets.ask(str(tmp_path / "d.sock"), container_id("two"))
        assert daemon.asked == 2


def test_a_daemon_that_is_started_later_is_asked_then(tmp_path: Path) -> None:
    sockets = Sockets(lambda: 100.0)
    assert sockets.ask(str(tmp_path / "d.sock"), ID) is None
    body = json.dumps({"Name": "/web"}).encode()
    with answering(tmp_path / "d.sock", b"HTTP/1.0 200 OK\r\n\r\n" + body):
        found = sockets.ask(str(tmp_path / "d.sock"), ID)
        assert found is not None and found.name == "web"
