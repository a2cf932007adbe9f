"""A short list to choose from, drawn over other panels. Its panel is pure; Menu is the widget that has the keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line
from nodetop.keys.overlays import MENU, OverlayKeys, overlay_keys
from nodetop.widgets.base.actions import bind, offer
from nodetop.widgets.base.bar import Bar
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import WHEEL_ROWS, PanelWidget
from nodetop.widgets.base.view import View

_MARGIN = 4  # border and a blank at either side


class Choices(Bar[str]):
    """What can be chosen, as the menu shows it."""

    def key(self, row: str) -> str:
        return row


class MenuPanel:
    """The list: as many choices as fit, the bar on one of them."""

    name = "menu"

    def __init__(self, title: str, choices: Sequence[str], index: int = 0) -> None:
        self.title = title
        self.bar = Choices()
        self.bar.rows, self.bar.index = tuple(choices), index
        self.foot: Line | None = None
        """What the bottom edge says, where there is room."""

    @property
    def width(self) -> int:
        """Cells it would like."""
        return max(len(self.title) + 8, *(len(choice) + _MARGIN for choice in self.bar.rows))

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """Where it lies on a screen of this size: at the left of what it is about, and as high as that."""
        rows = min(len(self.bar.rows) + 2, max(beside.height, min(height, 8)))
        return Rect(beside.x, min(beside.y, height - rows), min(self.width, width), rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """As of Panel."""
        bar, inner = self.bar, max(width - 2, 0)
        bar.fit(height - 2)
        body = [
            self.line(index, inner, is_chosen=index == bar.index)
            for index in range(bar.top, bar.top + len(bar.visible))
        ]
        return box(body, width, height, view.glyphs, title=self.title, foot=self.foot, focused=True)

    def line(self, index: int, cells: int, *, is_chosen: bool) -> Line:
        """One choice."""
        return [("selected" if is_chosen else "text", fit(f" {clean(self.bar.rows[index])}", cells))]

    @property
    def answer(self) -> str:
        """What is chosen when the menu is closed with it."""
        return self.bar.rows[self.bar.index]


class Menu(PanelWidget, can_focus=True):
    """The menu with the keys: arrows and what else the user moves with, Enter, Escape, the wheel and clicks."""

    KEYS: ClassVar[OverlayKeys] = MENU
    TAKES_ALL_KEYS: ClassVar[bool] = False
    """Whether no other key does anything while it stands."""

    @dataclass
    class Chosen(Message):
        """A choice was made; None: closed without one."""

        menu: "Menu"
        choice: str | None

    def __init__(self, panel: MenuPanel, look: Look, view: View) -> None:
        super().__init__(panel, look, id="menu")
        self.menu = panel
        bind(self, (Binding(key, do, show=False) for key, do in overlay_keys(self.KEYS, look.keymap).items()))
        self._list = ListKeys(lambda: panel.bar, self.changed)
        offer(self, self._list.actions)
        self.show(view)

    def changed(self) -> None:
        """Shows the menu as it is now."""
        if self._view is not None:
            self.show(self._view)

    def action_shift(self, steps: int) -> None:
        """Left and right, for menus in which they mean something."""

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self, self.menu.answer))

    def action_close(self) -> None:
        self.post_message(self.Chosen(self, None))

    def on_key(self, event: events.Key) -> None:
        if self.TAKES_ALL_KEYS and event.key not in self._bindings.key_to_bindings:
            event.stop()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.y < self.outer_size.height - 1 and self._list.click(self.menu.bar.row_at(event.y - 1)):
            self.clicked()

    def clicked(self) -> None:
        """A click put the bar on a choice."""
        self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._list.scroll(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._list.scroll(-WHEEL_ROWS)
