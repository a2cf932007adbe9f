"""The processes: one line each, the ones on the screen alone are formatted. Pure."""

from functools import lru_cache

from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, Run, pad, plain
from nodetop.history.means import MeanSnapshot
from nodetop.model import NodeSnapshot, ProcessMetrics
from nodetop.text import clean, cut, fit, fit_right, width
from nodetop.units import UNKNOWN
from nodetop.widgets.panel_parts import LEAST_HEIGHT, LEAST_WIDTH, NUMBERS
from nodetop.widgets.process_columns import COMMAND_TITLE, CPU, SORTS, Column, column_at, columns_for
from nodetop.widgets.process_state import ProcessState
from nodetop.widgets.view import View

_CHROME_ROWS = 3  # two edges and the header
_LEAST_PROGRAM = 9
"""Where less than this would be left for the program, the path to it is not shown."""


class ProcessPanel:
    """The process table. Its state is the user's; rows are those of the view's snapshot."""

    name = "processes"

    def __init__(self, state: ProcessState | None = None) -> None:
        self.state = state or ProcessState()
        self._columns: tuple[Column, ...] = ()
        self._drawn: dict[int, tuple[ProcessMetrics, Line]] = {}
        self._drawn_for: tuple[object, ...] = ()

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        if height < LEAST_HEIGHT or width < LEAST_WIDTH:
            return _one_line(self.state, view, width, height)
        inner = width - 2
        self._columns = columns_for(inner)
        self.state.show(view.snapshot, height - _CHROME_ROWS)
        visible = self.state.visible
        body = [self._header(view, inner), *self._rows(view, visible, inner)]
        if not visible:
            body.append(pad([("dim", "  " + _why_empty(self.state, view.snapshot))], inner))
        block = box(
            body, width, height, view.glyphs, title="processes", number=NUMBERS[self.name],
            details=_details(self.state, view), values=_values(self.state, view, len(visible)),
            focused=view.focused == self.name,
        )  # fmt: skip
        return [[("dim", plain(line))] for line in block] if view.problem else block

    def sort_key_at(self, x: int) -> str:
        """What a click on the header sorts by; x is counted from the panel's left edge."""
        return column_at(self._columns, x - 1)

    def row_at(self, y: int) -> int | None:
        """The row of the list that a click at y of the panel meets, if any."""
        index = self.state.top + y - 2
        return index if y >= 2 and index < len(self.state.rows) else None

    def _header(self, view: View, cells: int) -> Line:
        mark = view.glyphs.up if _ascends(self.state) else view.glyphs.down
        line: Line = []
        for column in self._columns:
            is_sorted = column.key == self.state.sort
            # The mark stands where the blank between columns is, so that no title moves.
            title = fit_right(column.title, column.width) if column.right else fit(column.title, column.width)
            line.append(("table.sorted" if is_sorted else "table.header", title + (mark if is_sorted else " ")))
        is_sorted = self.state.sort == "command"
        line.append(("table.sorted" if is_sorted else "table.header", COMMAND_TITLE + (mark if is_sorted else "")))
        return pad(line, cells)

    def _rows(self, view: View, visible: list[ProcessMetrics], cells: int) -> list[Line]:
        divisor = cores_of(view.snapshot) if view.cpu_of_machine else 1.0
        kind = (cells, self._columns, divisor, view.glyphs, self.state.filter)
        old = self._drawn if kind == self._drawn_for else {}
        self._drawn_for = kind
        # Rows of processes that did not run are the same objects in the next snapshot: so are their lines.
        self._drawn = {
            id(row): old[id(row)] if id(row) in old else (row, self._line(row, view, divisor, cells)) for row in visible
        }
        bar = self.state.index - self.state.top
        return [
            _selected(self._drawn[id(row)][1]) if index == bar else self._drawn[id(row)][1]
            for index, row in enumerate(visible)
        ]

    def _line(self, row: ProcessMetrics, view: View, divisor: float, cells: int) -> Line:
        line: Line = []
        for column in self._columns:
            style, text = column.cell(row, divisor)
            line.append((style, text + " "))
        room = cells - sum(column.width + 1 for column in self._columns)
        line += command(clean(row.command, 1024), clean(row.name), room, view.glyphs.ellipsis)
        words = self.state.filter.words
        return marked(line, words) if words else line


@lru_cache(maxsize=4096)
def command(text: str, name: str, cells: int, ellipsis: str) -> tuple[Run, ...]:
    """A command line of exactly so many cells: the program stands out, its path and arguments do not. A process
    without one (a kernel thread, a zombie) shows its name in brackets. Both texts are clean."""
    if not text:
        return (("dim", fit(f"[{name}]", cells, ellipsis)),)
    path, slash, rest = text.partition(" ")[0].rpartition("/")
    folder = path + slash
    program, arguments = rest, text[len(folder) + len(rest) :]
    if width(folder) + _LEAST_PROGRAM > cells:
        folder = ""  # no room for the way there: the program matters more
    runs: list[Run] = []
    room = cells
    for style, part in (("dim", folder), ("value", program), ("label", arguments)):
        if part and room > 0:
            part = cut(part, room, ellipsis)
            runs.append((style, part))
            room -= width(part)
    return (*runs, ("text", " " * room)) if room > 0 else tuple(runs)


def marked(line: Line, words: tuple[str, ...]) -> Line:
    """The line with each first place of a word that its runs hold in the style of a match."""
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


def _selected(line: Line) -> Line:
    """The line as the bar: two styles on one ground, so that it reads on any theme."""
    out: Line = []
    for style, text in line:
        style = "selected.dim" if style in ("dim", "label", "faint") else "selected"
        if out and out[-1][0] == style:
            out[-1] = (style, out[-1][1] + text)
        else:
            out.append((style, text))
    return out


def cores_of(snapshot: NodeSnapshot | None) -> float:
    """How many percent of one core make one percent of the machine."""
    if snapshot is None:
        return 1.0
    if snapshot.host is not None and snapshot.host.cpu_count:
        return float(snapshot.host.cpu_count)
    return float(len(snapshot.cpu.cores) or 1) if snapshot.cpu is not None else 1.0


def _ascends(state: ProcessState) -> bool:
    return SORTS[state.sort].ascending is not state.reverse


def _details(state: ProcessState, view: View) -> list[Line]:
    summary = view.snapshot.processes if view.snapshot is not None else None
    if summary is None:
        return []
    dot = f" {view.glyphs.separator} "
    counts: Line = [("text", count_text(summary.total))]
    if summary.running is not None:
        counts.append(("dim", f"{dot}{summary.running} running"))
    if summary.zombie:
        counts.append(("warning", f"{dot}{summary.zombie} zombie"))
    if summary.threads is not None:
        counts.append(("dim", f"{dot}{count_text(summary.threads)} threads"))
    if isinstance(view.snapshot, MeanSnapshot):
        counts = [("paused", "top ones, each at its highest")]
    order = view.glyphs.up if _ascends(state) else view.glyphs.down
    details: list[Line] = [counts, [("accent", f"{state.sort} {order}")]]
    if state.filter.predicates:
        details.append([("label", "filter "), ("match", clean(state.filter.text))])
    if state.user is not None:
        details.append([("label", "user "), ("match", clean(state.user))])
    marks = ("follow", state.follow), ("no kernel threads", state.hide_kernel), ("of machine", view.cpu_of_machine)
    details += [[("label", text)] for text, is_on in marks if is_on]
    return details


def _values(state: ProcessState, view: View, visible: int) -> list[Line]:
    if visible >= len(state.rows):
        return [[("dim", str(len(state.rows)))]] if state.filter.predicates or state.user else []
    return [[("dim", f"{state.top + 1}-{state.top + visible}/{len(state.rows)}")]]


def count_text(value: int | None) -> str:
    """A count in full: people compare it with what ps says."""
    return UNKNOWN if value is None else str(value)


def _why_empty(state: ProcessState, snapshot: NodeSnapshot | None) -> str:
    if snapshot is None:
        return "waiting for the first sample"
    if snapshot.processes is None:
        report = next((report for report in snapshot.probes if report.name == "processes"), None)
        return f"not available here: {clean(report.reason)}" if report and report.reason else "not available here"
    return "no process matches" if state.filter.predicates or state.user is not None else "no processes"


def _one_line(state: ProcessState, view: View, width: int, height: int) -> list[Line]:
    """What fits in a line or two: how many there are, and the first of them."""
    state.show(view.snapshot, 1)
    summary = view.snapshot.processes if view.snapshot is not None else None
    texts: list[Line] = [[("title", "processes"), ("text", f" {count_text(summary.total if summary else None)}")]]
    row = state.current
    if row is not None:
        style, text = CPU.cell(row, cores_of(view.snapshot) if view.cpu_of_machine else 1.0)
        texts[0] += [("dim", " "), (style, text.strip() + "%"), ("text", f" {clean(row.name)}")]
    return [pad(line, width) for line in (texts + [[] for _ in range(height)])[:height]]
