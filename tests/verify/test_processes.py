"""Processes against ps and top: which there are, a known load each, the order, threads, short-lived ones, thousands."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.verify.watching import Snapshots, beside, load, mean, run, snapshot

SECONDS = 6


@pytest.fixture
def sleepers() -> Iterator[Callable[[int], set[int]]]:
    """Starts so many processes that do nothing; ends them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(count: int) -> set[int]:
        script = f"i=0; while [ $i -lt {count} ]; do sleep 600 & echo $!; i=$((i+1)); done; echo done; wait"
        process = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True)
        started.append(process)
        pids = set()
        assert process.stdout is not None
        for line in process.stdout:
            if line == b"done\n":
                break
            pids.add(int(line))
        return pids

    yield start
    for process in started:
        os.killpg(process.pid, 9)
        process.communicate()


def rows(snapshot_: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {row["pid"]: row for row in snapshot_["processes"]["rows"]}


def listed(*columns: str) -> dict[int, list[str]]:
    """`ps -e` by PID."""
    text = run("ps", "-e", "-o", "pid=," + ",".join(f"{name}=" for name in columns))
    return {int(fields[0]): fields[1:] for fields in (line.split() for line in text.splitlines())}


def test_all_that_ps_lists_are_there(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("ps")
    before = listed("ppid", "ni", "nlwp", "user:32")
    ours = rows(snapshot())
    after = listed("ppid", "ni", "nlwp", "user:32")
    stayed = before.keys() & after.keys()
    verdict("processes that ps lists before and after", len(stayed & ours.keys()), len(stayed), 0)
    same = [pid for pid in stayed & ours.keys() if before[pid] == after[pid]]
    agreed = [
        pid
        for pid in same
        if [str(ours[pid]["ppid"]), str(ours[pid]["nice"]), str(ours[pid]["threads"]), ours[pid]["user"]] == [
            before[pid][0], before[pid][1].replace("-", "0") if before[pid][1] == "-" else before[pid][1],
            before[pid][2], before[pid][3],
        ]
    ]  # fmt: skip
    # The scheduling classes without a nice value have - in ps.
    odd = [pid for pid in same if before[pid][1] == "-"]
    verdict("parent, nice, threads, user as ps has them", len(set(agreed) | set(odd)), len(same), 1)


@pytest.mark.long
def test_known_loads_and_their_order(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("stress-ng", "top", "taskset")
    loads = (70, 40, 15)
    with ExitStack() as stack:
        for core, percent in enumerate(loads):
            stack.enter_context(
                load(
                    "taskset",
                    "-c",
                    str(core % (os.cpu_count() or 1)),
                    "stress-ng",
                    "--cpu",
                    "1",
                    "--cpu-load",
                    str(percent),
                )
            )
        ours, text = beside(SECONDS, "top", "-b", "-d", str(SECONDS - 1), "-n", "2", "-w", "200")
    theirs = top_rows(text)
    busiest = sorted(theirs, key=lambda pid: -theirs[pid][0])[: len(loads)]
    for pid in busiest:
        verdict(f"CPU% of a process ({theirs[pid][1]}, top)", cpu_of(ours, pid), theirs[pid][0], 8, "%")
    means = {pid: cpu_of(ours, pid) for pid in rows(ours[-1])}
    order = sorted(means, key=lambda pid: -means[pid])[: len(loads)]
    same = sum(a == b for a, b in zip(order, busiest, strict=True))
    verdict("order by CPU, places as in top", same, len(loads), 0)


def cpu_of(ours: Snapshots, pid: int) -> float:
    found = [rows(each)[pid]["cpu_percent"] for each in ours if pid in rows(each)]
    return mean(found) if any(value is not None for value in found) else 0.0


def top_rows(text: str) -> dict[int, tuple[float, str]]:
    """CPU% and name by PID, of top's last report."""
    report = text[text.rindex("PID USER") :]
    found = {}
    for line in report.splitlines()[1:]:
        fields = line.split()
        if len(fields) >= 12 and re.fullmatch(r"\d+", fields[0]):
            found[int(fields[0])] = (float(fields[8]), fields[11])
    return found


def test_the_order_by_memory_is_that_of_ps(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("ps")
    ours = sorted(rows(snapshot()).values(), key=lambda row: -(row["resident_bytes"] or 0))[:3]
    theirs = {pid: 1024 * int(values[0]) for pid, values in listed("rss").items()}
    for row in ours:
        if row["pid"] in theirs:
            verdict(f"RSS of {row['name']} (ps)", row["resident_bytes"], theirs[row["pid"]], 2**22, "B", relative=0.1)


@pytest.mark.long
def test_threads_of_one_process(verdict: Callable[..., None]) -> None:
    code = (
        "import threading, sys\n"
        "for n in range(30): threading.Thread(target=sys.stdin.read, daemon=True).start()\n"
        "print('ready', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        found = rows(snapshot())[process.pid]
        verdict("threads of a process with 31", found["threads"], 31, 0)
        process.kill()


@pytest.mark.long
def test_short_lived_ones_do_no_harm(verdict: Callable[..., None]) -> None:
    with load("sh", "-c", "while :; do /bin/true; done"):
        ours, _ = beside(SECONDS, "true")
    failed = [
        report
        for each in ours
        for report in each["probes"]
        if report["name"] == "processes" and report["status"] != "ok"
    ]
    verdict("failed readings while processes come and go", len(failed), 0, 0)
    values = [
        row["cpu_percent"] for each in ours for row in each["processes"]["rows"] if row["cpu_percent"] is not None
    ]
    verdict("rows above 100 % of all CPUs", sum(value > 100 * (os.cpu_count() or 1) for value in values), 0, 0)


@pytest.mark.long
def test_five_thousand(sleepers: Callable[[int], set[int]], verdict: Callable[..., None]) -> None:
    started = sleepers(5000)
    ours = snapshot()
    verdict("of 5,000 processes, listed", len(started & rows(ours).keys()), 5000, 0)
    verdict("total of processes", ours["processes"]["total"], len(rows(ours)), 0)
