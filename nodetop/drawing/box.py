"""A panel's frame: title and subtitle at the left of the top edge, values at its right end, as many as fit."""

from collections.abc import Sequence

from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line, blank, cut_line, line_width

_ENDS = 3
"""Cells of an edge that are always line: two corners and a dash; each piece adds its own dash."""
_BESIDE = 3
"""Cells beside a piece: two blanks and a dash."""
_LEAST = 8
"""A piece of the subtitle that would be cut shorter than this is left out."""
_LEAST_TITLE = 6
"""Cells that a title keeps beside what is not shown, with the blanks and the dash around it."""


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
    more: Sequence[Line] = (),
    focused: bool = False,
    joined: bool = False,
) -> list[Line]:
    """`height` lines of `width` cells around lines that are exactly `width` - 2 wide (missing ones are blank).

    `values` are at the right end, `subtitle` after the title; both most important first. If there is too little room,
    the last ones are dropped, and a piece of the subtitle may be cut. `foot` is at the left of the bottom edge, if all
    of it fits; `more` at its right end, which has priority: forms of the mark that there is more above or below, widest
    first, of which one is always shown. `joined`: what is below closes the frame; there is no bottom edge, and what
    would be in it is in the top edge; for the first run of the foot even the title is cut. Width and height must be at
    least 2.
    """
    edge = "border.focused" if focused else "border"
    inner = width - 2
    side = (edge, glyphs.vertical)
    rows = height - 1 if joined else height - 2
    name = _name(title, number, glyphs)
    room = width - _ENDS
    if joined:
        mark = _form(more, room - line_width(name) - _BESIDE)
        lines = [_top(width, glyphs, edge, name, subtitle, [*mark, *values], foot, len(mark))]
    else:
        lines = [_top(width, glyphs, edge, name, subtitle, values, None)]
    lines += [[side, *line, side] for line in body[:rows]]
    lines += [[side, *blank(inner), side] for _ in range(rows + 1 - len(lines))]
    return lines if joined else [*lines, _bottom(width, glyphs, edge, foot, _form(more, room))]


def _form(forms: Sequence[Line], room: int) -> Sequence[Line]:
    """The widest form that fits, as the only piece; the shortest if none does."""
    return [next((form for form in forms if line_width(form) + _BESIDE <= room), forms[-1])] if forms else []


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


def _hidden(foot: Line, name: Line, room: int) -> list[Line]:
    """The foot beside the whole title; else its first run, for which the title is cut."""
    whole, least = line_width(name) + _BESIDE, _LEAST_TITLE
    forms = ((foot, whole), (foot[:1], least))
    return [form for form, title in forms if line_width(form) + _BESIDE + title <= room][:1]


def _top(
    width: int, glyphs: Glyphs, edge: str, name: Line, subtitle: Sequence[Line], values: Sequence[Line],
    foot: Line | None, first: int = 0,
) -> Line:  # fmt: skip
    """The `first` ones of the values come before the name."""
    marks, room = _take(values[:first], width - _ENDS, glyphs)
    last = _hidden(foot, name, room) if foot else []
    left, room = _take([name], room - sum(line_width(piece) + _BESIDE for piece in last), glyphs, shortest=2)
    right, room = _take(values[first:], room, glyphs)
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
        wide = line_width(piece) + _BESIDE
        if wide > room:
            if shortest is not None and room >= shortest + _BESIDE:
                taken.append(cut_line(piece, room - _BESIDE, glyphs.ellipsis))
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
