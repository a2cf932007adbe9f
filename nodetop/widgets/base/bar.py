"""A list with a bar on one of its rows, as much of it on the screen as there is room for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

R = TypeVar("R")


@dataclass(kw_only=True)
class Bar(Generic[R]):
    """Nothing is selected until the user selects: the bar then rests on the first row, whichever that is. What is
    selected keeps the bar wherever it moves. A subclass says what identifies a row."""

    rows: Sequence[R] = ()
    """All rows of the list, in order."""
    selected: Any = None
    """What identifies the selected row."""
    index: int = 0
    """Row of the bar."""
    top: int = 0
    """First row on the screen."""
    _page: int = 1

    def key(self, row: R) -> Any:
        """What identifies a row from one refresh to the next."""
        raise NotImplementedError

    @property
    def visible(self) -> Sequence[R]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self._page]

    @property
    def current(self) -> R | None:
        """The row under the bar."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    def show(self, page: int) -> None:
        """Places bar and scroll for a page of so many rows."""
        self._page = max(page, 1)
        self.index = max(0, min(self.index, len(self.rows) - 1))
        self.top = max(0, min(self.top, len(self.rows) - self._page))

    def find_selected(self) -> None:
        """Puts the bar where the selected row is now; where it is gone, the bar stays on its line."""
        place = None
        if self.selected is not None:
            place = next((index for index, row in enumerate(self.rows) if self.key(row) == self.selected), self.index)
        self.index = max(0, min(place or 0, len(self.rows) - 1))

    # What keys do

    def select(self, index: int) -> None:
        """Puts the bar on a row, within the list, and scrolls it into sight."""
        self.index = max(0, min(index, len(self.rows) - 1))
        self.selected = self.key(self.rows[self.index]) if self.rows else None
        self.top = max(min(self.top, self.index), self.index - self._page + 1)

    def move(self, rows: int) -> None:
        """The bar up or down."""
        self.select(self.index + rows)

    def page(self, pages: float) -> None:
        """The bar and the screen up or down by so many pages."""
        rows = round(pages * self._page) or (1 if pages > 0 else -1)
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))
        self.select(self.index + rows)

    def scroll(self, rows: int) -> None:
        """The screen up or down, the bar where it is."""
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))

    def home(self) -> None:
        """Back to the first row, whichever that is from now on."""
        self.selected, self.index, self.top = None, 0, 0

    def end(self) -> None:
        """To the last row."""
        self.select(len(self.rows) - 1)
