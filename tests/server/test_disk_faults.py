"""A real hub whose disk is full, hangs or has unexpected files: it says so, can still be read, and stops on request."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.dead_fuse import dead_fuse
from tests.full_disk import fill
from tests.server.servers import Server, push, refused, sample, server, until

ROLE = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 3600)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with just enough space for a hub to accept samples."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300m", "nodetop-test", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        pytest.skip(f"this machine lets us mount no small disk: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def test_a_hub_starts_on_a_full_disk_serves_what_it_has_and_says_what_is_wrong(tmp_path: Path, disk: Path) -> None:
    with server(disk, *ROLE) as hub, hub.client("push") as pusher:
        assert push(pusher, sample("a", 1), sample("a", 2)).status_code == 200
        assert hub.end() == 0
    ballast = fill(disk)
    with server(disk, *ROLE, output=tmp_path) as hub, hub.client("push") as pusher, hub.client() as reader:
        assert reader.get("/api/v2/clusters/default/node-metrics/a").json()["seq"] == 2
        points = reader.get("/api/v2/clusters/default/node-metrics/a/history").json()["points"]
        assert sum(point["samples"] for point in points) == 2
        refusal = push(pusher, sample("a", 3))
        assert (refusal.status_code, refusal.json()["error"]["code"]) == (503, "no_room")
        said = f"{hub.hub}: less than 256 MiB are free on its disk: free some space"
        assert said in reader.get("/api/v2/status").json()["problem"]
        assert said in reader.get("/api/v2/clusters/default/node-metrics").json()["problem"]
        assert said in hub.log
        with reader.stream("GET", "/api/v2/clusters/*/stream") as stream:
            assert any(said in line for _, line in zip(range(3), stream.iter_lines(), strict=False))
        ballast.unlink()
        until(lambda: push(pusher, sample("a", 3)).status_code == 200)
        assert reader.get("/api/v2/status").json()["problem"] is None
        assert hub.end() == 0


def test_a_first_start_on_a_full_disk_names_the_place_and_the_remedy(tmp_path: Path, disk: Path) -> None:
    (disk / "data").mkdir(mode=0o700)
    (tmp_path / "data").symlink_to(disk / "data")
    fill(disk)
    code, line = refused(tmp_path, *ROLE)
    assert code == 2
    assert str(tmp_path / "data") in line and "the disk is full: free some space" in line


def test_a_pipe_where_a_request_is_expected_does_not_keep_a_hub_from_stopping(tmp_path: Path) -> None:
    with server(tmp_path, *ROLE) as hub, hub.client() as reader:
        os.mkfifo(hub.hub / "forget" / ("0" * 32))
        until(lambda: reader.get("/healthz").status_code == 200)
        assert hub.end() == 0


@pytest.mark.parametrize("name", ["push.token", "read.token", "instance"])
def test_a_pipe_in_the_place_of_a_private_file_ends_the_start(tmp_path: Path, name: str) -> None:
    (tmp_path / "data" / "hub").mkdir(mode=0o700, parents=True)
    os.mkfifo(tmp_path / "data" / "hub" / name, 0o600)
    code, line = refused(tmp_path, *ROLE)
    assert code == 2 and f"{name} is not a regular file" in line


def test_a_disk_that_hangs_does_not_keep_a_hub_from_ending(tmp_path: Path) -> None:
    hub = Server(tmp_path, *ROLE).wait_started()
    try:
        with dead_fuse(hub.hub / "forget"), hub.client() as reader:
            until(lambda: _hangs(hub), "its disk hangs")
            assert reader.get("/healthz").status_code == 200
            hub.process.send_signal(signal.SIGTERM)
            assert hub.wait() == 4
            assert "event=stopped_hard" in hub.log
    finally:
        hub.process.kill()
        hub.process.wait()


def _hangs(hub: Server) -> bool:
    """Whether one of its threads waits for the file system that does not answer."""
    return any(
        "fuse" in waits or "request_wait" in waits
        for waits in map(_wait_of, Path(f"/proc/{hub.process.pid}/task").iterdir())
    )


def _wait_of(task: Path) -> str:
    """The place in the kernel where a thread waits."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
        return (task / "wchan").read_text()
    return ""
