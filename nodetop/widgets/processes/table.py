"""The process table: one line each; only the visible rows are formatted. Pure."""

from collections.abc import Sequence

from nodetop.base.lingering import Lingering
from nodetop.base.text import clean, fit, fit_middle, fit_right, width
from nodetop.base.units import UNKNOWN
from nodetop.drawing.box import box
from nodetop.drawing.glyphs import UNICODE
from nodetop.drawing.runs import Line, Run, line_width, pad, plain
from nodetop.drawing.selection import selected
from nodetop.model.panels import DIGITS
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.base.columns import apart_from_mark
from nodetop.widgets.base.panel_parts import LEAST_HEIGHT, LEAST_WIDTH
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.arrivals import NEW_MARK, arrived, new_since
from nodetop.widgets.processes.branches import branches
from nodetop.widgets.processes.columns import (
    BESIDE,
    COMMAND_TITLE,
    CONTAINER,
    CPU,
    NAME,
    Column,
    Measure,
    column_at,
    columns_for,
    is_automatic,
    sort_columns,
)
from nodetop.widgets.processes.command import command
from nodetop.widgets.processes.forest import Place
from nodetop.widgets.processes.state import ProcessState
from nodetop.widgets.processes.title import ascends, count_text, position, subtitle
from nodetop.widgets.processes.trends import Trends

_CHROME_ROWS = 3  # two edges (one if joined) and the header
_FEW = 0.05
"""Where fewer processes than this share are in a container or unit, its column would be one of dashes."""


class ProcessPanel:
    """The process table. Its state belongs to the user; rows are those of the view's snapshot."""

    name = "processes"

    def __init__(self, state: ProcessState | None = None) -> None:
        self.state = state or ProcessState()
        self._columns: tuple[Column, ...] = ()
        self._room = self._inner = 0
        self._asked: dict[str, tuple[NodeSnapshot | None, bool]] = {}
        """By field: the sample that was asked whether any process has it, and the answer."""
        self._named = False
        """Whether commands begin with the name of the process, because it has no column."""
        self._lingering = Lingering()
        self._trends = Trends()
        self._drawn: dict[object, tuple[ProcessMetrics, Line]] = {}
        self._drawn_for: tuple[object, ...] = ()

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        if height < LEAST_HEIGHT or width < LEAST_WIDTH:
            return _one_line(self.state, view, width, height)
        inner = self._inner = width - 2
        self._columns = self._chosen(view, view.columns)
        self._room = inner - sum(column.width + 1 for column in self._columns)
        joined = self.name in view.joined
        self.state.show(view.snapshot, height - _CHROME_ROWS + joined)
        visible = self.state.visible
        body = [self._header(view, inner), *self._rows(view, visible, inner)]
        if not visible:
            body.append(pad([("dim", "  " + _why_empty(self.state, view.snapshot))], inner))
        block = box(
            body, width, height, view.glyphs, title="processes", number=DIGITS.get(self.name),
            subtitle=subtitle(self.state, view), values=position(self.state, len(visible)),
            focused=view.focused == self.name, joined=joined,
        )  # fmt: skip
        return [[("dim", plain(line))] for line in block] if view.problem else block

    def _chosen(self, view: View, chosen: tuple[str, ...] | None) -> tuple[Column, ...]:
        wanted = chosen or ()
        if self.state.sort in BESIDE and is_automatic(chosen) and "+iowait" not in wanted:
            wanted = wanted if self._has("io_wait_percent", view.snapshot) else (*wanted, "-iowait")
        columns = columns_for(self._inner, wanted or None, self.state.sort)
        is_asked_for = "+container" in wanted or not is_automatic(chosen)
        if CONTAINER in columns and not is_asked_for and not self._has("container", view.snapshot, _FEW):
            columns = tuple(column for column in columns if column is not CONTAINER)
        return columns

    def _has(self, field: str, snapshot: NodeSnapshot | None, share: float = 0.0) -> bool:
        """Whether any process has a value of this field, or more than this share of those with a command line (all of
        the machine, so that no column comes and goes with the rows in view); computed once per sample."""
        asked, has_some = self._asked.get(field, (None, False))
        if asked is not snapshot:
            rows = snapshot.processes.rows if snapshot is not None and snapshot.processes is not None else ()
            if share:
                known = sum(getattr(row, field) is not None for row in rows)
                is_known = known > share * sum(bool(row.command) for row in rows)
            else:
                is_known = any(getattr(row, field) is not None for row in rows)
            has_some = self._lingering.stays(field, is_known, snapshot.taken_at if snapshot else 0.0)
            self._asked[field] = snapshot, has_some
        return has_some

    def columns(self, view: View, chosen: tuple[str, ...] | None) -> tuple[str, ...]:
        """The names of the columns before the command with such a choice, in the width of the last drawing."""
        return tuple(column.key for column in self._chosen(view, chosen))

    def sort_key_at(self, x: int) -> str:
        """What a click on the header sorts by; x is counted from the panel's left edge."""
        return column_at(self._columns, x - 1)

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 2)

    def _header(self, view: View, cells: int) -> Line:
        mark = view.glyphs.up if ascends(self.state) else view.glyphs.down
        by = (self.state.sort, *sort_columns(self.state.sort))
        line: Line = []
        for column in self._columns:
            is_sorted = column.key in by
            # The sort mark is in the blank between columns, so that no header moves.
            title = fit_right(column.title, column.width) if column.right else fit(column.title, column.width)
            line.append(("table.sorted" if is_sorted else "table.header", title + (mark if is_sorted else " ")))
        is_sorted = self.state.sort == "command"
        line.append(("table.sorted" if is_sorted else "table.header", COMMAND_TITLE + (mark if is_sorted else "")))
        return pad(apart_from_mark(line), cells)

    def fold_at(self, x: int, y: int) -> int | None:
        """Index of the row whose tree lines were clicked, if it can be opened or closed; else None."""
        index = self.row_at(x, y)
        if index is None or index >= len(self.state.places) or not self.state.places[index].is_foldable:
            return None
        wide = line_width(branches(self.state.places, index, UNICODE, self._room))
        return index if 0 <= x - 1 - sum(column.width + 1 for column in self._columns) < wide else None

    def _rows(self, view: View, visible: Sequence[ProcessMetrics], cells: int) -> list[Line]:
        state, snapshot = self.state, view.snapshot
        keys = {column.key for column in self._columns}
        self._named = NAME.key not in keys
        trends = self._trends if "trend" in keys else None
        if trends is not None:
            trends.look(view)
        cores = cores_of(snapshot) if view.cpu_of_machine else 1.0
        measure = Measure(cores, snapshot.taken_at if snapshot else 0.0)
        minute = measure.now // 60 if keys & {"age", "start"} else None
        kind = (cells, self._columns, measure.divisor, view.glyphs, state.filter, minute, view.command_folders)
        old = self._drawn if kind == self._drawn_for else {}
        self._drawn_for, self._drawn = kind, {}
        lines: list[Line] = []
        since, ended = new_since(snapshot), state.ended.ids
        for index, row in enumerate(visible, state.top):
            # Rows of processes that did not run are the same objects in the next snapshot: so are their lines.
            place: Place | None = None
            trend = trends.text(row) if trends is not None else ""
            key: object = (id(row), trend)
            before: tuple[Run, ...] = ()
            if state.places:
                place = state.places[index]
                row = place.sums or row
                before = tuple(branches(state.places, index, view.glyphs, self._room))
                key = (id(row), before, place.is_way, trend)
            drawn = old.get(key)
            if drawn is None:
                drawn = (row, self._line(row, view, Measure(measure.divisor, measure.now, trend), place, before))
            self._drawn[key] = drawn
            line: Line = drawn[1]
            if id(row) in ended:
                line = [("dim", plain(line))]
            if state.tags.keys and state.is_tagged(index):
                line = tagged(line, view.glyphs.dot)
            elif row.started_at is not None and row.started_at > since and self._columns:
                line = arrived(line, NEW_MARK)
            lines.append(selected(line) if index == state.index else line)
        return lines

    def _line(
        self, row: ProcessMetrics, view: View, measure: Measure, place: Place | None, before: Sequence[Run]
    ) -> Line:
        line: Line = []
        is_group = place is not None and place.group is not None
        for column in self._columns:
            style, text = column.cell(row, measure)
            if is_group or row.thread_of is not None:
                text = _of_others(column, text, is_group=is_group)
            line.append((style, text + " "))
        line += before
        room = self._room - sum(width(text) for _, text in before)
        if is_group or row.thread_of is not None:
            name = clean(row.name)
            line.append(("value", fit_middle(name, room)) if is_group else ("label", fit_middle(f"{{{name}}}", room)))
        else:
            line += command(row, room, view.glyphs.ellipsis, folders=view.command_folders, named=self._named)
        if place is not None and place.is_way:
            line = [("dim", plain(line))]
        words = self.state.filter.words
        return marked(line, words) if words else line


_NOT_OF_GROUPS = frozenset({"pid", "ppid", "trend", "name", "start"})
_SHARED_IN_GROUPS = frozenset({"user", "nice", "priority", "container"})
_NOT_OF_THREADS = frozenset({"mem", "rss", "shared", "virt", "threads", "read", "write", "io"})


def _of_others(column: Column, text: str, *, is_group: bool) -> str:
    """A cell in the header of a group, or of a thread: blank for what only a process has, and where members differ."""
    if is_group:
        is_blank = column.key in _NOT_OF_GROUPS or (column.key in _SHARED_IN_GROUPS and text.strip() == UNKNOWN)
    else:
        is_blank = column.key in _NOT_OF_THREADS
    return " " * column.width if is_blank else text


def marked(line: Line, words: tuple[str, ...]) -> Line:
    """The line with the first occurrence of each word in its runs highlighted as a match."""
    out: Line = []
    for style, text in line:
        low = text.lower()
        starts = (
            [(start, len(word)) for word in words if (start := low.find(word)) >= 0] if len(low) == len(text) else []
        )
        end = 0
        for start, length in sorted(starts):
            if start >= end:
                out += [run for run in ((style, text[end:start]), ("match", text[start : start + length])) if run[1]]
                end = start + length
        if end < len(text):
            out.append((style, text[end:]))
    return out


def tagged(line: Line, mark: str) -> Line:
    """The line of a tagged process: a mark in the blank after its first column, and its own colour."""
    (_, first), *rest = line
    return [("key", first[:-1] + mark), *(("key" if style == "value" else style, text) for style, text in rest)]


def cores_of(snapshot: NodeSnapshot | None) -> float:
    """How many percent of one core make one percent of the machine."""
    if snapshot is None:
        return 1.0
    if snapshot.host is not None and snapshot.host.cpu_count:
        return float(snapshot.host.cpu_count)
    return float(len(snapshot.cpu.cores) or 1) if snapshot.cpu is not None else 1.0


def _why_empty(state: ProcessState, snapshot: NodeSnapshot | None) -> str:
    if snapshot is None:
        return "waiting for the first sample"
    if snapshot.processes is None:
        report = next((report for report in snapshot.probes if report.name == "processes"), None)
        return f"not available here: {clean(report.reason)}" if report and report.reason else "not available here"
    return "no process matches" if state.filter.predicates or state.user is not None else "no processes"


def _one_line(state: ProcessState, view: View, width: int, height: int) -> list[Line]:
    """What fits in a line or two: the number of processes, and the first of them."""
    state.show(view.snapshot, 1)
    summary = view.snapshot.processes if view.snapshot is not None else None
    texts: list[Line] = [[("title", "processes"), ("text", f" {count_text(summary.total if summary else None)}")]]
    row = state.current
    if row is not None:
        style, text = CPU.cell(row, Measure(cores_of(view.snapshot) if view.cpu_of_machine else 1.0))
        texts[0] += [("dim", " "), (style, text.strip() + "%"), ("text", f" {clean(row.name)}")]
    return [pad(line, width) for line in (texts + [[] for _ in range(height)])[:height]]
