"""A chart of means and maxima: the mean as an area, the maximum as a line of dots above it, gaps left blank. Pure."""

from collections.abc import Sequence

from nodetop.drawing.graph import row_styles
from nodetop.drawing.runs import Line
from nodetop.model.snapshot import Stat

# Dots of a braille cell from the bottom up, left and right column.
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
_ASCII = " .:=#"
_ROW_DOTS = 4
_MAX_STYLE = "label"


def plot(
    values: Sequence[Stat | None],
    height: int,
    top: float,
    gradient: str,
    *,
    downward: bool = False,
    ascii_only: bool = False,
    cursor: int | None = None,
) -> list[Line]:
    """`height` rows, uppermost first, of half as many cells as there are values; `cursor` is the cell marked."""
    full = _ROW_DOTS * height
    levels = [_levels(value, full, top) for value in values]
    styles = row_styles(gradient, height, downward)
    rows: list[Line] = []
    for row in range(height):
        base = (row if downward else height - 1 - row) * _ROW_DOTS
        line: Line = []
        for cell in range(len(levels) // 2):
            pair = levels[2 * cell : 2 * cell + 2]
            text, is_area = _cell(pair, base, downward, ascii_only)
            style = styles[row] if is_area else _MAX_STYLE
            if cell == cursor:
                style = "selected"
            if line and (line[-1][0] == style or (text == " " and style != "selected" and line[-1][0] != "selected")):
                line[-1] = (line[-1][0], line[-1][1] + text)
            else:
                line.append((style, text))
        rows.append(line)
    return rows


def _levels(value: Stat | None, full: int, top: float) -> tuple[int, int]:
    """Height of the mean in dots, and the dot of the maximum (0: none)."""
    if value is None:
        return (0, 0)
    scale = full / top if top > 0 else 0.0
    mean = max(1, int(min(full, value.mean * scale + 0.5)))
    highest = max(mean, int(min(full, value.max * scale + 0.5)))
    return (mean, highest)


def _cell(pair: Sequence[tuple[int, int]], base: int, downward: bool, ascii_only: bool) -> tuple[str, bool]:
    """The character of a cell whose lowest dot is at `base`, and whether part of it is area."""
    filled = [max(0, min(_ROW_DOTS, mean - base)) for mean, _ in pair]
    dots = [highest - base if base < highest <= base + _ROW_DOTS else 0 for _, highest in pair]
    if not any(filled) and not any(dots):
        return " ", False
    if ascii_only:
        return (_ASCII[max(filled)] if any(filled) else "'"), any(filled)
    bits = 0
    for side in (0, 1):
        order = _DOTS[side][::-1] if downward else _DOTS[side]
        bits |= sum(order[: filled[side]])
        if dots[side]:
            bits |= order[dots[side] - 1]
    return chr(0x2800 + bits), any(filled)
