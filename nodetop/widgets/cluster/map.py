"""All nodes of a cluster as tiles, as large as the screen allows: hundreds of nodes at a glance. Pure."""

from collections.abc import Mapping

from nodetop.base import units
from nodetop.base.text import clean, fit, fit_host, fit_right
from nodetop.drawing.box import box
from nodetop.drawing.meter import meter, step
from nodetop.drawing.runs import Line, Run, blank, dimmed, pad
from nodetop.drawing.selection import selected
from nodetop.model.quantities import QUANTITIES
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.panel_parts import judged
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import DIMMED, shown_state, state_mark
from nodetop.widgets.cluster.hour import hour_graph
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.table import position, subtitle, why_empty, without_tracks

LEAST_TILE = 3
MOST_TILE = 24
_TALL_TILE = 14
"""From this width on, if there are enough rows, a tile has two lines: name and meter."""

LEAST_LARGE = 5
"""Lines of a large tile at the least: name, meter, and the last hour as a graph."""

METRICS: Mapping[str, Quantity] = {
    each.column_name: each for each in QUANTITIES if each.column and each.unit in ("percent", "celsius")
}
"""What tiles can show: numbers from 0 to about 100."""


class ClusterMapPanel:
    """One tile per node, in the order of the list. A node that is late or worse shows its state instead of a number."""

    name = "map"

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        self.metric = "cpu"
        self._tile = (LEAST_TILE, 1)

    def next_metric(self, steps: int) -> None:
        """Shows another quantity in the tiles."""
        names = list(METRICS)
        self.metric = names[(names.index(self.metric) + steps) % len(names)]

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < LEAST_TILE + 2 or height < 3:
            return [blank(max(width, 0)) for _ in range(height)]
        inner, rows = width - 2, height - 2
        cells, tall = self._tile = tile_size(len(self.state.listed) or len(self.state.nodes), inner, rows)
        columns = max(inner // cells, 1)
        self.state.show(rows // tall, columns)
        visible = [row for row in self.state.visible if not isinstance(row, str)]
        body: list[Line] = []
        for start in range(0, len(visible), columns):
            tiles = [
                self._tile_lines(row, view, cells, tall, self.state.top + start + offset == self.state.index)
                for offset, row in enumerate(visible[start : start + columns])
            ]
            body += [pad([run for tile in tiles for run in tile[number]], inner) for number in range(tall)]
        if not visible:
            body = [pad([("dim", "  " + why_empty(self.state, view.problem))], inner)]
        return box(
            body, width, height, view.glyphs, title="map", focused=True,
            subtitle=[[("accent", METRICS[self.metric].title)], *subtitle(self.state, view)],
            values=[*self._selected(tall), *position(self.state, len(visible))],
        )  # fmt: skip

    def _selected(self, tall: int) -> list[Line]:
        """The name of the selected node, where tiles have no room for names."""
        row = self.state.current
        return [] if tall >= 2 or row is None else [[("value", clean(row.node))]]

    def _tile_lines(self, row: NodeStatus, view: View, cells: int, tall: int, is_selected: bool) -> list[Line]:
        room = cells - 1
        tile = _Tile(row, METRICS[self.metric], view)
        lines = tile.two_lines(room) if tall >= 2 else [tile.one_line(room)]
        if tall > 2:
            graph = hour_graph(self.state.trends.get(row.node, ()), room, tall - 3, view.glyphs)
            lines += [*([dimmed(line) for line in graph] if row.state in DIMMED else graph), blank(room)]
        if is_selected:
            lines = [selected(without_tracks(line)) for line in lines]
        elif view.problem:
            lines = [dimmed(line) for line in lines]
        return [[*line, ("text", " ")] for line in lines]

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the node at this place of the panel; None where there is none."""
        cells, tall = self._tile
        return self.state.row_at((y - 1) // tall, (x - 1) // cells)


def tile_size(count: int, width: int, height: int) -> tuple[int, int]:
    """Cells and lines of the largest tile with which this many fit on the screen; the smallest tile if none does."""
    large = [
        (cells, tall)
        for columns in range(1, min(count, width // _TALL_TILE) + 1)
        if (cells := width // columns) and (tall := height // -(-count // columns)) >= LEAST_LARGE
    ]
    if large:
        return max(large, key=lambda tile: (min(tile[0], 3 * tile[1]), tile[0]))
    for tall in (2, 1):
        for cells in range(min(MOST_TILE, width), (_TALL_TILE if tall == 2 else LEAST_TILE) - 1, -1):
            if (width // cells) * (height // tall) >= count:
                return cells, tall
    return min(LEAST_TILE, width), 1


class _Tile:
    """What a tile shows about a node."""

    def __init__(self, row: NodeStatus, quantity: Quantity, view: View) -> None:
        self._row = row
        self._gradient = quantity.gradient
        self._value = quantity.of_row(row) if row.state == "up" else None
        self._glyphs = view.glyphs
        self._sign = judged(quantity.name, self._value, view)
        self._is_marked = self._sign[1].strip() != ""

    def _number(self, cells: int) -> Run:
        """The value in its colour; for a node that is not up, the mark of its state and the age of its data."""
        row, value, glyphs = self._row, self._value, self._glyphs
        if row.state != "up":
            style, mark = state_mark(shown_state(row), glyphs)
            text = shown_state(row) if row.age_seconds is None else units.age(row.age_seconds)
            return style, fit(f"{mark}{shown_state(row)[:1]}" if cells < 5 else f"{mark} {text}", cells)
        if value is None:
            return "dim", fit_right(glyphs.unknown, cells)
        sign = "%" if self._gradient != "heat" else glyphs.degree
        text = f"{value:.0f}" if cells < 4 else f"{value:.0f}{sign}"
        style = self._sign[0] if self._is_marked else f"{self._gradient}.{step(value / 100)}"
        return style, fit_right(text.strip() if len(text) <= cells else "99", cells)

    def one_line(self, cells: int) -> Line:
        """The number alone; if there is room, with a level or mark before it and the name after it."""
        if cells < 4:
            return [self._number(cells)]
        row, glyphs = self._row, self._glyphs
        style, text = self._number(min(cells - 1, 5 if row.state != "up" else 4))
        line: Line = [(style, self._level() + text)]
        left = cells - 1 - len(text)
        if left >= 4:
            name = " " + fit_host(clean(row.node), left - 1, glyphs.ellipsis)
            line.append(("dim" if row.state in DIMMED else "text", name))
        elif left:
            line.append(("text", " " * left))
        return line

    def _level(self) -> str:
        if self._value is None:
            return " "
        levels = self._glyphs.levels
        return self._sign[1] if self._is_marked else levels[max(1, min(8, round(self._value * 8 / 100)))]

    def two_lines(self, cells: int) -> list[Line]:
        """The name, and below it a meter with its number."""
        row, glyphs = self._row, self._glyphs
        name_style = "dim" if row.state in DIMMED else "value"
        name: Line = [(name_style, fit_host(clean(row.node), cells, glyphs.ellipsis))]
        wide = 5 if row.state == "up" else 7
        runs = meter(self._value, cells - wide, self._gradient, glyphs)
        return [name, [*runs, self._sign, self._number(wide - 1)]]
