"""The keys and the filter language as a page, in as many columns as fit. Pure."""

import textwrap
from collections.abc import Sequence

from nodetop.base.text import fit
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.section import Section

_COLUMN_CELLS = 58
_GAP = 3


class HelpPanel:
    """The page, as much of it as fits."""

    name = "help"

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = tuple(sections)
        self.window = TextViewport()

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        inner, page = max(width - 2, 0), max(height - 2, 0)
        body = self._body(inner)
        self.window.show(len(body), page)
        top = self.window.top
        more = len(body) > page
        values: list[Line] = [[("dim", f"{top + 1}-{min(top + page, len(body))}/{len(body)}")]] if more else []
        subtitle: list[Line] = [[("dim", "Esc closes" + (", arrows scroll" if more else ""))]]
        return box(body[top:], width, height, view.glyphs, title="help", subtitle=subtitle, values=values, focused=True)

    def _body(self, width: int) -> list[Line]:
        count = max(1, min(width // _COLUMN_CELLS, len(self._sections)))
        cells = (width - _GAP * (count - 1)) // count
        columns = balanced([_section(section, cells) for section in self._sections], count)
        rows = max(map(len, columns))
        lines: list[Line] = []
        for row in range(rows):
            line: Line = []
            for index, column in enumerate(columns):
                line += [("text", " " * _GAP)] if index else []
                line += column[row] if row < len(column) else blank(cells)
            lines.append(pad(line, width))
        return lines


def _section(section: Section, cells: int) -> list[Line]:
    wide = min(max(len(left) for left, _ in section.rows), max(cells // 3, 8))
    lines: list[Line] = [blank(cells), pad([("title", f" {section.title}")], cells)]
    for left, right in section.rows:
        for number, text in enumerate(textwrap.wrap(right, max(cells - wide - 4, 8)) or [""]):
            lines.append(pad([("key", "  " + fit("" if number else left, wide)), ("text", f"  {text}")], cells))
    return lines


def balanced(blocks: list[list[Line]], count: int) -> list[list[Line]]:
    """Distributes blocks over columns in order, so that the columns are about equally long."""
    share = -(-sum(map(len, blocks)) // count)
    columns: list[list[Line]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) / 2 > share and len(columns) < count:
            columns.append([])
        columns[-1] += block
    return columns
