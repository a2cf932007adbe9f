"""A panel's frame: title and subtitle at the left of the top edge, values at its right end, as many as fit."""

from collections.abc import Sequence

from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line, blank, cut_line, line_width

_ENDS = 3
"""Cells of an edge that are always line: two corners and a dash; each piece adds its own dash."""
_LEAST = 8
"""A piece of the subtitle that would be cut shorter than this is left out."""
_LEAST_TITLE = 6
"""Cells that a title keeps beside a mark, with the blanks and the dash around it."""


def box(
    body: Sequence[Line],
    width: int,
    height: int,
    glyphs: Glyphs,
    *,
    title: str,
    number: int | None = None,
    subtitle: Sequence[Line] = (),
    values: Sequence[Line] = (),
    foot: Line | None = None,
    foot_values: Sequence[Line] = (),
    marks: Sequence[Line] = (),
    focused: bool = False,
    joined: bool = False,
) -> list[Line]:
    """`height` lines of `width` cells around lines that are exactly `width` - 2 wide (missing ones are blank).

    `values` are at the right end, `subtitle` after the title; both most important first. If there is too little room,
    the last ones are dropped, and a piece of the subtitle may be cut. `foot` is at the left of the bottom edge, if all
    of it fits; `foot_values` at its right end, which have priority, as has one of `marks`: forms of the same mark, the
    longest first. `joined`: what is below closes the frame; there is no bottom edge, and what would be in it is in the
    top edge. That there is more than is shown is said there in any case: for a mark or the first run of the foot even
    the title is cut. Width and height must be at least 2.
    """
    edge = "border.focused" if focused else "border"
    inner = width - 2
    side = (edge, glyphs.vertical)
    rows = height - 1 if joined else height - 2
    name, above = _name(title, number, glyphs), width - _ENDS
    feet = [foot, foot[:1]] if foot else []
    chosen = _form(marks, name, above) if joined else _fitting(marks, above)
    if joined:
        said = _form(feet, name, above - _cells(chosen))
        lines = [_top(width, glyphs, edge, name, subtitle, [*foot_values, *values], said, chosen)]
    else:
        lines = [_top(width, glyphs, edge, name, subtitle, values, [], [])]
    lines += [[side, *line, side] for line in body[:rows]]
    lines += [[side, *blank(inner), side] for _ in range(rows + 1 - len(lines))]
    return lines if joined else [*lines, _bottom(width, glyphs, edge, foot, [*chosen, *foot_values])]


def _bottom(width: int, glyphs: Glyphs, edge: str, foot: Line | None, values: Sequence[Line]) -> Line:
    right, room = _take(values, width - _ENDS, glyphs)
    left, room = _take([foot] if foot else [], room, glyphs)
    line: Line = [(edge, glyphs.bottom_left + glyphs.horizontal)]
    for piece in left:
        line += [*_spaced(piece), (edge, glyphs.horizontal)]
    line.append((edge, glyphs.horizontal * room))
    for piece in right:
        line += [*_spaced(piece), (edge, glyphs.horizontal)]
    return _closed(line, width, glyphs, edge, glyphs.bottom_right)


def _name(title: str, number: int | None, glyphs: Glyphs) -> Line:
    if number is None:
        return [("title", title)]
    digit = glyphs.numbers[number]
    return [("key", f"{digit} " if glyphs.ascii_only else digit), ("title", title)]


def _form(forms: Sequence[Line], name: Line, room: int) -> list[Line]:
    """The longest form beside which the title is whole; else the shortest one, if some cells of the title stay."""
    return _fitting(forms, room - _cells([name])) or _fitting(forms[-1:], room - _LEAST_TITLE)


def _fitting(forms: Sequence[Line], room: int) -> list[Line]:
    return [form for form in forms if _cells([form]) <= room][:1]


def _cells(pieces: Sequence[Line]) -> int:
    """Cells that pieces take in an edge."""
    return sum(line_width(piece) + 3 for piece in pieces)


def _top(
    width: int, glyphs: Glyphs, edge: str, name: Line, subtitle: Sequence[Line], values: Sequence[Line],
    last: Sequence[Line], marks: Sequence[Line],
) -> Line:  # fmt: skip
    left, room = _take([name], width - _ENDS - _cells(last) - _cells(marks), glyphs, shortest=2)
    right, room = _take(values, room, glyphs)
    more, room = _take(subtitle, room, glyphs, shortest=_LEAST)
    line: Line = [(edge, glyphs.top_left + glyphs.horizontal)]
    for piece in [*left, *more, *last]:
        line += [*_spaced(piece), (edge, glyphs.horizontal)]
    line.append((edge, glyphs.horizontal * room))
    for piece in [*marks, *right]:
        line += [*_spaced(piece), (edge, glyphs.horizontal)]
    return _closed(line, width, glyphs, edge, glyphs.top_right)


def _take(pieces: Sequence[Line], room: int, glyphs: Glyphs, shortest: int | None = None) -> tuple[list[Line], int]:
    """The leading pieces that fit (each takes two blanks and a dash beside its text), and the room left.

    If `shortest` is given, the first that does not fit is cut to at least so many cells.
    """
    taken: list[Line] = []
    for piece in pieces:
        wide = line_width(piece) + 3
        if wide > room:
            if shortest is not None and room >= shortest + 3:
                taken.append(cut_line(piece, room - 3, glyphs.ellipsis))
                room = 0
            break
        taken.append(piece)
        room -= wide
    return taken, room


def _spaced(piece: Line) -> Line:
    (first, head), *rest = piece
    piece = [(first, " " + head), *rest]
    last, tail = piece[-1]
    return [*piece[:-1], (last, tail + " ")]


def _closed(line: Line, width: int, glyphs: Glyphs, edge: str, corner: str) -> Line:
    line = cut_line(line, width - 1)
    return [*line, (edge, glyphs.horizontal * (width - 1 - line_width(line)) + corner)]
