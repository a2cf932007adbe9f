"""The building blocks of the --once summaries: tables and numbers, for a terminal or a pipe."""

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from nodetop.base import units
from nodetop.base.text import to_ascii
from nodetop.commands.base.output import print_text
from nodetop.model.quantities import Levels, severity

_WIDEST = 40
_LEAST_LAST = 8
Row = tuple[str | Text, ...]
Block = list[RenderableType]


def print_parts(parts: Callable[[int], Iterable[RenderableType]], *, ascii_only: bool) -> None:
    """Calls `parts` with the width in cells and prints the result. Raises OSError."""
    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        for part in parts(console.width):
            console.print(part)
    text = "".join(f"{line.rstrip()}\n" for line in captured.get().split("\n")[:-1])
    print_text(to_ascii(text) if ascii_only else text)


def table(width: int, heads: str, rows: list[Row], drop: Sequence[str] = ()) -> Block:
    """A blank line and a table; nothing without rows. `heads` are separated by |: a header of numbers ends with >, and
    the last column gets the remaining width. If there is not enough room, columns of `drop` are left out in this order:
    a number must never be cut."""
    if not rows:
        return []
    names = heads.split("|")
    widths = [_widest(name, [row[index] for row in rows]) for index, name in enumerate(names)]
    shown = _fitting(width, [name.rstrip(">") for name in names], widths, drop)
    left = width
    columns = []
    for index in shown:
        wide = min(widths[index], max(left, _LEAST_LAST) if index == shown[-1] else _WIDEST)
        left -= wide + 1
        columns.append((index, wide, names[index].endswith(">")))
    made = _line([name.rstrip(">") for name in names], columns)
    made.stylize("bold")
    for row in rows:
        made.append("\n").append_text(_line(row, columns))
    return [Text(), made]


def _line(cells: Sequence[str | Text], columns: Sequence[tuple[int, int, bool]]) -> Text:
    """A row. Each column has the index of its cell, its width, and whether it is on the right. A table of rich's would
    take ten times as long, which counts with a recording of thousands of nodes."""
    line = Text(no_wrap=True, overflow="ellipsis")
    for index, wide, is_right in columns:
        cell = cells[index]
        if cell_len(str(cell)) > wide:
            cell = cell.copy() if isinstance(cell, Text) else Text(cell)
            cell.truncate(wide, overflow="ellipsis")
        gap = " " * (wide - cell_len(str(cell)))
        line.append(gap if is_right else "").append(cell).append(" " if is_right else f"{gap} ")
    line.rstrip()
    return line


def _widest(head: str, cells: list[str | Text]) -> int:
    return max(cell_len(str(cell)) for cell in (head.rstrip(">"), *cells))


def _fitting(width: int, names: list[str], widths: list[int], drop: Sequence[str]) -> list[int]:
    """The columns that fit. The last one may be cut if it is text."""
    shown = list(range(len(names)))
    for name in drop:
        needed = sum(min(widths[index], _WIDEST) + 1 for index in shown[:-1])
        if needed + min(widths[shown[-1]], _LEAST_LAST) <= width:
            break
        shown.remove(names.index(name))
    return shown


def percent(value: float | None) -> str:
    """One decimal, and a dash for unknown."""
    return units.UNKNOWN if value is None else f"{value:.1f}%"


def marked(name: str, value: float | None, levels: Levels, text: str = "") -> Text:
    """A quantity's percentage, or `text` instead, with an exclamation mark if its alert limit is reached."""
    return _signed(text or percent(value), severity(name, value, levels) > 0)


def over(text: str, value: float | None, limit: float | None) -> Text:
    """A value as text; from the limit on with an exclamation mark, and in red if there are colours."""
    return _signed(text, value is not None and limit is not None and value >= limit)


def _signed(text: str, is_wrong: bool) -> Text:
    return Text(f"! {text}", "bold red") if is_wrong else Text(text)
