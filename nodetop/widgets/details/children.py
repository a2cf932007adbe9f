"""The children of a process as a list with a cursor. Pure."""

from nodetop.drawing.runs import Line, pad
from nodetop.drawing.selection import selected
from nodetop.widgets.base.view import View
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.processes.columns import COLUMNS, COMMAND_TITLE, Measure
from nodetop.widgets.processes.command import command
from nodetop.widgets.processes.table import cores_of

_COLUMNS = tuple(COLUMNS[name] for name in ("pid", "user", "cpu", "mem", "rss", "state", "time"))
_NARROW_COLUMNS = tuple(COLUMNS[name] for name in ("pid", "cpu", "rss"))
_NARROW = 70


def children(state: DetailsState, view: View, cells: int) -> list[Line]:
    """A header and a line for each visible child, all of exactly `cells`."""
    listed = state.children
    if not listed.rows:
        said = "it has no children" if state.is_there else "its children are not known"
        return [pad([("dim", f" {said}")], cells)]
    columns = _COLUMNS if cells >= _NARROW else _NARROW_COLUMNS
    header = "".join(
        (f"{column.title:>{column.width}} " if column.right else f"{column.title:<{column.width}} ")
        for column in columns
    )
    lines: list[Line] = [pad([("table.header", header + COMMAND_TITLE)], cells)]
    measure = Measure(cores_of(view.snapshot) if view.cpu_of_machine else 1.0, view.now)
    room = max(cells - len(header), 0)
    for index, row in enumerate(listed.visible, listed.top):
        line: Line = []
        for column in columns:
            style, text = column.cell(row, measure)
            line.append((style, text + " "))
        line += command(row, room, view.glyphs.ellipsis)
        lines.append(selected(pad(line, cells)) if index == listed.index else pad(line, cells))
    return lines
