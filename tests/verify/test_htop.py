"""htop, read from its screen, over the same seconds: those between two of its pages, by nodetop's snapshots of every
half second, each as far as it lies in them. A page is seen some hundredths of a second after htop counted, and the
kernel counts in hundredths: of five seconds 2 points are allowed. htop shows three digits of a size, one decimal of a
share, and hundredths of the seconds of a process. Memory in use is what htop makes of the parts that nodetop tells:
without the page cache and buffers, with what is shared. Swap in use is without what is still in memory too."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.verify.htop import Htop, Page, htop, seconds, size
from tests.verify.process_rows import rows
from tests.verify.swap import PAGER
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, Snapshots, Watch, elapsed, ready, weighted
from tests.verify.zoo import zoo

pytestmark = pytest.mark.long
DELAY_SECONDS = 5
INTERVAL_SECONDS = 0.5
POINTS = 2.0
MIB = 2**20
CPUS = os.cpu_count() or 1
BUSY = (
    "import sys, time\nprint('ready', flush=True)\nshare = float(sys.argv[1])\n"
    "while True:\n  end = time.process_time() + 0.05 * share\n"
    "  while time.process_time() < end: pass\n  time.sleep(0.05 * (1 - share))\n"
)
SHARES = {"all the time": 1.0, "half the time": 0.5, "a tenth of the time": 0.1}


@pytest.fixture
def known(need: Callable[..., None]) -> Iterator[dict[str, int]]:
    """Processes of all kinds and some that work, PIDs by what each is."""
    need("htop")
    with ExitStack() as stack:
        pids = stack.enter_context(zoo())
        for what, share in SHARES.items():
            pids[f"busy {what}"] = stack.enter_context(ready(sys.executable, "-c", BUSY, str(share))).pid
        for _ in range(CPUS):
            stack.enter_context(ready(sys.executable, "-c", BUSY, "1"))
        yield pids


class SameSeconds:
    """Two pages of htop, and nodetop's snapshots from before the first to after the second."""

    def __init__(self, top: Htop, watch: Watch) -> None:
        with ThreadPoolExecutor(1) as reader:
            watch.next()
            first = top.next()
            ours = reader.submit(watch.until, first.at + DELAY_SECONDS + 1)
            self.page: Page = top.next()
            self.ours: Snapshots = ours.result()
        self._since = first.at

    def mean(self, probe: str, value: Callable[[Snapshot], float | None]) -> float | None:
        """What a probe said, each value by how much of its time lies between the two pages."""
        return weighted([(value(each), self._within(each, probe)) for each in self.ours])

    def _within(self, snapshot: Snapshot, probe: str) -> float:
        end = snapshot["taken_at"]
        return max(min(end, self.page.at) - max(end - elapsed(snapshot, probe), self._since), 0.0)

    @property
    def nearest(self) -> Snapshot:
        """The snapshot that was taken nearest to the page."""
        return min(self.ours, key=lambda each: abs(each["taken_at"] - self.page.at))


def test_what_htop_shows(known: dict[str, int], tmp_path: Path, verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        both = SameSeconds(top, watch)
        of_the_machine(both, note)
        for what, pid in known.items():
            of_a_process(what, pid, both, note)

    with htop(known.values(), DELAY_SECONDS, tmp_path) as top, Watch(interval=INTERVAL_SECONDS) as watch:
        top.next()
        verdict.settled(measure)


def swap_cached() -> int:
    """Bytes that are in swap and still in memory too, which htop does not count."""
    found = re.search(r"^SwapCached: +(\d+) kB", Path("/proc/meminfo").read_text(), re.M)
    return 1024 * int(found[1]) if found else 0


@pytest.mark.usefixtures("swap")
def test_swap_as_htop_shows_it(tmp_path: Path, need: Callable[..., None], verdict: Notes) -> None:
    need("htop")

    def measure(note: Notes) -> None:
        page, kept = top.next(), swap_cached()
        found = watch.until(time.time())[-1]["memory"]
        used, whole = page.bar("Swp")
        ours = found["swap_used_bytes"] - kept
        note("swap in use, 96 MiB swapped out (htop)", ours, used, 8 * MIB, "B", relative=0.006)
        note("swap in all, a file more (htop)", found["swap_total_bytes"], whole, 0, "B", relative=0.006)

    with (
        ready(sys.executable, "-c", PAGER, stdin=subprocess.PIPE),
        htop([os.getpid()], DELAY_SECONDS, tmp_path) as top,
        Watch(interval=INTERVAL_SECONDS) as watch,
    ):
        top.next()
        verdict.settled(measure)


def of_the_machine(both: SameSeconds, note: Notes) -> None:
    page, found = both.page, both.nearest
    note("CPU busy (htop)", both.mean("cpu", lambda each: each["cpu"]["busy_percent"]), page.cpu_percent, POINTS, "%")
    memory = found["memory"]
    cache = memory["cached_bytes"] + memory["buffers_bytes"] - memory["shared_bytes"]
    used, whole = page.bar("Mem")
    note(
        "memory in use, as htop adds it up",
        memory["total_bytes"] - memory["free_bytes"] - cache,
        used,
        32 * MIB,
        "B",
        0.01,
    )
    note("memory in all (htop)", memory["total_bytes"], whole, 0, "B", relative=0.006)
    used, whole = page.bar("Swp")
    note("swap in use (htop)", memory["swap_used_bytes"] - swap_cached(), used, 8 * MIB, "B", relative=0.006)
    note("swap in all (htop)", memory["swap_total_bytes"], whole, 0, "B", relative=0.006)
    for name, theirs in zip(("load_1m", "load_5m", "load_15m"), page.loads, strict=True):
        note(f"{name} (htop)", found["cpu"][name], theirs, 0)
    of_the_tasks(page.tasks, found["processes"], note)


def of_the_tasks(theirs: dict[str, int], ours: dict[str, Any], note: Notes) -> None:
    kernel = sum(row["pid"] == 2 or row["ppid"] == 2 for row in ours["rows"])
    note("processes but for the kernel's (htop)", ours["total"] - kernel, theirs["processes"], 4)
    note("the kernel's threads (htop)", kernel, theirs["kernel"], 4)
    note("threads of all (htop)", ours["threads"], sum(theirs.values()) - theirs["running"], 8)
    note("running, at most as many as CPUs (htop)", min(ours["running"], CPUS), theirs["running"], 0)


def of_a_process(what: str, pid: int, both: SameSeconds, note: Notes) -> None:
    row, theirs = rows(both.nearest)[pid], both.page.rows[pid]
    busy = what.startswith("busy")
    if not busy:
        note(f"{what}: state is as htop has it", float(row["state"] == theirs["S"]), 1, 0)
    cpu = both.mean("processes", lambda each: rows(each)[pid]["cpu_percent"])
    note(f"{what}: CPU% (htop)", cpu, float(theirs["CPU%"]), POINTS if busy else 0.3, "%", relative=0.02)
    time_allowed = INTERVAL_SECONDS if busy else 0.02
    note(f"{what}: TIME+ (htop)", row["cpu_seconds"], seconds(theirs["TIME+"]), time_allowed, "s")
    note(f"{what}: MEM% (htop)", row["memory_percent"], float(theirs["MEM%"]), 0.06, "%")
    note(f"{what}: RES (htop)", row["resident_bytes"], size(theirs["RES"]), MIB, "B", relative=0.006)
    note(f"{what}: VIRT (htop)", row["virtual_bytes"], size(theirs["VIRT"]), MIB, "B", relative=0.006)
    note(f"{what}: nice (htop)", row["nice"], int(theirs["NI"]), 0)
    if theirs["PRI"] != "RT":
        note(f"{what}: priority (htop)", row["priority"], int(theirs["PRI"]), 0)
    note(f"{what}: threads (htop)", row["threads"], int(theirs["NLWP"]), 0)
