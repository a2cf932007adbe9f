"""A node's CPU over the last hour as a graph, and the graphs of a small cluster side by side. Pure."""

from collections.abc import Sequence

from nodetop.base.text import clean, cut_host
from nodetop.base.text import width as width_of
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.graph import area, coloured
from nodetop.drawing.runs import Line, blank, dimmed, line_width, pad
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.panel_parts import apart, percent_field, scaled
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import DIMMED, Values, shown_state, state_mark
from nodetop.widgets.cluster.state import ClusterState

_SIZES = ((30, 3), (24, 2), (17, 2))
"""Least cells and rows of a graph, best first."""
_LEAST_LABELLED = 30
"""Below this width a name that does not fit also takes the cells of the word for the value."""
_GAP = 2


def hour_graph(values: Values, width: int, rows: int, glyphs: Glyphs) -> list[Line]:
    """The hour stretched over the whole width."""
    samples = 2 * width
    stretched = [values[number * len(values) // samples] for number in range(samples)] if values else []
    return [[run] for run in coloured(area(stretched, width, rows, 100.0, ascii_only=glyphs.ascii_only), "load")]


def node_graphs(state: ClusterState, view: View, width: int, height: int) -> list[Line]:
    """A graph for each node of the list; none if they would be too low to be of use."""
    nodes = state.listed
    columns, rows = next(filter(None, (_grid(len(nodes), width, height, *least) for least in _SIZES)), (0, 0))
    if not columns:
        return []
    cells = (width + _GAP) // columns - _GAP
    lines: list[Line] = []
    for start in range(0, len(nodes), columns):
        blocks = [_graph_of(row, state, view, cells, rows) for row in nodes[start : start + columns]]
        lines += [blank(width), *(_beside([block[index] for block in blocks], width) for index in range(rows + 1))]
    return lines


def _grid(count: int, width: int, height: int, least_cells: int, least_rows: int) -> tuple[int, int] | None:
    """How many graphs are side by side, and the rows of each; None if they would be smaller."""
    columns = min((width + _GAP) // (least_cells + _GAP), count)
    if not columns:
        return None
    lines_of_graphs = -(-count // columns)
    rows = height // lines_of_graphs - 2
    return (-(-count // lines_of_graphs), rows) if rows >= least_rows else None


def _graph_of(row: NodeStatus, state: ClusterState, view: View, cells: int, rows: int) -> list[Line]:
    head: Line = [state_mark(shown_state(row), view.glyphs), ("text", " ")]
    busy = row.cpu_busy_percent
    end: Line = [("label", " cpu"), (scaled("load", busy), apart(percent_field(busy)))]
    node, room = clean(row.node), cells - line_width(head) - line_width(end)
    if cells < _LEAST_LABELLED and width_of(node) > room:
        room += line_width(end[:1])
        end = end[1:]
    name = cut_host(node, max(room, 1), view.glyphs.ellipsis)
    title = [*pad([*head, ("value", name)], cells - line_width(end)), *end]
    lines = [pad(title, cells), *hour_graph(state.trends.get(row.node, ()), cells, rows, view.glyphs)]
    return [dimmed(line) for line in lines] if view.problem or row.state in DIMMED else lines


def _beside(parts: Sequence[Line], width: int) -> Line:
    out: Line = []
    for part in parts:
        out += [*blank(_GAP), *part] if out else part
    return pad(out, width)
