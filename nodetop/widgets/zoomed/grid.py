"""Graphs side by side, as many as the width allows. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.scrolling import Block

T = TypeVar("T")
GAP = 2


def lines_block(lines: list[Line]) -> Block:
    """Lines that are drawn already."""
    return Block(len(lines), lambda: lines)


def grid(
    items: Sequence[T], width: int, least_cells: int, rows: int, draw: Callable[[T, int], list[Line]]
) -> list[Block]:
    """Items side by side, as many as have `least_cells` each, `rows` lines high."""
    columns, cells = _columns(len(items), width, least_cells), grid_cells(len(items), width, least_cells)

    def row(start: int) -> list[Line]:
        drawn = [draw(item, cells) for item in items[start : start + columns]]
        return [pad(_in_a_row([each[index] for each in drawn], cells), width) for index in range(rows)]

    return [Block(rows, lambda start=start: row(start)) for start in range(0, len(items), columns)]  # type: ignore[misc]


def grid_rows(count: int, width: int, least_cells: int) -> int:
    """Rows of a grid of so many items."""
    return -(-count // _columns(count, width, least_cells))


def grid_cells(count: int, width: int, least_cells: int) -> int:
    """The width of each of them."""
    return max((width + GAP) // _columns(count, width, least_cells) - GAP, 1)


def _columns(count: int, width: int, least_cells: int) -> int:
    return max(1, min((width + GAP) // (least_cells + GAP), count))


def share_rows(height: int, fixed: int, count: int, least: int) -> int:
    """Rows for each of `count` graphs, so that they fill what `fixed` leaves of the height."""
    return max(least, (height - fixed) // max(count, 1))


def _in_a_row(parts: list[Line], cells: int) -> Line:
    out: Line = []
    for part in parts:
        out += [*blank(GAP), *pad(part, cells)] if out else pad(part, cells)
    return out
