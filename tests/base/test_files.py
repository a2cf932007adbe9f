"""Files that are replaced as a whole, whatever the disk does."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base import files
from tests.disk_calls import fail, record

OLD, NEW = b"old", [b"new ", b"content"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    return path


def test_the_bytes_are_on_the_disk_before_they_have_the_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = record(monkeypatch)
    files.write_atomically(path, NEW, mode=0o640)
    assert calls == [
        *("create", "write", "write", "set_mode", "sync", "close", "replace"),
        *("sync_directory", "sync", "close"),
    ]
    assert path.read_bytes() == b"".join(NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("failing", ["create", "write", "set_mode", "sync", "close", "replace"])
def test_a_call_that_fails_leaves_the_old_file_alone(path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    with monkeypatch.context() as patch, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fail(patch, failing)
        files.write_atomically(path, NEW, mode=0o640)
    assert path.read_bytes() == OLD
    assert os.listdir(path.parent) == [path.name]


def test_an_error_names_the_file_and_not_its_temporary_name(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "taken", tmp_path / "missing" / "new"):
        with pytest.raises(OSError, match=path.name) as failed:
            files.write_atomically(path, [b"x"])
        assert (failed.value.filename, failed.value.filename2) == (str(path), None)
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_folder_that_cannot_be_synced_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(OSError, match=os.strerror(errno.EIO)):
        fail(patch, "sync_directory", errno.EIO)
        files.write_atomically(path, NEW)
    assert os.listdir(path.parent) == [path.name]


def test_what_the_making_of_a_part_raises_is_raised(path: Path) -> None:
    def parts():  # type: ignore[no-untyped-def]
        yield b"first"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write_atomically(path, parts())
    assert path.read_bytes() == OLD
    assert os.listdir(path.parent) == [path.name]


def test_a_file_is_its_owners_alone_unless_a_mode_is_given(tmp_path: Path) -> None:
    files.write_atomically(tmp_path / "a", NEW)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@pytest.mark.parametrize("links", ["refuse", "follow", "replace"])
def test_a_link_is_refused_followed_or_replaced(path: Path, links: files.Links) -> None:
    link = path.with_name("link")
    link.symlink_to(path.name)
    if links == "refuse":
        with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
            files.write_atomically(link, NEW, links=links)
    else:
        files.write_atomically(link, NEW, links=links)
        assert link.read_bytes() == b"".join(NEW)
    assert path.read_bytes() == (b"".join(NEW) if links == "follow" else OLD)
    assert link.is_symlink() == (links != "replace")


WRITER = """
import sys
from pathlib import Path
from nodetop.base import files

for number in range(10**9):
    files.write_atomically(Path(sys.argv[1]), [b"%d " % number] * 2000)
    print(number, flush=True)
"""


def test_a_kill_leaves_one_whole_file_and_a_leftover_at_most(path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    for _ in range(5):
        last = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    last = max([last, *map(int, writer.stdout.read().split())])
    writer.wait()
    writer.stdout.close()
    words = path.read_bytes().split()
    assert len(words) == 2000 and set(words) in ({b"%d" % last}, {b"%d" % (last + 1)})
    files.remove_leftovers(path.parent)
    assert os.listdir(path.parent) == [path.name]


def test_a_leftover_that_may_have_a_writer_stays(path: Path) -> None:
    of_today, old = path.with_name(".nt-1-a.tmp"), path.with_name(".nt-2-b.tmp")
    for each in (of_today, old):
        each.write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    files.remove_leftovers(path.parent, unused_seconds=files.UNUSED_SECONDS)
    assert of_today.exists() and not old.exists()
    files.remove_leftovers(path.parent.parent, recursive=True)
    assert os.listdir(path.parent) == [path.name]


def test_directories_are_made_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = record(monkeypatch, "sync_directory")
    files.make_directories(tmp_path / "a" / "b")
    files.make_directories(tmp_path / "a" / "b")
    assert calls == ["sync_directory"] * 2
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileExistsError):
        files.make_directories(tmp_path / "file")
