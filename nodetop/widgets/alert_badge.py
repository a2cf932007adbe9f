"""How many alerts call, for the first line of a screen. Pure."""

from nodetop.drawing.runs import Line, line_width
from nodetop.widgets.view import View

_BOTH_FROM = 110
_ONE_CELLS = 9
_BOTH_CELLS = 19
_MOST = 99


def badge(view: View, width: int) -> Line:
    """ "2 crit  1 warn" with their signs, right-aligned in a field that is there without alerts too, so that nothing
    moves when the first one comes. On a narrow screen only the worse of the two."""
    glyphs, board = view.glyphs, view.board
    pieces: list[Line] = []
    if board.critical:
        pieces.append([("critical", f"{glyphs.critical} {_count(board.critical)} crit")])
    if board.warning:
        pieces.append([("warning", f"{glyphs.warning} {_count(board.warning)} warn")])
    cells = _BOTH_CELLS if width >= _BOTH_FROM else _ONE_CELLS
    if cells == _ONE_CELLS:
        pieces = pieces[:1]
    line: Line = []
    for piece in pieces:
        line += [("text", " " * bool(line)), *piece]
    line = [run for run in line if run[1]]
    blank = cells - line_width(line)
    return [("text", " " * blank), *line] if blank > 0 else line


def _count(number: int) -> str:
    return str(number) if number <= _MOST else f"{_MOST}+"
