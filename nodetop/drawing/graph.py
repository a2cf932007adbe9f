"""Area graphs in braille: two samples per cell, four dots per row, the newest at the right; None is a gap.

Every known value has at least one dot, so that zero and unknown look different. Ten rows of a hundred cells take about
0.1 ms: a column's characters are cached by its two levels, and zip() turns columns into rows.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import log

from nodetop.drawing.runs import Run
from nodetop.drawing.theme import STEPS

Values = Sequence[float | None]

# Dots of a cell from the bottom up, left and right column (Unicode block "Braille Patterns").
_LEFT = (0x40, 0x04, 0x02, 0x01)
_RIGHT = (0x80, 0x20, 0x10, 0x08)
_ASCII = " .:=#"
_BASE = chr(0x28C0)
_ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def area(
    values: Values, width: int, height: int, top: float, *, downward: bool = False, ascii_only: bool = False
) -> list[str]:
    """`height` rows of `width` cells, top row first; a value of `top` or more is full height.

    Only the last 2 * width values are drawn; with fewer, the left side is blank. `downward` draws it from the top down.
    """
    full = 4 * height
    scale = full / top if top > 0 else 0.0
    levels = [0 if value is None else int(min(full, value * scale + 0.5)) or 1 for value in values[-2 * width :]]
    levels = [0] * (2 * width - len(levels)) + levels
    columns = [
        _column(left, right, height, downward, ascii_only)
        for left, right in zip(levels[::2], levels[1::2], strict=True)
    ]
    return ["".join(row) for row in zip(*columns, strict=True)] if columns else [""] * height


@lru_cache(maxsize=16_384)
def _column(left: int, right: int, height: int, downward: bool, ascii_only: bool) -> str:
    cells = [
        _cell(min(4, max(0, left - below)), min(4, max(0, right - below)), downward, ascii_only)
        for below in range(0, 4 * height, 4)
    ]
    return "".join(cells if downward else reversed(cells))


def _cell(left: int, right: int, downward: bool, ascii_only: bool) -> str:
    if not left and not right:
        return " "
    if ascii_only:
        return _ASCII[max(left, right)]
    lefts, rights = (_LEFT[::-1], _RIGHT[::-1]) if downward else (_LEFT, _RIGHT)
    return chr(0x2800 + sum(lefts[:left]) + sum(rights[:right]))


def small(values: Values, width: int, top: float, style: str, *, ascii_only: bool = False) -> list[Run]:
    """A graph of one row in a list. Where there are no values yet it has a faint base line, which shows where the
    graph begins."""
    (row,) = area(values, width, 1, top, ascii_only=ascii_only)
    missing = next((index for index, value in enumerate(values) if value is not None), 0)
    known = min(-(-(len(values) - missing) // 2), width)  # the first sample of a rate has none
    runs = [("faint", ("." if ascii_only else _BASE) * (width - known)), (style, row[width - known :])]
    return [run for run in runs if run[1]]


@lru_cache(maxsize=256)
def row_styles(gradient: str, height: int, downward: bool = False) -> tuple[str, ...]:
    """A style for each row: the low end of the gradient at the base. One colour per row is cheap."""
    last = max(height - 1, 1)
    styles = tuple(f"{gradient}.{round((STEPS - 1) * row / last)}" for row in range(height))
    return styles if downward else styles[::-1]


def coloured(rows: list[str], gradient: str, downward: bool = False) -> list[Run]:
    """Each row of a graph as one run."""
    return list(zip(row_styles(gradient, len(rows), downward), rows, strict=True))


def nice_top(values: Values, least: float, thousand: int = 1024) -> float:
    """A round scale of at least `least` that holds all values: it rarely changes, and its label is short.

    Round means 1, 2, 5, 10 ... 500 times a power of `thousand`, which is 1024 for binary prefixes.
    """
    most = max((value for value in values if value is not None), default=0.0)
    if most <= least:
        return least
    unit = float(thousand) ** int(log(most, thousand))
    return next((mantissa * unit for mantissa in _ROUND if mantissa * unit >= most), thousand * unit)
