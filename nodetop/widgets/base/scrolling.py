"""The visible part of a list or text that is higher than its place, and the mark that says so. Pure."""

from collections.abc import Callable, Sequence

from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line
from nodetop.widgets.base.cursor_list import Viewport

HEADER = "table.header"


def window_of(lines: Sequence[Line], window: Viewport) -> list[Line]:
    """The visible lines. The header of the table whose rows are at the top stays in view."""
    top = window.top
    shown = list(lines[top : top + window.height])
    header = next((line for line in reversed(lines[: top + 1]) if is_header(line)), None)
    if header is not None and shown:
        shown[0] = header
    return shown


def is_header(line: Line) -> bool:
    """Whether a line is the header of a table."""
    return bool(line) and line[0][0] == HEADER


def reach(window: Viewport, glyphs: Glyphs) -> list[Line]:
    """Which lines are visible, with an arrow where there are more: "▲ 4-12/29 ▼", and a short form, "▲▼". Empty if
    all are visible."""
    if not window.is_scrollable:
        return []
    last = min(window.top + window.height, window.length)
    up = glyphs.up if window.top else " "
    down = glyphs.down if last < window.length else " "
    return [
        [("key", up), ("value", f" {window.top + 1}-{last}/{window.length} "), ("key", down)],
        [("key", f"{up}{down}".strip())],
    ]


class Block:
    """So many lines, drawn when some of them are visible."""

    def __init__(self, rows: int, draw: Callable[[], list[Line]]) -> None:
        self.rows = rows
        self.draw = draw


def height_of(blocks: Sequence[Block]) -> int:
    """Lines of all of them."""
    return sum(block.rows for block in blocks)


def visible(blocks: Sequence[Block], top: int, height: int) -> list[Line]:
    """`height` lines or fewer, from line `top` on."""
    lines: list[Line] = []
    start = 0
    for block in blocks:
        end = start + block.rows
        if end > top and start < top + height:
            lines += block.draw()[max(top - start, 0) : top + height - start]
        start = end
    return lines
