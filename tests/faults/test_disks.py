"""Disks that are full, read-only, failing or hold damaged files; machines with very much on them."""

import asyncio
import errno
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.base.clock import FakeClock
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal, JournalError
from nodetop.history.store import HistoryStore
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from tests import disk_calls
from tests.faults.conftest import Fault, damage
from tests.full_disk import fill
from tests.history.crash import envelope
from tests.history.samples import START
from tests.probes.processes.process_tree import ProcessTree
from tests.server.servers import COMMAND, Server, push, refused, sample, server, until

HUB = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 3600)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 300 MB. Skips where none can be mounted."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "x", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip("no file system can be mounted (needs root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def points(hub: Server, node: str) -> int:
    with hub.client() as reader:
        reply = reader.get(f"/api/v2/clusters/default/node-metrics/{node}/history")
        return sum(point["samples"] for point in reply.json()["points"]) if reply.status_code == 200 else 0


@pytest.mark.long
def test_a_full_disk(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("the hub's disk is full, then has room again", "503 and a reason in /status; then 200; nothing lost"),
        small_disk(tmp_path / "disk") as disk,
        server(disk, *HUB) as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        assert push(pusher, sample("a", 1)).status_code == 200
        ballast = fill(disk)
        until(lambda: push(pusher, sample("a", 2)).status_code == 503, seconds=40)
        until(lambda: reader.get("/api/v2/status").json()["problem"])
        ballast.unlink()
        until(lambda: push(pusher, sample("a", 3)).status_code == 200, seconds=40)
        assert points(hub, "a") >= 2
        assert hub.end() == 0


@pytest.mark.long
def test_a_read_only_disk(tmp_path: Path, fault: Fault) -> None:
    with (
        fault("the hub is started on a read-only disk", "one line that names it, a non-zero exit; later all is there"),
        small_disk(tmp_path / "disk") as disk,
    ):
        with server(disk / "hub", *HUB) as hub, hub.client("push") as pusher:
            assert push(pusher, sample("a", 1)).status_code == 200
            assert hub.end() == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        command = [*COMMAND, "--data-dir", disk / "hub" / "data", *map(str, HUB)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode != 0 and done.stderr.count("\n") == 1 and str(disk) in done.stderr, done.stderr
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with server(disk / "hub", *HUB) as hub:
            assert points(hub, "a") == 1


@pytest.mark.parametrize("call", ["write", "sync", "sync_data", "create", "replace", "sync_directory", "remove"])
@pytest.mark.may_block
async def test_a_call_that_fails(call: str, tmp_path: Path, fault: Fault) -> None:
    with fault(f"EIO on each {call}()", "what was acknowledged before or meanwhile is there after a restart"):
        acknowledged = []
        history = _history(tmp_path)
        list(history.restore())
        for seq in range(1, 4):
            acknowledged += [seq] * all(await history.accept([envelope("a", seq)]))
        with pytest.MonkeyPatch.context() as patch:
            disk_calls.fail(patch, call, errno.EIO)
            for seq in range(4, 8):
                with suppress(JournalError):
                    acknowledged += [seq] * all(await history.accept([envelope("a", seq)]))
            with suppress(OSError, JournalError):
                await asyncio.wait_for(history.aclose(), 20)
        again = _history(tmp_path)
        list(again.restore())
        found = {seq for seq in range(1, 8) if not (await again.accept([envelope("a", seq)]))[0]}
        assert set(acknowledged) <= found
        await again.aclose()


def _history(folder: Path) -> HubHistory:
    store = HistoryStore(folder / "history", cluster="c")
    return HubHistory(store, Journal(folder / "journal"), folder / "checkpoint", clock=FakeClock(wall=START + 3600))


@pytest.mark.long
def test_damaged_files(tmp_path: Path, fault: Fault) -> None:
    """Each file of a hub in turn: cut short, a bit changed, empty, a folder in its place."""
    with server(tmp_path / "first", *HUB, "--sample-interval", 1) as hub, hub.client("push") as pusher:
        for node in ("a", "b"):
            old = [sample(node, seq, taken_at=time.time() - 90 + seq) for seq in range(1, 6)]
            assert push(pusher, *old).status_code == 200
        until(lambda: _days(hub), lambda: list(hub.hub.rglob("*")), 40)
        assert hub.end() == 0
    kept = [path.relative_to(hub.folder) for path in hub.folder.rglob("*") if path.is_file()]
    data = [path for path in kept if path.parts[0] == "data" and not path.name.endswith((".token", ".lock", "lock"))]
    assert len(data) >= 3, kept
    for number, path in enumerate(data):
        for way in ("cut", "bit", "empty"):
            with fault(f"{_kind(path)}: {way}", "the hub takes samples, or names the file in one line"):
                folder = tmp_path / f"{number}-{way}"
                shutil.copytree(hub.folder, folder)
                damage(folder / path, way)
                for old in ("out.txt", "err.txt"):
                    (folder / old).unlink()
                if path.name == "schema" and way != "cut":
                    code, line = refused(folder, *HUB)
                    assert code == 2 and "schema" in line
                    continue
                with server(folder, *HUB) as again, again.client("push") as pusher:
                    assert push(pusher, sample("a", 9)).status_code == 200
                    assert "Traceback" not in again.log, again.log
                    assert again.end() == 0


def _days(hub: Server) -> list[Path]:
    return [path for path in (hub.hub / "history").rglob("*") if path.is_file() and path.name != "schema"]


def _kind(path: Path) -> str:
    return "a day file" if path.parts[2] == "history" and path.name != "schema" else f"the file {path.name}"


@pytest.mark.long
def test_32000_processes_in_a_tree(tmp_path: Path, fault: Fault) -> None:
    with fault("32,000 processes (a made-up /proc)", "all are counted and are rows"):
        tree = ProcessTree(tmp_path)
        for pid in range(2, 32_002):
            tree.put(pid)
        sampler = Sampler(tree.files, probes(tree.files))
        try:
            sampler.sample()
            found = sampler.sample().processes
            assert found is not None and (found.total, len(found.rows)) == (32_000, 32_000)
        finally:
            sampler.close()


@pytest.mark.long
def test_many_real_processes_and_threads(fault: Fault) -> None:
    """As many threads as the machine lets one process have, up to 10,000; and 1,000 processes."""
    script = (
        "import threading, sys\nthreading.stack_size(65536)\nstop = threading.Event()\nmade = 0\n"
        "try:\n    for made in range(1, 10_001):\n        threading.Thread(target=stop.wait, daemon=True).start()\n"
        "except RuntimeError:\n    made -= 1\nprint(made, flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as many:
        assert many.stdout is not None
        made = int(many.stdout.readline())
        sleepers = [subprocess.Popen(["sleep", "300"]) for _ in range(1000)]
        files_of = HostFiles()
        sampler = Sampler(files_of, probes(files_of))
        try:
            with fault(f"{made:,} threads in one process, 1,000 processes", "all are counted"):
                sampler.sample()
                found = sampler.sample().processes
                assert found is not None
                threads = {row.pid: row.threads for row in found.rows}
                assert threads[many.pid] == made + 1
                assert {each.pid for each in sleepers} <= threads.keys()
        finally:
            sampler.close()
            for each in sleepers:
                each.kill()
            for each in sleepers:
                each.wait()
            many.kill()


def test_files_are_the_disk_calls() -> None:
    """Each call that fails above is one that the hub makes."""
    assert all(hasattr(files, call) for call in ("write", "sync", "sync_data", "create", "replace", "remove"))
