"""What keys, wheel and clicks do to a list or a text: one way for all of them. Pure."""

from collections.abc import Callable

from nodetop.widgets.base.bar import Bar, Window


class ListKeys:
    """`window` is the list that has the keys now; `changed` shows it after each key."""

    def __init__(self, window: Callable[[], Window], changed: Callable[[], object]) -> None:
        self._window = window
        self._changed = changed
        self.actions: dict[str, Callable[..., object]] = {
            "move": self.move, "page": self.page, "home": self.home, "end": self.end,
        }  # fmt: skip

    def move(self, lines: int) -> None:
        """Up or down."""
        self._window().move(lines)
        self._changed()

    def page(self, pages: float) -> None:
        """By so many pages."""
        self._window().page(pages)
        self._changed()

    def home(self) -> None:
        """To the first row."""
        self._window().home()
        self._changed()

    def end(self) -> None:
        """To the last row."""
        self._window().end()
        self._changed()

    def scroll(self, lines: int) -> None:
        """What the wheel does: other rows are seen, the bar stays where it is."""
        self._window().scroll(lines)
        self._changed()

    def click(self, index: int | None) -> bool:
        """Puts the bar on a row that a click met. False if it met none."""
        window = self._window()
        if index is None or not isinstance(window, Bar):
            return False
        window.select(index)
        self._changed()
        return True
