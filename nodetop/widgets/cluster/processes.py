"""The top processes of all nodes in one list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit, fit_middle
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, line_width, pad, plain
from nodetop.model.hub_api import NodeProcess
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.moment_text import moment_line
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.columns import COMMAND_TITLE, Column, Measure, columns_for
from nodetop.widgets.processes.table import command, marked

_CHROME_ROWS = 3
_SORTED_BY = {"cpu": "sort_cpu", "mem": "sort_memory"}
"""The action of each column by which a hub can sort."""


@dataclass
class ClusterProcessState(CursorList[NodeProcess]):
    """The list as the hub sent it, and the cursor in it. The hub sorts and filters: it has more rows than it sends."""

    matched: int | None = None
    """How many match on all nodes; None before the first reply."""
    shown_at: float | None = None
    """The past time that the rows are from; None: now."""
    sort: str = "cpu"
    match: str = ""

    def take(self, rows: Sequence[NodeProcess], matched: int) -> None:
        """Takes a new list; the cursor stays on its process."""
        self.rows, self.matched = rows, matched
        self.find_selected()

    def key(self, row: NodeProcess) -> tuple[str, int, float | None]:
        return (row.node, row.pid, row.started_at)


class ClusterProcessPanel(Spots):
    """One row per process, with the node first. A click on the head of a column by which the hub can sort does so."""

    name = "processes"

    def __init__(self, state: ClusterProcessState) -> None:
        self.state = state

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 20 or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        node_cells = _node_cells(inner)
        columns = columns_for(inner - node_cells - 1)
        self.state.fit(height - _CHROME_ROWS)
        visible = self.state.visible
        body = [self._header(columns, node_cells, inner, view)]
        for number, row in enumerate(visible, self.state.top):
            line = self._row(row, columns, node_cells, inner, view)
            body.append([("selected", plain(line))] if number == self.state.index else line)
        if not visible:
            body.append(pad([("dim", "  " + self._why_empty())], inner))
        return box(body, width, height, view.glyphs, title="processes of all nodes", subtitle=self._subtitle(view),
                   values=self._position(len(visible)), focused=True)  # fmt: skip

    def _header(self, columns: tuple[Column, ...], node_cells: int, cells: int, view: View) -> Line:
        line: Line = [("table.header", fit("NODE", node_cells) + " ")]
        spots: list[Spot] = []
        for column in columns:
            if column.key in _SORTED_BY:
                spots.append(Spot(1 + line_width(line), 1, column.width, _SORTED_BY[column.key]))
            is_sorted = column.key == {"cpu": "cpu", "memory": "mem"}[self.state.sort]
            title = column.title.rjust(column.width) if column.right else column.title.ljust(column.width)
            end = view.glyphs.down if is_sorted else " "
            line.append(("table.sorted" if is_sorted else "table.header", title + end))
        self.spots = spots
        return pad([*line, ("table.header", COMMAND_TITLE)], cells)

    def _row(self, row: NodeProcess, columns: tuple[Column, ...], node_cells: int, cells: int, view: View) -> Line:
        measure = Measure(now=view.now)
        line: Line = [("accent", fit_middle(clean(row.node), node_cells, view.glyphs.ellipsis) + " ")]
        for column in columns:
            style, text = column.cell(row, measure)
            line.append((style, text + " "))
        room = cells - node_cells - 1 - sum(column.width + 1 for column in columns)
        line += command(clean(row.command, 1024), clean(row.name), room, view.glyphs.ellipsis)
        if self.state.match:
            line = marked(line, (self.state.match.lower(),))
        return [("dim", plain(line))] if view.problem else line

    def _subtitle(self, view: View) -> list[Line]:
        pieces: list[Line] = [[("accent", f"by {self.state.sort}")]]
        if self.state.matched is not None:
            pieces.insert(0, [("text", str(self.state.matched))])
        if self.state.match:
            pieces.append([("label", "match "), ("match", clean(self.state.match))])
        if view.moment is not None:
            pieces.append(moment_line(view, None, is_known=self.state.shown_at == view.moment))
        return pieces

    def _position(self, visible: int) -> list[Line]:
        rows = len(self.state.rows)
        return [[("dim", f"{self.state.top + 1}-{self.state.top + visible}/{rows}")]] if visible < rows else []

    def _why_empty(self) -> str:
        if self.state.matched is None:
            return "asking the hub"
        return "no process matches" if self.state.match else "no node sends its processes"

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 2)


def _node_cells(width: int) -> int:
    if width < 100:
        return 10
    return 16 if width < 150 else 24
