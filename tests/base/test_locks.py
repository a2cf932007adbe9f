"""Locks between processes."""

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nodetop.base import locks

HOLDER = """
import sys
from pathlib import Path
from nodetop.base import locks

with locks.held(Path(sys.argv[1]), wait_seconds=0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_told_until_the_holder_ends_however_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(BlockingIOError) as refused:
        locks.take(path, wait_seconds=0.05)
    assert (refused.value.strerror, refused.value.filename) == ("another process holds the lock", str(path))
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    os.close(locks.take(path))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("take", [locks.take, locks.take_folder])
def test_it_is_let_go_of_with_its_descriptor_and_a_refusal_leaves_none_open(
    tmp_path: Path, take: Callable[[Path], int]
) -> None:
    path = tmp_path if take is locks.take_folder else tmp_path / "lock"
    descriptor = take(path)
    before = os.listdir("/dev/fd")
    with pytest.raises(BlockingIOError):
        take(path)
    assert os.listdir("/dev/fd") == before
    os.close(descriptor)
    os.close(take(path))


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        locks.take(tmp_path / "lock")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", missing)
    with pytest.raises(OSError, match="No locks available"):
        locks.take(tmp_path / "lock")
    with locks.held(tmp_path / "lock", wait_seconds=0, is_optional=True):
        assert (tmp_path / "lock").exists()
