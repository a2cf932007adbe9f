"""A list in which headings stand between the rows. Pure."""

from typing import Any, Generic, TypeVar

from nodetop.widgets.base.bar import Bar

R = TypeVar("R")


class HeadedBar(Bar[R | str], Generic[R]):
    """A list in which headings, which are texts, stand between the rows. The bar passes over them."""

    def key(self, row: R | str) -> Any:
        """What identifies a row; None: it is a heading."""
        return None if isinstance(row, str) else self.key_of(row)

    def key_of(self, row: R) -> Any:
        """What identifies a row from one refresh to the next."""
        raise NotImplementedError

    @property
    def current(self) -> R | None:
        """The row under the bar."""
        row = super().current
        return None if isinstance(row, str) else row

    @property
    def places(self) -> list[int]:
        """Where there are rows."""
        return [index for index, row in enumerate(self.rows) if not isinstance(row, str)]

    def _within(self, index: int) -> int:
        """The row, or of a heading the one below it."""
        places = self.places
        return next((place for place in places if place >= index), places[-1] if places else 0)

    def _into_sight(self) -> None:
        super()._into_sight()
        if self.height > 1 and self.index and isinstance(self.rows[self.index - 1], str):
            self.top = min(self.top, self.index - 1)  # its heading is seen too

    def step(self, rows: int) -> None:
        """The bar so many rows on, headings not counted."""
        places = self.places
        if self.index in places:
            self.select(places[max(0, min(places.index(self.index) + rows, len(places) - 1))])

    def home(self) -> None:
        """To the first row."""
        self.select(0)
