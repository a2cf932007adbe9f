"""Bytes of processes that have ended: the kernel adds them to the parent, which did not move them."""

from pathlib import Path
from shutil import rmtree

import pytest

from tests.probes.processes.process_tree import ProcessTree
from tests.probes.processes.test_probe import Watcher, row

SHELL, DD, MAKE = 10, 11, 12


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    return ProcessTree(tmp_path)


def watching(tree: ProcessTree, *, parent: int = SHELL, io: tuple[int, int] | None = (8000, 50_000)) -> Watcher:
    """Of all three the bytes are known, which are read when a process has run."""
    watcher = Watcher(tree)
    for ticks in (1, 2):
        tree.put(SHELL, b"sh", ticks=(ticks, 0), io=(100, 1000))
        tree.put(MAKE, b"make", ticks=(ticks, 0), io=(0, 0), ppid=SHELL)
        tree.put(DD, b"dd", ticks=(ticks, 0), io=io, ppid=parent)
        watcher.look()
    return watcher


def test_a_shell_did_not_write_what_its_children_wrote_before(tree: ProcessTree) -> None:
    """Only what dd wrote after the last look is new, and that is in no other row."""
    watcher = watching(tree)
    rmtree(tree.proc / str(DD))
    tree.put(SHELL, b"sh", ticks=(3, 0), io=(8100, 1000 + 50_000 + 6000))
    found = row(watcher.look(2.0), SHELL)
    assert (found.read_bytes_per_second, found.write_bytes_per_second) == (0.0, 3000.0)
    tree.put(SHELL, b"sh", ticks=(4, 0), io=(8100, 57_400))
    assert row(watcher.look(2.0), SHELL).write_bytes_per_second == 200.0


def test_the_children_of_one_that_ended_as_well(tree: ProcessTree) -> None:
    watcher = watching(tree, parent=MAKE, io=(0, 50_000))
    rmtree(tree.proc / str(DD))
    rmtree(tree.proc / str(MAKE))
    tree.put(SHELL, b"sh", ticks=(3, 0), io=(100, 51_000))
    assert row(watcher.look(2.0), SHELL).write_bytes_per_second == 0.0


def test_a_parent_that_does_not_wait_has_no_less_than_nothing(tree: ProcessTree) -> None:
    """It ignores SIGCHLD, and so gets nothing of its children."""
    watcher = watching(tree)
    rmtree(tree.proc / str(DD))
    tree.put(SHELL, b"sh", ticks=(3, 0), io=(100, 1400))
    assert row(watcher.look(2.0), SHELL).write_bytes_per_second == 0.0
    tree.put(SHELL, b"sh", ticks=(4, 0), io=(100, 1800))
    assert row(watcher.look(2.0), SHELL).write_bytes_per_second == 200.0


def test_children_whose_bytes_are_not_known(tree: ProcessTree) -> None:
    watcher = watching(tree, io=None)
    rmtree(tree.proc / str(DD))
    tree.put(SHELL, b"sh", ticks=(3, 0), io=(100, 3000))
    assert row(watcher.look(2.0), SHELL).write_bytes_per_second == 1000.0
