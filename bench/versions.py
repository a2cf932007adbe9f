"""The cost of a sample beside another version of nodetop, in turns, under the same load.

    python bench/versions.py --other OTHER/.venv/bin/python               # 500 processes, 60 control groups; needs root
    python bench/versions.py --other OTHER/.venv/bin/python --callgrind   # counts instructions, which no load changes

An agent's sample is what nodetop-server does every 5 s: sample, choose rows, redact, encode. A screen's sample is that
of the default screen every 2 s, without drawing. Programs of both versions take them in turns. Their clocks skip most
of the time between samples, and they wait for readings in background threads, so that what is due only now and then
has its share. Prints milliseconds of CPU (with those in the kernel), or instructions of the program itself, a sample:
the median over cycles of two minutes by these clocks."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

INTERVALS = {"agent": 5.0, "screen": 2.0}
CYCLE_SECONDS = 120.0
"""After this time everything that is due now and then has been done equally often."""
TOP_PROCESSES = 20
YOUNG_SECONDS = 11.0
"""New processes are read more often."""


class SkippingClock:
    """Monotonic time that advances between samples only, by as much as one is told to."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def __call__(self) -> float:
        return self.now


def sampling(kind: str) -> Callable[[], object]:
    """A function that takes one sample. Imports nodetop late: its defaults take the clock that is in `time` then."""
    from nodetop.model import wire
    from nodetop.probes.host_files import HostFiles
    from nodetop.probes.registry import probes
    from nodetop.probes.sampler import Sampler
    from nodetop.server.collector import Collector

    files = HostFiles()
    if kind == "screen":
        return Sampler(files, probes(files)).sample
    collector = Collector(
        Sampler(files, probes(files)), lambda _: None, interval=INTERVALS[kind], top_processes=TOP_PROCESSES,
        args="redacted",
    )  # fmt: skip
    return lambda: wire.encode(collector.sample())


def background() -> Iterator[threading.Thread]:
    """Threads that still read something; that for identities always runs."""
    return (each for each in threading.enumerate() if each.daemon and each.name != "nodetop-identities")


def work(kind: str) -> None:
    """Takes a sample for each line on standard input, and prints its cost."""
    clock = time.monotonic = SkippingClock()  # type: ignore[assignment]
    take = sampling(kind)
    for _ in sys.stdin:
        clock.now += INTERVALS[kind]
        began = time.process_time()
        take()
        for thread in background():
            thread.join()
        print((time.process_time() - began) * 1000, flush=True)


class Worker:
    """A program of one version that takes samples."""

    def __init__(self, python: str, kind: str, tool: tuple[str, ...] = ()) -> None:
        command = [*tool, python, __file__, "--work", kind]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/")

    def sample(self) -> float:
        """Milliseconds of CPU."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate()


def milliseconds(pythons: list[str], kind: str, cycles: int, pause: float) -> list[float]:
    """Of a sample of each version; they take turns."""
    workers = [Worker(python, kind) for python in pythons]
    each = round(CYCLE_SECONDS / INTERVALS[kind])
    found: list[list[float]] = [[] for _ in workers]
    for _ in range(each * (cycles + 1)):
        for worker, costs in zip(workers, found, strict=True):
            time.sleep(pause / len(workers))
            costs.append(worker.sample())
    for worker in workers:
        worker.stop()
    # The first cycle also starts everything.
    return [statistics.median(map(statistics.fmean, batched(costs[each:], each))) for costs in found]


def batched(costs: list[float], size: int) -> Iterator[list[float]]:
    return (costs[at : at + size] for at in range(0, len(costs), size))


def instructions(python: str, kind: str, pause: float) -> float:
    """Of a sample, in millions: the difference between one cycle and three."""
    each = round(CYCLE_SECONDS / INTERVALS[kind])
    one, three = (_counted(python, kind, each * cycles, pause) for cycles in (1, 3))
    return (three - one) / (2 * each) / 1e6


def _counted(python: str, kind: str, samples: int, pause: float) -> int:
    with tempfile.NamedTemporaryFile() as out:
        worker = Worker(python, kind, ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--quiet"))
        for _ in range(samples):
            time.sleep(pause)
            worker.sample()
        worker.stop()
        summary = re.search(r"^(?:summary|totals): (\d+)", Path(out.name).read_text(), re.MULTILINE)
    assert summary is not None
    return int(summary[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--other", help="the Python of another version's environment")
    parser.add_argument("--processes", type=int, default=500)
    parser.add_argument("--active", type=int, default=20, help="how many of them run between two samples [20]")
    parser.add_argument("--pods", type=int, default=20, help="pods, each of three control groups [20]")
    parser.add_argument("--cycles", type=int, default=9)
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between samples, in fact [0.25]")
    parser.add_argument("--callgrind", action="store_true", help="count instructions; takes minutes")
    parser.add_argument("--work", choices=list(INTERVALS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    if os.geteuid() != 0:
        sys.exit("needs root, to make control groups")
    from pods import groups, pods, running  # late: the other version's program has no such file

    pythons = [sys.executable, *([options.other] if options.other else [])]
    names, containers = pods(options.pods)
    with groups(names), running(options.processes, options.active, containers, wake_seconds=options.pause / 2):
        time.sleep(YOUNG_SECONDS)
        for kind in INTERVALS:
            if options.callgrind:
                found, unit = [instructions(each, kind, options.pause) for each in pythons], "million instructions"
            else:
                found, unit = milliseconds(pythons, kind, options.cycles, options.pause), "ms of CPU"
            ratio = f", {found[0] / found[1]:.3f} of the other version's {found[1]:.2f}" if options.other else ""
            print(f"{kind}: {found[0]:.2f} {unit} a sample{ratio}", flush=True)


if __name__ == "__main__":
    main()
