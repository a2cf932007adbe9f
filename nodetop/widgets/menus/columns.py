"""A menu in which columns are shown, hidden and moved; each change takes effect at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from nodetop.drawing.rect import Rect
from nodetop.keys.overlays import COLUMNS as COLUMN_KEYS
from nodetop.keys.overlays import OverlayKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.processes.columns import COLUMNS, DEFAULT_COLUMNS

Arranged = Callable[[tuple[str, ...] | None], object]
"""Called with the columns as they now are; None: as where nobody has chosen."""


class ColumnMenuPanel(MenuPanel):
    """All columns: those shown in their order, then the others."""

    def __init__(self, chosen: tuple[str, ...] | None) -> None:
        super().__init__("columns", ())
        self.foot = [("key", "Space"), ("label", " shows  "), ("key", "Left Right"), ("label", " move  "),
                     ("key", "d"), ("label", " default")]  # fmt: skip
        self._take(DEFAULT_COLUMNS if chosen is None else chosen)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The columns that are shown, in order."""
        return tuple(name for name in self._names if name in self._shown)

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """At the right, where it leaves the columns to be seen."""
        place = super().rectangle(beside, width, height)
        return replace(place, x=max(beside.x, beside.x + beside.width - place.width))

    def turn(self) -> None:
        """Shows the column under the bar, or hides it."""
        self._shown ^= {self._names[self.bar.index]}
        self._write()

    def shift(self, steps: int) -> None:
        """Moves the column under the bar, and the bar with it."""
        here = self.bar.index
        to = max(0, min(here + steps, len(self._names) - 1))
        self._names.insert(to, self._names.pop(here))
        self._write()
        self.bar.select(to)

    def reset(self) -> None:
        """The columns that are shown where nobody has chosen."""
        self._take(DEFAULT_COLUMNS)

    def _take(self, chosen: tuple[str, ...]) -> None:
        self._names = [*chosen, *(name for name in COLUMNS if name not in chosen)]
        self._shown = set(chosen)
        self._write()

    def _write(self) -> None:
        self.bar.rows = tuple(
            f"[{'x' if name in self._shown else ' '}] {COLUMNS[name].title:<10} {COLUMNS[name].text}"
            for name in self._names
        )


class ColumnMenu(Menu):
    """The menu with the keys. Left and Right move the column towards the left and right of the list."""

    KEYS: ClassVar[OverlayKeys] = COLUMN_KEYS

    def __init__(self, panel: ColumnMenuPanel, look: Look, view: View, arranged: Arranged) -> None:
        self._columns = panel
        self._arranged = arranged
        super().__init__(panel, look, view)

    def action_choose(self) -> None:
        self._columns.turn()
        self._tell(self._columns.chosen)

    def action_shift(self, steps: int) -> None:
        self._columns.shift(steps)
        self._tell(self._columns.chosen)

    def action_reset(self) -> None:
        self._columns.reset()
        self._tell(None)

    def _tell(self, columns: tuple[str, ...] | None) -> None:
        self.changed()
        self._arranged(columns)
