"""A menu that shows, hides and moves columns; each change takes effect at once."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from msgspec.structs import replace

from nodetop.base.text import clean, fit
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line
from nodetop.keys.overlays import COLUMNS as COLUMN_KEYS
from nodetop.keys.overlays import COLUMNS_SHOWN, OverlayKeys, Shown
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.processes.columns import COLUMNS, is_automatic

_LEAST_CELLS = 40
OnScreen = Callable[[tuple[str, ...] | None], tuple[str, ...]]
"""Returns the names of the columns that are on the screen with such a choice."""
Arranged = Callable[[tuple[str, ...] | None], object]
"""Called with the new columns; None: back to the default."""
Titles = Mapping[str, tuple[str, str]]
"""By the name of a column its heading, and what it shows."""
OF_PROCESSES: Titles = {name: (column.title, column.text) for name, column in COLUMNS.items()}


class ColumnMenuPanel(MenuPanel):
    """All columns: first those on the screen in their order, then the others. A tick means that a column is on the
    screen; a minus that it was chosen, but has no room or nothing to show.

    As long as columns are only shown or hidden, they are chosen by width, with these changes; an order of one's own
    makes the list fixed."""

    def __init__(self, chosen: tuple[str, ...] | None, on_screen: OnScreen, titles: Titles = OF_PROCESSES) -> None:
        super().__init__("columns", ())
        self._on_screen = on_screen
        self._titles = titles
        self.take(chosen)

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """At most half of the screen, so that the columns are seen while they are chosen."""
        place = super().rectangle(beside, width, height)
        cells = min(place.width, max(_LEAST_CELLS, width // 2))
        return replace(place, x=place.x + place.width - cells, width=cells)

    def line(self, index: int, cells: int, *, is_chosen: bool) -> Line:
        """See MenuPanel.line. Sentences are cut at their end, not in the middle as names are."""
        return [("selected" if is_chosen else "text", fit(f" {clean(self.choices.rows[index])}", cells))]

    def turn(self) -> tuple[str, ...] | None:
        """The columns once the selected one is shown or hidden."""
        name, chosen = self._names[self.choices.index], self._chosen
        is_shown = name in self._on_screen(chosen)
        if not is_automatic(chosen):
            kept = chosen or ()
            return tuple(each for each in kept if each != name) if name in kept else (*kept, name)
        changes = [each for each in chosen or () if each[1:] != name]
        if is_shown is (name in self._on_screen(tuple(changes) or None)):  # by width it would stay as it is
            changes.append(f"{'-' if is_shown else '+'}{name}")
        return tuple(changes) or None

    def shift(self, steps: int) -> tuple[str, ...]:
        """The columns once the selected one is moved; the cursor goes with it."""
        here = self.choices.index
        to = max(0, min(here + steps, len(self._names) - 1))
        fixed = self._on_screen(self._chosen) if is_automatic(self._chosen) else self._chosen or ()
        self._names.insert(to, self._names.pop(here))
        self.choices.select(to)
        return tuple(name for name in self._names if name in fixed)

    def take(self, chosen: tuple[str, ...] | None) -> None:
        """Shows other columns, from the start."""
        self._chosen = chosen
        first = self._on_screen(chosen) if chosen is None or is_automatic(chosen) else chosen
        self._names = [*first, *(name for name in self._titles if name not in first)]
        self.update(chosen)

    def update(self, chosen: tuple[str, ...] | None) -> None:
        """Shows what is on the screen now; the columns stay in their order."""
        self._chosen = chosen
        self.title = "columns chosen by width" if is_automatic(chosen) else "columns in your order"
        on_screen = self._on_screen(chosen)
        self.choices.rows = tuple(self._row(name, on_screen) for name in self._names)

    def _row(self, name: str, on_screen: tuple[str, ...]) -> str:
        title, text = self._titles[name]
        if name in on_screen:
            return f"[x] {title:<10} {text}"
        is_wanted = name in (self._chosen or ()) or f"+{name}" in (self._chosen or ())
        return f"[-] {title:<10} no room" if is_wanted else f"[ ] {title:<10} {text}"


class ColumnMenu(Menu):
    """The menu widget. Left and Right move the column to the left and right in the list."""

    KEYS: ClassVar[OverlayKeys] = COLUMN_KEYS
    SHOWN: ClassVar[Shown] = COLUMNS_SHOWN

    def __init__(self, panel: ColumnMenuPanel, look: Look, view: View, arranged: Arranged) -> None:
        self._columns = panel
        self._arranged = arranged
        super().__init__(panel, look, view)

    def action_choose(self) -> None:
        self._apply(self._columns.turn())

    def action_shift(self, steps: int) -> None:
        self._apply(self._columns.shift(steps))

    def action_reset(self) -> None:
        self._arranged(None)
        self._columns.take(None)
        self.changed()

    def _apply(self, columns: tuple[str, ...] | None) -> None:
        self._arranged(columns)
        self._columns.update(columns)
        self.changed()
