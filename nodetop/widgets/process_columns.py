"""The columns of the process table: what each shows, how it sorts, and which of them a width has room for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nodetop.drawing.meter import step
from nodetop.drawing.runs import Run
from nodetop.model import ProcessMetrics
from nodetop.text import clean, fit
from nodetop.units import UNKNOWN, cpu_time, size

Cell = Callable[[ProcessMetrics, float], Run]
"""A row, and how many percent of a core make one percent shown (1, or the number of cores), to one run."""


@dataclass(frozen=True)
class Column:
    """`key` is what it sorts by; numbers stand right, and sort from the largest unless `ascending`."""

    key: str
    title: str
    width: int
    cell: Cell
    right: bool = True


@dataclass(frozen=True)
class SortKey:
    """How rows are ordered: by a value for which what is unknown comes last."""

    name: str
    value: Callable[[ProcessMetrics], Any]
    ascending: bool = False


def _known(value: Callable[[ProcessMetrics], float | None]) -> Callable[[ProcessMetrics], float]:
    return lambda row: -1e30 if (number := value(row)) is None else number


SORTS: dict[str, SortKey] = {
    sort.name: sort
    for sort in (
        SortKey("cpu", _known(lambda row: row.cpu_percent)),
        SortKey("mem", _known(lambda row: row.memory_percent)),
        SortKey("rss", _known(lambda row: row.resident_bytes)),
        SortKey("time", _known(lambda row: row.cpu_seconds)),
        SortKey("pid", lambda row: row.pid, ascending=True),
        SortKey("user", lambda row: row.user or "\U0010ffff", ascending=True),
        SortKey("state", lambda row: row.state, ascending=True),
        SortKey("nice", lambda row: 1_000_000 if row.nice is None else row.nice, ascending=True),
        SortKey("threads", _known(lambda row: row.threads)),
        SortKey("read", _known(lambda row: row.read_bytes_per_second)),
        SortKey("write", _known(lambda row: row.write_bytes_per_second)),
        SortKey("io", _known(lambda row: _total_io(row))),
        SortKey("command", lambda row: (row.command or row.name).lower(), ascending=True),
    )
}
"""In the order in which < and > walk through them."""


def _total_io(row: ProcessMetrics) -> float | None:
    read, write = row.read_bytes_per_second, row.write_bytes_per_second
    return None if read is None and write is None else (read or 0.0) + (write or 0.0)


_STATES = {
    "R": "state.running", "S": "state.sleeping", "D": "state.waiting", "T": "state.stopped", "t": "state.stopped",
    "Z": "state.zombie", "I": "state.idle",
}  # fmt: skip


def _share(value: float | None, gradient: str, full: float, least: float) -> Run:
    if value is None:
        return ("dim", f"{UNKNOWN:>5}")
    text = f"{value:5.1f}" if value < 999.95 else f"{value:5.0f}"
    return (f"{gradient}.{step(value / full)}" if value >= least else "dim", text)


def _cpu(row: ProcessMetrics, divisor: float) -> Run:
    value = row.cpu_percent
    return _share(None if value is None else value / divisor, "load", 100.0, 0.05)


def _memory(row: ProcessMetrics, _: float) -> Run:
    return _share(row.memory_percent, "memory", 50.0, 0.05)


def _bytes(value: float | None) -> Run:
    return ("text" if value else "dim", f"{size(value):>5}")


def _rate(value: float | None, gradient: str) -> Run:
    if not value:
        return ("dim", f"{UNKNOWN if value is None else '0':>5}")
    return (f"{gradient}.14", f"{size(value):>5}")


def _user(row: ProcessMetrics, _: float) -> Run:
    name = clean(row.user) if row.user is not None else UNKNOWN
    return ("dim" if row.user == "root" else "text", fit(name, 9))


def _state(row: ProcessMetrics, _: float) -> Run:
    return (_STATES.get(row.state, "dim"), clean(row.state)[:1] or "?")


def _nice(row: ProcessMetrics, _: float) -> Run:
    style = "dim" if not row.nice else "good" if row.nice > 0 else "warning"
    return (style, f"{UNKNOWN if row.nice is None else row.nice:>3}"[-3:])


def _threads(row: ProcessMetrics, _: float) -> Run:
    text = UNKNOWN if row.threads is None else str(row.threads) if row.threads < 10_000 else "9999"
    return ("text" if (row.threads or 0) > 1 else "dim", f"{text:>4}")


PID = Column("pid", "PID", 7, lambda row, _: ("dim", f"{row.pid:>7}"))
USER = Column("user", "USER", 9, _user, right=False)
CPU = Column("cpu", "CPU%", 5, _cpu)
MEMORY = Column("mem", "MEM%", 5, _memory)
RESIDENT = Column("rss", "RSS", 5, lambda row, _: _bytes(row.resident_bytes))
STATE = Column("state", "S", 1, _state, right=False)
NICE = Column("nice", "NI", 3, _nice)
THREADS = Column("threads", "THR", 4, _threads)
TIME = Column("time", "TIME+", 8, lambda row, _: ("text", f"{cpu_time(row.cpu_seconds):>8}"))
READ = Column("read", "READ", 5, lambda row, _: _rate(row.read_bytes_per_second, "read"))
WRITE = Column("write", "WRITE", 5, lambda row, _: _rate(row.write_bytes_per_second, "write"))
COMMAND_TITLE = "COMMAND"

_SHOWN_ORDER = (PID, USER, CPU, MEMORY, RESIDENT, STATE, NICE, THREADS, TIME, READ, WRITE)
_TAKEN_ORDER = (CPU, PID, MEMORY, USER, RESIDENT, STATE, TIME, THREADS, NICE, READ, WRITE)
_LEAST_COMMAND = 8
_GOOD_COMMAND = 26
_ALWAYS = 2


def columns_for(cells: int) -> tuple[Column, ...]:
    """The columns before the command that have room in so many cells, in order of use, each with a blank after it."""
    taken: set[str] = set()
    for index, column in enumerate(_TAKEN_ORDER):
        wanted = _LEAST_COMMAND if index < _ALWAYS else _GOOD_COMMAND if index > _ALWAYS else 2 * _LEAST_COMMAND
        if cells - column.width - 1 < wanted:
            break
        taken.add(column.key)
        cells -= column.width + 1
    return tuple(column for column in _SHOWN_ORDER if column.key in taken)


def column_at(columns: tuple[Column, ...], x: int) -> str:
    """The sort key of the column whose title stands at cell x of a row; right of all is the command."""
    for column in columns:
        x -= column.width + 1
        if x < 0:
            return column.key
    return "command"
