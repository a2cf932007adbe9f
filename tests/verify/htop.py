"""What htop shows, read from its screen."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.pty_terminal import Terminal

SETTINGS = """\
htop_version=3.2.2
config_reader_min_version=3
hide_kernel_threads=1
hide_userland_threads=1
detailed_cpu_time=0
show_cpu_usage=1
header_layout=two_50_50
column_meters_0=CPU Memory Swap
column_meter_modes_0=1 1 1
column_meters_1=Tasks LoadAverage Uptime
column_meter_modes_1=2 2 2
screen:Main=PID STATE PRIORITY NICE M_VIRT M_RESIDENT PERCENT_CPU PERCENT_MEM TIME NLWP Command
.sort_key=PID
"""
"""Of htop 3.2 or newer, whose names of columns these are."""
COLUMNS = ("PID", "S", "PRI", "NI", "VIRT", "RES", "CPU%", "MEM%", "TIME+", "NLWP")
UNITS = {"": 2**10, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
Row = dict[str, str]


@dataclass(frozen=True)
class Page:
    """One page of htop: when it was shown, and its text."""

    at: float
    text: str

    def _found(self, pattern: str) -> tuple[str, ...]:
        found = re.search(pattern, self.text)
        assert found is not None, f"{pattern} is not on the page:\n{self.text}"
        return found.groups()

    @property
    def cpu_percent(self) -> float:
        return float(self._found(r"(?:Avg|CPU)\[[| ]*([\d.]+)%\]")[0])

    def bar(self, name: str) -> tuple[int, int]:
        """Bytes used and in all, of Mem or Swp."""
        used, whole = self._found(rf"{name}\[[| ]*([\d.]+[KMGT])/([\d.]+[KMGT])\]")
        return size(used), size(whole)

    @property
    def tasks(self) -> dict[str, int]:
        """How many processes, further threads of theirs, threads of the kernel, and running ones, at most the CPUs."""
        numbers = self._found(r"Tasks: (\d+), (\d+) thr, (\d+) kthr; (\d+) running")
        return dict(zip(("processes", "threads", "kernel", "running"), map(int, numbers), strict=True))

    @property
    def loads(self) -> list[float]:
        return list(map(float, self._found(r"Load average: ([\d.]+) ([\d.]+) ([\d.]+)")))

    @property
    def rows(self) -> dict[int, Row]:
        """The list by PID."""
        fields = (line.split() for line in self.text.splitlines())
        lines = (line for line in fields if len(line) > len(COLUMNS) and line[0].isdecimal())
        return {int(line[0]): dict(zip(COLUMNS, line, strict=False)) for line in lines}


def size(text: str) -> int:
    """Bytes: htop shows KiB, and larger units with a letter."""
    number, unit = re.fullmatch(r"([\d.]+)([KMGT]?)", text).groups()  # type: ignore[union-attr]
    return int(float(number) * UNITS[unit])


def seconds(text: str) -> float:
    """Of 0:47.59 and 1h02:03."""
    hours, _, rest = text.rpartition("h")
    minutes, _, left = rest.partition(":")
    return 3600 * int(hours or 0) + 60 * int(minutes) + float(left)


class Htop:
    """A running htop; its pages one by one, as it refreshes."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._uptime = ""

    def next(self) -> Page:
        """The one after the next refresh, which moves the uptime."""
        self._terminal.wait_for(lambda text: _uptime(text) not in ("", self._uptime))
        at = time.time()
        text = self._terminal.settle()
        self._uptime = _uptime(text)
        return Page(at, text)


def _uptime(text: str) -> str:
    found = re.search(r"Uptime: (.*\d\d:\d\d:\d\d)", text)
    return found[1] if found else ""


@contextmanager
def htop(pids: Iterable[int], delay_seconds: int, folder: Path) -> Iterator[Htop]:
    """htop with these processes alone in its list."""
    settings = folder / "htoprc"
    settings.write_text(SETTINGS)
    command = ["htop", "-d", str(10 * delay_seconds), "-p", ",".join(map(str, pids))]
    environment = {"HTOPRC": str(settings), "LC_ALL": "C", "TERM": "linux"}  # xterm repeats characters, pyte does not
    with Terminal(command=command, columns=160, rows=60, env=environment) as terminal:
        yield Htop(terminal)
