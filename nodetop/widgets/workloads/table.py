"""The list of workloads: one line each; only the visible rows are formatted. Pure."""

from nodetop.base.text import clean, fit_middle
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, Run, blank, dimmed, pad
from nodetop.drawing.selection import selected
from nodetop.history.means import MeanSnapshot
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.widgets.base.columns import columns_width
from nodetop.widgets.base.panel_parts import judged, probe_report
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.table import cores_of, marked
from nodetop.widgets.workloads.columns import COLUMNS, columns_for, name_of
from nodetop.widgets.workloads.problems import problem_lines
from nodetop.widgets.workloads.state import Branch, WorkloadState

_CHROME_ROWS = 4  # two edges, the header and the totals
_CELLS_A_LEVEL = 2
_MOST_LEVELS = 8
_COUNTED = (("pods", "pod"), ("containers", "container"), ("units", "unit"))


class WorkloadsPanel:
    """The list; its state belongs to the user, the rows are those of the view's snapshot."""

    name = "workloads"

    def __init__(self) -> None:
        self.state = WorkloadState()
        self._widths: dict[str, int] = {}
        self._inner = 0

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 12 or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        self._inner = inner
        self._widths = columns_for(inner, view.workload_columns) or {"name": inner}
        problems = problem_lines(view, inner, height - _CHROME_ROWS)
        self.state.show(view.snapshot, height - _CHROME_ROWS - len(problems))
        visible = self.state.visible
        body = [self._header(view, inner)]
        body += [self._row(row, self.state.top + number, view, inner) for number, row in enumerate(visible)]
        if not visible:
            body.append(pad([("dim", "  " + why_empty(self.state, view))], inner))
        body += [blank(inner) for _ in range(height - 3 - len(problems) - len(body))]
        body += [*problems, self._totals(view, inner)]
        block = box(
            body, width, height, view.glyphs, title="workloads", subtitle=self._subtitle(view),
            values=self._position(len(visible)), focused=True,
        )  # fmt: skip
        return [dimmed(line) for line in block] if view.problem else block

    def columns(self, chosen: tuple[str, ...] | None) -> tuple[str, ...]:
        """The names of the columns before the name with such a choice, in the width of the last drawing."""
        return tuple(name for name in columns_for(self._inner, chosen) if name != "name")

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 2)

    def sort_key_at(self, x: int) -> str:
        """The column of a click on the header; x is counted from the panel's left edge."""
        x -= 1
        for name, wide in self._widths.items():
            x -= wide + 1
            if x < 0:
                return name
        return "name"

    def _header(self, view: View, cells: int) -> Line:
        mark = view.glyphs.up if self.state.ascends else view.glyphs.down
        line: Line = []
        for name, wide in self._widths.items():
            column = COLUMNS[name].column
            title = column.header[:wide].rjust(wide) if column.right else column.header[:wide].ljust(wide)
            is_sorted = name == self.state.sort
            # The sort mark is in the blank between columns, so that no header moves.
            line.append(("table.sorted" if is_sorted else "table.header", title + (mark if is_sorted else " ")))
        return self._exact(line, cells)

    def _row(self, row: WorkloadMetrics, index: int, view: View, cells: int) -> Line:
        divisor = cores_of(view.snapshot) if view.cpu_of_machine else 1.0
        branch = self.state.branches[index] if self.state.branches else None
        line: Line = []
        for name, wide in self._widths.items():
            if name == "name":
                line += [*_name(row, branch, wide, view), ("text", " ")]
                continue
            style, text = COLUMNS[name].cell(row, wide, divisor)
            line.append((style, text + " "))
        if self.state.filter.words:
            line = marked(line, self.state.filter.words)
        line = self._exact(line, cells)
        return selected(line) if index == self.state.index else line

    def _totals(self, view: View, cells: int) -> Line:
        totals, divisor = self.state.totals, cores_of(view.snapshot) if view.cpu_of_machine else 1.0
        total = WorkloadMetrics(group="", kind="", name=f"sum of {len(self.state.counted)}",
                                **totals._asdict())  # fmt: skip
        line: Line = []
        for name, wide in self._widths.items():
            is_summed = name in ("cpu", "mem", "read", "write", "receive", "transmit", "tasks", "name")
            text = COLUMNS[name].cell(total, wide, divisor)[1] if is_summed else " " * wide
            line.append(("label", text + " "))
        return self._exact(line, cells)

    def _exact(self, line: Line, cells: int) -> Line:
        """Without the blank after the last column, and padded."""
        style, text = line[-1]
        return pad([*line[:-1], (style, text[:-1])], cells) if columns_width(self._widths) <= cells else line

    def _subtitle(self, view: View) -> list[Line]:
        summary = (view.snapshot.workloads if view.snapshot else None) or WorkloadSummary()
        counted: list[Line] = [
            [("text", f"{value} {word if value == 1 else field}")]
            for field, word in _COUNTED
            if (value := getattr(summary, field))
        ]
        order = view.glyphs.up if self.state.ascends else view.glyphs.down
        pieces = [*counted, [("accent", f"{self.state.sort} {order}")]]
        if self.state.is_tree:
            pieces.append([("accent", "tree")])
        report = probe_report(view, "workloads")
        if report is not None and report.reason and report.status == "ok":
            pieces.append([("warning", f"{view.glyphs.warning} {clean(report.reason)}")])
        if view.cpu_of_machine:
            pieces.append([("label", "of machine")])
        return pieces + self.state.filter.shown()

    def _position(self, visible: int) -> list[Line]:
        count = len(self.state.rows)
        if visible >= count:
            return [[("dim", str(count))]]
        return [[("dim", f"{self.state.top + 1}-{self.state.top + visible}/{count}")]]


def _name(row: WorkloadMetrics, branch: Branch | None, cells: int, view: View) -> list[Run]:
    runs: list[Run] = []
    if branch is not None:
        glyphs = view.glyphs
        fold = (glyphs.open if branch.is_open else glyphs.closed) if branch.below else " "
        levels = min(branch.depth, _MOST_LEVELS)
        hidden = f"+{branch.below} " if branch.below and not branch.is_open else ""
        runs.append(("accent", f"{' ' * (_CELLS_A_LEVEL * levels)}{fold} {hidden}"[:cells]))
        cells -= len(runs[0][1])
    mark = judged("memory_limit", row.memory_used_percent, view)
    if mark[1].strip() and cells > 2:
        runs.append((mark[0], f"{mark[1]} "))
        cells -= 2
    style = "dim" if row.unnamed else "value" if row.kind in ("container", "pod", "machine", "job") else "text"
    return [*runs, (style, fit_middle(name_of(row), max(cells, 0), view.glyphs.ellipsis))]


def why_empty(state: WorkloadState, view: View) -> str:
    """The text shown instead of rows."""
    snapshot = view.snapshot
    if snapshot is None:
        return "waiting for the first sample"
    if isinstance(snapshot, MeanSnapshot):
        return "history keeps no single workloads; samples in memory do"
    if snapshot.workloads is None:
        report = probe_report(view, "workloads")
        return f"not available here: {clean(report.reason)}" if report and report.reason else "not available here"
    return "no workload matches" if state.filter.predicates else "no workloads"
