"""The cores of a CPU in a rectangle: meters for a few, numbers for many, a map of levels for hundreds. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from nodetop.base.text import fit_right
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.graph import small
from nodetop.drawing.meter import meter, step
from nodetop.drawing.runs import Line, Run, blank, pad
from nodetop.model.snapshot import CoreMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import percent_field, scaled
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View

_GAP = 2
_LEAST_METER = 4
_MOST_METER = 24
_MOST_BESIDE = 15
"""Largest width of a meter: for cores in one column, and for cores in several."""
_GRAPH_FROM = 10
"""A meter of so many cells gives half of them to a graph."""
Cores = Sequence[CoreMetrics]


def cores_width(cores: Cores, room: int, height: int) -> int:
    """How many of `room` cells the cores use when drawn in this many rows."""
    if not cores or height < 1 or room < 6:
        return 0
    columns = -(-len(cores) // height)
    cell = _cell(cores, room, columns)
    if cell is None:
        return _map_shape(cores, room, height)[2]
    meter_cells, heat = cell
    each = _fixed(cores, heat) + meter_cells + (meter_cells > 1)
    return columns * (each + _GAP) - _GAP


def graph_cells(cores: Cores, width: int, height: int) -> int:
    """How many cells the graph of each core has when drawn in a rectangle of this size; 0: they have none."""
    cell = _cell(cores, width, -(-len(cores) // height)) if cores and height > 0 and width >= 6 else None
    return _graph_of(cell[0]) if cell is not None else 0


def _graph_of(meter_cells: int) -> int:
    return (meter_cells - 1) // 2 if meter_cells >= _GRAPH_FROM else 0


class CoreGraphs:
    """Draws how busy each core was over time, from the samples of a view."""

    def __init__(self, series: SeriesKeeper, view: View) -> None:
        self._series = series
        self._view = view

    def runs(self, core: CoreMetrics, position: int, cells: int) -> list[Run]:
        """One row; `position` is that of the core in the list."""
        values = self._series.last(self._view, ("core", core.index), busy_of(position, core.index), 2 * cells)
        style = scaled("load", core.busy_percent)
        return small(values, cells, 100, style, ascii_only=self._view.glyphs.ascii_only)


@lru_cache(maxsize=1024)
def busy_of(position: int, index: int) -> Value:
    """How busy a core was; it is usually at this position of the list."""

    def busy(snapshot: NodeSnapshot) -> float | None:
        cores = snapshot.cpu.cores if snapshot.cpu else ()
        if position < len(cores) and cores[position].index == index:
            return cores[position].busy_percent
        return next((core.busy_percent for core in cores if core.index == index), None)

    return busy


def core_lines(cores: Cores, width: int, height: int, glyphs: Glyphs, graphs: CoreGraphs | None = None) -> list[Line]:
    """At most `height` lines of exactly `width` cells; every core is shown. With `graphs`, half of a meter that is
    long enough is a graph over time."""
    if not cores or height < 1 or width < 6:
        return []
    columns = -(-len(cores) // height)
    cell = _cell(cores, width, columns)
    if cell is None:
        return _map(cores, width, height, glyphs)
    rows = -(-len(cores) // columns)
    lines = []
    for row in range(rows):
        line: Line = []
        for index in range(row, len(cores), rows):
            line += [("text", " " * _GAP)] if line else []
            line += _core(index, cores, cell, glyphs, graphs)
        lines.append(pad(line, width))
    return lines


def _digits(cores: Cores) -> int:
    return len(str(cores[-1].index))


def _has_heat(cores: Cores) -> bool:
    return any(core.celsius is not None for core in cores)


def _fixed(cores: Cores, heat: bool) -> int:
    """Cells of a core apart from its meter: number, percent, temperature."""
    return _digits(cores) + 1 + 4 + (4 if heat and _has_heat(cores) else 0)


def _cell(cores: Cores, width: int, columns: int) -> tuple[int, bool] | None:
    """Cells of the meter (1: a level only) and whether the temperature is shown; None if not even numbers fit."""
    each = (width - _GAP * (columns - 1)) // columns
    for heat in (True, False):
        cells = each - _fixed(cores, heat) - 1
        if cells >= _LEAST_METER:
            return min(cells, _MOST_METER if columns == 1 else _MOST_BESIDE), heat
    return (1, False) if each > _fixed(cores, heat=False) else None


def _core(position: int, cores: Cores, cell: tuple[int, bool], glyphs: Glyphs, graphs: CoreGraphs | None) -> Line:
    core, (cells, heat) = cores[position], cell
    line: Line = [("label", str(core.index).rjust(_digits(cores)) + " ")]
    if cells == 1:
        line.append(_level(core, glyphs))
    elif graphs is None or not (past := _graph_of(cells)):
        line += [*meter(core.busy_percent, cells, "load", glyphs), ("text", " ")]
    else:
        line += [*graphs.runs(core, position, past), ("text", " ")]
        line += [*meter(core.busy_percent, cells - past - 1, "load", glyphs), ("text", " ")]
    line.append(
        (scaled("load", core.busy_percent), percent_field(core.busy_percent)) if core.online else ("dim", " off")
    )
    if heat and _has_heat(cores):
        celsius = "" if core.celsius is None else f"{core.celsius:.0f}{glyphs.degree}"
        line.append((scaled("heat", core.celsius), fit_right(celsius, 4)))
    return line


def _level(core: CoreMetrics, glyphs: Glyphs) -> tuple[str, str]:
    if core.busy_percent is None:
        return ("dim", glyphs.unknown)
    share = min(1.0, core.busy_percent / 100)
    return (f"load.{step(share)}", glyphs.levels[max(1, round(share * (len(glyphs.levels) - 1)))])


def _map_shape(cores: Cores, room: int, height: int) -> tuple[int, int, int]:
    """Cores per row, cells per core, and the width of the whole map. Cores per row is a power of two."""
    label = _digits(cores) + 1
    per_row = 8
    while -(-len(cores) // per_row) > height and per_row * 2 + label <= room:
        per_row *= 2
    cells = max(1, min(3, (room - label) // per_row))
    return per_row, cells, min(room, label + per_row * cells)


def _map(cores: Cores, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    per_row, cells, _ = _map_shape(cores, width, height)
    per_row = min(per_row, width - _digits(cores) - 1)
    if per_row < 1:
        return [blank(width)]
    # More cores than cells: each cell shows the busiest of a few neighbours.
    group = -(-len(cores) // (per_row * height))
    places = [max(cores[at : at + group], key=_busy) for at in range(0, len(cores), group)]
    lines = []
    for start in range(0, len(places), per_row):
        line: Line = [("label", str(cores[start * group].index).rjust(_digits(cores)) + " ")]
        for core in places[start : start + per_row]:
            style, character = _level(core, glyphs)
            text = character * (cells - 1) + " " if cells > 1 else character
            if line[-1][0] == style:
                line[-1] = (style, line[-1][1] + text)
            else:
                line.append((style, text))
        lines.append(pad(line, width))
    return lines


def _busy(core: CoreMetrics) -> float:
    return -1.0 if core.busy_percent is None else core.busy_percent
