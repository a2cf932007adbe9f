"""The options beside the screen that they change: one line each, with the value of the selected one between arrows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, blank, pad
from nodetop.keys.overlays import OPTIONS, OPTIONS_SHOWN, OverlayKeys, Shown
from nodetop.widgets.base.headed_list import HeadedList
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_NAME_CELLS = 16
_VALUE_CELLS = 22
_WIDTH = _NAME_CELLS + _VALUE_CELLS + 6
Turn = Callable[[str, int], object]
"""Called with the name of an option and how many values further on to go."""


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


class OptionsPanel(MenuPanel):
    """The options at the right edge: the rest of the screen stays visible."""

    def __init__(self, read: Callable[[], Sequence[OptionRow]], kept: str) -> None:
        """`read` returns the current options; `kept` says where changes are saved, or why they are not."""
        super().__init__("options", ())
        self._read = read
        self._kept = kept
        self.list = OptionsList()
        self.choices = self.list
        self.update()
        self.list.home()

    def update(self) -> None:
        """Reads the options again."""
        options = self._read()
        rows: list[OptionRow | str] = []
        for number, option in enumerate(options):
            if not number or option.group != options[number - 1].group:
                rows += ["", option.group] if number else [option.group]
            rows.append(option)
        self.list.rows = [*rows, "", self._kept]
        self.list.find_selected()

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """At the right edge, below the first and above the last line."""
        cells, rows = min(_WIDTH, width), min(self.list.length + 2, max(height - 2, min(height, 4)))
        return Rect(width - cells, min(1, height - rows), cells, rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        inner, options = max(width - 2, 0), self.list
        options.fit(max(height - 2, 0))
        lines = [self._line(index, row, inner) for index, row in enumerate(options.visible, options.top)]
        chosen = options.current
        foot: Line = [("dim", chosen.note)] if chosen is not None else []
        values = reach(options, view.glyphs)[:1]
        return box(lines, width, height, view.glyphs, title=self.title, values=values, foot=foot or None, focused=True)

    def _line(self, index: int, row: OptionRow | str, cells: int) -> Line:
        if isinstance(row, OptionRow):
            return _line(row, cells, chosen=index == self.list.index)
        is_last = index == self.list.length - 1
        return pad([("dim" if is_last else "title", f" {clean(row)}")], cells) if row else blank(cells)


def _line(row: OptionRow, cells: int, *, chosen: bool) -> Line:
    name, value = fit(row.name.replace("_", " "), _NAME_CELLS), clean(row.value)
    if chosen:
        return [("selected", fit(f"   {name}< {value} >", cells))]
    return pad([("label", f"   {name}"), ("value", fit(f"  {value}", _VALUE_CELLS))], cells)


class OptionsMenu(Menu):
    """The menu with its keys; each change takes effect at once."""

    KEYS: ClassVar[OverlayKeys] = OPTIONS
    SHOWN: ClassVar[Shown] = OPTIONS_SHOWN

    def __init__(self, panel: OptionsPanel, look: Look, view: View, turn: Turn) -> None:
        self._options = panel
        self._turn = turn
        super().__init__(panel, look, view, options="close")

    def action_shift(self, steps: int) -> None:
        if (chosen := self._options.list.current) is not None:
            self._turn(chosen.name, steps)
            self._options.update()
            self.changed()

    def action_choose(self) -> None:
        self.action_shift(1)

    def row_clicked(self, y: int) -> int | None:
        """See Menu.row_clicked; headings cannot be chosen."""
        index = super().row_clicked(y)
        return index if index in self._options.list.places else None

    def clicked(self, *, again: bool) -> None:
        """The first click selects, one on the selected option changes it."""
        if again:
            self.action_shift(1)
