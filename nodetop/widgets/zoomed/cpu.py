"""The CPU panel on the whole screen: the total over time with its shares, and a graph of each core."""

from nodetop.drawing.runs import Line
from nodetop.model.snapshot import CoreMetrics, CpuMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import apart, percent_field, reaches, scaled, temperature_field
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.cores import busy_of
from nodetop.widgets.zoomed.grid import grid, grid_cells, grid_rows, lines_block, share_rows
from nodetop.widgets.zoomed.history import PERCENT, Histories, Marks, Scale, has_room_for_axes

_LEAST_CELLS = 24
_LEAST_TOTAL, _MOST_TOTAL = 5, 14
"""Rows of the total's graph: a third of the height, within these."""
_LEAST_GRAPH = 2
_SCALE = Scale("load", lambda value: percent_field(value).strip(), top=PERCENT)


def cpu_blocks(
    cpu: CpuMetrics, facts: list[Line], view: View, series: SeriesKeeper, marks: Marks, width: int, height: int
) -> list[Block]:
    """The total over time with its marks, these facts about it, and a grid of the cores."""
    histories, cores = Histories(series, view), cpu.cores
    head: Line = [("label", "total"), (scaled("load", cpu.busy_percent), apart(percent_field(cpu.busy_percent)))]
    tall = max(min(height // 3, _MOST_TOTAL), _LEAST_TOTAL)
    lines = grid_rows(len(cores), width, _LEAST_CELLS) if cores else 0
    rows = share_rows(height, tall + 1 + len(facts) + lines, lines, _LEAST_GRAPH)
    cells = grid_cells(len(cores), width, _LEAST_CELLS)
    if cores and not has_room_for_axes(cells, rows):
        head += [("label", "  each core "), ("dim", f"last {reaches(view, cells)}")]
    total = [*histories.lines(head, "total", _busy, _SCALE, width, tall, marks), *facts]

    def draw(item: tuple[int, CoreMetrics], cells: int) -> list[Line]:
        position, core = item
        return histories.lines(
            _head(core, view), ("core", core.index), busy_of(position, core.index), _SCALE, cells, rows
        )

    return [lines_block(total), *grid(list(enumerate(cores)), width, _LEAST_CELLS, rows + 1, draw)]


def _busy(snapshot: NodeSnapshot) -> float | None:
    return snapshot.cpu.busy_percent if snapshot.cpu else None


def _head(core: CoreMetrics, view: View) -> Line:
    line: Line = [("label", f"{core.index}")]
    if not core.online:
        return [*line, ("dim", " off")]
    line.append((scaled("load", core.busy_percent), apart(percent_field(core.busy_percent))))
    if core.frequency_mhz:
        line.append(("dim", f" {core.frequency_mhz / 1000:.1f}GHz"))
    if core.celsius is not None:
        line.append((scaled("heat", core.celsius), temperature_field(core.celsius, view.fahrenheit, view.glyphs)))
    return line
