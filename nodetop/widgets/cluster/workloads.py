"""The top workloads of all nodes in one list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit, fit_middle
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad, plain
from nodetop.model.hub_api import NodeWorkload
from nodetop.widgets.base.columns import fit_columns
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.table import marked
from nodetop.widgets.workloads.columns import COLUMNS, SHOWN

_CHROME_ROWS = 3
_SORTED = {"cpu": "cpu", "memory": "mem", "io": "read"}


@dataclass
class ClusterWorkloadState(CursorList[NodeWorkload]):
    """The list as the hub sent it, and the cursor in it. The hub sorts and filters: it has more rows than it sends."""

    matched: int | None = None
    """How many match on all nodes; None before the first reply."""
    total: int = 0
    """How many all nodes have, sent to the hub or not."""
    sort: str = "cpu"
    match: str = ""

    def take(self, rows: Sequence[NodeWorkload], matched: int, total: int) -> None:
        """Takes a new list; the cursor stays on its workload."""
        self.rows, self.matched, self.total = rows, matched, total
        self.find_selected()

    def key(self, row: NodeWorkload) -> tuple[str, str]:
        return (row.node, row.group)


class ClusterWorkloadPanel:
    """One row per workload, with the node first."""

    name = "workloads"

    def __init__(self, state: ClusterWorkloadState) -> None:
        self.state = state

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 30 or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        node_cells = 10 if inner < 100 else 16 if inner < 150 else 24
        widths = fit_columns(SHOWN, inner - node_cells - 1)
        self.state.fit(height - _CHROME_ROWS)
        visible = self.state.visible
        body = [self._header(widths, node_cells, inner, view)]
        for number, row in enumerate(visible, self.state.top):
            line = self._row(row, widths, node_cells, inner, view)
            body.append([("selected", plain(line))] if number == self.state.index else line)
        if not visible:
            body.append(pad([("dim", "  " + self._why_empty())], inner))
        return box(body, width, height, view.glyphs, title="workloads of all nodes", subtitle=self._subtitle(),
                   values=self._position(len(visible)), focused=True)  # fmt: skip

    def _header(self, widths: dict[str, int], node_cells: int, cells: int, view: View) -> Line:
        line: Line = [("table.header", fit("NODE", node_cells) + " ")]
        for name, wide in widths.items():
            column, is_sorted = COLUMNS[name].column, name == _SORTED[self.state.sort]
            title = column.header[:wide].rjust(wide) if column.right else column.header[:wide].ljust(wide)
            line.append(
                ("table.sorted" if is_sorted else "table.header", title + (view.glyphs.down if is_sorted else " "))
            )
        return _exact(line, cells)

    def _row(self, row: NodeWorkload, widths: dict[str, int], node_cells: int, cells: int, view: View) -> Line:
        line: Line = [("accent", fit_middle(clean(row.node), node_cells, view.glyphs.ellipsis) + " ")]
        for name, wide in widths.items():
            style, text = COLUMNS[name].cell(row, wide, 1.0)
            line.append((style, text + " "))
        if self.state.match:
            line = marked(line, (self.state.match.lower(),))
        line = _exact(line, cells)
        return [("dim", plain(line))] if view.problem else line

    def _subtitle(self) -> list[Line]:
        pieces: list[Line] = [[("accent", f"by {self.state.sort}")]]
        if self.state.matched is not None:
            pieces.insert(0, [("text", str(self.state.matched)), ("dim", f" of {self.state.total}")])
        if self.state.match:
            pieces.append([("label", "match "), ("match", clean(self.state.match))])
        return pieces

    def _position(self, visible: int) -> list[Line]:
        rows = len(self.state.rows)
        return [[("dim", f"{self.state.top + 1}-{self.state.top + visible}/{rows}")]] if visible < rows else []

    def _why_empty(self) -> str:
        if self.state.matched is None:
            return "asking the hub"
        return "no workload matches" if self.state.match else "no node sends its workloads"

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 2)


def _exact(line: Line, cells: int) -> Line:
    """Without the blank after the last column, and padded."""
    style, text = line[-1]
    return pad([*line[:-1], (style, text[:-1])], cells)
