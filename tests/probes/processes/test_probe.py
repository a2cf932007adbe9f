"""Processes of recorded hosts. What is true of real ones is in test_processes_live.py."""

import os
import shutil
from pathlib import Path

import pytest

from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.model.wire import decode, encode
from nodetop.probes.base.probe import Unavailable
from nodetop.probes.processes import probe
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.processes.rows import ProcessesReading
from nodetop.probes.processes.stat import PAGE_BYTES
from tests.probes.processes.process_tree import ProcessTree, stat_line


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    return ProcessTree(tmp_path, passwd="root:x:0:0::/root:/bin/sh\nweb:x:33:33::/:/bin/false\n")


@pytest.fixture(autouse=True)
def identities_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine that runs the tests is."""
    monkeypatch.setattr(probe, "_IDENTITY_WAIT_SECONDS", 30.0)


class Watcher:
    """A probe and its last reading."""

    def __init__(self, tree: ProcessTree) -> None:
        self.tree = tree
        self.probe = ProcessesProbe(tree.files, monotonic=lambda: 0.0)
        self.last: ProcessesReading | None = None
        self.uptime = 1000.0

    def look(self, elapsed: float | None = 2.0) -> ProcessSummary:
        """What is seen when this many seconds went by since the look before."""
        current = self.probe.read()
        summary = self.probe.derive(self.last, current, None if self.last is None else elapsed)
        self.last = current
        self.uptime += elapsed or 0
        self.tree.at(self.uptime)
        return summary


def row(summary: ProcessSummary, pid: int) -> ProcessMetrics:
    return next(row for row in summary.rows if row.pid == pid)


def test_a_row_has_what_its_files_say(tree: ProcessTree) -> None:
    tree.put(7, b"nginx", ticks=(150, 50), start=250, threads=3, pages=2500, uid=33, cmdline=b"nginx: worker\0\0\0")
    only = row(Watcher(tree).look(), 7)
    assert (only.name, only.command, only.user, only.state, only.ppid) == ("nginx", "nginx: worker", "web", "S", 1)
    assert (only.threads, only.nice, only.priority) == (3, 0, 20)
    assert only.resident_bytes == 2500 * PAGE_BYTES
    assert only.memory_percent == pytest.approx(100 * 2500 * PAGE_BYTES / 1_024_000_000, abs=0.001)
    assert only.started_at == 1_700_000_002.5
    assert only.cpu_seconds == 2.0


def test_resident_memory_is_that_of_statm_where_it_says(tree: ProcessTree) -> None:
    folder = tree.put(7, pages=10)
    watcher = Watcher(tree)
    assert row(watcher.look(), 7).resident_bytes == 10 * PAGE_BYTES
    (folder / "statm").write_text("900 42 7 1 0 50 0\n")
    tree.put(7, pages=10, ticks=(11, 5))
    assert row(watcher.look(), 7).resident_bytes == 42 * PAGE_BYTES
    (folder / "statm").write_text("nothing\n")
    tree.put(7, pages=10, ticks=(12, 5))
    assert row(watcher.look(), 7).resident_bytes == 10 * PAGE_BYTES


def test_the_first_look_knows_no_rates(tree: ProcessTree) -> None:
    tree.put(7)
    only = row(Watcher(tree).look(), 7)
    assert (only.cpu_percent, only.read_bytes_per_second, only.write_bytes_per_second) == (None, None, None)


def test_cpu_is_of_one_core_over_the_time_between(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, ticks=(100, 0), threads=4)
    watcher.look()
    tree.put(7, ticks=(350, 50), threads=4)
    assert row(watcher.look(2.0), 7).cpu_percent == 150.0


@pytest.mark.parametrize(("threads", "most"), [(1, 100.0), (3, 300.0), (50, 400.0)])
def test_cpu_is_at_most_what_its_threads_and_the_cpus_allow(tree: ProcessTree, threads: int, most: float) -> None:
    watcher = Watcher(tree)
    tree.put(7, ticks=(0, 0), threads=threads)
    watcher.look()
    tree.put(7, ticks=(5000, 0), threads=threads)
    assert row(watcher.look(2.0), 7).cpu_percent == most


def test_time_that_ran_backwards_is_no_cpu(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, ticks=(100, 0))
    watcher.look()
    tree.put(7, ticks=(99, 0))
    assert row(watcher.look(), 7).cpu_percent == 0.0


def test_a_gap_has_no_rates(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7)
    watcher.look()
    current = watcher.probe.read()
    assert row(watcher.probe.derive(None, current, None), 7).cpu_percent is None


def test_one_born_in_between_used_all_its_time_in_between(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(1)
    watcher.look()
    tree.put(7, ticks=(40, 10), start=100_050)
    assert row(watcher.look(2.0), 7).cpu_percent == 25.0
    assert row(watcher.look(2.0), 7).cpu_percent == 0.0


def test_one_merely_seen_for_the_first_time_has_no_rate(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(1)
    watcher.look()
    tree.put(7, ticks=(5000, 0), start=100)
    assert row(watcher.look(), 7).cpu_percent is None


def test_a_recycled_pid_is_another_process(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, b"old", ticks=(900, 0), uid=33, cmdline=b"old\0")
    before = row(watcher.look(), 7)
    tree.put(7, b"new", ticks=(20, 0), start=100_100, uid=0, cmdline=b"new\0")
    after = row(watcher.look(2.0), 7)
    assert (after.name, after.command, after.user, after.cpu_percent) == ("new", "new", "root", 10.0)
    assert after.started_at != before.started_at


def test_an_unchanged_process_is_the_same_row(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    for pid in range(1, 100):
        tree.put(pid)
    watcher.look()
    first = watcher.look()
    tree.put(50, ticks=(11, 5))
    second, third = watcher.look(), watcher.look()
    assert all(a is b for a, b in zip(first.rows, second.rows, strict=True) if a.pid != 50)
    assert row(second, 50).cpu_percent == 0.5
    assert all(a is b for a, b in zip(first.rows, third.rows, strict=True) if a.pid != 50)
    assert row(third, 50).cpu_percent == 0.0


def test_reads_and_writes_per_second(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, ticks=(1, 0), io=(0, 0))
    watcher.look()
    for ticks, read in ((2, 1000), (3, 5000)):
        tree.put(7, ticks=(ticks, 0), io=(read, 2 * read))
        summary = watcher.look(2.0)
    assert (row(summary, 7).read_bytes_per_second, row(summary, 7).write_bytes_per_second) == (2000.0, 4000.0)
    assert row(watcher.look(), 7).read_bytes_per_second == 0.0


def test_where_reads_and_writes_cannot_be_known(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, ticks=(1, 0), io=None)
    watcher.look()
    tree.put(7, ticks=(2, 0), io=None)
    watcher.look()
    tree.put(7, ticks=(3, 0), io=None)
    assert row(watcher.look(), 7).read_bytes_per_second is None


def test_counts_by_state(tree: ProcessTree) -> None:
    for pid, state in enumerate("RRSSSDIITtZX", start=1):
        tree.put(pid, state=state, threads=2, cmdline=b"")
    summary = Watcher(tree).look()
    assert (summary.total, summary.running, summary.sleeping, summary.stopped, summary.zombie) == (12, 2, 6, 2, 2)
    assert summary.threads == 24


def test_a_program_that_is_replaced_by_another(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, b"bash", ticks=(1, 0), cmdline=b"bash\0-c\0x\0", uid=0)
    assert row(watcher.look(), 7).command == "bash -c x"
    tree.put(7, b"nginx", ticks=(2, 0), cmdline=b"nginx\0", uid=33)
    after = row(watcher.look(), 7)
    assert (after.name, after.command, after.user) == ("nginx", "nginx", "web")


def test_one_that_changes_its_user_later_is_seen_when_its_turn_comes(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    for pid in range(1, 200):
        tree.put(pid, ticks=(1, 0))
    watcher.look()
    tree.put(7, ticks=(2, 0), uid=33, cmdline=b"another title\0")
    seen = [row(watcher.look(), 7) for _ in range(25)]
    assert (seen[-1].user, seen[-1].command) == ("web", "another title")


def test_a_zombie_keeps_its_command(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(7, b"job", ticks=(1, 0), cmdline=b"job --all\0", start=99_900)
    watcher.look()
    tree.put(7, b"job", ticks=(2, 0), cmdline=b"", start=99_900, state="Z", threads=1, pages=0)
    after = row(watcher.look(), 7)
    assert (after.state, after.command) == ("Z", "job --all")


def test_a_kernel_thread_has_no_command(tree: ProcessTree) -> None:
    tree.put(7, b"kworker/0:1-events", state="I", flags=69238880, cmdline=b"")
    only = row(Watcher(tree).look(), 7)
    assert (only.name, only.command, only.user) == ("kworker/0:1-events", "", "root")


@pytest.mark.parametrize(
    ("comm", "shown"),
    [
        (b"a) R 1 (b", "a) R 1 (b"),
        (b"two\nlines", "two\u21b5lines"),
        (b"\x1b]52;c;eA==\x07", "\u00b7]52;c;eA==\u00b7"),
        (b"[/foo]", "[/foo]"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
        ("käse☃".encode(), "käse☃"),
    ],
)
def test_hostile_names(tree: ProcessTree, comm: bytes, shown: str) -> None:
    tree.put(7, comm, cmdline=b"x\x1b[2J\0" + comm + b"\0")
    summary = Watcher(tree).look()
    only = row(summary, 7)
    assert only.name == shown
    assert "\x1b" not in only.command and "\n" not in only.command
    assert row(decode(encode(summary), ProcessSummary), 7).name == shown


def test_who_has_gone_is_no_error(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(1)
    (tree.proc / "7").mkdir()  # listed, but gone before its files were opened
    tree.put(8, cmdline=None)
    (tree.proc / "8" / "status").unlink()
    (tree.proc / "8" / "cgroup").unlink()
    summary = watcher.look()
    assert {one.pid for one in summary.rows} == {1, 8}
    assert (row(summary, 8).user, row(summary, 8).command) == (None, "")
    shutil.rmtree(tree.proc / "8")
    assert [one.pid for one in watcher.look().rows] == [1]


def test_a_line_cut_short_hides_only_its_process(tree: ProcessTree) -> None:
    tree.put(1)
    tree.put(7)
    (tree.proc / "7" / "stat").write_bytes(stat_line()[:20])
    assert [one.pid for one in Watcher(tree).look().rows] == [1]


def test_no_processes_are_unavailable(tree: ProcessTree) -> None:
    with pytest.raises(Unavailable, match="no processes in"):
        Watcher(tree).look()


def test_a_host_without_totals_has_no_shares(tree: ProcessTree) -> None:
    for name in ("meminfo", "stat"):
        (tree.proc / name).unlink()
    tree.put(7)
    (tree.proc / "uptime").unlink()
    current = ProcessesProbe(tree.files).read()
    only = next(iter(current.records.values())).idle_row
    assert (only.memory_percent, only.started_at, current.uptime_seconds) == (None, None, None)


def test_five_thousand_processes(tree: ProcessTree) -> None:
    watcher = Watcher(tree)
    tree.put(1)
    for pid in range(2, 5002):
        folder = tree.proc / str(pid)
        folder.mkdir()
        (folder / "stat").write_bytes(stat_line(pid, b"worker %d" % pid))
        for name in ("status", "cmdline", "cgroup"):
            os.link(tree.proc / "1" / name, folder / name)
    first = watcher.look()
    assert first.total == 5001
    assert {one.name for one in first.rows} >= {"worker 2", "worker 5001"}
    for _ in range(200):  # commands may come a few looks later, 30 ms of reading each
        if all(one.command for one in watcher.look().rows):
            break
    assert {one.command for one in watcher.look().rows} == {"sleep 1000"}
