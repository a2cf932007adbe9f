"""One workload on the whole screen: its limits, its use over time, its pressure, its processes, its journal. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_right
from nodetop.drawing.box import box
from nodetop.drawing.graph import area, coloured, nice_top
from nodetop.drawing.runs import Line, beside, blank, dimmed, pad
from nodetop.drawing.selection import selected
from nodetop.model.cgroups import JournalPart, WorkloadMetrics
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.panel_parts import in_a_row, rate_text, rate_top
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.command import command
from nodetop.widgets.workloads.columns import name_of
from nodetop.widgets.workloads.journal_lines import journal_lines

_LEAST_WIDTH, _LEAST_HEIGHT = 24, 6
_GRAPHS_SHARE = 0.4
"""Of the rows below the facts; the rest is for processes and the journal."""
_MOST_GRAPH = 6
_GAP = 2


@dataclass(eq=False, repr=False)
class WorkloadPageState(CursorList[ProcessMetrics]):
    """The workload, by its group, and its processes as the shown sample has them."""

    group: str = ""
    row: WorkloadMetrics | None = None
    """As last seen; it may have ended since."""
    is_there: bool = False
    members: frozenset[int] | None = None
    """The PIDs of its processes; None: not known, as in the past, so that their containers' names are compared."""
    journal: JournalPart | None = None
    """As last read; None: not read yet."""

    def key(self, row: ProcessMetrics) -> tuple[int, float | None]:
        return row.pid, row.started_at

    def follow(self, snapshot: NodeSnapshot | None) -> None:
        """Takes the workload and its processes from a snapshot."""
        found = workload_in(snapshot, self.group)
        self.is_there = found is not None
        self.row = found or self.row
        self.rows = processes_of(snapshot, found, self.members)
        self.find_selected()


def workload_in(snapshot: NodeSnapshot | None, group: str) -> WorkloadMetrics | None:
    """The workload of this group in a snapshot."""
    rows = snapshot.workloads.rows if snapshot is not None and snapshot.workloads is not None else ()
    return next((row for row in rows if row.group == group), None)


def processes_of(
    snapshot: NodeSnapshot | None, workload: WorkloadMetrics | None, members: frozenset[int] | None = None
) -> list[ProcessMetrics]:
    """Its processes, and those of all workloads inside it, the busiest first. `members` are their PIDs, if known."""
    if snapshot is None or snapshot.processes is None or snapshot.workloads is None or workload is None:
        return []
    if members is not None:
        return _busiest_first(row for row in snapshot.processes.rows if row.pid in members)
    inside = workload.group + "/"
    names = {
        row.container for row in snapshot.workloads.rows if row.group == workload.group or row.group.startswith(inside)
    }
    names.discard(None)
    return _busiest_first(row for row in snapshot.processes.rows if row.container in names)


def _busiest_first(rows: Iterable[ProcessMetrics]) -> list[ProcessMetrics]:
    return sorted(rows, key=SORTS["cpu"].value, reverse=True)


def _field_of(group: str, field: str, snapshot: NodeSnapshot) -> float | None:
    found = workload_in(snapshot, group)
    return None if found is None else getattr(found, field)


class WorkloadPagePanel:
    """The page; its state says which workload it is about."""

    name = "workload"

    def __init__(self, group: str) -> None:
        self.state = WorkloadPageState(group=group)
        self._series = SeriesKeeper()
        self._above = 0

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
            return [blank(max(width, 0)) for _ in range(height)]
        state, inner = self.state, width - 2
        state.follow(view.snapshot)
        row = state.row or WorkloadMetrics(group=state.group, kind="group")
        body = [pad(line, inner) for line in facts(row, view, inner)]
        body += self._graphs(row, view, inner, height - 2 - len(body))
        journal = journal_lines(state.journal, view, inner, height - 2 - len(body) - 1)
        body.append(_header(len(state.rows), inner))
        self._above = len(body) + 1
        state.fit(max(height - 2 - len(body) - len(journal), 1))
        body += [
            _process(each, inner, view, is_chosen=number == state.index)
            for number, each in enumerate(state.visible, state.top)
        ]
        body += [*(blank(inner) for _ in range(height - 2 - len(body) - len(journal))), *journal]
        block = box(
            body[: height - 2], width, height, view.glyphs, title=clean(row.kind).replace("_", " "),
            subtitle=[[("value", name_of(row))], *([] if state.is_there else [[("warning", "not in this sample")]])],
            focused=True,
        )  # fmt: skip
        return [dimmed(line) for line in block] if view.problem else block

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the process at this place; None where there is none."""
        return self.state.row_at(y - self._above)

    def _graphs(self, row: WorkloadMetrics, view: View, width: int, room: int) -> list[Line]:
        """CPU and memory against their limits, and below them both directions of the network where they are known."""
        has_network = row.network is not None
        rows = min(int(_GRAPHS_SHARE * room / (3 if has_network else 2)), _MOST_GRAPH)
        if rows < 1:
            return []
        least = min(filter(None, (row.memory_limit_bytes, row.memory_high_bytes)), default=None)
        lines = self._graph(view, width, rows, "cpu_percent", "load", "CPU", _percents, _cpu_limit(row))
        lines += self._graph(view, width, rows, "memory_bytes", "memory", "memory", units.size, least)
        if has_network:
            left = (width - _GAP) // 2
            received = self._rates(view, left, rows, "receive", view.glyphs.receive)
            sent = self._rates(view, width - _GAP - left, rows, "transmit", view.glyphs.transmit)
            lines += beside([pad(line, left + _GAP) for line in received], sent)
        return lines

    def _graph(
        self, view: View, width: int, rows: int, field: str, gradient: str, title: str,
        text: Callable[[float | None], str], limit: float | None,
    ) -> list[Line]:  # fmt: skip
        values = self._values(view, field, width)
        now = values[-1] if values else None
        top = limit or nice_top(values, 1.0)
        share = "" if limit is None or now is None else f"  {100 * now / limit:.0f}% of the limit of {text(limit)}"
        head: Line = [("label", f"{title} "), ("value", text(now)), ("dim", share or f"  no limit; top is {text(top)}")]
        return [pad(head, width), *_area(values, width, rows, top, gradient, view)]

    def _rates(self, view: View, width: int, rows: int, way: str, arrow: str) -> list[Line]:
        values = self._values(view, f"{way}_bytes_per_second", width)
        top = rate_top(view, values)
        now = rate_text(view, values[-1] if values else None).strip()
        head: Line = [("label", f"{arrow} {way} "), ("value", now), ("dim", f"  top is {rate_text(view, top).strip()}")]
        return [pad(head, width), *_area(values, width, rows, top, way, view)]

    def _values(self, view: View, field: str, width: int) -> list[float | None]:
        group = self.state.group
        return self._series.last(view, (group, field), partial(_field_of, group, field), 2 * width)


def _area(values: Sequence[float | None], width: int, rows: int, top: float, gradient: str, view: View) -> list[Line]:
    return [[run] for run in coloured(area(values, width, rows, top, ascii_only=view.glyphs.ascii_only), gradient)]


def _percents(value: float | None) -> str:
    return units.UNKNOWN if value is None else f"{value:.0f}%"


def _cpu_limit(row: WorkloadMetrics) -> float | None:
    return None if row.cpu_limit_cores is None else 100 * row.cpu_limit_cores


def facts(row: WorkloadMetrics, view: View, width: int) -> list[Line]:
    """What is known of it apart from its use over time, in lines of at most so many cells."""
    identity = [("group", row.group), ("runtime", row.runtime), ("id", row.id), ("name", row.unnamed)]
    lines: list[Line] = [
        in_a_row([[("label", f"{label} "), ("text", fit(clean(text, 4096), max(width - len(label) - 2, 1)).rstrip())]],
                 width)
        for label, text in identity
        if text
    ]  # fmt: skip
    lines.append(
        in_a_row(
            [
                _fact("tasks", units.count(row.tasks), units.count(row.tasks_limit) if row.tasks_limit else None),
                _fact("swap", units.size(row.swap_bytes)),
                _fact("high", units.size(row.memory_high_bytes)) if row.memory_high_bytes else [],
                _fact("OOM kills", units.count(row.oom_kills), style="critical" if row.oom_kills else "value"),
                _fact("throttled", _percents(row.cpu_throttled_percent)),
            ],
            width,
        )
    )
    lines.append(
        in_a_row(
            [
                _fact("read", f"{units.size(row.read_bytes_per_second)}/s"),
                _fact("write", f"{units.size(row.write_bytes_per_second)}/s"),
                _fact("reads", f"{units.count(row.reads_per_second)}/s"),
                _fact("writes", f"{units.count(row.writes_per_second)}/s"),
            ],
            width,
        )
    )
    lines += [in_a_row(each, width) for each in _network(row, view)]
    waits = (row.cpu_pressure_percent, row.memory_pressure_percent, row.io_pressure_percent)
    if any(value is not None for value in waits):
        pieces = [_fact(name, _percents(value)) for name, value in zip(("CPU", "memory", "I/O"), waits, strict=True)]
        lines.append(in_a_row([[("label", "waited in 10 s for:")], *pieces], width))
    return lines


def _network(row: WorkloadMetrics, view: View) -> list[list[Line]]:
    """The rates, and what they do not count."""
    if row.network is None:
        return [[[("label", "network "), ("dim", "not known here: x says why")]]]
    rates = [
        _fact("received", rate_text(view, row.receive_bytes_per_second).strip()),
        _fact("transmitted", rate_text(view, row.transmit_bytes_per_second).strip()),
        _fact("sent again", f"{units.count(row.retransmits_per_second)}/s"),
    ]
    if row.network == "interfaces":
        return [[*rates, [("dim", "UDP counted too")]]]
    inside = "of what has no interfaces of its own, " if row.network == "both" else ""
    return [rates, [[("dim", f"{inside}TCP only: UDP and connections closed between readings are not counted")]]]


def _fact(label: str, text: str, limit: str | None = None, style: str = "value") -> Line:
    line: Line = [("label", f"{label} "), (style, text)]
    return [*line, ("dim", f" of {limit}")] if limit else line


def _header(count: int, width: int) -> Line:
    return pad([("table.header", f"{'PID':>7} {'CPU%':>5} {'RSS':>5} COMMAND"), ("dim", f"  {count}")], width)


def _process(row: ProcessMetrics, width: int, view: View, *, is_chosen: bool) -> Line:
    cpu = units.UNKNOWN if row.cpu_percent is None else f"{row.cpu_percent:.1f}"
    start = f"{fit_right(str(row.pid), 7)} {fit_right(cpu, 5)} {fit_right(units.size(row.resident_bytes), 5)} "
    line: Line = pad([("text", start), *command(row, max(width - len(start), 1), view.glyphs.ellipsis)], width)
    return selected(line) if is_chosen else line
