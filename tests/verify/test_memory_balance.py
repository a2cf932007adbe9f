"""The balance of memory against /proc/meminfo and smaps_rollup, and known growth. The parts must add up to all memory.
Between the two readings, others may allocate or free a little: 8 MiB are allowed, and 32 MiB while a test takes memory.
The memory of processes is an estimate, which counts for each what it shares with those it was forked from, but never
more than the kernel's own sum: a tenth is allowed."""

import mmap
import os
import re
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.verify.verdict import Notes
from tests.verify.watching import Watch, at_once, ready

MIB = 2**20
BETWEEN = 8 * MIB
MEANWHILE = 32 * MIB
PARTS = ("processes", "cache", "kernel", "huge_pages", "free", "other")


def meminfo() -> dict[str, int]:
    """Bytes by name."""
    found = re.findall(r"^(\w+): +(\d+) kB", Path("/proc/meminfo").read_text(), re.M)
    return {name: 1024 * int(value) for name, value in found}


def of_processes() -> int:
    """Bytes of anonymous memory of all processes: what several share counts in parts, one for each."""
    total = 0
    for each in psutil.pids():
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue  # it has ended, or hides its memory from root too
        total += sum(1024 * int(value) for value in re.findall(r"^Pss_Anon: +(\d+)", text, re.M))
    return total


@pytest.mark.long
def test_parts_of_the_memory(verdict: Notes) -> None:
    if os.geteuid():
        pytest.skip("only root can read the memory of all processes")

    def measure(note: Notes) -> None:
        found, (kernel, shares) = at_once(watch, lambda: (meminfo(), of_processes()))
        balance = found["balance"]
        whole = sum(balance[f"memory_{part}_bytes"] for part in PARTS)
        note("parts of the memory together (MemTotal)", whole, kernel["MemTotal"], 0, "B")
        theirs = {
            "free": ("MemFree",),
            "cache": ("Cached", "Buffers", "SReclaimable"),
            "kernel": ("SUnreclaim", "KernelStack", "PageTables", "SecPageTables", "Percpu"),
            "huge_pages": ("Hugetlb",),
        }
        for part, names in theirs.items():
            said = sum(kernel.get(name, 0) for name in names)
            there = " + ".join(name for name in names if name in kernel)
            note(f"{part.replace('_', ' ')} ({there})", balance[f"memory_{part}_bytes"], said, BETWEEN, "B")
        note("processes (Pss_Anon of all, smaps_rollup)", balance["memory_processes_bytes"], shares, MEANWHILE, "B",
             relative=0.1)  # fmt: skip

    with Watch(interval=0.5) as watch:
        verdict.settled(measure, tries=10)


HOLD = 256 * MIB
FORKED = textwrap.dedent(f"""
    import os, time
    block = bytearray(b"x") * {HOLD}
    for n in range(3):
        if not os.fork():
            time.sleep(600)
    print("ready", flush=True)
    time.sleep(600)
""")


@pytest.mark.long
def test_what_grows_when_memory_is_taken(verdict: Notes) -> None:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE

    def grown(what: str, take: Callable[[ExitStack], object], wanted: dict[str, int], note: Notes) -> None:
        with ExitStack() as stack:
            before = watch.next()["balance"]
            take(stack)
            after = watch.until(time.time())[-1]["balance"]
        for part, size in wanted.items():
            change = after[f"memory_{part}_bytes"] - before[f"memory_{part}_bytes"]
            note(f"{part}, growth by {what}", change, size, MEANWHILE, "B")

    def measure(note: Notes) -> None:
        grown("256 MiB allocated", lambda stack: stack.enter_context(mmap.mmap(-1, HOLD, flags=flags)),
              {"processes": HOLD, "cache": 0}, note)  # fmt: skip
        grown("256 MiB of one process that four share", lambda stack: stack.enter_context(
            ready(sys.executable, "-c", FORKED)), {"processes": HOLD}, note)  # fmt: skip

    with Watch(interval=0.5) as watch:
        verdict.settled(measure, tries=8)
