"""Real nodetop-server processes, and a client that asks them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.server.forked import ForkedServer

COMMAND = [sys.executable, "-c", "from nodetop.server.cli import main; main()"]


def with_limit(line: str) -> list[str]:
    """The command, with a line run first that has the module `limits`."""
    return [*COMMAND[:-1], f"from nodetop.server.base import limits; {line}\n{COMMAND[-1]}"]


IMPATIENT_SECONDS = 2.0
IMPATIENT_COMMAND = with_limit(f"limits.REQUEST_SECONDS = {IMPATIENT_SECONDS}")
"""A server that waits less long for a request, so that a test of that limit is quick."""
WAIT_SECONDS = 50.0
"""For what takes a moment where nothing else runs, and long on a busy machine."""


def until(condition: Callable[[], Any], what: object = "", seconds: float = WAIT_SECONDS) -> Any:
    """Waits for a condition. Returns its first true value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not in {seconds} s: {what() if callable(what) else what}")


class Server:
    """One nodetop-server, with its data in `folder`. Forked, unless it has a `command`, or a `prefix` before that."""

    def __init__(
        self,
        folder: Path,
        *arguments: object,
        prefix: Sequence[str] = (),
        command: Sequence[str] = (),
        output: Path | None = None,
        **environment: str,
    ) -> None:
        """`output` is where its output goes, if not into `folder`."""
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._out, self._err = (output or folder) / "out.txt", (output or folder) / "err.txt"
        words = ["--data-dir", str(folder / "data"), *map(str, arguments)]
        variables = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | ForkedServer
        with self._out.open("wb") as out, self._err.open("ab") as err:
            if prefix or command:
                words = [*prefix, *(command or COMMAND), *words]
                self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=variables)
            else:
                self.process = ForkedServer(words, variables, self._out, self._err)

    @property
    def said(self) -> str:
        return self._out.read_text()

    @property
    def log(self) -> str:
        return self._err.read_text()

    @property
    def hub(self) -> Path:
        return self.folder / "data" / "hub"

    def wait_started(self) -> "Server":
        until(lambda: self.said or self.process.poll() is not None, "it starts")
        assert self.process.poll() is None, self.log
        return self

    @property
    def url(self) -> str:
        found = re.search(r" on (https?://\S+)", self.said)
        assert found is not None, self.said
        return found[1]

    def token(self, role: str) -> str:
        return (self.hub / f"{role}.token").read_text().strip()

    def client(self, role: str = "read", **options: Any) -> httpx.Client:
        """A client with the token of a role."""
        until(lambda: _answers(self.url, **options), "the hub answers")
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=WAIT_SECONDS, **options)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and returns the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(WAIT_SECONDS)


def _answers(url: str, **options: Any) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz", trust_env=False, **options).status_code == 200
    return False


@contextmanager
def server(folder: Path, *arguments: object, **options: Any) -> Iterator[Server]:
    """A server that has started; killed at the end, if it still runs. `options` as for Server."""
    running = Server(folder, *arguments, **options)
    try:
        yield running.wait_started()
    finally:
        running.process.kill()
        running.process.wait()


def refused(folder: Path, *arguments: object, **environment: str) -> tuple[int, str]:
    """The exit code and the one line of a server that does not start."""
    (folder / "err.txt").unlink(missing_ok=True)
    failed = Server(folder, *arguments, **environment)
    try:
        code = failed.wait()
    finally:
        failed.process.kill()
        failed.process.wait()
    assert failed.said == ""
    lines = failed.log.splitlines()
    assert len(lines) == 1, lines
    return code, lines[0]


def sample(node: str = "a", seq: int = 1, **more: Any) -> dict[str, Any]:
    """A small snapshot, as a node sends it."""
    values: dict[str, Any] = {
        "schema": 1,
        "node": node,
        "taken_at": time.time(),
        "interval": 5.0,
        "boot_id": "b-1",
        "seq": seq,
        "cpu": {"busy_percent": 25.0},
    }
    return values | more


def full(node: str = "a", seq: int = 1, percent: float = 99.0, **more: Any) -> dict[str, Any]:
    """A sample with a file system that is this full: above 98 it is critical at once."""
    mounted = {"device": "/dev/sda1", "mount_point": "/srv", "fs_type": "ext4", "used_percent": percent}
    return sample(node, seq, filesystems=[mounted], **more)


def push(client: httpx.Client, *samples: dict[str, Any], instance: str = "", **batch: Any) -> httpx.Response:
    """A batch, as the uplink sends it."""
    headers = {"X-Nodetop-Instance": instance} if instance else {}
    body = {"sent_at": time.time(), "samples": list(samples)} | batch
    return client.post("/metrics/node", json=body, headers=headers)


def rows(client: httpx.Client, cluster: str = "*") -> dict[str, dict[str, Any]]:
    """The hub's rows by CLUSTER/NODE."""
    reply = client.get(f"/api/v2/clusters/{cluster}/node-metrics")
    assert reply.status_code == 200, reply.text
    return {f"{row['cluster']}/{row['node']}": row for row in reply.json()["nodes"]}


def code(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/json"
    found: str = reply.json()["error"]["code"]
    return found
