"""A screen of one list with a bar, and what keys do to it."""

from typing import Any

from nodetop.screens.base.list_screen import ListScreen
from nodetop.widgets.base.bar import Bar


class BarScreen(ListScreen):
    """A screen of one list with a bar."""

    @property
    def bar(self) -> Bar[Any]:
        """The list."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        self.bar.move(rows)
        self.show_all()

    def action_page(self, pages: float) -> None:
        self.bar.page(pages)
        self.show_all()

    def action_home(self) -> None:
        self.bar.home()
        self.show_all()

    def action_end(self) -> None:
        self.bar.end()
        self.show_all()
