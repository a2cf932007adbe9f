"""The options as a page: a line each, the chosen one with arrows round its value. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.view import View

_NAME_CELLS = 16
_VALUE_CELLS = 22


@dataclass(frozen=True)
class OptionRow:
    """An option as it is shown."""

    group: str
    name: str
    value: str
    note: str


class OptionsPanel:
    """The page; `index` is the row that keys change."""

    name = "options"

    def __init__(self, rows: Sequence[OptionRow] = (), kept: str = "") -> None:
        self.rows = tuple(rows)
        self.kept = kept
        """Where changes are kept, or why they are not."""
        self.trouble = ""
        """What went wrong with the last change."""
        self.index = 0
        self._top = 0
        self._seen: list[int | None] = []

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """As of Panel."""
        inner, page = max(width - 2, 0), max(height - 2, 0)
        body = self._body(inner)
        at = next(y for y, (index, _) in enumerate(body) if index == self.index)
        self._top = max(0, min(max(min(self._top, at - 1), at - page + 2), len(body) - page))
        self._seen = [index for index, _ in body[self._top : self._top + page]]
        values: list[Line] = [[("dim", f"{self.index + 1}/{len(self.rows)}")]] if len(body) > page else []
        trouble: Line = [("error", f"{view.glyphs.critical} {clean(self.trouble)}")]
        details = [trouble if self.trouble else [("dim", "left and right change, Esc closes")]]
        lines = [line for _, line in body[self._top :]]
        return box(lines, width, height, view.glyphs, title="options", details=details, values=values, focused=True)

    def row_at(self, y: int) -> int | None:
        """The option that a click at y of the panel meets."""
        return self._seen[y - 1] if 0 <= y - 1 < len(self._seen) else None

    def _body(self, cells: int) -> list[tuple[int | None, Line]]:
        """All lines of the page, each with the option it shows, if any."""
        body: list[tuple[int | None, Line]] = []
        for index, row in enumerate(self.rows):
            if not index or row.group != self.rows[index - 1].group:
                body += [(None, blank(cells)), (None, pad([("title", f" {row.group}")], cells))]
            body.append((index, _line(row, cells, chosen=index == self.index)))
        return [*body, (None, blank(cells)), (None, pad([("dim", f" {clean(self.kept)}")], cells))]


def _line(row: OptionRow, cells: int, *, chosen: bool) -> Line:
    name, value = fit(row.name.replace("_", " "), _NAME_CELLS), clean(row.value)
    if chosen:
        return [("selected", fit(f"   {name}{fit(f'< {value} >', _VALUE_CELLS)} {row.note}", cells))]
    return pad([("label", f"   {name}"), ("value", fit(f"  {value}", _VALUE_CELLS)), ("dim", f" {row.note}")], cells)
