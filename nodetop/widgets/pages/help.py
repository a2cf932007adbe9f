"""The keys, the filter language and the marks as a page, in as many columns as need the fewest rows. Pure."""

import textwrap
from collections.abc import Sequence

from nodetop.base.text import fit
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.section import Section

_LEAST_COLUMN = 38
_GAP = 2
_KEYS_CELLS = 14
"""The same in all sections, so that their texts start in one column."""


class HelpPanel:
    """The page, as much of it as fits. While it is scrolled, the heading of a section stays above its rows."""

    name = "help"

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = tuple(sections)
        self.window = TextViewport()
        self.window.overlap = 1  # where the heading stands when it is scrolled

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        inner, page = max(width - 2, 0), max(height - 2, 0)
        columns, cells = self._columns(inner)
        self.window.show(max(map(len, columns)), page)
        shown = [_visible(column, self.window.top, page) for column in columns]
        body: list[Line] = []
        for row in range(page):
            line: Line = []
            for index, column in enumerate(shown):
                line += [("text", " " * _GAP)] if index else []
                line += column[row] if row < len(column) else blank(cells)
            body.append(pad(line, inner))
        return box(body, width, height, view.glyphs, title="help", more=reach(self.window, view.glyphs), focused=True)

    def _columns(self, width: int) -> tuple[list[list[Line]], int]:
        """The columns, and their width: as many as make the page shortest."""
        found: tuple[list[list[Line]], int] | None = None
        for count in range(1, max(1, min(width // _LEAST_COLUMN, len(self._sections))) + 1):
            cells = (width - _GAP * (count - 1)) // count
            columns = balanced([_section(section, cells) for section in self._sections], count)
            if found is None or max(map(len, columns)) < max(map(len, found[0])):
                found = columns, cells
        assert found is not None
        return found


def _visible(column: Sequence[Line], top: int, page: int) -> list[Line]:
    shown = list(column[top : top + page])
    if top and shown:
        shown[0] = next((line for line in reversed(column[: top + 1]) if _is_heading(line)), shown[0])
    return shown


def _is_heading(line: Line) -> bool:
    return line[0][0] == "title"


def _section(section: Section, cells: int) -> list[Line]:
    wide = min(_KEYS_CELLS, max(cells // 3, 8))
    lines: list[Line] = [pad([("title", f" {section.title}")], cells)]
    for left, right in section.rows:
        words = textwrap.wrap(right, max(cells - wide - 3, 8)) or [""]
        keys = textwrap.wrap(left, wide) or [""]
        for number in range(max(len(words), len(keys))):
            key = keys[number] if number < len(keys) else ""
            text = words[number] if number < len(words) else ""
            lines.append(pad([("key", " " + fit(key, wide)), ("text", f"  {text}")], cells))
    return [*lines, blank(cells)]


def balanced(blocks: list[list[Line]], count: int) -> list[list[Line]]:
    """Distributes blocks over columns in order, so that the columns are about equally long."""
    share = -(-sum(map(len, blocks)) // count)
    columns: list[list[Line]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) / 2 > share and len(columns) < count:
            columns.append([])
        columns[-1] += block
    return columns
