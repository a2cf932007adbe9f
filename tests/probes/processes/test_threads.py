"""Threads as rows: only when asked for, each with its own share, the sums of processes as before."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.processes.rows import ProcessesReading
from tests.probes.processes.process_tree import ProcessTree, stat_line

LIVE = HostFiles().live
THREADED = """
import ctypes, threading
def work(name, spins):
    ctypes.CDLL(None).prctl(15, name)
    ready.wait()
    while spins: pass
    stop.wait()
ready, stop = threading.Barrier(4), threading.Event()
for name, spins in ((b"spinner", True), (b"sleeper one", False), (b") R 1 (", False)):
    threading.Thread(target=work, args=(name, spins), daemon=True).start()
ready.wait()
print("ready", flush=True)
input()
"""


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    return ProcessTree(tmp_path, passwd="root:x:0:0::/root:/bin/sh\n")


class Watcher:
    """A probe that reads threads, and its last reading."""

    def __init__(self, files: HostFiles) -> None:
        self.probe = ProcessesProbe(files)
        assert self.probe.read_threads(True)
        self.last: ProcessesReading | None = None

    def look(self, elapsed: float) -> ProcessSummary:
        current = self.probe.read()
        summary = self.probe.derive(self.last, current, None if self.last is None else elapsed)
        self.last = current
        return summary


def put_thread(tree: ProcessTree, pid: int, tid: int, comm: bytes, ticks: int, start: int = 100) -> None:
    folder = Path(tree.files.proc) / str(pid) / "task" / str(tid)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stat").write_bytes(stat_line(tid, comm, ticks=(ticks, 0), start=start, threads=2))


def found(summary: ProcessSummary) -> dict[int, tuple[str, int | None, float | None]]:
    return {row.pid: (row.name, row.thread_of, row.cpu_percent) for row in summary.thread_rows}


def test_threads_of_a_recorded_process(tree: ProcessTree) -> None:
    tree.put(7, b"java", ticks=(300, 0), threads=2)
    tree.put(8, b"single", threads=1)
    put_thread(tree, 7, 7, b"java", 100)
    put_thread(tree, 7, 9, b"GC) R (1", 200)
    put_thread(tree, 8, 8, b"single", 5)
    watcher = Watcher(tree.files)
    assert found(watcher.look(2.0)) == {7: ("java", 7, None), 9: ("GC) R (1", 7, None)}
    tree.put(7, b"java", ticks=(400, 0), threads=3)
    put_thread(tree, 7, 9, b"GC) R (1", 300)
    put_thread(tree, 7, 10, b"new", 50, start=10**9)
    summary = watcher.look(2.0)
    assert found(summary) == {7: ("java", 7, 0.0), 9: ("GC) R (1", 7, 50.0), 10: ("new", 7, 25.0)}
    assert {row.pid for row in summary.rows} == {7, 8} and summary.total == 2
    thread = next(row for row in summary.thread_rows if row.pid == 9)
    assert (thread.cpu_seconds, thread.resident_bytes, thread.threads) == (3.0, None, None)
    assert len({thread.started_at, summary.rows[0].started_at}) == 1
    shutil.rmtree(Path(tree.files.proc) / "7" / "task")
    tree.put(7, b"java", ticks=(500, 0), threads=3)
    assert found(watcher.look(2.0)) == {}


def test_threads_of_a_process_that_did_not_run_are_the_same_rows(tree: ProcessTree) -> None:
    tree.put(7, b"java", threads=2)
    put_thread(tree, 7, 9, b"x", 1)
    watcher = Watcher(tree.files)
    watcher.look(2.0)
    first, second = watcher.look(2.0).thread_rows, watcher.look(2.0).thread_rows
    assert first[0] is second[0]


def test_without_being_asked_no_thread_is_looked_at(tree: ProcessTree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.put(7, b"java", threads=2)
    put_thread(tree, 7, 9, b"x", 1)
    watcher = Watcher(tree.files)
    assert watcher.look(2.0).thread_rows
    watcher.probe.read_threads(False)
    listed: list[str] = []
    original = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: [listed.append(str(path)), original(path)][1])
    assert watcher.look(2.0).thread_rows == ()
    assert not any("task" in path for path in listed)


@pytest.fixture
def threaded() -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-S", "-c", THREADED]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    yield child
    child.kill()
    child.communicate()


@pytest.mark.live
@pytest.mark.skipif(not LIVE, reason="/proc is not that of these processes")
@pytest.mark.skipif(not (shutil.which("ps") and shutil.which("top")), reason="no ps or top here")
def test_threads_are_those_that_ps_and_top_show(threaded: "subprocess.Popen[bytes]") -> None:
    watcher = Watcher(HostFiles())
    watcher.look(1.0)
    deadline, started, rows = time.monotonic() + 30, time.monotonic(), dict[int, ProcessMetrics]()
    summary = None
    while time.monotonic() < deadline and not any((row.cpu_percent or 0) > 5 for row in rows.values()):
        now = time.monotonic()
        summary, started = watcher.look(now - started), now
        rows = {row.pid: row for row in summary.thread_rows if row.thread_of == threaded.pid}
    assert summary is not None
    by_name = {row.name: row for row in rows.values()}
    assert by_name.keys() >= {"spinner", "sleeper one", ") R 1 ("}
    assert max(rows.values(), key=lambda row: row.cpu_percent or 0.0).name == "spinner"
    process = next(row for row in summary.rows if row.pid == threaded.pid)
    assert process.threads == len(rows) == 4 and rows[threaded.pid].thread_of == threaded.pid
    listed = subprocess.run(
        ["ps", "-T", "-p", str(threaded.pid), "-o", "spid=,ni=,cputimes=,comm="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    of_ps = {
        int(found[1]): (int(found[2]), int(found[3]), found[4])
        for found in re.finditer(r"^ *(\d+) +(-?\d+) +(\d+) (.*)$", listed, re.M)
    }
    assert {tid: (row.nice, row.name) for tid, row in rows.items()} == {
        tid: (nice, name) for tid, (nice, _, name) in of_ps.items()
    }
    assert all(int(row.cpu_seconds or 0) <= of_ps[tid][1] for tid, row in rows.items())
    top = subprocess.run(
        ["top", "-H", "-b", "-n1", "-p", str(threaded.pid)], capture_output=True, text=True, check=True
    ).stdout
    assert {int(tid) for tid in re.findall(r"^ *(\d+) ", top, re.M)} == set(rows)
