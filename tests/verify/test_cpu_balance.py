"""The balance of the CPUs against /proc/stat, the times of processes and getrusage of a compile. The parts must add up
to what is busy. Listed and ended processes are those of a PID namespace made for the test, so what the rest of the
machine does is in "other": 5 % are allowed, because a process's time is counted by a clock and the CPUs' in hundredths.
For the kernel's part 2 points are allowed: the reference counts twice what its threads do in a softirq."""

import json
import os
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.process_rows import rows
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshots, Watch, beside, elapsed, load, reason

SECONDS = 6
CPUS = os.cpu_count() or 1
CPU_PARTS = ("listed", "ended", "kernel", "steal", "other")


def cpu_parts(snapshot: dict[str, Any]) -> float:
    return sum(snapshot["balance"][f"cpu_{part}_percent"] for part in CPU_PARTS)


def furthest_apart(seen: Snapshots) -> float:
    """Points between the sum of the parts and what is busy, in the worst snapshot."""
    return max(abs(cpu_parts(each) - each["cpu"]["busy_percent"]) for each in seen)


def kernel_threads() -> float:
    """Seconds of CPU that those of now have used."""
    used = [each.info for each in psutil.process_iter(["pid", "ppid", "cpu_times"])]
    return sum(sum(each["cpu_times"][:2]) for each in used if each["ppid"] == 2 and each["cpu_times"])


@pytest.mark.long
@pytest.mark.parametrize("kind", ["idle", "one core", "interrupts"])
def test_parts_of_the_busy_time(kind: str, need: Any, verdict: Notes) -> None:
    need("stress-ng")
    command = {"idle": ("sleep", "600"), "one core": ("stress-ng", "--cpu", "1"),
               "interrupts": ("stress-ng", "--udp", "1")}[kind]  # fmt: skip

    def measure(note: Notes) -> None:
        with load(*command):
            both = beside(SECONDS, "true", counted=lambda: (psutil.cpu_times(), kernel_threads()))
        (times, kernel), (times_before, kernel_before) = both.after, both.before
        spent = {name: getattr(times, name) - getattr(times_before, name) for name in times._fields[:8]}
        percent = 100 / sum(spent.values())
        busy = 100 - percent * (spent["idle"] + spent["iowait"])
        of_kernel = percent * (kernel - kernel_before + spent["irq"] + spent["softirq"])
        note(f"parts together and busy, {kind}, furthest apart", furthest_apart(both.ours), 0, 0.001, "%")
        note(f"parts together, {kind} (/proc/stat)", both.over_time("cpu", cpu_parts), busy, 1, "%")
        ours = both.over_time("balance", lambda each: each["balance"]["cpu_kernel_percent"])
        note(f"kernel, {kind} (its threads and irq, psutil)", ours, of_kernel, 2, "%", relative=0.2)

    verdict.settled(measure)


FILES = 120
COMPILE = textwrap.dedent("""
    import json, os, resource, subprocess, sys
    open("go").read()  # a FIFO: until someone writes
    jobs = str(os.cpu_count() or 1)
    subprocess.run(["make", "-s", "-j", jobs, "all"], check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open("used.new", "w") as file:
        json.dump(used.ru_utime + used.ru_stime, file)
    os.rename("used.new", "used")
    import time; time.sleep(600)
""")
SOURCE = '#include <stdio.h>\n#include <stdlib.h>\nint f{n}(int a) {{ return printf("%d", abs(a) * {n}); }}\n'
MAKEFILE = "all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c\n\tcc -O1 -c $< -o $@\n"


def sources(folder: Path) -> None:
    (folder / "Makefile").write_text(MAKEFILE)
    os.mkfifo(folder / "go")
    for n in range(FILES):
        (folder / f"f{n}.c").write_text(SOURCE.format(n=n))


SPACE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")


@pytest.fixture
def space(need: Callable[..., None]) -> None:
    """Skips where no PID namespace can be made."""
    need("unshare")
    tried = subprocess.run([*SPACE, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no PID namespace can be made here (needs root): {reason(tried.stderr)}")


def apart(folder: Path, *command: str) -> Watch:
    """nodetop and a command in a PID namespace. There are no control groups, which are those of the whole machine: this
    nodetop has no /sys."""
    (folder / "no-sys").mkdir(exist_ok=True)
    started = f'cd {shlex.quote(str(folder))}; {shlex.join(command)} >/dev/null 2>&1 & exec "$@"'
    return Watch("--sys-root", str(folder / "no-sys"), prefix=(*SPACE, "sh", "-c", started, "sh"))


def seconds_of(seen: Snapshots, value: Callable[[dict[str, Any]], float]) -> float:
    """Seconds of CPU, from percent of all CPUs, without nodetop's own."""
    whole = sum(value(each) / 100 * CPUS * elapsed(each, "balance") for each in seen)
    return whole - sum(each["monitor"]["cpu_percent"] / 100 * each["interval"] for each in seen)


@pytest.mark.long
@pytest.mark.usefixtures("space")
def test_listed_processes(tmp_path: Path, need: Callable[..., None], verdict: Notes) -> None:
    need("stress-ng")

    def measure(note: Notes) -> None:
        with apart(tmp_path, "stress-ng", "--cpu", "1", "--cpu-load", "70") as watch:
            tree = psutil.Process(watch.pid)
            watch.next()
            while len(loads := [each for each in tree.children(recursive=True) if each.name() == "stress-ng-cpu"]) < 1:
                watch.next()
            watch.next()
            before = sum(loads[0].cpu_times()[:2])
            seen = [watch.next() for _ in range(SECONDS)]
            theirs = sum(loads[0].cpu_times()[:2]) - before
        listed = seconds_of(seen, lambda each: each["balance"]["cpu_listed_percent"])
        note("CPU time of a process, listed (psutil)", listed, theirs, 0.1, "s", relative=0.05)

    verdict.settled(measure)


def during_a_compile(folder: Path) -> tuple[Snapshots, float]:
    """The snapshots, and seconds of CPU that make and its children used."""
    with apart(folder, sys.executable, "-c", COMPILE) as watch:
        watch.next()
        (folder / "go").write_text("")
        seen = [watch.next()]
        while not (folder / "used").exists():
            seen.append(watch.next())
        seen += [watch.next(), watch.next()]
    return seen, json.loads((folder / "used").read_text())


@pytest.mark.long
@pytest.mark.usefixtures("space")
def test_a_compile_of_many_short_processes(tmp_path: Path, need: Callable[..., None], verdict: Notes) -> None:
    need("make", "cc")
    tries = iter(range(100))

    def measure(note: Notes) -> None:
        folder = tmp_path / str(next(tries))
        folder.mkdir()
        sources(folder)
        seen, theirs = during_a_compile(folder)
        compare_compile(seen, theirs, note)

    verdict.settled(measure)


def compare_compile(seen: Snapshots, theirs: float, note: Notes) -> None:
    explained = seconds_of(
        seen, lambda each: each["balance"]["cpu_listed_percent"] + each["balance"]["cpu_ended_percent"]
    )
    note("parts together and busy, a compile, furthest apart", furthest_apart(seen), 0, 0.001, "%")
    what = f"CPU time of a compile of {FILES} files, listed and ended"
    note(f"{what} (getrusage of make)", explained, theirs, 0.1, "s", relative=0.05)
    in_rows = seconds_of(seen, lambda each: sum(row["cpu_percent"] or 0 for row in rows(each).values()) / CPUS)
    note("share of it that the rows of the process list show", 100 * in_rows / theirs, 0, 50, "%")
    most = max(seen, key=lambda each: each["balance"]["cpu_ended_percent"])
    note("whose children ended is named: make", float(most["balance"]["ended_parent"] == "make"), 1, 0)
