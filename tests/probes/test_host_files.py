"""Files of the kernel as it really hands them over, and what is not taken for absent."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.probes.host_files import HostFiles, read_to_end

MANY_MAPS = """
import mmap, sys
kept = [mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE * (n % 2)) for n in range(600)]
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def maps() -> Iterator[Path]:
    """A file of lines, longer than a page, of a process that stands still."""
    with subprocess.Popen([sys.executable, "-c", MANY_MAPS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        assert child.stdout.readline() == b"ready\n"
        yield Path(f"/proc/{child.pid}/maps")
        child.stdin.close()


def test_a_file_of_lines_is_read_to_its_end_though_the_kernel_gives_a_page_at_a_time(maps: Path) -> None:
    descriptor = os.open(maps, os.O_RDONLY)
    first = os.read(descriptor, 1 << 20)
    os.close(descriptor)
    whole = subprocess.run(["cat", maps], capture_output=True, check=True).stdout
    assert len(first) < 4096 < len(whole) and first.endswith(b"\n"), "the kernel does as it is known to"
    assert read_to_end(str(maps)) == HostFiles().read(str(maps)) == whole


def test_what_comes_in_pieces_of_any_size_is_read_whole(tmp_path: Path) -> None:
    pieces = [b"one line\n", b"x", b"y" * 5000, b"\n", b"the last\n"]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    taken = threading.Semaphore(0)

    def write() -> None:
        with open(pipe, "wb", buffering=0) as end:
            for piece in pieces:
                end.write(piece)
                taken.acquire(timeout=0.01)

    writer = threading.Thread(target=write)
    writer.start()
    assert read_to_end(str(pipe)) == b"".join(pieces)
    writer.join()


def test_no_more_than_is_wanted_is_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100_000)
    assert len(read_to_end(str(tmp_path / "long"), 70_000)) == 70_000
    assert read_to_end(str(tmp_path / "long"), 0) == b""


def test_what_is_not_there_or_says_nothing_is_none(tmp_path: Path) -> None:
    files = HostFiles(proc=str(tmp_path))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "word").write_bytes(b"<unknown>\n")
    (tmp_path / "digits").write_bytes(b"9" * 10_000)
    assert [files.line(f"/proc/{name}") for name in ("empty", "gone", "word/deeper")] == [None, None, None]
    assert [files.number(f"/proc/{name}") for name in ("word", "digits", "gone")] == [None, None, None]
    assert (files.read_or_empty("/proc/gone"), files.names("/proc/gone"), files.inodes("/proc/gone")) == (b"", [], {})


def test_an_error_while_reading_names_the_file(tmp_path: Path) -> None:
    """Opening works, reading does not: EIO of a driver, EINVAL, a folder in the place of a file."""
    (tmp_path / "stat").mkdir()
    with pytest.raises(IsADirectoryError) as failed:
        HostFiles(proc=str(tmp_path)).read("/proc/stat")
    assert failed.value.filename == str(tmp_path / "stat")


NO_DESCRIPTORS = """
import os, resource
from nodetop.probes.host_files import HostFiles
files = HostFiles()
asked = [lambda: files.line("/proc/uptime"), lambda: files.number("/proc/sys/kernel/pid_max"),
         lambda: files.names("/proc"), lambda: files.inodes("/proc"), lambda: files.read_or_empty("/proc/stat")]
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
for ask in asked:
    try:
        print("absent", ask())
    except OSError as error:
        print(os.strerror(error.errno))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
print(all(ask() for ask in asked))
"""


def test_without_a_descriptor_left_nothing_is_taken_for_absent() -> None:
    done = subprocess.run([sys.executable, "-c", NO_DESCRIPTORS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["Too many open files"] * 5 + ["True"]


@pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of these processes")
def test_the_own_proc_in_another_folder_has_the_own_pids() -> None:
    """As in a container that shares the host's PIDs."""
    files = HostFiles("/proc/../proc")
    assert files.own_pids and not files.live


@pytest.mark.parametrize(("numbers", "own"), [("{0}", True), ("{0}\t{0}", False), ("4711\t{0}", False)])
def test_a_proc_of_a_namespace_above_has_other_pids(numbers: str, own: bool, tmp_path: Path) -> None:
    """Even where our number is by chance the same in both."""
    folder = tmp_path / str(os.getpid())
    folder.mkdir()
    (folder / "status").write_text(f"Name:\tnodetop\nNSpid:\t{numbers.format(os.getpid())}\nThreads:\t1\n")
    (tmp_path / "self").symlink_to(str(os.getpid()))
    assert HostFiles(str(tmp_path)).own_pids is own


def test_a_recorded_proc_has_not_the_own_pids(tmp_path: Path) -> None:
    (tmp_path / "self").symlink_to("1")
    assert not HostFiles(str(tmp_path)).own_pids
