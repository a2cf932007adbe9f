"""A list with headings between its rows. Pure."""

from typing import Any, Generic, TypeVar

from nodetop.widgets.base.cursor_list import CursorList

R = TypeVar("R")


class HeadedList(CursorList[R | str], Generic[R]):
    """A list with headings, which are strings, between its rows. The cursor skips them."""

    def key(self, row: R | str) -> Any:
        """What identifies a row; None for a heading."""
        return None if isinstance(row, str) else self.key_of(row)

    def key_of(self, row: R) -> Any:
        """What identifies a row from one refresh to the next."""
        raise NotImplementedError

    @property
    def current(self) -> R | None:
        """The row with the cursor."""
        row = super().current
        return None if isinstance(row, str) else row

    @property
    def places(self) -> list[int]:
        """Indexes of the rows that are not headings."""
        return [index for index, row in enumerate(self.rows) if not isinstance(row, str)]

    def _within(self, index: int) -> int:
        """The row itself; for a heading, the row below it."""
        places = self.places
        return next((place for place in places if place >= index), places[-1] if places else 0)

    def _into_sight(self) -> None:
        super()._into_sight()
        if self.height > 1 and self.index and isinstance(self.rows[self.index - 1], str):
            self.top = min(self.top, self.index - 1)  # so that its heading is visible too

    def step(self, rows: int) -> None:
        """Moves the cursor by so many rows; headings are not counted."""
        places = self.places
        if self.index in places:
            self.select(places[max(0, min(places.index(self.index) + rows, len(places) - 1))])

    def home(self) -> None:
        """Goes to the first row."""
        self.select(0)
