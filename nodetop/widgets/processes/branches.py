"""The tree lines before a command: branches, whether a row is closed, and how many rows it hides. Pure."""

from collections.abc import Sequence

from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line
from nodetop.widgets.processes.forest import Place

_CELLS_A_LEVEL = 2
_LEAST_LEVELS = 2
_COUNT_CELLS = 5


def branches(places: Sequence[Place], index: int, glyphs: Glyphs, cells: int) -> Line:
    """The runs before the command of a row. They take at most about half of this many cells; if that is too little for
    all levels, an ellipsis replaces the outer ones."""
    place = places[index]
    line: Line = []
    if place.parent >= 0:
        line.append(("dim", _levels(places, index, glyphs, max(cells // 2 // _CELLS_A_LEVEL, _LEAST_LEVELS))))
    if place.group is not None and place.below:  # a program of a store of metrics has no known members
        mark = glyphs.open if place.is_open else glyphs.closed
        line += [("accent", mark), ("value", f"{glyphs.times}{place.below}".rjust(_COUNT_CELLS) + " ")]
    elif place.is_foldable and not place.is_open:
        hidden = f"+{place.below} " if place.below else ""
        line.append(("accent", f"{glyphs.closed} {hidden}"))
    elif place.parent >= 0:
        line.append(("dim", glyphs.horizontal + " "))
    return line


def _levels(places: Sequence[Place], index: int, glyphs: Glyphs, most: int) -> str:
    """From the outermost level that fits to the row's own."""
    place = places[index]
    text = glyphs.last_branch if place.is_last else glyphs.branch
    levels = 1
    place = places[place.parent]
    while place.parent >= 0:
        if levels == most:
            return glyphs.ellipsis + " " + text
        text = (" " if place.is_last else glyphs.vertical) + " " + text
        levels += 1
        place = places[place.parent]
    return text
