"""How many alerts call, for the first line of a screen. Pure."""

from nodetop.drawing.runs import Line
from nodetop.widgets.base.view import View

_MOST = 99


def badge(view: View) -> list[Line]:
    """ "2 crit 1 warn" with their signs, and the worse of the two for where there is little room; nothing where none
    calls. It belongs beside a stretch of blanks, so that nothing moves when it comes."""
    glyphs, board = view.glyphs, view.board
    pieces: list[Line] = []
    if board.critical:
        pieces.append([("critical", f"{glyphs.critical} {_count(board.critical)} crit")])
    if board.warning:
        pieces.append([("warning", f"{glyphs.warning} {_count(board.warning)} warn")])
    both: Line = [*pieces[0], ("text", " "), *pieces[1]] if len(pieces) > 1 else []
    return [line for line in (both, *pieces[:1]) if line]


def _count(number: int) -> str:
    return str(number) if number <= _MOST else f"{_MOST}+"
