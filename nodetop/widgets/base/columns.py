"""Columns of a list that adapt to the width. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from msgspec import Struct

from nodetop.drawing.runs import Line, Run, pad


class Column(Struct, frozen=True):
    """A column of a list. Columns with a low rank are dropped last; those with equal ranks are shown or dropped
    together. Ranks above ESSENTIAL are shown only if all others have the width they `want`. Remaining width is shared,
    up to `most` for each."""

    name: str
    least: int
    want: int
    most: int
    rank: int
    header: str = ""
    right: bool = True


ESSENTIAL = 2


def _rank(column: Column) -> int:
    return column.rank


@lru_cache(maxsize=256)
def fit_columns(columns: tuple[Column, ...], width: int) -> dict[str, int]:
    """Widths of the columns that fit, in their order, one blank between them; remaining width is shared by rank."""
    chosen: list[Column] = []
    for rank, group in groupby(sorted(columns, key=_rank), key=_rank):
        together = list(group)
        taken = sum((other.least if rank <= ESSENTIAL else other.want) + 1 for other in chosen)
        if taken + sum(column.least + 1 for column in together) > width + 1:
            break
        chosen += together
    widths = {column.name: column.least for column in chosen}
    room = width - columns_width(widths)
    for goal in ("want", "most"):
        for _, group in groupby(chosen, key=_rank):
            alike = list(group)
            for count, column in zip(range(len(alike), 0, -1), alike, strict=True):
                more = max(0, min(getattr(column, goal) - widths[column.name], room // count))
                widths[column.name] += more
                room -= more
    return {column.name: widths[column.name] for column in columns if column.name in widths}


def header_row(
    columns: tuple[Column, ...], widths: dict[str, int], width: int, heads: Mapping[str, str] | None = None
) -> Line:
    """The column headers, in one run. `heads` are those of columns whose header depends on the width, by name."""
    shown = {column.name: column for column in columns}
    texts = {name: (heads or {}).get(name, shown[name].header)[:wide] for name, wide in widths.items()}
    cells = [texts[name].rjust(wide) if shown[name].right else texts[name].ljust(wide) for name, wide in widths.items()]
    return pad([("table.header", " ".join(cells))], width)


def apart_from_mark(header: Line) -> Line:
    """The header of a list with its last title, which starts at its left edge, a cell away from the mark of sorting."""
    *others, (style, title) = header
    return [*others, (style, f" {title}")] if others and others[-1][0] == "table.sorted" else header


def row_of(cells: Sequence[Sequence[Run]], used: int, width: int) -> Line:
    """Cells of exact width with a blank between them, padded from `used` cells to the width."""
    line: Line = []
    for cell in cells:
        line += [*cell, ("text", " ")]
    if line:
        line.pop()
    if width > used:
        line.append(("text", " " * (width - used)))
    return line


def columns_width(widths: dict[str, int]) -> int:
    """Cells that a row of these columns takes."""
    return sum(widths.values()) + max(0, len(widths) - 1)
