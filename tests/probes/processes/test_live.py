"""Real processes, where /proc is the kernel's."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.clocks import has_clock
from nodetop.probes.processes.list import ProcessList
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.processes.rows import ProcessesReading

pytestmark = pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of these processes")

Start = Callable[..., "subprocess.Popen[bytes]"]
SLEEP = "import sys; print('ready', flush=True); sys.stdin.read()"
SPIN = "print('ready', flush=True)\nwhile True: pass"
NAMED = "import ctypes, sys; ctypes.CDLL(None).prctl(15, bytes.fromhex(sys.argv[1])); " + SLEEP


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `python -c CODE ARGUMENTS` and waits until it says it is ready; ends all at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-S", "-c", code, *arguments]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(child)
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        return child

    yield run
    for child in started:
        child.kill()
        child.communicate()


class Watcher:
    """A probe of this machine, and its last reading."""

    def __init__(self, files: HostFiles) -> None:
        self.probe = ProcessesProbe(files)
        self.last: ProcessesReading | None = None
        self.at = 0.0

    def look(self) -> ProcessSummary:
        now = time.monotonic()
        current = self.probe.read()
        summary = self.probe.derive(self.last, current, now - self.at if self.last else None)
        self.last, self.at = current, now
        return summary

    def until(self, pid: int, wanted: Callable[[ProcessMetrics], bool]) -> ProcessMetrics:
        """Looks until a process is as wanted."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            row = find(self.look(), pid)
            if row is not None and wanted(row):
                return row
        raise AssertionError(f"{pid} never came to be as wanted; it is {find(self.look(), pid)}")


@pytest.fixture(params=[HostFiles(), HostFiles("/proc/../proc", root="/.")], ids=["proc", "elsewhere"])
def watcher(request: pytest.FixtureRequest) -> Iterator[Watcher]:
    """One that reads /proc, and one that reads the same in another folder, as in a container."""
    watching = Watcher(request.param)
    yield watching
    watching.probe.close()


def find(summary: ProcessSummary, pid: int) -> ProcessMetrics | None:
    return next((row for row in summary.rows if row.pid == pid), None)


def cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def test_our_own_row_agrees_with_psutil(watcher: Watcher) -> None:
    watcher.look()
    row = find(watcher.look(), os.getpid())
    us = psutil.Process()
    assert row is not None
    with us.oneshot():
        assert (row.ppid, row.user, row.threads) == (us.ppid(), us.username(), us.num_threads())
        assert row.name == us.name()[:15]
        assert row.command == " ".join(us.cmdline())
        assert row.nice == us.nice()
        assert row.started_at == pytest.approx(us.create_time(), abs=1.5)
        assert row.resident_bytes == pytest.approx(us.memory_info().rss, rel=0.2)
        assert row.memory_percent == pytest.approx(us.memory_percent(), rel=0.2)
        assert row.virtual_bytes == pytest.approx(us.memory_info().vms, rel=0.2)


def test_all_processes_are_there(start: Start, watcher: Watcher) -> None:
    child = start(SLEEP)
    before = set(psutil.pids())
    seen = {row.pid for row in watcher.look().rows}
    assert child.pid in seen
    assert not {pid for pid in before - seen if psutil.pid_exists(pid)}


def test_a_busy_process_has_the_cpu_time_the_kernel_gave_it(start: Start, watcher: Watcher) -> None:
    child = start(SPIN)

    def cpu_and_clock() -> tuple[float, float]:
        return cpu_seconds(child.pid), time.monotonic()

    # Before and after each look, because much can pass in between on a busy machine.
    least_had, earliest = cpu_and_clock()
    watcher.look()
    most_had, latest = cpu_and_clock()
    while cpu_seconds(child.pid) - most_had < 0.5:
        os.sched_yield()
    least_has, early = cpu_and_clock()
    shown = find(watcher.look(), child.pid)
    most_has, late = cpu_and_clock()
    assert shown is not None and shown.cpu_percent is not None
    lowest, highest = (least_has - most_had) / (late - earliest), (most_has - least_had) / (early - latest)
    assert 100 * lowest - 5 <= shown.cpu_percent <= 100 * highest + 5
    assert shown.state == "R"


def test_one_that_sleeps_keeps_its_row(start: Start, watcher: Watcher) -> None:
    child = start(SLEEP)
    watcher.look()
    first = watcher.until(child.pid, lambda row: row.cpu_percent == 0.0 and row.command)
    assert all(find(watcher.look(), child.pid) is first for _ in range(30))


def test_one_that_came_and_one_that_went(start: Start, watcher: Watcher) -> None:
    for _ in range(3):
        watcher.look()
    child = start(SLEEP)
    row = find(watcher.look(), child.pid)
    assert row is not None
    assert row.cpu_percent is not None and row.cpu_percent > 0
    child.kill()
    child.wait()
    assert find(watcher.look(), child.pid) is None


def test_a_zombie_is_kept_until_it_is_reaped(start: Start, watcher: Watcher) -> None:
    child = start(SLEEP)
    watcher.until(child.pid, lambda row: bool(row.command))  # it is read beside, and may come later
    child.kill()
    row = watcher.until(child.pid, lambda row: row.state == "Z")
    assert "print('ready'" in row.command
    assert watcher.look().zombie
    child.wait()
    assert find(watcher.look(), child.pid) is None


def test_one_that_is_stopped_without_running(start: Start, watcher: Watcher) -> None:
    child = start(SLEEP)
    watcher.look()
    watcher.probe.watch(frozenset({child.pid}))
    watcher.until(child.pid, lambda row: row.state == "S")
    os.kill(child.pid, signal.SIGSTOP)
    watcher.until(child.pid, lambda row: row.state == "T")
    os.kill(child.pid, signal.SIGCONT)
    watcher.until(child.pid, lambda row: row.state == "S")


def test_a_change_nobody_watches_shows_when_its_turn_comes(start: Start, watcher: Watcher) -> None:
    child = start(SLEEP)
    watcher.look()
    os.kill(child.pid, signal.SIGSTOP)
    watcher.until(child.pid, lambda row: row.state == "T")
    os.kill(child.pid, signal.SIGCONT)
    watcher.until(child.pid, lambda row: row.state == "S")


def test_one_that_lost_its_parent_shows_the_new_one_at_once(start: Start, watcher: Watcher) -> None:
    parent = start(f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {SLEEP!r}]).wait()")
    child = next(row for row in watcher.look().rows if row.ppid == parent.pid)
    parent.kill()
    parent.wait()
    watcher.look()
    row = find(watcher.look(), child.pid)
    assert row is not None and row.ppid != parent.pid


@pytest.mark.parametrize(
    ("name", "shown"), [(b"a) R 1 (b", "a) R 1 (b"), (b"\x1b[2J\nx", "\u00b7[2J\u21b5x"), (b"[/foo]", "[/foo]")]
)
def test_names_a_process_gives_itself(start: Start, name: bytes, shown: str, watcher: Watcher) -> None:
    child = start(NAMED, name.hex())
    watcher.probe.watch(frozenset({child.pid}))
    row = watcher.until(child.pid, lambda row: row.state == "S")
    assert (row.name, row.ppid) == (shown, os.getpid())


def test_a_process_that_becomes_another_program(start: Start, watcher: Watcher) -> None:
    child = start(
        "import os, sys; print('ready', flush=True); sys.stdin.readline(); os.execvp('sleep', ['sleep', '99'])"
    )
    watcher.look()
    assert child.stdin is not None
    child.stdin.write(b"go\n")
    child.stdin.flush()
    row = watcher.until(child.pid, lambda row: row.name == "sleep" and row.command == "sleep 99")
    assert row.pid == child.pid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_a_daemon_that_gives_up_its_rights(start: Start, watcher: Watcher) -> None:
    child = start(
        "import os, sys; print('ready', flush=True); sys.stdin.readline(); os.setuid(65534); sys.stdin.read()"
    )
    watcher.look()
    watcher.until(child.pid, lambda row: row.user == "root")
    assert child.stdin is not None
    child.stdin.write(b"go\n")
    child.stdin.flush()
    watcher.until(child.pid, lambda row: row.user in ("nobody", "65534"))


def test_what_a_process_writes_to_storage(start: Start, tmp_path: Path, watcher: Watcher) -> None:
    code = (
        "import os, sys; print('ready', flush=True)\n"
        "for line in sys.stdin: f = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT); os.write(f, bytes(1 << 20)); "
        "os.fsync(f); os.unlink(sys.argv[1])"
    )
    child = start(code, str(tmp_path / "written"))
    if psutil.Process(child.pid).io_counters() is None or tmp_path.stat().st_dev == Path("/dev/shm").stat().st_dev:
        pytest.skip("no storage to write to")
    watcher.look()
    assert child.stdin is not None

    def wrote(row: ProcessMetrics) -> bool:
        assert child.stdin is not None
        child.stdin.write(b"again\n")
        child.stdin.flush()
        return bool(row.write_bytes_per_second)

    watcher.until(child.pid, wrote)


def test_new_processes_are_found_between_listings(start: Start) -> None:
    known = ProcessList(HostFiles())
    pids = set(known.pids([]))
    for _ in range(3):
        pids = set(filter(has_clock, known.pids(pids)))
    for _ in range(25):
        child = start(SLEEP)
        pids = set(filter(has_clock, known.pids(pids)))
        assert child.pid in pids
        child.kill()
        child.communicate()
    assert not has_clock(child.pid)


def test_threads_are_no_processes(start: Start, watcher: Watcher) -> None:
    code = "import threading, time\nfor _ in range(8): threading.Thread(target=time.sleep, args=(99,), daemon=True)"
    for _ in range(3):
        watcher.look()
    child = start(code + ".start()\n" + SLEEP)
    row = find(watcher.look(), child.pid)
    assert row is not None and row.threads == 9
    pids = {row.pid for row in watcher.look().rows}
    assert not pids & ({int(name) for name in os.listdir(f"/proc/{child.pid}/task")} - {child.pid})


def test_our_own_threads_are_no_processes() -> None:
    watcher = Watcher(HostFiles())
    watcher.look()
    watcher.look()
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(4):
            pids = {row.pid for row in watcher.look().rows}
            assert not pids & {thread.native_id for thread in threads}
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_resident_memory_is_what_ps_and_top_say(start: Start) -> None:
    child = start("held = bytearray(3_000_001); " + SLEEP)
    statm = Path(f"/proc/{child.pid}/statm")
    page = os.sysconf("SC_PAGE_SIZE")
    Watcher(HostFiles()).until(child.pid, lambda row: row.resident_bytes == int(statm.read_text().split()[1]) * page)
