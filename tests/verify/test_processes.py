"""Processes against ps, top, pidstat and psutil: which ones exist and their facts, known loads and their order, their
I/O, short-lived ones, thousands of them. Values that do not change must be equal, except for the tool's rounding. CPU%
covers the same seconds except for a few hundredths: 2 points are allowed."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.process_rows import rows
from tests.verify.verdict import Notes
from tests.verify.watching import Watch, at_once, beside, elapsed, load, ready, run, snapshot, weighted
from tests.verify.zoo import children, zoo

SECONDS = 6
MIB = 2**20
CPUS = os.cpu_count() or 1


@pytest.fixture
def sleepers() -> Iterator[Callable[[int], set[int]]]:
    """Starts so many processes that do nothing; ends them."""
    with ExitStack() as stack:

        def start(count: int) -> set[int]:
            script = f"i=0; while [ $i -lt {count} ]; do sleep 600 & i=$((i+1)); done; echo done; wait"
            parent = stack.enter_context(ready("sh", "-c", script)).pid
            return set(children(parent))

        yield start


def listed(*columns: str) -> dict[int, list[str]]:
    """`ps -e` by PID."""
    text = run("ps", "-e", "-o", "pid=," + ",".join(f"{name}=" for name in columns))
    return {int(fields[0]): fields[1:] for fields in (line.split() for line in text.splitlines())}


def test_all_that_ps_lists_are_there(need: Any, verdict: Notes) -> None:
    need("ps")
    columns = ("ppid", "nlwp", "priority", "vsz", "user:32")

    def mine(row: dict[str, Any]) -> list[str]:
        return [str(row[name]) for name in ("ppid", "threads", "priority")] + [
            str(row["virtual_bytes"] // 1024), row["user"],
        ]  # fmt: skip

    def measure(note: Notes) -> None:
        before = listed(*columns)
        ours = rows(snapshot())
        after = listed(*columns)
        stayed = before.keys() & after.keys()
        note("processes that ps lists before and after", len(stayed & ours.keys()), len(stayed), 0)
        same = [pid for pid in stayed & ours.keys() if before[pid] == after[pid]]
        agreed = [pid for pid in same if mine(ours[pid]) == before[pid]]
        note("parent, threads, priority, size, user as ps has them", len(agreed), len(same), 0)

    verdict.settled(measure)


@pytest.mark.long
def test_processes_of_all_kinds(need: Any, verdict: Notes) -> None:
    need("ps")
    columns = ("ppid", "s", "ni", "priority", "nlwp", "vsz", "rss", "cputimes", "etimes")

    def measure(note: Notes) -> None:
        found, theirs = at_once(watch, lambda: listed(*columns))
        ours = rows(found)
        note("processes of all kinds, listed", sum(pid in ours for pid in pids.values()), len(pids), 0)
        right = sum(ours[pids[what]]["state"] == letter for what, letter in STATES.items())
        note(f"states of these: {', '.join(STATES)}", right, len(STATES), 0)
        for what, pid in pids.items():
            of_a_kind(what, ours[pid], dict(zip(columns, theirs[pid], strict=True)), found["taken_at"], note)

    with zoo() as pids, Watch(interval=0.5) as watch:
        verdict.settled(measure)


STATES = {"asleep": "S", "stopped": "T", "a zombie": "Z", "waiting uninterruptibly": "D"}


def of_a_kind(what: str, row: dict[str, Any], told: dict[str, str], now: float, note: Notes) -> None:
    note(f"{what}: same state as in ps", float(row["state"] == told["s"]), 1, 0)
    theirs = os.getpriority(os.PRIO_PROCESS, row["pid"]) if told["ni"] == "-" else int(told["ni"])
    note(f"{what}: nice (ps)", row["nice"], theirs, 0)
    note(f"{what}: priority (ps)", row["priority"], int(told["priority"]), 0)
    note(f"{what}: threads (ps)", row["threads"], int(told["nlwp"]), 0)
    note(f"{what}: virtual size (ps)", row["virtual_bytes"], 1024 * int(told["vsz"]), 0, "B")
    # The kernel counts resident pages per CPU, in batches. One file has the exact sum, the other an estimate.
    note(f"{what}: RSS (ps)", row["resident_bytes"], 1024 * int(told["rss"]), MIB, "B")
    whole = psutil.virtual_memory().total
    share, lot = 100 * 1024 * int(told["rss"]) / whole, 100 * MIB / whole
    note(f"{what}: MEM% (RSS of ps, of psutil's total)", row["memory_percent"], share, lot, "%")
    # ps cuts off what is less than a second.
    note(f"{what}: CPU time (ps)", int(row["cpu_seconds"]), int(told["cputimes"]), 0, "s")
    note(f"{what}: age (ps)", now - row["started_at"], int(told["etimes"]) + 0.5, 0.6, "s")


@pytest.mark.long
def test_counts_by_state(need: Any, verdict: Notes) -> None:
    need("top", "ps")

    def tasks() -> dict[str, int]:
        text = run("top", "-b", "-n", "1")
        found = re.search(r"Tasks: *(\d+) total, *(\d+) running, *(\d+) sleeping, *(\d+) stopped, *(\d+) zombie", text)
        assert found is not None
        names = ("total", "running", "sleeping", "stopped", "zombie")
        return dict(zip(names, map(int, found.groups()), strict=True))

    def measure(note: Notes) -> None:
        found, (theirs, threads) = at_once(watch, lambda: (tasks(), len(run("ps", "-eL", "-o", "lwp=").splitlines())))
        ours = found["processes"]
        for name, count in theirs.items():
            # top is one of them itself, and runs.
            allowed = 0 if name in ("stopped", "zombie") else 3
            note(f"processes, {name} (top)", ours[name], count, allowed)
        note("threads of all (ps -eL)", ours["threads"], threads, 4)

    with zoo(), Watch(interval=0.5) as watch:
        verdict.settled(measure, tries=10)


@pytest.mark.long
def test_what_nodetop_says_of_itself(sleepers: Callable[[int], set[int]], verdict: Notes) -> None:
    sleepers(2000)  # so that it has some work to do

    def measure(note: Notes) -> None:
        with Watch(interval=0.25) as watch:
            watch.next()
            process = psutil.Process(watch.pid)
            before = sum(process.cpu_times()[:2])
            seen = [watch.next() for _ in range(16)]
            spent, resident = sum(process.cpu_times()[:2]) - before, process.memory_info().rss
        cost = weighted([(each["monitor"]["cpu_percent"], each["interval"]) for each in seen])
        note("nodetop's own CPU% (psutil)", cost, 100 * spent / sum(each["interval"] for each in seen), 1.5, "%")
        listed_ = weighted([(rows(each)[watch.pid]["cpu_percent"], elapsed(each, "processes")) for each in seen])
        note("nodetop's own CPU% (its row of the list)", cost, listed_ or 0, 1.5, "%")
        note("nodetop's own RSS (psutil)", seen[-1]["monitor"]["resident_bytes"], resident, MIB, "B")

    verdict.settled(measure)


@pytest.mark.long
def test_short_lived_ones_do_no_harm(sleepers: Callable[[int], set[int]], verdict: Notes) -> None:
    stay = sleepers(200)
    with load("sh", "-c", "while :; do /bin/true; done") as storm:
        seen = beside(SECONDS, "true").ours
    storm_rows = [rows(each)[storm.pid] for each in seen]
    listed_twice = sum(len(each["processes"]["rows"]) - len(rows(each)) for each in seen)
    missed = sum(len(stay - rows(each).keys()) for each in seen)
    failed = [report for each in seen for report in each["probes"] if report["name"] == "processes"]
    verdict("readings that failed while processes come and go", sum(r["status"] != "ok" for r in failed), 0, 0)
    verdict("missed, of 200 that stay", missed, 0, 0)
    verdict("listed twice", listed_twice, 0, 0)
    verdict(
        "snapshots in which the shell that makes them works", sum(r["cpu_percent"] > 0 for r in storm_rows), SECONDS, 0
    )
    together = [sum(row["cpu_percent"] or 0 for row in rows(each).values()) for each in seen]
    verdict("snapshots with more CPU time than exists", sum(value > 105 * CPUS for value in together), 0, 0)


@pytest.mark.long
def test_5000_sleeping_processes(sleepers: Callable[[int], set[int]], need: Any, verdict: Notes) -> None:
    need("ps")
    started = sleepers(5000)
    assert len(started) == 5000

    def measure(note: Notes) -> None:
        ours, theirs = at_once(watch, lambda: len(listed("ppid")))
        found = rows(ours)
        note("of 5,000 processes, listed", len(started & found.keys()), 5000, 0)
        asleep = sum(found[pid]["state"] == "S" for pid in started & found.keys())
        note("of 5,000 processes, asleep", asleep, 5000, 0)
        note("total of processes", ours["processes"]["total"], len(ours["processes"]["rows"]), 0)
        note("total of processes (ps)", ours["processes"]["total"], theirs - 1, 3)  # ps lists itself

    with Watch() as watch:
        verdict.settled(measure)


def forks() -> int:
    found = re.search(r"^processes (\d+)$", Path("/proc/stat").read_text(), re.M)
    assert found is not None
    return int(found[1])


@pytest.mark.long
def test_forks_per_second(verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        with load("sh", "-c", "while :; do /bin/true; done"):
            both = beside(SECONDS, "true", counted=forks)
        theirs = both.after - both.before
        assert theirs > 100, "there is load"
        ours = sum(each["cpu"]["forks_per_second"] * elapsed(each, "cpu") for each in both.ours)
        note("processes and threads started in six seconds (/proc/stat)", ours, theirs, 20, relative=0.03)

    verdict.settled(measure)
