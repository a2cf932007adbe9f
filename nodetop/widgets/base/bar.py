"""Lists and long texts of which a part is on the screen, and the bar on one row of a list. Pure.

All keys, clicks and wheels that move in a list end here, so that every list moves alike. These are plain classes whose
attributes have their first values in the class: a first frame imports them, and dataclasses take long to make.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Window:
    """The rows that are on the screen: `height` lines of `columns` rows each, from row `top` on. It never leaves the
    list: what is asked for beyond an end stops there."""

    top: int = 0
    """First row on the screen; one that begins a line."""
    height: int = 0
    """Lines on the screen; 0 before it was drawn."""
    columns: int = 1
    """Rows side by side in a line: 1 in a list, more in a map of tiles."""

    @property
    def length(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def fit(self, height: int, columns: int = 1) -> None:
        """Takes the room that there is now."""
        self.height, self.columns = max(height, 1), columns
        self._shift(0)

    def scroll(self, lines: int) -> None:
        """What is seen so many lines down, as a wheel does."""
        self._shift(lines)

    def _shift(self, lines: int) -> None:
        last = -(-self.length // self.columns) - self.height
        self.top = max(0, min(self.top // self.columns + lines, last)) * self.columns

    def move(self, lines: int) -> None:
        """So many lines down."""
        self._shift(lines)

    def page(self, pages: float) -> None:
        """So many pages down, at least a line."""
        self.move(self._lines_of(pages))

    def home(self) -> None:
        """To the start."""
        self.top = 0

    def end(self) -> None:
        """To the end."""
        self._shift(self.length)

    def _lines_of(self, pages: float) -> int:
        return round(pages * self.height) or (1 if pages > 0 else -1)


class TextWindow(Window):
    """The part of a text that is on the screen."""

    length: int = 0

    def show(self, length: int, height: int) -> None:
        """Takes a text of so many lines and the room for it."""
        self.length = length
        self.fit(height)


class Bar(Window, Generic[R]):
    """A list with a bar on one of its rows. Nothing is selected until the user selects: the bar then rests on the first
    row, whichever that is. What is selected keeps the bar wherever it moves. A subclass says what identifies a row."""

    rows: Sequence[R] = ()
    """All rows of the list, in order."""
    selected: Any = None
    """What identifies the selected row."""
    index: int = 0
    """Row of the bar."""

    @property
    def length(self) -> int:
        return len(self.rows)

    def key(self, row: R) -> Any:
        """What identifies a row from one refresh to the next."""
        raise NotImplementedError

    def key_at(self, index: int) -> Any:
        """What identifies the row at a place; None where there is no row."""
        return self.key(self.rows[index]) if index < len(self.rows) else None

    def place_of(self, key: Any) -> int | None:
        """Where the row with this key is now; None: it is not in the list."""
        return next((index for index in range(len(self.rows)) if self.key_at(index) == key), None)

    @property
    def visible(self) -> Sequence[R]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self.height * self.columns]

    @property
    def current(self) -> R | None:
        """The row under the bar."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    def row_at(self, line: int, column: int = 0) -> int | None:
        """The row that stands in a line of the window; None where there is none, as below the last."""
        index = self.top + line * self.columns + column
        is_inside = 0 <= line < self.height and 0 <= column < self.columns
        return index if is_inside and index < len(self.rows) else None

    # The list and its room change

    def fit(self, height: int, columns: int = 1) -> None:
        """Takes the room that there is now; where that changed, a bar that was in sight stays so."""
        is_new = (max(height, 1), columns) != (self.height, self.columns)
        was_seen = not self.height or self.top <= self.index < self.top + self.height * self.columns
        super().fit(height, columns)
        self.index = self._within(self.index)
        if is_new and was_seen:
            self._into_sight()

    def find_selected(self) -> None:
        """Puts the bar where the selected row is now; where it is gone, the bar stays on its line."""
        place = 0 if self.selected is None else self.place_of(self.selected)
        self.index = self._within(self.index if place is None else place)

    def _within(self, index: int) -> int:
        return max(0, min(index, len(self.rows) - 1))

    def _into_sight(self) -> None:
        line, top = self.index // self.columns, self.top // self.columns
        self.top = max(min(top, line), line - self.height + 1) * self.columns if self.height else 0

    # What keys do

    def select(self, index: int) -> None:
        """Puts the bar on a row, within the list, and scrolls it into sight."""
        self.index = self._within(index)
        self.selected = self.key_at(self.index)
        self._into_sight()

    def step(self, rows: int) -> None:
        """The bar so many rows on, along a line of a map."""
        self.select(self.index + rows)

    def move(self, lines: int) -> None:
        """The bar up or down."""
        self.step(lines * self.columns)

    def page(self, pages: float) -> None:
        """The bar and the screen up or down by so many pages."""
        lines = self._lines_of(pages)
        self._shift(lines)
        self.move(lines)

    def home(self) -> None:
        """Back to the first row, whichever that is from now on."""
        self.selected, self.index, self.top = None, 0, 0

    def end(self) -> None:
        """To the last row."""
        self.select(len(self.rows) - 1)
