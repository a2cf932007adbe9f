"""What processes use against top, pidstat and psutil: CPU, memory, threads, bytes read and written."""

import os
import sys
import textwrap
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.process_rows import rows
from tests.verify.verdict import Notes
from tests.verify.watching import Beside, Watch, at_once, beside, elapsed, load, ready, run, weighted
from tests.verify.zoo import children, zoo

SECONDS = 6
MIB = 2**20
POINTS = 2.0
CPUS = os.cpu_count() or 1


def cpu_of(both: Beside, pid: int) -> float | None:
    return weighted(
        [(rows(each)[pid]["cpu_percent"], elapsed(each, "processes")) for each in both.ours if pid in rows(each)]
    )


def top_rows(text: str) -> dict[int, dict[str, str]]:
    """By PID, of top's last report, in its order."""
    report = [line.split() for line in text[text.rindex("PID USER") :].splitlines()]
    found = [dict(zip(report[0], line, strict=False)) for line in report[1:] if line]
    return {int(each["PID"]): each for each in found}


def cpu_times(pids: set[int]) -> dict[int, float]:
    return {pid: sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids}


BUSY_THREADS = textwrap.dedent("""
    import hashlib, threading
    def work():
        block = bytes(1 << 22)
        while True:
            hashlib.sha256(block)
    for n in range(3): threading.Thread(target=work, daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()
""")


@pytest.mark.long
def test_known_loads_and_their_order(need: Any, verdict: Notes) -> None:
    need("stress-ng", "top", "taskset")
    loads = (80, 45, 20)

    def measure(note: Notes) -> None:
        with ExitStack() as stack:
            pids = []
            for core, percent in enumerate(loads):
                pin = ("taskset", "-c", str(core % CPUS))
                started = stack.enter_context(load(*pin, "stress-ng", "--cpu", "1", "--cpu-load", str(percent)))
                with Watch(interval=0.25) as watch:
                    while not (workers := children(started.pid)):
                        watch.next()
                pids += workers
            reference = ("top", "-b", "-d", str(SECONDS), "-n", "2", "-w", "200")
            both = beside(SECONDS, *reference, counted=lambda: cpu_times(set(pids)))
        theirs = top_rows(both.text)
        seconds = both.seconds("processes")
        for pid, percent in zip(pids, loads, strict=True):
            ours = cpu_of(both, pid)
            note(f"CPU% of a load of {percent} % (top)", ours, float(theirs[pid]["%CPU"]), POINTS, "%")
            counted = 100 * (both.after[pid] - both.before[pid]) / seconds
            note(f"CPU% of a load of {percent} % (psutil)", ours, counted, POINTS, "%")
        order = sorted(pids, key=lambda pid: -(cpu_of(both, pid) or 0))
        same = sum(a == b for a, b in zip(order, [pid for pid in theirs if pid in pids], strict=True))
        note("order by CPU, places as in top -b", same, len(loads), 0)

    verdict.settled(measure)


@pytest.mark.long
def test_one_of_several_threads_and_all_together(need: Any, verdict: Notes) -> None:
    need("top", "sar")

    def measure(note: Notes) -> None:
        with ready(sys.executable, "-c", BUSY_THREADS) as started:
            both = beside(SECONDS, "top", "-b", "-d", str(SECONDS), "-n", "2", "-w", "200")
        ours = cpu_of(both, started.pid)
        note(
            "CPU% of one of three busy threads (top)",
            ours,
            float(top_rows(both.text)[started.pid]["%CPU"]),
            POINTS,
            "%",
            relative=0.02,
        )
        busy = both.over_time(
            "cpu", lambda each: each["cpu"]["busy_percent"] - each["cpu"]["irq_percent"] - each["cpu"]["steal_percent"]
        )
        together = both.over_time(
            "processes", lambda each: sum(row["cpu_percent"] or 0 for row in rows(each).values()) / CPUS
        )
        # Processes that ended are in no row.
        ended = both.over_time("balance", lambda each: each["balance"]["cpu_ended_percent"]) or 0
        # The kernel charges the whole by ticks and each process by its clock.
        what = "CPU% of all processes together and of those that ended, of the machine (its CPUs)"
        note(what, (together or 0) + ended, busy or 0, 5, "%")

    verdict.settled(measure)


@pytest.mark.long
def test_the_order_by_memory(need: Any, verdict: Notes) -> None:
    need("top")

    def top() -> dict[int, dict[str, str]]:
        return top_rows(run("top", "-b", "-n", "1", "-o", "%MEM", "-e", "k", "-w", "200"))

    with zoo() as pids, Watch(interval=0.5) as watch:
        found, theirs = at_once(watch, top)
    held = [pids[f"of {size} MB"] for size in (400, 300, 200)]
    ours = sorted(rows(found).values(), key=lambda row: -(row["resident_bytes"] or 0))
    order = [row["pid"] for row in ours if row["pid"] in held]
    same = sum(a == b for a, b in zip(order, [pid for pid in theirs if pid in held], strict=True))
    verdict("order by memory, places as in top -b", same, len(held), 0)
    for pid in held:
        row, told = rows(found)[pid], theirs[pid]
        size = f"one of {row['resident_bytes'] // 10**8}00 MB"
        verdict(f"MEM% of {size} (top)", row["memory_percent"], float(told["%MEM"]), 0.06, "%")
        verdict(f"RES of {size} (top)", row["resident_bytes"], 1024 * int(told["RES"]), MIB, "B")
        verdict(f"VIRT of {size} (top)", row["virtual_bytes"], 1024 * int(told["VIRT"]), 0, "B")


TRANSFER = textwrap.dedent("""
    import mmap, os, sys, time
    block = mmap.mmap(-1, 1 << 20)
    file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT | os.O_DIRECT)
    os.pwrite(file, block, 0)
    print("ready", flush=True)
    zero, null = open("/dev/zero", "rb", buffering=0), open("/dev/null", "wb", buffering=0)
    while True:
        null.write(zero.read(1 << 23))  # asked for and written, but by no storage
        os.pwrite(file, block, 0)
        os.pwrite(file, block, 0)
        os.preadv(file, [block], 0)
        time.sleep(0.05)
""")


@pytest.mark.long
def test_what_a_process_reads_and_writes(tmp_path: Path, need: Any, verdict: Notes) -> None:
    need("pidstat")

    def measure(note: Notes) -> None:
        with ready(sys.executable, "-c", TRANSFER, str(tmp_path / "file")) as started:
            process = psutil.Process(started.pid)
            reference = ("pidstat", "-d", "-p", str(started.pid), str(SECONDS), "1")
            both = beside(SECONDS, *reference, counted=process.io_counters)
        lines = [line.split() for line in both.text.splitlines()]
        header = next(line for line in lines if "kB_rd/s" in line)
        told = dict(zip(header, next(line for line in lines if str(started.pid) in line), strict=False))
        seconds = both.seconds("processes")
        for what, column in (("read", "kB_rd/s"), ("write", "kB_wr/s")):
            pairs = [
                (rows(each)[started.pid][f"{what}_bytes_per_second"], elapsed(each, "processes")) for each in both.ours
            ]
            counted = (getattr(both.after, f"{what}_bytes") - getattr(both.before, f"{what}_bytes")) / seconds
            assert counted > MIB, "there is load"
            note(
                f"{what} bytes/s of a process (pidstat)",
                weighted(pairs),
                1024 * float(told[column]),
                MIB / 2,
                "B",
                0.03,
            )
            note(f"{what} bytes/s of a process (psutil)", weighted(pairs), counted, MIB / 2, "B", 0.03)

    try:
        verdict.settled(measure)
    except OSError as error:
        pytest.skip(f"no direct I/O below {tmp_path}: {error}")
