"""The columns of the process table: what each shows, how it sorts, and which ones fit a width. Pure."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from nodetop.base.text import clean, fit_middle, fit_right
from nodetop.base.units import UNKNOWN, age, cpu_time, size
from nodetop.base.when import clock_text
from nodetop.drawing.meter import step
from nodetop.drawing.runs import Run
from nodetop.drawing.theme import middle
from nodetop.model.derived import total_io
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.processes.trends import TREND_CELLS


class Measure(Struct, frozen=True):
    """Reference values for cells."""

    divisor: float = 1.0
    """Percent of a core per percent shown: 1, or the number of cores."""
    now: float = 0.0
    """The time that is shown, UTC seconds."""
    trend: str = ""
    """The small graph of the row."""


Cell = Callable[[ProcessMetrics, Measure], Run]


class Column(Struct, frozen=True):
    """`key` is the sort key; `text` describes the column; `right`: aligned right. `room`: cells it must leave to the
    command, if columns are chosen by width."""

    key: str
    title: str
    width: int
    cell: Cell
    text: str
    right: bool = True
    room: int = 26


class SortKey(Struct, frozen=True):
    """How rows are sorted: by a value for which unknown comes last. `adds_up`: a branch of the tree has the sum of its
    processes."""

    name: str
    value: Callable[[ProcessMetrics], Any]
    ascending: bool = False
    adds_up: bool = False


_LAST = 1e30


def _known(value: Callable[[ProcessMetrics], float | None]) -> Callable[[ProcessMetrics], float]:
    return lambda row: -_LAST if (number := value(row)) is None else number


def _shown_cpu(row: ProcessMetrics) -> float:
    """In tenths of a percent, as it is shown: rows that read the same stay in their places."""
    return -_LAST if row.cpu_percent is None else int(row.cpu_percent * 10 + 0.5)


SORTS: dict[str, SortKey] = {
    sort.name: sort
    for sort in (
        SortKey("cpu", _shown_cpu, adds_up=True),
        SortKey("mem", _known(lambda row: row.memory_percent), adds_up=True),
        SortKey("rss", _known(lambda row: row.resident_bytes), adds_up=True),
        SortKey("time", _known(lambda row: row.cpu_seconds), adds_up=True),
        SortKey("pid", lambda row: row.pid, ascending=True),
        SortKey("user", lambda row: row.user or "\U0010ffff", ascending=True),
        SortKey("state", lambda row: row.state, ascending=True),
        SortKey("nice", lambda row: _LAST if row.nice is None else row.nice, ascending=True),
        SortKey("threads", _known(lambda row: row.threads), adds_up=True),
        SortKey("read", _known(lambda row: row.read_bytes_per_second), adds_up=True),
        SortKey("write", _known(lambda row: row.write_bytes_per_second), adds_up=True),
        SortKey("io", _known(total_io), adds_up=True),
        SortKey("iowait", _known(lambda row: row.io_wait_percent)),
        SortKey("virt", _known(lambda row: row.virtual_bytes), adds_up=True),
        SortKey("shared", _known(lambda row: row.shared_bytes), adds_up=True),
        SortKey("ppid", lambda row: row.ppid, ascending=True),
        SortKey("priority", lambda row: _LAST if row.priority is None else row.priority, ascending=True),
        SortKey("start", _known(lambda row: row.started_at)),
        SortKey("age", _known(lambda row: None if row.started_at is None else -row.started_at)),
        SortKey("container", lambda row: row.container or "\U0010ffff", ascending=True),
        SortKey("name", lambda row: row.name.lower(), ascending=True),
        SortKey("command", lambda row: (row.command or row.name).lower(), ascending=True),
    )
}
"""In the order in which < and > go through them."""


_STATES = {
    "R": "state.running", "S": "state.sleeping", "D": "state.waiting", "T": "state.stopped", "t": "state.stopped",
    "Z": "state.zombie", "I": "state.idle",
}  # fmt: skip


def _share(value: float | None, gradient: str, full: float, least: float) -> Run:
    if value is None:
        return ("dim", f"{UNKNOWN:>5}")
    text = f"{value:5.1f}" if value < 999.95 else f"{value:5.0f}"
    return (f"{gradient}.{step(value / full)}" if value >= least else "dim", text)


def _cpu(row: ProcessMetrics, measure: Measure) -> Run:
    value = row.cpu_percent
    return _share(None if value is None else value / measure.divisor, "load", 100.0, 0.05)


def _trend(row: ProcessMetrics, measure: Measure) -> Run:
    """Blank while it does nothing: most processes do nothing most of the time."""
    text = measure.trend or " " * TREND_CELLS
    value = row.cpu_percent or 0.0
    return (f"load.{step(value / 100)}" if value >= 0.05 else "dim", text)


def _memory(row: ProcessMetrics, _: Measure) -> Run:
    return _share(row.memory_percent, "memory", 50.0, 0.05)


def _io_wait(row: ProcessMetrics, _: Measure) -> Run:
    return _share(row.io_wait_percent, "load", 100.0, 0.05)


def _bytes(value: float | None) -> Run:
    return ("text" if value else "dim", f"{size(value):>5}")


def _rate(value: float | None, gradient: str, cells: int = 5) -> Run:
    if not value:
        return ("dim", f"{UNKNOWN if value is None else '0':>{cells}}")
    return (middle(gradient), f"{size(value):>{cells}}")


def _user(row: ProcessMetrics, _: Measure) -> Run:
    name = clean(row.user) if row.user is not None else UNKNOWN
    return ("dim" if row.user == "root" else "text", fit_middle(name, 9))


def _state(row: ProcessMetrics, _: Measure) -> Run:
    letter = clean(row.state)[:1]
    return (_STATES.get(row.state, "dim"), UNKNOWN if letter in ("", "?") else letter)


def _nice(row: ProcessMetrics, _: Measure) -> Run:
    style = "dim"
    if row.nice:
        style = "good" if row.nice > 0 else "warning"
    return (style, f"{UNKNOWN if row.nice is None else row.nice:>3}"[-3:])


def _plain(value: int | None, cells: int) -> Run:
    text = UNKNOWN if value is None else str(value)
    return ("dim", text.rjust(cells) if len(text) <= cells else fit_right(text, cells))  # a hub may send any number


def _threads(row: ProcessMetrics, _: Measure) -> Run:
    text = UNKNOWN if row.threads is None else str(min(row.threads, 9999))
    return ("text" if (row.threads or 0) > 1 else "dim", f"{text:>4}")


def _start(row: ProcessMetrics, measure: Measure) -> Run:
    """The time if within a day, the date if within a year, else the year, as in ps."""
    if row.started_at is None:
        return ("dim", f"{UNKNOWN:>6}")
    past = measure.now - row.started_at
    form = "%Y"
    if past < 31_536_000:
        form = "%b%d" if past >= 86_400 else "%H:%M"
    text = clock_text(row.started_at, form, "")
    return ("text", f"{text[:5]:>6}") if text else ("dim", f"{UNKNOWN:>6}")


def _age(row: ProcessMetrics, measure: Measure) -> Run:
    since = None if row.started_at is None else max(measure.now - row.started_at, 0.0)
    return ("text" if since is not None else "dim", f"{age(since):>4}"[:4])


def _name(row: ProcessMetrics, _: Measure) -> Run:
    return ("value" if row.command else "dim", fit_middle(clean(row.name), 15))


def _outside(text: str | None, cells: int) -> Run:
    return ("dim" if text is None else "text", fit_middle(UNKNOWN if text is None else clean(text), cells))


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("pid", "PID", 7, lambda row, _: _plain(row.pid, 7), "process ID, or thread ID"),
        Column("ppid", "PPID", 7, lambda row, _: _plain(row.ppid, 7), "process ID of the parent"),
        Column("user", "USER", 9, _user, "user it runs as", right=False),
        Column("cpu", "CPU%", 5, _cpu, "share of one core, or of the machine"),
        Column("trend", "PAST", TREND_CELLS, _trend, "CPU over the last 10 samples", room=24),
        Column("mem", "MEM%", 5, _memory, "resident memory, share of all memory"),
        Column("rss", "RSS", 5, lambda row, _: _bytes(row.resident_bytes), "resident memory"),
        Column(
            "shared", "SHR", 5, lambda row, _: _bytes(row.shared_bytes), "resident, file-backed or shared", room=50
        ),
        Column("virt", "VIRT", 5, lambda row, _: _bytes(row.virtual_bytes), "address space", room=50),
        Column("state", "S", 1, _state, "Running, Sleeping, D waiting, T stopped, Zombie, Idle", right=False),
        Column("nice", "NI", 3, _nice, "nice value: 19 lowest priority, -20 highest"),
        Column("priority", "PRI", 4, lambda row, _: _plain(row.priority, 4), "priority in the kernel", room=50),
        Column("threads", "THR", 4, _threads, "threads"),
        Column("time", "TIME+", 8, lambda row, _: ("text", f"{cpu_time(row.cpu_seconds):>8}"), "CPU time it has used"),
        Column("read", "READ", 5, lambda row, _: _rate(row.read_bytes_per_second, "read"), "read from storage"),
        Column(
            "write", "WRITE", 6, lambda row, _: _rate(row.write_bytes_per_second, "write", 6), "written to storage"
        ),
        Column("iowait", "IOW%", 5, _io_wait, "time its first thread waited for disk I/O"),
        Column("io", "I/O", 5, lambda row, _: _rate(total_io(row), "write"), "read and written"),
        Column("start", "START", 6, _start, "start time", room=70),
        Column("age", "AGE", 4, _age, "how long it has run"),
        Column(
            "container", "CONTAINER", 24, lambda row, _: _outside(row.container, 24), "container, else systemd unit",
            right=False, room=90,
        ),
        Column("name", "NAME", 15, _name, "name in the kernel", right=False, room=40),
    )
}  # fmt: skip
COMMAND_TITLE = "COMMAND"

CPU, CONTAINER, NAME = COLUMNS["cpu"], COLUMNS["container"], COLUMNS["name"]

DEFAULT_COLUMNS = (
    "pid", "user", "cpu", "trend", "mem", "virt", "rss", "shared", "state", "nice", "priority", "threads", "time",
    "read", "write", "start", "container",
)  # fmt: skip
_ORDER = (*DEFAULT_COLUMNS[: DEFAULT_COLUMNS.index("write") + 1], "iowait", *DEFAULT_COLUMNS[-2:])
BESIDE: dict[str, tuple[str, ...]] = dict.fromkeys(("io", "read", "write"), ("iowait",))
"""Columns that come with a sort order, although it is not by them."""
_RANKS = (
    "cpu", "pid", "mem", "user", "rss", "state", "time", "trend", "threads", "nice", "read", "write", "name", "virt",
    "shared", "priority", "io", "iowait", "start", "container", "age", "ppid",
)  # fmt: skip
"""In order of importance: the last ones are dropped first on a narrow screen."""
_LEAST_COMMAND = 8
_ALWAYS = 2
_OFTEN = 3
_CHOSEN_COMMAND = 16


def is_automatic(chosen: tuple[str, ...] | None) -> bool:
    """Whether columns are chosen by width: without a choice, or with changes only: "+virt", "-nice"."""
    return chosen is None or (bool(chosen) and all(name[:1] in ("+", "-") for name in chosen))


def sort_columns(sort: str) -> tuple[str, ...]:
    """The columns that show what a list is sorted by."""
    return ("read", "write") if sort == "io" else (sort,) if sort in COLUMNS else ()


@lru_cache(maxsize=64)
def columns_for(cells: int, chosen: tuple[str, ...] | None = None, sort: str = "") -> tuple[Column, ...]:
    """The columns before the command that fit into so many cells, each followed by a blank: of the chosen ones in their
    order, or of the default ones with the changes that were chosen. Of the latter, those that show what the list is
    sorted by come first."""
    names, added = chosen or (), tuple[str, ...]()
    if is_automatic(chosen):
        added = (*sort_columns(sort), *BESIDE.get(sort, ()), *(name[1:] for name in chosen or () if name[0] == "+"))
        wanted = {*DEFAULT_COLUMNS, *added} - {name[1:] for name in chosen or () if name[0] == "-"}
        names = tuple(dict.fromkeys(name for name in (*_ORDER, *added) if name in wanted))
    ranks = dict.fromkeys((*_RANKS[:_ALWAYS], *added, *_RANKS))
    taken: set[str] = set()
    for index, name in enumerate(name for name in ranks if name in names):
        column = COLUMNS[name]
        is_chosen = name in added or not is_automatic(chosen)
        if cells - column.width - 1 < _command_room(column, index, is_chosen):
            if is_chosen:
                continue
            break
        taken.add(name)
        cells -= column.width + 1
    return tuple(COLUMNS[name] for name in names if name in taken)


def _command_room(column: Column, rank: int, is_chosen: bool) -> int:
    """Cells that must be left for the command before a column is shown."""
    if rank < _ALWAYS:
        return _LEAST_COMMAND
    return _CHOSEN_COMMAND if is_chosen or rank < _OFTEN else column.room


def column_at(columns: tuple[Column, ...], x: int) -> str:
    """The sort key of the column whose header is at cell x of a row; right of the columns is the command."""
    for column in columns:
        x -= column.width + 1
        if x < 0:
            return "cpu" if column.key == "trend" else column.key
    return "command"
