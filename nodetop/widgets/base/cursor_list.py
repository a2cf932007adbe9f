"""Lists and long texts that are larger than the screen, and the cursor on one row of a list. Pure.

All keys, clicks and wheel turns that move in a list end here, so that every list moves in the same way. These are plain
classes whose attributes have their first values in the class: the first frame imports them, and dataclasses are slow to
create.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

R = TypeVar("R")


class Viewport:
    """The visible part of a list: `height` lines of `columns` rows each, from row `top` on. It never leaves the list:
    moves beyond an end stop there."""

    top: int = 0
    """First visible row; it is the first of its line."""
    height: int = 0
    """Visible lines; 0 before the first drawing."""
    columns: int = 1
    """Rows side by side in a line: 1 in a list, more in a map of tiles."""
    overlap: int = 0
    """Lines that stay in view when it moves by a page, as one that is covered by a heading."""

    @property
    def length(self) -> int:
        """Number of rows."""
        raise NotImplementedError

    @property
    def is_scrollable(self) -> bool:
        """Whether there is more than fits."""
        return -(-self.length // self.columns) > self.height > 0

    def fit(self, height: int, columns: int = 1) -> None:
        """Sets the size of the visible part."""
        self.height, self.columns = max(height, 1), columns
        self._shift(0)

    def scroll(self, lines: int) -> None:
        """Scrolls by so many lines, as the wheel does, and never past a line that was not in view."""
        most = max(self.height - self.overlap, 1)
        self._shift(max(-most, min(lines, most)))

    def _shift(self, lines: int) -> None:
        last = -(-self.length // self.columns) - self.height
        self.top = max(0, min(self.top // self.columns + lines, last)) * self.columns

    def move(self, lines: int) -> None:
        """Moves by so many lines; positive is down."""
        self._shift(lines)

    def page(self, pages: float) -> None:
        """Moves by so many pages, at least by a line; positive is down."""
        self.move(self._lines_of(pages))

    def home(self) -> None:
        """Goes to the start."""
        self.top = 0

    def end(self) -> None:
        """Goes to the end."""
        self._shift(self.length)

    def _lines_of(self, pages: float) -> int:
        return round(pages * max(self.height - self.overlap, 1)) or (1 if pages > 0 else -1)


class TextViewport(Viewport):
    """The visible part of a text."""

    length: int = 0

    def show(self, length: int, height: int) -> None:
        """Sets the number of lines of the text, and of those on the screen."""
        self.length = length
        self.fit(height)


class CursorList(Viewport, Generic[R]):
    """A list with a cursor on one of its rows. Nothing is selected until the user moves: until then the cursor stays on
    the first row, whatever row that is. Once selected, a row keeps the cursor wherever it moves. A subclass says what
    identifies a row."""

    rows: Sequence[R] = ()
    """All rows of the list, in order."""
    selected: Any = None
    """Key of the selected row."""
    index: int = 0
    """Index of the row with the cursor."""

    @property
    def length(self) -> int:
        return len(self.rows)

    def key(self, row: R) -> Any:
        """What identifies a row from one refresh to the next."""
        raise NotImplementedError

    def key_at(self, index: int) -> Any:
        """The key of the row at an index; None where there is no row."""
        return self.key(self.rows[index]) if index < len(self.rows) else None

    def place_of(self, key: Any) -> int | None:
        """Index of the row with this key; None if it is not in the list."""
        return next((index for index in range(len(self.rows)) if self.key_at(index) == key), None)

    @property
    def visible(self) -> Sequence[R]:
        """The visible rows."""
        return self.rows[self.top : self.top + self.height * self.columns]

    @property
    def current(self) -> R | None:
        """The row with the cursor."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    def row_at(self, line: int, column: int = 0) -> int | None:
        """Index of the row at a line of the window; None where there is none, as below the last row."""
        index = self.top + line * self.columns + column
        is_inside = 0 <= line < self.height and 0 <= column < self.columns
        return index if is_inside and index < len(self.rows) else None

    # The list or its size changes

    def fit(self, height: int, columns: int = 1) -> None:
        """Sets the size of the visible part. If it changed, a cursor that was visible stays visible."""
        is_new = (max(height, 1), columns) != (self.height, self.columns)
        was_seen = self.is_in_sight
        super().fit(height, columns)
        self.index = self._within(self.index)
        if is_new and was_seen:
            self._into_sight()

    @property
    def is_in_sight(self) -> bool:
        """Whether the row with the cursor is visible."""
        return not self.height or self.top <= self.index < self.top + self.height * self.columns

    def find_selected(self) -> None:
        """Moves the cursor to where the selected row is now. If that row is gone, the cursor stays on its line. If
        it was visible, it stays visible."""
        was_seen = self.is_in_sight
        place = 0 if self.selected is None else self.place_of(self.selected)
        self.index = self._within(self.index if place is None else place)
        if was_seen:
            self._into_sight()

    def _within(self, index: int) -> int:
        return max(0, min(index, len(self.rows) - 1))

    def _into_sight(self) -> None:
        line, top = self.index // self.columns, self.top // self.columns
        self.top = max(min(top, line), line - self.height + 1) * self.columns if self.height else 0

    # What keys do

    def select(self, index: int) -> None:
        """Moves the cursor to a row within the list and scrolls it into view."""
        self.index = self._within(index)
        self.selected = self.key_at(self.index)
        self._into_sight()

    def step(self, rows: int) -> None:
        """Moves the cursor by so many rows, along a line of a map."""
        self.select(self.index + rows)

    def move(self, lines: int) -> None:
        """Moves the cursor up or down."""
        self.step(lines * self.columns)

    def page(self, pages: float) -> None:
        """Moves the cursor and scrolls by so many pages."""
        lines = self._lines_of(pages)
        self._shift(lines)
        self.move(lines)

    def home(self) -> None:
        """Goes to the first row, and stays on the first row whatever row that becomes."""
        self.selected, self.index, self.top = None, 0, 0

    def end(self) -> None:
        """Goes to the last row."""
        self.select(len(self.rows) - 1)
