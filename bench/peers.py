"""Compares nodetop's cost with that of other monitors: CPU and bytes per refresh, memory, time and bytes to the first
screen. Linux.

Each monitor runs in its own terminal (a pty whose output is read like a terminal does), one at a time, in rounds with
changing order, so that other load on the machine affects all of them. Quote medians and ratios of one run.
"""

import argparse
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, fields
from pathlib import Path

import pyte
from extra_processes import extra_processes

QUIET_SECONDS = 0.15
"""A frame ends when nothing was written for so long."""
PAINTED_SHARE = 0.05
"""A screen counts as painted once so much of it is not blank."""
STRANGE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\", re.S)
"""Sequences that pyte does not understand."""
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Monitor:
    """A command that redraws its screen regularly."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Measurement:
    """One run of one monitor. None: could not be measured."""

    cpu_ms_per_refresh: float | None = None
    first_screen_ms: float | None = None
    first_screen_cpu_ms: float | None = None
    first_screen_bytes: float | None = None
    memory_mib: float | None = None
    bytes_per_refresh: float | None = None


HEADS = {
    "cpu_ms_per_refresh": "CPU ms/refresh",
    "first_screen_ms": "first screen ms",
    "first_screen_cpu_ms": "CPU ms until then",
    "first_screen_bytes": "bytes until then",
    "memory_mib": "memory MiB (PSS)",
    "bytes_per_refresh": "bytes/refresh",
}


class Run:
    """A monitor in a pty, from its start to its end."""

    def __init__(self, monitor: Monitor, columns: int, rows: int, home: Path) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._cells = columns * rows
        self._fd, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # The same small environment for all, without variables that stop Python from using its bytecode.
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": str(home)}
        environment["COLORTERM"] = "truecolor"  # which costs most bytes
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            monitor.command,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment,
            cwd=Path(__file__).parents[1],
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inside)
        self.sent = 0

    def frame(self, seconds: float) -> float | None:
        """Reads to the end of the next frame. Returns the time of its last byte; None if nothing came for so many
        seconds."""
        deadline = time.perf_counter() + seconds
        last: float | None = None
        while True:
            wait = (deadline - time.perf_counter()) if last is None else QUIET_SECONDS
            if wait <= 0 or not select.select([self._fd], [], [], wait)[0]:
                return last
            try:
                data = os.read(self._fd, 65536)
            except OSError:  # it has ended
                return last
            last = time.perf_counter()
            self.sent += len(data)
            with contextlib.suppress(Exception):  # pyte on an escape sequence it does not know
                self._stream.feed(STRANGE.sub(b"", data))

    def painted(self) -> bool:
        return len("".join("".join(self._screen.display).split())) >= self._cells * PAINTED_SHARE

    def tree(self) -> list[int]:
        """The monitor's process and all its descendants."""
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    waiting += map(int, children.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """CPU time of the tree so far, including threads and ended children. Read from the processes' CPU clocks,
        because /proc/PID/stat counts in hundredths of a second."""
        total = 0.0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
                total += time.clock_gettime((~pid << 3) | 2) + sum(map(int, children)) / TICKS_PER_SECOND
        return total

    def memory_mib(self) -> float:
        """Memory of the tree; memory shared with other processes counts in proportion (PSS)."""
        kib = 0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
                kib += int(found[1]) if found else 0
        return kib / 1024

    def end(self) -> None:
        pids = self.tree()[1:]
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(3)
        self._process.kill()
        self._process.wait()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os.close(self._fd)


def measure(monitor: Monitor, options: argparse.Namespace, home: Path) -> Measurement:
    """Starts a monitor, waits until it has settled, and measures its usage over complete refreshes."""
    columns, rows = map(int, options.size.split("x"))
    run = Run(monitor, columns, rows, home)
    try:
        first = first_cpu = first_bytes = None
        settled = time.perf_counter() + options.settle
        while time.perf_counter() < settled:
            last = run.frame(settled - time.perf_counter())
            if first is None and last is not None and run.painted():
                first, first_cpu, first_bytes = last - run.started, run.cpu_seconds(), run.sent
        # From the end of one frame to the end of a later one, so that only complete refreshes count.
        begin = run.frame(2 * options.interval + 1)
        cpu, sent = run.cpu_seconds(), run.sent
        end = begin
        while end is not None and begin is not None and end - begin < options.seconds - options.interval / 2:
            end = run.frame(2 * options.interval + 1)
        if begin is None or end is None or first is None or first_cpu is None:
            return Measurement()
        refreshes = (end - begin) / options.interval
        return Measurement(
            cpu_ms_per_refresh=(run.cpu_seconds() - cpu) / refreshes * 1000,
            first_screen_ms=first * 1000,
            first_screen_cpu_ms=first_cpu * 1000,
            first_screen_bytes=first_bytes,
            memory_mib=run.memory_mib(),
            bytes_per_refresh=(run.sent - sent) / refreshes,
        )
    finally:
        run.end()


def monitors(interval: float, only: list[str], other: Path | None) -> list[Monitor]:
    """nodetop, perhaps another version of it, and the other monitors that are installed."""
    beside = Path(sys.executable).parent
    installed = beside / "nodetop"
    nodetop = [str(installed)] if installed.exists() else [sys.executable, "-m", "nodetop"]
    all_ = [
        Monitor("nodetop", [*nodetop, "--interval", f"{interval:g}"]),
        *([Monitor("other nodetop", [str(other), "--interval", f"{interval:g}"])] if other else []),
        Monitor("htop", ["htop", "-d", f"{interval * 10:.0f}"]),
        Monitor("btop", ["btop"]),
        Monitor("glances", ["glances", "-t", f"{interval:g}", "--disable-check-update"]),
        Monitor("bpytop", ["bpytop"]),
        Monitor("top", ["top", "-d", f"{interval:g}"]),
    ]
    chosen = [each for each in all_ if not only or each.name in (*only, "other nodetop")]
    return [found for each in chosen if (found := _installed(each, beside))]


def _installed(monitor: Monitor, beside: Path) -> Monitor | None:
    path = shutil.which(monitor.command[0], path=f"{beside}:{os.environ['PATH']}")
    return Monitor(monitor.name, [path, *monitor.command[1:]]) if path else None


def configure(home: Path, interval: float) -> None:
    """btop and bpytop read their interval only from a file."""
    for name in ("btop", "bpytop"):
        folder = home / ".config" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.conf").write_text(f"#? Config file for {name}\nupdate_ms = {interval * 1000:.0f}\n")


def table(results: dict[str, list[Measurement]], rounds: int) -> str:
    """Medians over the rounds, their range, and their ratio to nodetop's."""
    lines = ["| monitor | " + " | ".join(HEADS.values()) + " |", "| --- |" + " ---: |" * len(HEADS)]
    for name, measurements in results.items():
        cells = [_cell(field.name, measurements, results["nodetop"]) for field in fields(Measurement)]
        seen = sum(each.cpu_ms_per_refresh is not None for each in measurements)
        note = "" if seen == rounds else f" ({seen} of {rounds} rounds)"
        lines.append(f"| {name}{note} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(field: str, measurements: list[Measurement], ours: list[Measurement]) -> str:
    values = [value for each in measurements if (value := getattr(each, field)) is not None]
    own = [value for each in ours if (value := getattr(each, field)) is not None]
    if not values:
        return "–"
    middle = statistics.median(values)
    ratio = (
        f", nodetop {statistics.median(own) / middle:.2f} of it" if own and measurements is not ours and middle else ""
    )
    return f"{middle:.1f} ({min(values):.1f}–{max(values):.1f}){ratio}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=500, help="additional idle processes [500]")
    parser.add_argument("--size", default="160x48", help="columns x rows [160x48]")
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between refreshes [2]")
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds measured in each round [20]")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds to wait before measuring [5]")
    parser.add_argument("--rounds", type=int, default=3, help="[3]")
    parser.add_argument("--other", type=Path, help="the nodetop command of another version, to compare with")
    parser.add_argument("monitors", nargs="*", help="only these [all that are installed]")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all started processes are stopped
    wanted = ["nodetop", *options.monitors] if options.monitors else []
    with tempfile.TemporaryDirectory() as folder, extra_processes(options.processes):
        home = Path(folder)
        configure(home, options.interval)
        chosen = monitors(options.interval, wanted, options.other)
        results: dict[str, list[Measurement]] = {monitor.name: [] for monitor in chosen}
        for number in range(options.rounds):
            turn = number % len(chosen)
            for monitor in chosen[turn:] + chosen[:turn]:
                print(f"round {number + 1} of {options.rounds}: {monitor.name} ...", file=sys.stderr)
                results[monitor.name].append(measure(monitor, options, home))
    print(
        f"{options.size}, a refresh every {options.interval:g} s, {options.processes} extra idle processes; medians\n"
    )
    print(table(results, options.rounds))


if __name__ == "__main__":
    main()
