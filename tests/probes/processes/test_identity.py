"""Identities, and what becomes of those that cannot be read: a pipe that nobody opens blocks like a hung process."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.command_line import CommandLine
from nodetop.probes.processes.identity import Identity, IdentityReader, IdentityRequest, effective_uid, read_identity
from nodetop.probes.processes.passwd import Users
from tests.probes.processes.process_tree import ProcessTree


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    return ProcessTree(tmp_path)


@pytest.fixture
def lane(tree: ProcessTree) -> Iterator[IdentityReader]:
    lane = IdentityReader(tree.files)
    yield lane
    lane.close()


def asked(pid: int, start_ticks: int = 100) -> IdentityRequest:
    return IdentityRequest(pid, start_ticks, b"sleep", False, 0)


def hang(folder: Path) -> Path:
    """Makes a process's command line unreadable without an end."""
    pipe = folder / "cmdline"
    pipe.unlink()
    os.mkfifo(pipe)
    return pipe


def release(pipe: Path) -> None:
    with suppress(OSError):  # nobody reads it now
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        os.write(end, b"free\0again\0")
        os.close(end)


def gather(lane: IdentityReader, wanted: list[IdentityRequest], pids: set[int]) -> dict[int, Identity]:
    """Asks until all these are there."""
    found: dict[int, Identity] = {}
    deadline = time.monotonic() + 20
    while not pids <= found.keys() and time.monotonic() < deadline:
        found |= {pid: identity for (pid, _), identity in lane.read(wanted, 0.05).items()}
    return found


def test_what_is_read(tree: ProcessTree) -> None:
    tree.put(7, uid=33, cmdline=b"a\0b c\0\0", cgroup=b"0::/system.slice/a.service\n")
    identity = read_identity(tree.files, Users(tree.files), asked(7))
    assert (identity.user, identity.command, identity.container) == ("33", "a b c", "a.service")
    assert identity.can_read_io


def test_whether_io_is_told_is_tried_and_not_guessed_from_the_user(tree: ProcessTree) -> None:
    tree.put(7, uid=os.geteuid())
    (tree.proc / "7" / "io").unlink()
    assert not read_identity(tree.files, Users(tree.files), asked(7)).can_read_io


@pytest.mark.parametrize(
    ("cmdline", "command", "arguments"),
    [
        (b"sh\0-c\0a b\nc\0", "sh -c a b\u21b5c", ["sh", "-c", "a b\u21b5c"]),
        (b"app\0\0--x\0", "app  --x", ["app", "", "--x"]),
        (b"app\0--x\0", "app --x", ["app", "--x"]),
        (b"nginx: worker process\0\0\0", "nginx: worker process", None),  # a title, written over the arguments
        (b"sleep\0", "sleep", None),
        (b"", "", None),
    ],
)
def test_arguments_stay_apart(tree: ProcessTree, cmdline: bytes, command: str, arguments: list[str] | None) -> None:
    tree.put(7, cmdline=cmdline)
    found = read_identity(tree.files, Users(tree.files), asked(7)).command
    assert found == command
    assert (found.raw.split("\0") if isinstance(found, CommandLine) else None) == arguments


def test_a_long_command_line_is_cut(tree: ProcessTree) -> None:
    tree.put(7, cmdline=b"x" * 100_000)
    assert len(read_identity(tree.files, Users(tree.files), asked(7)).command) == 4096


@pytest.mark.parametrize(
    ("status", "uid"),
    [(b"Name:\tx\nUid:\t1\t2\t3\t4\n", 2), (b"Name:\tUid:\t5\t5\n", None), (b"\nUid:\tx\ty\n", None), (b"", None)],
)
def test_the_effective_user(status: bytes, uid: int | None) -> None:
    assert effective_uid(status) == uid


@given(st.binary(max_size=60))
def test_any_status_is_read(rest: bytes) -> None:
    uid = effective_uid(b"Name:\tx\nUid:" + rest)
    assert uid is None or uid >= 0


def test_many_are_read_at_once(tree: ProcessTree, lane: IdentityReader) -> None:
    for pid in range(1, 50):
        tree.put(pid)
    found = gather(lane, [asked(pid) for pid in range(1, 50)], set(range(1, 50)))
    assert {identity.command for identity in found.values()} == {"sleep 1000"}
    assert lane.read([], 0.0) == {}


def test_one_that_hangs_delays_no_other_for_long(tree: ProcessTree, lane: IdentityReader) -> None:
    for pid in range(1, 6):
        tree.put(pid)
    pipe = hang(tree.proc / "3")
    found = gather(lane, [asked(pid) for pid in range(1, 6)], {1, 2, 3, 4, 5})
    assert {pid: found[pid].command for pid in (1, 2, 4, 5)} == dict.fromkeys((1, 2, 4, 5), "sleep 1000")
    assert (found[3].command, found[3].user) == ("", None)
    assert lane.read([asked(3)], 0.0) == {}, "one that hangs is not asked again"
    release(pipe)
    assert gather(lane, [], {3})[3].command == "free again"


def test_when_too_many_hang_nobody_waits(
    tree: ProcessTree, lane: IdentityReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodetop.probes.processes.identity._STUCK_SECONDS", 0.02)
    pipes = []
    for pid in range(1, 12):
        tree.put(pid)
        pipes.append(hang(tree.proc / str(pid)))
    wanted = [asked(pid) for pid in range(1, 12)]
    assert len(gather(lane, wanted, set(range(1, 9)))) >= 8
    assert lane.read(wanted, 50.0) == {}, "must not wait for readers that do not come back"
    found: dict[int, Identity] = {}
    deadline = time.monotonic() + 20
    while len(found) < 11 and time.monotonic() < deadline:
        for pipe in pipes:
            release(pipe)
        found |= {pid: one for (pid, _), one in lane.read([], 0.01).items() if one.command}
    assert len(found) == 11
