"""All values of a snapshot as a list, and beside or below it the explanation of the selected one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nodetop.base.text import clean, fit, fit_right
from nodetop.base.text import width as width_of
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, beside, blank, pad
from nodetop.explanations.explanation import Selected
from nodetop.explanations.registry import Explained, explained
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.headed_list import HeadedList
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.explain_text import Raw, amount_text, is_long, name_text, page, plain_text, value_text

_BESIDE_FROM = 70
"""From this width on the page is beside the list, else below it."""
_LEAST_LIST, _MOST_LIST = 30, 46


@dataclass
class ExplainState(HeadedList[Explained]):
    """All values, with the cursor on the one that is explained. `show` updates it from a snapshot."""

    text: TextViewport = field(default_factory=TextViewport)
    """The visible part of the explanation."""
    raw: Raw = field(default_factory=Raw)

    def key_of(self, row: Explained) -> tuple[str, str, str]:
        return row.key

    def show(self, snapshot: NodeSnapshot, selected: Selected) -> None:
        """Takes the values of a snapshot; the cursor stays on its value."""
        self.rows = list(_with_headings(explained(snapshot, selected)))
        self.find_selected()

    def choose_panel(self, name: str) -> None:
        """Goes to the first value of a panel, its headline."""
        found = next((i for i, row in enumerate(self.rows) if isinstance(row, Explained) and row.panel == name), None)
        if found is not None:
            self.select(found)
            self.top = max(found - 1, 0)  # starts at its heading, so that the rows below are visible

    def next_panel(self, steps: int) -> None:
        """Goes forward by so many panels; negative: back."""
        names = list(dict.fromkeys(row.panel for row in self.rows if isinstance(row, Explained)))
        if names and self.current:
            self.choose_panel(names[(names.index(self.current.panel) + steps) % len(names)])

    def select(self, index: int) -> None:
        """Goes to a row, or to the value below a heading. The page of another value starts at its top."""
        before = self.index
        super().select(index)
        if self.index != before:
            self.text.home()
            self.raw = Raw()


def _with_headings(values: Iterable[Explained]) -> list[Explained | str]:
    """Puts a heading before the values of each subject; the first one of a panel names the panel too."""
    rows: list[Explained | str] = []
    panel, subject = "", ""
    for value in values:
        is_new = value.panel != panel
        if is_new or value.subject.name != subject:
            rows.append(" · ".join(part for part in (value.panel if is_new else "", value.subject.name) if part))
            panel, subject = value.panel, value.subject.name
        rows.append(value)
    return rows


class ExplainPanel:
    """List and page."""

    name = "explain"

    def __init__(self) -> None:
        self.state = ExplainState()
        self._list_width = self._list_height = 0

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 12 or height < 3:
            return [blank(width) for _ in range(height)]
        if width >= _BESIDE_FROM:
            self._list_width, self._list_height = max(_LEAST_LIST, min(width * 3 // 10, _MOST_LIST)), height
            return beside(
                self._list(view, self._list_width, height), self._page(view, width - self._list_width, height)
            )
        self._list_width, self._list_height = width, (tall := max(3, height * 3 // 10))
        return self._list(view, width, tall) + self._page(view, width, height - tall)

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the row at this place of the panel; None where there is none."""
        return self.state.row_at(y - 1) if 0 < x < self._list_width - 1 else None

    def is_over_list(self, x: int, y: int) -> bool:
        """Whether a place of the panel is in the list, else in the text."""
        return x < self._list_width and y < self._list_height

    def _list(self, view: View, width: int, height: int) -> list[Line]:
        state, inner, rows = self.state, width - 2, height - 2
        state.fit(rows)
        body = [
            _heading(row, inner, view) if isinstance(row, str) else _value(row, inner, number == state.index, view)
            for number, row in enumerate(state.visible, state.top)
        ]
        return box(body, width, height, view.glyphs, title="values", more=reach(state, view.glyphs), focused=True)

    def _page(self, view: View, width: int, height: int) -> list[Line]:
        if height < 2:
            return [blank(width) for _ in range(height)]
        state, chosen, rows = self.state, self.state.current, max(height - 2, 1)
        text = (
            page(chosen, state.raw, view, width - 4)
            if chosen
            else [pad([("dim", "nothing to explain yet")], width - 4)]
        )
        state.text.show(len(text), rows)
        top = state.text.top
        shown = [[("text", " "), *line, ("text", " ")] for line in text[top : top + rows]]
        left = len(text) - top - rows
        lines_word = "line" if left == 1 else "lines"
        values: list[Line] = [[("dim", f"{left} more {lines_word}")]] if left > 0 else []
        subtitle: list[Line] = []
        if chosen:
            value = value_text(chosen, view)
            if not is_long(value, width - 4):
                values.insert(0, [("value", plain_text(value, view))])
            subtitle = [[("value", plain_text(name_text(chosen), view))]]
        title = chosen.panel if chosen else "explain"
        return box(shown, width, height, view.glyphs, title=title, subtitle=subtitle, values=values)


def _heading(text: str, cells: int, view: View) -> Line:
    return [("label", fit(plain_text(clean(text), view), cells, view.glyphs.ellipsis))]


def _value(row: Explained, cells: int, is_chosen: bool, view: View) -> Line:
    value = plain_text(amount_text(row.entry.values(row.subject)[0], view), view)
    name = f"  {row.entry.name}"
    # A long text is on the page as a whole; the list has its beginning, and the name to find it by.
    room = max(cells - width_of(value) - 2, min(width_of(name) + 1, 2 * cells // 3), 4)
    left = fit(name, room, view.glyphs.ellipsis)
    right = fit_right(value, cells - room - 1, view.glyphs.ellipsis) + " "
    style = "dim" if row.entry.values(row.subject)[0].value is None else "value"
    return [("selected", left + right)] if is_chosen else [("text", left), (style, right)]
