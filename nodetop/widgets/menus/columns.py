"""A menu that shows, hides and moves columns; each change takes effect at once."""

from collections.abc import Callable
from typing import ClassVar

from nodetop.keys.overlays import COLUMNS as COLUMN_KEYS
from nodetop.keys.overlays import COLUMNS_SHOWN, OverlayKeys, Shown
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.processes.columns import COLUMNS, DEFAULT_COLUMNS

Arranged = Callable[[tuple[str, ...] | None], object]
"""Called with the new columns; None: back to the default."""


class ColumnMenuPanel(MenuPanel):
    """All columns: the shown ones in their order, then the others."""

    def __init__(self, chosen: tuple[str, ...] | None) -> None:
        super().__init__("columns", ())
        self._take(DEFAULT_COLUMNS if chosen is None else chosen)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The shown columns, in order."""
        return tuple(name for name in self._names if name in self._shown)

    def turn(self) -> None:
        """Shows or hides the selected column."""
        self._shown ^= {self._names[self.choices.index]}
        self._write()

    def shift(self, steps: int) -> None:
        """Moves the selected column, and the cursor with it."""
        here = self.choices.index
        to = max(0, min(here + steps, len(self._names) - 1))
        self._names.insert(to, self._names.pop(here))
        self._write()
        self.choices.select(to)

    def reset(self) -> None:
        """Restores the default columns."""
        self._take(DEFAULT_COLUMNS)

    def _take(self, chosen: tuple[str, ...]) -> None:
        self._names = [*chosen, *(name for name in COLUMNS if name not in chosen)]
        self._shown = set(chosen)
        self._write()

    def _write(self) -> None:
        self.choices.rows = tuple(
            f"[{'x' if name in self._shown else ' '}] {COLUMNS[name].title:<10} {COLUMNS[name].text}"
            for name in self._names
        )


class ColumnMenu(Menu):
    """The menu widget. Left and Right move the column to the left and right in the list."""

    KEYS: ClassVar[OverlayKeys] = COLUMN_KEYS
    SHOWN: ClassVar[Shown] = COLUMNS_SHOWN

    def __init__(self, panel: ColumnMenuPanel, look: Look, view: View, arranged: Arranged) -> None:
        self._columns = panel
        self._arranged = arranged
        super().__init__(panel, look, view)

    def action_choose(self) -> None:
        self._columns.turn()
        self._notify(self._columns.chosen)

    def action_shift(self, steps: int) -> None:
        self._columns.shift(steps)
        self._notify(self._columns.chosen)

    def action_reset(self) -> None:
        self._columns.reset()
        self._notify(None)

    def _notify(self, columns: tuple[str, ...] | None) -> None:
        self.changed()
        self._arranged(columns)
