"""How long processes and threads wait for block devices: only where the kernel counts it."""

from pathlib import Path

import pytest

from nodetop.model.snapshot import ProcessMetrics
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.processes.stat import io_wait_ticks
from tests.probes.processes.process_tree import ProcessTree, stat_line

SETTING = "proc/sys/kernel/task_delayacct"


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    tree = ProcessTree(tmp_path)
    (tmp_path / SETTING).parent.mkdir(parents=True)
    tree.put(1, b"init")
    return tree


def waits(tree: ProcessTree, *, with_threads: bool = False) -> list[float | None]:
    """The share of the first sample, and of one two seconds later in which it waited for half a second; then of one in
    which it did not run, and of a process that started meanwhile."""
    probe = ProcessesProbe(tree.files)
    probe.read_threads(with_threads)
    found: list[float | None] = []
    last = None
    for uptime, ticks, io_wait, elapsed in ((1000, 1, 20, None), (1002, 2, 70, 2.0), (1004, 2, 70, 2.0)):
        tree.at(uptime)
        folder = tree.put(7, ticks=(ticks, 0), io_wait=io_wait, threads=2)
        (folder / "task/8").mkdir(parents=True, exist_ok=True)
        (folder / "task/8/stat").write_bytes(stat_line(8, ticks=(ticks, 0), io_wait=2 * io_wait))
        if uptime == 1004:
            tree.put(9, start=100_300, ticks=(1, 0), io_wait=100)
        current = probe.read()
        summary = probe.derive(last, current, elapsed)
        rows: tuple[ProcessMetrics, ...] = summary.thread_rows if with_threads else summary.rows
        wanted = (8,) if with_threads else (7, 9)
        found += [row.io_wait_percent for pid in wanted for row in rows if row.pid == pid]
        last = current
    return found


def test_the_share_of_the_time_in_which_it_waited(tree: ProcessTree) -> None:
    (tree.folder / SETTING).write_text("1\n")
    assert waits(tree) == [None, 25.0, 0.0, 50.0]
    assert waits(tree, with_threads=True) == [None, 50.0, 0.0]


def test_nothing_is_said_where_the_kernel_does_not_count(tree: ProcessTree) -> None:
    tree.put(1, b"init", io_wait=300)  # from when it was counted
    (tree.folder / SETTING).write_text("0\n")
    assert set(waits(tree)) | set(waits(tree, with_threads=True)) == {None}


@pytest.mark.parametrize(("io_wait", "share"), [(0, None), (300, 25.0)])
def test_a_kernel_without_the_setting_counts_if_the_first_process_has_waited(
    tree: ProcessTree, io_wait: int, share: float | None
) -> None:
    tree.put(1, b"init", io_wait=io_wait)
    assert waits(tree)[1] == share


def test_the_field_is_found_behind_any_name_and_missing_in_short_lines() -> None:
    assert io_wait_ticks(stat_line(comm=b") 1 2 (", io_wait=42)) == 42
    assert io_wait_ticks(b"7 (x) S 1 2") == io_wait_ticks(b"") == 0
