"""A menu in which columns are shown, hidden and moved; each change takes effect at once."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from nodetop.drawing.rect import Rect
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel
from nodetop.widgets.processes.columns import COLUMNS, DEFAULT_COLUMNS


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
        self._shown ^= {self._names[self.index]}
        self._write()

    def shift(self, steps: int) -> None:
        """Moves the column under the bar, and the bar with it."""
        to = max(0, min(self.index + steps, len(self._names) - 1))
        self._names.insert(to, self._names.pop(self.index))
        self.index = to
        self._write()

    def reset(self) -> None:
        """The columns that are shown where nobody has chosen."""
        self._take(DEFAULT_COLUMNS)

    def _take(self, chosen: tuple[str, ...]) -> None:
        self._names = [*chosen, *(name for name in COLUMNS if name not in chosen)]
        self._shown = set(chosen)
        self._write()

    def _write(self) -> None:
        self.choices = tuple(
            f"[{'x' if name in self._shown else ' '}] {COLUMNS[name].title:<10} {COLUMNS[name].text}"
            for name in self._names
        )


class ColumnMenu(Menu):
    """The menu with the keys. Left and Right move the column towards the left and right of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "shift(-1)", show=False),
        Binding("right", "shift(1)", show=False),
        Binding("d", "reset", show=False),
    ]

    @dataclass
    class Arranged(Message):
        """The columns as they now are; None: as where nobody has chosen."""

        columns: tuple[str, ...] | None

    def __init__(self, panel: ColumnMenuPanel, look: Look, view: View) -> None:
        super().__init__("columns", panel, look, view)
        self._columns = panel

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
        if self._view is not None:
            self.show(self._view)
        self.post_message(self.Arranged(columns))
