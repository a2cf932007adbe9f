"""The columns of the list of workloads: what each shows, and how it sorts. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_middle, fit_right
from nodetop.drawing.meter import step
from nodetop.drawing.runs import Run
from nodetop.drawing.theme import middle
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.model.derived import total_io, total_network
from nodetop.widgets.base.columns import ESSENTIAL, Column, columns_width, fit_columns
from nodetop.widgets.processes.columns import is_automatic

Value = Callable[[WorkloadMetrics], Any]


class WorkloadColumn(NamedTuple):
    """`value` sorts; unknown comes last. `cell` draws it in so many cells; its last argument is percent of a core per
    percent shown."""

    column: Column
    value: Value
    cell: Callable[[WorkloadMetrics, int, float], Run]
    text: str
    ascending: bool = False


def _percent(value: float | None, cells: int, gradient: str, full: float = 100.0) -> Run:
    if value is None:
        return ("dim", fit_right(units.UNKNOWN, cells))
    text = f"{value:.1f}" if value < 999.95 else f"{value:.0f}"
    return (f"{gradient}.{step(value / full)}" if value >= 0.05 else "dim", fit_right(text, cells))


def _cpu(row: WorkloadMetrics, cells: int, divisor: float) -> Run:
    return _percent(None if row.cpu_percent is None else row.cpu_percent / divisor, cells, "load")


def _size(value: float | None, cells: int) -> Run:
    return ("text" if value else "dim", fit_right(units.size(value), cells))


def _rate(value: float | None, cells: int, gradient: str) -> Run:
    if not value:
        return ("dim", fit_right(units.UNKNOWN if value is None else "0", cells))
    return (middle(gradient), fit_right(units.size(value), cells))


def _network(value: float | None, row: WorkloadMetrics, cells: int, gradient: str) -> Run:
    """With a plus sign where it is the least that was moved, because only TCP connections are counted."""
    if value is None:
        return ("dim", fit_right(units.UNKNOWN, cells))
    text = f"{units.size(value) if value else 0}{'' if row.network == 'interfaces' else '+'}"
    return (middle(gradient) if value else "dim", fit_right(text, cells))


def _number(value: float | None, cells: int, style: str = "text") -> Run:
    return (style if value else "dim", fit_right(units.count(value), cells))


def _cores(row: WorkloadMetrics, cells: int, _: float) -> Run:
    limit = row.cpu_limit_cores
    return ("dim" if limit is None else "text", fit_right("" if limit is None else units.cores(limit), cells))


def _limit(row: WorkloadMetrics, cells: int, _: float) -> Run:
    least = min(filter(None, (row.memory_limit_bytes, row.memory_high_bytes)), default=None)
    return ("dim", fit_right("" if least is None else units.size(least), cells))


def _share(value: float | None, cells: int, gradient: str) -> Run:
    return ("dim", " " * cells) if value is None else _percent(value, cells, gradient)


def _least_limit(row: WorkloadMetrics) -> float | None:
    return min(filter(None, (row.memory_limit_bytes, row.memory_high_bytes)), default=None)


def _waiting(value: float | None, cells: int) -> Run:
    return _percent(value, cells, "load", 50.0)


def _text(value: str | None, cells: int) -> Run:
    return ("dim", fit(clean(value) if value else units.UNKNOWN, cells))


def name_of(row: WorkloadMetrics) -> str:
    return clean(row.name) or clean(row.group)


COLUMNS: dict[str, WorkloadColumn] = {
    each.column.name: each
    for each in (
        WorkloadColumn(
            Column("kind", 9, 9, 9, 3, "KIND", right=False), lambda row: row.kind,
            lambda row, cells, _: ("dim", fit(clean(row.kind).replace("_", " "), cells)), "what it is", ascending=True,
        ),
        WorkloadColumn(Column("cpu", 6, 6, 6, 0, "CPU%"), lambda row: row.cpu_percent, _cpu, "CPU, share of one core"),
        WorkloadColumn(
            Column("cpu_limit", 6, 6, 6, 4, "CORES"), lambda row: row.cpu_limit_cores, _cores, "cores it may use",
        ),
        WorkloadColumn(
            Column("throttled", 5, 5, 5, 2, "THR%"), lambda row: row.cpu_throttled_percent,
            lambda row, cells, _: _share(row.cpu_throttled_percent, cells, "load"), "share of periods it was throttled",
        ),
        WorkloadColumn(
            Column("mem", 6, 6, 6, 0, "MEM"), lambda row: row.memory_bytes,
            lambda row, cells, _: _size(row.memory_bytes, cells), "memory, without inactive file cache",
        ),
        WorkloadColumn(Column("mem_limit", 6, 6, 6, 3, "LIMIT"), _least_limit, _limit, "memory it may use"),
        WorkloadColumn(
            Column("mem_used", 5, 5, 5, 2, "MEM%"), lambda row: row.memory_used_percent,
            lambda row, cells, _: _share(row.memory_used_percent, cells, "memory"), "memory, share of its limit",
        ),
        WorkloadColumn(
            Column("swap", 5, 5, 5, 6, "SWAP"), lambda row: row.swap_bytes,
            lambda row, cells, _: _size(row.swap_bytes, cells), "swapped out",
        ),
        WorkloadColumn(
            Column("oom", 4, 4, 4, 4, "OOM"), lambda row: row.oom_kills,
            lambda row, cells, _: _number(row.oom_kills, cells, "critical"), "out of memory kills since it was made",
        ),
        WorkloadColumn(
            Column("read", 6, 6, 6, 1, "READ"), lambda row: row.read_bytes_per_second,
            lambda row, cells, _: _rate(row.read_bytes_per_second, cells, "read"), "read from storage, bytes/s",
        ),
        WorkloadColumn(
            Column("write", 6, 6, 6, 1, "WRITE"), lambda row: row.write_bytes_per_second,
            lambda row, cells, _: _rate(row.write_bytes_per_second, cells, "write"), "written to storage, bytes/s",
        ),
        WorkloadColumn(
            Column("reads", 5, 5, 5, 7, "R/s"), lambda row: row.reads_per_second,
            lambda row, cells, _: _number(row.reads_per_second, cells), "reads per second",
        ),
        WorkloadColumn(
            Column("writes", 5, 5, 5, 7, "W/s"), lambda row: row.writes_per_second,
            lambda row, cells, _: _number(row.writes_per_second, cells), "writes per second",
        ),
        WorkloadColumn(
            Column("receive", 7, 7, 7, 3, "NET RX"), lambda row: row.receive_bytes_per_second,
            lambda row, cells, _: _network(row.receive_bytes_per_second, row, cells, "receive"),
            "received from the network, bytes/s; 1.0M+ is TCP only",
        ),
        WorkloadColumn(
            Column("transmit", 7, 7, 7, 3, "NET TX"), lambda row: row.transmit_bytes_per_second,
            lambda row, cells, _: _network(row.transmit_bytes_per_second, row, cells, "transmit"),
            "sent to the network, bytes/s; 1.0M+ is TCP only",
        ),
        WorkloadColumn(
            Column("retransmits", 7, 7, 7, 7, "RETR/s"), lambda row: row.retransmits_per_second,
            lambda row, cells, _: _number(row.retransmits_per_second, cells, "warning"),
            "TCP segments sent again per second",
        ),
        WorkloadColumn(
            Column("tasks", 6, 6, 6, 2, "TASKS"), lambda row: row.tasks,
            lambda row, cells, _: _number(row.tasks, cells), "processes and threads",
        ),
        WorkloadColumn(
            Column("wait_cpu", 6, 6, 6, 5, "CPU-P"), lambda row: row.cpu_pressure_percent,
            lambda row, cells, _: _waiting(row.cpu_pressure_percent, cells), "time in which tasks waited for a CPU, %",
        ),
        WorkloadColumn(
            Column("wait_mem", 6, 6, 6, 5, "MEM-P"), lambda row: row.memory_pressure_percent,
            lambda row, cells, _: _waiting(row.memory_pressure_percent, cells),
            "time in which tasks waited for memory, %",
        ),
        WorkloadColumn(
            Column("wait_io", 6, 6, 6, 5, "I/O-P"), lambda row: row.io_pressure_percent,
            lambda row, cells, _: _waiting(row.io_pressure_percent, cells), "time in which tasks waited for I/O, %",
        ),
        WorkloadColumn(
            Column("runtime", 10, 10, 10, 8, "RUNTIME", right=False), lambda row: row.runtime or "",
            lambda row, cells, _: _text(row.runtime, cells), "what runs it", ascending=True,
        ),
        WorkloadColumn(
            Column("name", 16, 36, 200, 0, "NAME", right=False), lambda row: name_of(row).lower(),
            lambda row, cells, _: ("text", fit_middle(name_of(row), cells)), "its name", ascending=True,
        ),
    )
}  # fmt: skip
SHOWN: tuple[Column, ...] = tuple(each.column for each in COLUMNS.values())
TITLES: Mapping[str, tuple[str, str]] = {
    name: (each.column.header, each.text) for name, each in COLUMNS.items() if name != "name"
}
"""By the name of a column its heading, and what it shows. The name is always shown."""
SORTS: dict[str, tuple[Value, bool]] = {
    **{name: (each.value, each.ascending) for name, each in COLUMNS.items()},
    "io": (total_io, False),
    "network": (total_network, False),
}
"""By the name of the sort: the value, and whether the smallest comes first."""


@lru_cache(maxsize=64)
def columns_for(cells: int, chosen: tuple[str, ...] | None = None) -> dict[str, int]:
    """Widths of the columns that fit into so many cells, the name last: of the chosen ones in their order, or of all by
    their ranks with the changes that were chosen ("+swap", "-kind")."""
    if chosen is None:
        return fit_columns(SHOWN, cells)
    if not is_automatic(chosen):
        return _taken(chosen, [[name] for name in chosen], cells)
    added = [name[1:] for name in chosen if name[0] == "+"]
    changed = {name[1:] for name in chosen}
    by_rank: dict[int, list[str]] = {}
    for column in SHOWN:
        if column.name not in changed | {"name"}:
            by_rank.setdefault(column.rank, []).append(column.name)
    order = [name for name in TITLES if name not in changed or name in added]
    first, *essential = [by_rank.pop(rank, []) for rank in range(ESSENTIAL + 1)]
    wanted = [first, *([name] for name in added), *essential]
    return _taken(order, wanted, cells, [by_rank[rank] for rank in sorted(by_rank)])


def _taken(
    order: Sequence[str], wanted: Sequence[Sequence[str]], cells: int, others: Sequence[Sequence[str]] = ()
) -> dict[str, int]:
    """Widths in this order of those wanted that fit beside a short name, and of the others, as far as they fit beside a
    long one."""
    of_name = COLUMNS["name"].column
    widths: dict[str, int] = {}

    def take(names: Sequence[str], room_for_name: int) -> bool:
        more = {name: COLUMNS[name].column.least for name in names}
        has_room = columns_width({**widths, **more, "name": room_for_name}) <= cells
        if has_room:
            widths.update(more)
        return has_room

    for names in wanted:
        take(names, of_name.least)
    for names in others:
        if not take(names, of_name.want):
            break
    shown = {name: widths[name] for name in order if name in widths}
    return {**shown, "name": min(max(cells - columns_width(shown) - bool(shown), 0), of_name.most)}
