"""The nodes of a cluster, one row each. Pure."""

from collections.abc import Sequence

from nodetop.base.text import clean, fit_middle
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, Run, blank, pad
from nodetop.drawing.selection import selected
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.columns import columns_width, fit_columns
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import COLUMNS, DIMMED, TREND, shown_columns, sparkline
from nodetop.widgets.cluster.hour import node_graphs
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.processes.table import marked

_CHROME_ROWS = 3  # two edges and the header


class ClusterTablePanel:
    """The node list; its state is shared with the other panels of the cluster screen."""

    name = "nodes"

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        self._widths: dict[str, int] = {}

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 4 or height < _CHROME_ROWS:
            return [blank(max(width, 0)) for _ in range(height)]
        inner = width - 2
        has_tags = any(row.tags for row in self.state.nodes)
        self._widths = fit_columns(shown_columns(view, has_tags=has_tags), inner) or {"name": inner}
        self.state.show(height - _CHROME_ROWS, has_headings=True)
        visible = self.state.visible
        body = [self._header(view, inner)]
        body += [
            _heading(row, view, inner)
            if isinstance(row, str)
            else self._row(row, view, inner, is_selected=self.state.top + number == self.state.index)
            for number, row in enumerate(visible)
        ]
        if len(visible) == len(self.state.rows):  # a small cluster: the rest of the screen is for graphs
            body += node_graphs(self.state, view, inner, height - _CHROME_ROWS - len(visible))
        if not visible:
            body.append(pad([("dim", "  " + why_empty(self.state, view.problem))], inner))
        return box(
            body, width, height, view.glyphs, title="nodes", subtitle=subtitle(self.state, view),
            values=position(self.state, len(visible)), focused=True,
        )  # fmt: skip

    def _header(self, view: View, cells: int) -> Line:
        line: Line = []
        for name, wide in self._widths.items():
            column = COLUMNS[name].column
            title = column.header[:wide]
            text = title.rjust(wide) if column.right else title.ljust(wide)
            if name == self.state.sort:
                order = view.glyphs.up if self.state.ascends else view.glyphs.down
                # The sort mark is in the blank after the column, so that no header moves.
                line.append(("table.sorted", text + order if column.right else (title + order).ljust(wide + 1)))
            else:
                line.append(("table.header", text + " "))
        return pad(line, cells)

    def _row(self, row: NodeStatus, view: View, cells: int, *, is_selected: bool) -> Line:
        line: Line = []
        for name, wide in self._widths.items():
            line += [*self._cell(name, row, view, wide), ("text", " ")]
        line[-1] = ("text", " " * (cells - columns_width(self._widths)))
        if not line[-1][1]:
            line.pop()
        if self.state.filter.words:
            line = marked(line, self.state.filter.words)
        if row.state in DIMMED or view.problem:
            line = _dimmed(without_tracks(line))
        return selected(without_tracks(line)) if is_selected else line

    def _cell(self, name: str, row: NodeStatus, view: View, cells: int) -> Sequence[Run]:
        if name == TREND:
            return (sparkline(self.state.trends.get(row.node, ()), cells, view.glyphs),)
        return COLUMNS[name].cell(row, view, cells)

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 2)

    def sort_key_at(self, x: int) -> str | None:
        """The column of a click on the header; x is counted from the panel's left edge."""
        x -= 1
        for name, wide in self._widths.items():
            x -= wide + 1
            if x < 0:
                return "cpu" if name == TREND else name
        return None


def _heading(text: str, view: View, cells: int) -> Line:
    return [("label", fit_middle(text, cells, view.glyphs.ellipsis))]


def without_tracks(line: Line) -> Line:
    """Replaces the unfilled part of meters by blanks: in one colour with the rest it would look full."""
    return [(style, " " * len(text) if style == "faint" else text) for style, text in line]


def _dimmed(line: Line) -> Line:
    """Old values: dimmed, except the mark and the age."""
    loud = ("critical", "warning")
    return [(style if style in loud else "dim", text) for style, text in line]


def subtitle(state: ClusterState, view: View) -> list[Line]:
    """Text in the top edge of a panel of nodes."""
    order = view.glyphs.up if state.ascends else view.glyphs.down
    pieces: list[Line] = [[("text", str(len(state.nodes)))], [("accent", f"{COLUMNS[state.sort].title} {order}")]]
    if state.group:
        pieces.append([("accent", f"by {clean(state.group)}")])
    return pieces + state.filter.shown()


def position(state: ClusterState, visible: int) -> list[Line]:
    """Which part of the list is visible; nothing if all of it is."""
    if visible < len(state.rows):
        first = sum(not isinstance(row, str) for row in state.rows[: state.top])
        shown = sum(not isinstance(row, str) for row in state.visible)
        return [[("dim", f"{first + 1}-{first + shown}/{len(state.listed)}")]]
    return [[("dim", str(len(state.listed)))]] if state.filter.predicates else []


def why_empty(state: ClusterState, problem: str | None) -> str:
    """The text shown instead of rows. `problem`: why the hub's data is not fresh, which the last line
    says."""
    if state.nodes:
        return "no node matches"
    if problem is not None and state.summary is None:
        return "the hub has not answered"
    return "waiting for the hub" if state.summary is None else "no node has sent anything yet"
