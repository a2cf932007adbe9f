"""What keys, wheel and clicks do to a list or a text; the same everywhere. Pure."""

from collections.abc import Callable

from nodetop.widgets.base.cursor_list import CursorList, Viewport


class ListKeys:
    """`window` returns the list that has the keys now; `changed` is called after each key to redraw it."""

    def __init__(self, window: Callable[[], Viewport], changed: Callable[[], object]) -> None:
        self._window = window
        self._changed = changed
        self.actions: dict[str, Callable[..., object]] = {
            "move": self.move, "page": self.page, "home": self.home, "end": self.end,
        }  # fmt: skip

    def move(self, lines: int) -> None:
        """Moves up or down by so many lines."""
        self._window().move(lines)
        self._changed()

    def page(self, pages: float) -> None:
        """Moves by so many pages."""
        self._window().page(pages)
        self._changed()

    def home(self) -> None:
        """Goes to the first row."""
        self._window().home()
        self._changed()

    def end(self) -> None:
        """Goes to the last row."""
        self._window().end()
        self._changed()

    def scroll(self, lines: int) -> None:
        """What the wheel does: scrolls the list, and the cursor stays where it is."""
        self._window().scroll(lines)
        self._changed()

    def click(self, index: int | None) -> bool:
        """Moves the cursor to the row that was clicked. False if no row was clicked."""
        window = self._window()
        if index is None or not isinstance(window, CursorList):
            return False
        window.select(index)
        self._changed()
        return True
