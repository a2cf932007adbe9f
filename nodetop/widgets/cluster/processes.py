"""The top processes of all nodes in one list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit, fit_host
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, line_width, pad, plain
from nodetop.drawing.selection import selected
from nodetop.model.hub_api import NodeProcess
from nodetop.widgets.base.columns import apart_from_mark
from nodetop.widgets.base.moment_text import moment_line
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.asked_list import AskedList, node_cells
from nodetop.widgets.processes.columns import COMMAND_TITLE, Column, Measure, columns_for
from nodetop.widgets.processes.command import command
from nodetop.widgets.processes.table import marked

_CHROME_ROWS = 3
_SORTED_BY = {"cpu": "sort_cpu", "mem": "sort_memory"}
"""The action of each column by which a hub can sort."""


@dataclass
class ClusterProcessState(AskedList[NodeProcess]):
    """The list, and of which time it is."""

    shown_at: float | None = None
    """The past time that the rows are from; None: now."""

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
        name_cells = node_cells(inner)
        columns = columns_for(inner - name_cells - 1)
        self.state.fit(height - _CHROME_ROWS)
        visible = self.state.visible
        body = [self._header(columns, name_cells, inner, view)]
        for number, row in enumerate(visible, self.state.top):
            line = self._row(row, columns, name_cells, inner, view)
            body.append(selected(line) if number == self.state.index else line)
        if not visible:
            body.append(pad([("dim", "  " + self.state.why_empty("process", "processes", view.problem))], inner))
        return box(body, width, height, view.glyphs, title="processes of all nodes", subtitle=self._subtitle(view),
                   values=self.state.position(len(visible)), focused=True)  # fmt: skip

    def _header(self, columns: tuple[Column, ...], name_cells: int, cells: int, view: View) -> Line:
        line: Line = [("table.header", fit("NODE", name_cells) + " ")]
        spots: list[Spot] = []
        for column in columns:
            if column.key in _SORTED_BY:
                spots.append(Spot(1 + line_width(line), 1, column.width, _SORTED_BY[column.key]))
            is_sorted = column.key == {"cpu": "cpu", "memory": "mem"}[self.state.sort]
            title = column.title.rjust(column.width) if column.right else column.title.ljust(column.width)
            end = view.glyphs.down if is_sorted else " "
            line.append(("table.sorted" if is_sorted else "table.header", title + end))
        self.spots = spots
        return pad(apart_from_mark([*line, ("table.header", COMMAND_TITLE)]), cells)

    def _row(self, row: NodeProcess, columns: tuple[Column, ...], name_cells: int, cells: int, view: View) -> Line:
        measure = Measure(now=view.now)
        line: Line = [("accent", fit_host(clean(row.node), name_cells, view.glyphs.ellipsis) + " ")]
        for column in columns:
            style, text = column.cell(row, measure)
            line.append((style, text + " "))
        room = cells - name_cells - 1 - sum(column.width + 1 for column in columns)
        line += command(row, room, view.glyphs.ellipsis)
        if self.state.match:
            line = marked(line, (self.state.match.lower(),))
        return [("dim", plain(line))] if view.problem else line

    def _subtitle(self, view: View) -> list[Line]:
        matched = self.state.matched
        pieces = self.state.matching(*([[("text", str(matched))]] if matched is not None else []))
        if view.moment is not None:
            pieces.append(moment_line(view, None, is_known=self.state.shown_at == view.moment))
        return pieces
