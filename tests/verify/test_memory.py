"""Memory against free, sar and psutil: after an allocation, with a larger page cache, with a file in tmpfs, and with
swap. free runs a few milliseconds after nodetop has read the same file. In between other processes may allocate or free
a little, and the kernel counts each CPU's share of free pages in batches: 8 MiB are allowed. A growth that the test
causes is measured from half a second before to half a second after, while the rest of the machine continues: 32 MiB are
allowed. These include the pages that the kernel keeps ready for each CPU, which are neither free nor in use."""

import mmap
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.swap import PAGER
from tests.verify.verdict import Notes
from tests.verify.watching import Watch, at_once, beside, ready, run

GIB = 2**30
MIB = 2**20
BETWEEN = 8 * MIB
MEANWHILE = 32 * MIB
COLUMNS = ("total", "used", "free", "shared", "buffers", "cache", "available")


def free() -> dict[str, int]:
    """Columns of `free -b -w`."""
    lines = run("free", "-b", "-w").splitlines()
    found = dict(zip(COLUMNS, map(int, lines[1].split()[1:]), strict=True))
    return found | {"swap_total": int(lines[2].split()[1]), "swap_used": int(lines[2].split()[2])}


@pytest.fixture
def watch() -> Iterator[Watch]:
    with Watch(interval=0.5) as made:
        yield made


def compared(what: str, watch: Watch, verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        found, (theirs, percent) = at_once(watch, lambda: (free(), psutil.virtual_memory().percent))
        ours = found["memory"]
        for column in COLUMNS:
            mine = ours[f"{'cached' if column == 'cache' else column}_bytes"]
            note(f"memory {column}, {what} (free)", mine, theirs[column], 0 if column == "total" else BETWEEN, "B")
        note(f"memory used, {what} (psutil)", ours["used_percent"], percent, 0.1, "%")
        note(f"swap total, {what} (free)", ours["swap_total_bytes"], theirs["swap_total"], 0, "B")
        note(f"swap used, {what} (free)", ours["swap_used_bytes"], theirs["swap_used"], BETWEEN, "B")

    verdict.settled(measure, tries=10)


def held_by_cpus() -> int:
    """Bytes of pages that were given back and that a CPU keeps for its next need: to the kernel they are not free."""
    return mmap.PAGESIZE * sum(map(int, re.findall(r"^ +count: +(\d+)", Path("/proc/zoneinfo").read_text(), re.M)))


@contextmanager
def grown(watch: Watch, wanted: dict[str, int], what: str, note: Notes) -> Iterator[None]:
    """How much the block changed of each value: from just before it to just after it, so that others change little."""
    before, held_before = at_once(watch, held_by_cpus)
    yield
    after, held = watch.until(time.time())[-1], held_by_cpus()
    for name, size in wanted.items():
        mine = after["memory"][f"{name}_bytes"] - before["memory"][f"{name}_bytes"]
        apart = (held - held_before) * {"used": 1, "available": -1, "free": -1}.get(name, 0)
        but = ", CPUs' own lists apart" if apart else ""
        note(f"{name}, growth by {what}{but}", mine - apart, size, MEANWHILE, "B")


def test_memory_without_any_load(watch: Watch, need: Any, verdict: Notes) -> None:
    need("free")
    compared("as it is", watch, verdict)


def test_kills_for_want_of_memory(watch: Watch, verdict: Notes) -> None:
    found, text = at_once(watch, lambda: Path("/proc/vmstat").read_text())
    told = re.search(r"^oom_kill (\d+)$", text, re.M)
    if told is None:
        pytest.skip("this kernel does not count them")
    verdict("processes killed out of memory (kernel's counter)", found["memory"]["oom_kills"], int(told[1]), 0)


@pytest.mark.long
def test_after_allocating_a_gibibyte(watch: Watch, need: Any, verdict: Notes) -> None:
    need("free")
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE

    def measure(note: Notes) -> None:
        with ExitStack() as stack:
            with grown(watch, {"used": GIB, "available": -GIB, "free": -GIB}, "1 GiB allocated", note):
                stack.enter_context(mmap.mmap(-1, GIB, flags=flags))
            compared("1 GiB allocated", watch, note)

    verdict.settled(measure, tries=8)


@pytest.mark.long
def test_a_file_that_was_read_is_cache_and_not_used(tmp_path: Path, watch: Watch, need: Any, verdict: Notes) -> None:
    need("free", "df")
    if run("df", "--output=fstype", str(tmp_path)).split()[-1] == "tmpfs":
        pytest.skip(f"{tmp_path.parts[1]} is a tmpfs, whose files are no cache")
    (tmp_path / "file").write_bytes(bytes(256 * MIB))
    os.sync()

    def measure(note: Notes) -> None:
        with open(tmp_path / "file", "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            with grown(watch, {"cached": 256 * MIB, "used": 0, "free": -256 * MIB}, "a file of 256 MiB read", note):
                while file.read(MIB):
                    pass
            compared("256 MiB more in the page cache", watch, note)

    verdict.settled(measure, tries=8)


@pytest.mark.long
def test_a_file_in_tmpfs_is_shared_and_used(watch: Watch, need: Any, verdict: Notes) -> None:
    need("free")
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        pytest.skip("/dev/shm cannot be written")
    path = folder / f"nodetop-verify-{os.getpid()}"

    def measure(note: Notes) -> None:
        try:
            with (
                grown(watch, {"shared": 256 * MIB, "used": 256 * MIB}, "256 MiB in tmpfs", note),
                open(path, "wb") as file,
            ):
                for _ in range(256):
                    file.write(bytes(MIB))
            compared("256 MiB in tmpfs", watch, note)
        finally:
            path.unlink(missing_ok=True)

    verdict.settled(measure, tries=8)


@pytest.mark.long
@pytest.mark.usefixtures("swap")
def test_what_is_swapped_out(watch: Watch, need: Any, verdict: Notes) -> None:
    need("free")

    def measure(note: Notes) -> None:
        with ExitStack() as stack:
            with grown(watch, {"swap_used": 96 * MIB}, "96 MiB swapped out", note):
                stack.enter_context(ready(sys.executable, "-c", PAGER, stdin=subprocess.PIPE))
            compared("96 MiB swapped out", watch, note)

    verdict.settled(measure)


@pytest.mark.long
@pytest.mark.usefixtures("swap")
def test_what_is_swapped_in_and_out(need: Any, verdict: Notes) -> None:
    need("sar")

    def measure(note: Notes) -> None:
        with ready(sys.executable, "-c", PAGER, "forever", stdin=subprocess.PIPE):
            both = beside(6, "sar", "-W", "6", "1", counted=psutil.swap_memory)
        (pages,) = (line.split()[1:] for line in both.text.splitlines() if line.startswith("Average:"))
        spent = both.seconds("memory")
        for way, told, name in zip(("in", "out"), map(float, pages), ("sin", "sout"), strict=True):
            rate = both.over_time("memory", lambda each, way=way: each["memory"][f"swap_{way}_bytes_per_second"])
            note(f"swapped {way}, bytes/s (sar -W)", rate, told * mmap.PAGESIZE, MIB, "B", relative=0.05)
            counted = (getattr(both.after, name) - getattr(both.before, name)) / spent
            note(f"swapped {way}, bytes/s (psutil)", rate, counted, MIB, "B", relative=0.05)

    verdict.settled(measure)
