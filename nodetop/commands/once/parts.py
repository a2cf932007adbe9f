"""The building blocks of the --once summaries: tables and numbers, for a terminal or a pipe."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
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
    made = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    names = heads.split("|")
    widths = [_widest(name, [row[index] for row in rows]) for index, name in enumerate(names)]
    shown = _fitting(width, [name.rstrip(">") for name in names], widths, drop)
    left = width
    for index in shown:
        name, wide = names[index], widths[index]
        wide = min(wide, max(left, _LEAST_LAST)) if index == shown[-1] else min(wide, _WIDEST)
        left -= wide + 1
        justify: Literal["left", "right"] = "right" if name.endswith(">") else "left"
        made.add_column(name.rstrip(">"), width=wide, justify=justify, no_wrap=True, overflow="ellipsis")
    for row in rows:
        made.add_row(*[row[index] for index in shown])
    return [Text(), made]


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
