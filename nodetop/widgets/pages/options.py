"""The options page: one line each, the selected one with arrows around its value. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.headed_list import HeadedList
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


class OptionsList(HeadedList[OptionRow]):
    """The options below the headings of their groups, with the cursor on the one that keys change."""

    def key_of(self, row: OptionRow) -> str:
        return row.name

    def take(self, options: Sequence[OptionRow], kept: str) -> None:
        """Takes the current options, and where changes are saved, or why they are not."""
        rows: list[OptionRow | str] = []
        for number, option in enumerate(options):
            if not number or option.group != options[number - 1].group:
                rows += ["", option.group]
            rows.append(option)
        self.rows = [*rows, "", kept]
        self.find_selected()


class OptionsPanel:
    """The page."""

    name = "options"

    def __init__(self) -> None:
        self.list = OptionsList()
        self.trouble = ""
        """What went wrong with the last change."""

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        inner, page = max(width - 2, 0), max(height - 2, 0)
        options = self.list
        options.fit(page)
        places = options.places
        number = sum(place <= options.index for place in places)
        values: list[Line] = [[("dim", f"{number}/{len(places)}")]] if options.length > page else []
        trouble: Line = [("error", f"{view.glyphs.critical} {clean(self.trouble)}")]
        subtitle = [trouble if self.trouble else [("dim", "Left and Right change, Esc closes")]]
        lines = [self._line(index, row, inner) for index, row in enumerate(options.visible, options.top)]
        return box(lines, width, height, view.glyphs, title="options", subtitle=subtitle, values=values, focused=True)

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the option at this place of the panel; None where there is none."""
        index = self.list.row_at(y - 1)
        return index if index in self.list.places else None

    def _line(self, index: int, row: OptionRow | str, cells: int) -> Line:
        if isinstance(row, OptionRow):
            return _line(row, cells, chosen=index == self.list.index)
        is_last = index == self.list.length - 1
        return pad([("dim" if is_last else "title", f" {clean(row)}")], cells) if row else blank(cells)


def _line(row: OptionRow, cells: int, *, chosen: bool) -> Line:
    name, value = fit(row.name.replace("_", " "), _NAME_CELLS), clean(row.value)
    if chosen:
        return [("selected", fit(f"   {name}{fit(f'< {value} >', _VALUE_CELLS)} {row.note}", cells))]
    return pad([("label", f"   {name}"), ("value", fit(f"  {value}", _VALUE_CELLS)), ("dim", f" {row.note}")], cells)
