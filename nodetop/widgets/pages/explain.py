"""All values of a snapshot as a list, and beside or below it the page that explains the one under the bar. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nodetop.base.text import clean, fit, fit_right
from nodetop.base.text import width as width_of
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, beside, blank, pad
from nodetop.explanations.registry import Explained, explained
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.pages.explain_text import Raw, amount_text, name_text, page, plain_text, value_text

_BESIDE_FROM = 70
"""From so many cells on the page stands beside the list, else below it."""
_LEAST_LIST, _MOST_LIST = 30, 46

Row = Explained | str
"""A value, or a heading."""


@dataclass
class ExplainState:
    """What is chosen. `show` brings it in line with a snapshot."""

    rows: list[Row] = field(default_factory=list)
    index: int = 0
    top: int = 0
    page_top: int = 0
    raw: Raw = field(default_factory=Raw)
    page_rows: int = 1

    def show(self, snapshot: NodeSnapshot, pid: int | None) -> None:
        """Takes the values of a snapshot; the chosen one stays chosen."""
        chosen = self.chosen.key if self.chosen else None
        self.rows = list(_with_headings(explained(snapshot, pid)))
        if chosen is not None:
            self._go_to(next((i for i, row in enumerate(self.rows) if _is(row, chosen)), self.index), 1)

    @property
    def chosen(self) -> Explained | None:
        """The value under the bar."""
        row = self.rows[self.index] if self.index < len(self.rows) else None
        return row if isinstance(row, Explained) else None

    def choose_panel(self, name: str) -> None:
        """Goes to the first value of a panel, its headline."""
        found = next((i for i, row in enumerate(self.rows) if isinstance(row, Explained) and row.panel == name), None)
        if found is not None:
            self.choose(found)
            self.top = max(found - 1, 0)  # with its heading, so that what follows is seen

    def next_panel(self, steps: int) -> None:
        """Goes to the panel after, or before."""
        names = list(dict.fromkeys(row.panel for row in self.rows if isinstance(row, Explained)))
        if names and self.chosen:
            self.choose_panel(names[(names.index(self.chosen.panel) + steps) % len(names)])

    def move(self, rows: int) -> None:
        """So many values down, over headings."""
        values = [i for i, row in enumerate(self.rows) if isinstance(row, Explained)]
        if values and self.index in values:
            self.choose(values[max(0, min(values.index(self.index) + rows, len(values) - 1))])

    def choose(self, index: int) -> None:
        """Goes to a row, or to the value below a heading."""
        before = self.index
        self._go_to(index, 1)
        if self.index != before:
            self.page_top, self.raw = 0, Raw()

    def _go_to(self, index: int, step: int) -> None:
        index = max(0, min(index, len(self.rows) - 1))
        while index < len(self.rows) - 1 and isinstance(self.rows[index], str):
            index += step
        self.index = index


def _is(row: Row, key: tuple[str, str, str]) -> bool:
    return isinstance(row, Explained) and row.key == key


def _with_headings(values: Iterable[Explained]) -> list[Row]:
    """A heading before the values of each thing; the first of a panel names the panel too."""
    rows: list[Row] = []
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

    def __init__(self, keys: Sequence[tuple[str, str]] = ()) -> None:
        self.state = ExplainState()
        self._keys = keys
        self._list_width = 0
        self._list_height = 0

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """As of Panel."""
        if width < 12 or height < 3:
            return [blank(width) for _ in range(height)]
        if width >= _BESIDE_FROM:
            self._list_width, self._list_height = max(_LEAST_LIST, min(width * 3 // 10, _MOST_LIST)), height
            return beside(
                self._list(view, self._list_width, height), self._page(view, width - self._list_width, height)
            )
        self._list_width, self._list_height = width, max(3, height * 3 // 10)
        return self._list(view, width, self._list_height) + self._page(view, width, height - self._list_height)

    def row_at(self, x: int, y: int) -> int | None:
        """The row of the list at this place of the panel."""
        row = self.state.top + y - 1
        is_inside = 0 < x < self._list_width - 1 and 0 < y < self._list_height - 1
        return row if is_inside and row < len(self.state.rows) else None

    def is_list(self, x: int, y: int) -> bool:
        """Whether this place is in the list, not in the page."""
        return x < self._list_width and y < self._list_height

    def _list(self, view: View, width: int, height: int) -> list[Line]:
        state, inner, rows = self.state, width - 2, height - 2
        lead = 1 if state.index and isinstance(state.rows[state.index - 1], str) else 0  # its heading is seen too
        state.top = max(min(state.top, state.index - lead), state.index - rows + 1, 0)
        body = [
            _heading(row, inner, view) if isinstance(row, str) else _value(row, inner, number == state.index, view)
            for number, row in enumerate(state.rows[state.top : state.top + rows], state.top)
        ]
        return box(body, width, height, view.glyphs, title="values", focused=True)

    def _page(self, view: View, width: int, height: int) -> list[Line]:
        if height < 2:
            return [blank(width) for _ in range(height)]
        state, chosen = self.state, self.state.chosen
        rows = state.page_rows = max(height - 2, 1)
        text = (
            page(chosen, state.raw, view, width - 4)
            if chosen
            else [pad([("dim", "nothing to explain yet")], width - 4)]
        )
        state.page_top = max(0, min(state.page_top, len(text) - rows))
        shown = [[("text", " "), *line, ("text", " ")] for line in text[state.page_top : state.page_top + rows]]
        left = len(text) - state.page_top - rows
        values: list[Line] = [[("dim", f"{left} more line{'s' * (left > 1)}")]] if left > 0 else []
        details: list[Line] = []
        if chosen:
            values.insert(0, [("value", plain_text(value_text(chosen, view), view))])
            details = [[("value", plain_text(name_text(chosen), view))]]
        foot: Line = []
        for key, label in self._keys:
            foot += [("key", f"{'  ' if foot else ''}{key}"), ("key.label", f" {label}")]
        title = chosen.panel if chosen else "explain"
        return box(shown, width, height, view.glyphs, title=title, details=details, values=values, foot=foot or None)


def _heading(text: str, cells: int, view: View) -> Line:
    return [("label", fit(plain_text(clean(text), view), cells, view.glyphs.ellipsis))]


def _value(row: Explained, cells: int, is_chosen: bool, view: View) -> Line:
    value = plain_text(amount_text(row.entry.values(row.subject)[0], view), view)
    room = max(cells - width_of(value) - 2, 4)
    left = fit(f"  {row.entry.name}", room, view.glyphs.ellipsis)
    right = fit_right(value, cells - room - 1, view.glyphs.ellipsis) + " "
    style = "dim" if row.entry.values(row.subject)[0].value is None else "value"
    return [("selected", left + right)] if is_chosen else [("text", left), (style, right)]
