"""The top workloads of all nodes in one list. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit, fit_host
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, line_width, pad, plain
from nodetop.drawing.selection import selected
from nodetop.model.hub_api import NodeWorkload
from nodetop.widgets.base.columns import fit_columns
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.asked_list import AskedList, node_cells
from nodetop.widgets.processes.table import marked
from nodetop.widgets.workloads.columns import COLUMNS, SHOWN

_CHROME_ROWS = 3
_SORTED = {"cpu": "cpu", "memory": "mem", "io": "read"}
_LEAST_NAME = 8
_SORTED_BY = {"cpu": "sort_cpu", "mem": "sort_memory", "read": "sort_disk", "write": "sort_disk"}
"""The action of each column by which a hub can sort; it sorts by reads and writes together."""


@dataclass
class ClusterWorkloadState(AskedList[NodeWorkload]):
    """The list, and how many workloads there are."""

    total: int = 0
    """How many all nodes have, sent to the hub or not."""

    def take(self, rows: Sequence[NodeWorkload], matched: int, total: int) -> None:
        """Takes a new list; the cursor stays on its workload."""
        self.rows, self.matched, self.total = rows, matched, total
        self.find_selected()

    def key(self, row: NodeWorkload) -> tuple[str, str]:
        return (row.node, row.group)


class ClusterWorkloadPanel(Spots):
    """One row per workload, with the node first. A click on the head of a column by which the hub can sort does so."""

    name = "workloads"

    def __init__(self, state: ClusterWorkloadState) -> None:
        self.state = state

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 30 or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        name_cells = node_cells(inner)
        widths = self._widths(inner - name_cells - 1)
        self.state.fit(height - _CHROME_ROWS)
        visible = self.state.visible
        body = [self._header(widths, name_cells, inner, view)]
        for number, row in enumerate(visible, self.state.top):
            line = self._row(row, widths, name_cells, inner, view)
            body.append(selected(line) if number == self.state.index else line)
        if not visible:
            body.append(pad([("dim", "  " + self.state.why_empty("workload", "workloads", view.problem))], inner))
        return box(body, width, height, view.glyphs, title="workloads of all nodes", subtitle=self._subtitle(),
                   values=self.state.position(len(visible)), focused=True)  # fmt: skip

    def _widths(self, room: int) -> dict[str, int]:
        """The columns that fit; on the narrowest screens the one that the list is sorted by, and the name."""
        if widths := fit_columns(SHOWN, room):
            return widths
        name = _SORTED[self.state.sort]
        wide = COLUMNS[name].column.least
        return {name: wide, "name": room - wide - 1} if room - wide > _LEAST_NAME else {"name": room}

    def _header(self, widths: dict[str, int], name_cells: int, cells: int, view: View) -> Line:
        line: Line = [("table.header", fit("NODE", name_cells) + " ")]
        spots: list[Spot] = []
        for name, wide in widths.items():
            if name in _SORTED_BY:
                spots.append(Spot(1 + line_width(line), 1, wide, _SORTED_BY[name]))
            column, is_sorted = COLUMNS[name].column, name == _SORTED[self.state.sort]
            title = column.header[:wide].rjust(wide) if column.right else column.header[:wide].ljust(wide)
            line.append(
                ("table.sorted" if is_sorted else "table.header", title + (view.glyphs.down if is_sorted else " "))
            )
        self.spots = spots
        return _exact(line, cells)

    def _row(self, row: NodeWorkload, widths: dict[str, int], name_cells: int, cells: int, view: View) -> Line:
        line: Line = [("accent", fit_host(clean(row.node), name_cells, view.glyphs.ellipsis) + " ")]
        for name, wide in widths.items():
            style, text = COLUMNS[name].cell(row, wide, 1.0)
            line.append((style, text + " "))
        if self.state.match:
            line = marked(line, (self.state.match.lower(),))
        line = _exact(line, cells)
        return [("dim", plain(line))] if view.problem else line

    def _subtitle(self) -> list[Line]:
        matched: Line = [("text", str(self.state.matched)), ("dim", f" of {self.state.total}")]
        return self.state.matching(*([matched] if self.state.matched is not None else []))


def _exact(line: Line, cells: int) -> Line:
    """Without the blank after the last column, and padded."""
    style, text = line[-1]
    return pad([*line[:-1], (style, text[:-1])], cells)
