"""A short list to choose from, drawn over other panels. Its panel is pure; Menu is the widget that has the keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from nodetop.base.text import clean, fit_middle
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line
from nodetop.keys.overlays import MENU, MENU_SHOWN, OverlayKeys, Shown, overlay_keys
from nodetop.widgets.base.actions import bind, offer
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View

_MARGIN = 4  # border and a blank on each side
_LEAST_WIDTH = 20  # the bottom edge says which choices are visible


class Choices(CursorList[str]):
    """The choices as the menu shows them."""

    def key(self, row: str) -> str:
        return row


class MenuPanel:
    """The list: as many choices as fit, with the cursor on one of them."""

    name = "menu"

    def __init__(self, title: str, choices: Sequence[str], index: int = 0) -> None:
        self.title = title
        self.choices: CursorList[Any] = Choices()
        self.choices.rows, self.choices.index = tuple(choices), index

    @property
    def width(self) -> int:
        """The width it would like, in cells."""
        return max(len(self.title) + 8, _LEAST_WIDTH, *(len(choice) + _MARGIN for choice in self.choices.rows))

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """Its place on a screen of this size: at the right edge of the panel it belongs to, where it does not cover
        what identifies the rows, as high as it needs. The last line stays free for its keys."""
        rows = min(len(self.choices.rows) + 2, max(height - 2, min(height, 3)))
        cells = min(self.width, width)
        return Rect(max(beside.x + beside.width - cells, 0), max(min(beside.y, height - 1 - rows), 0), cells, rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        choices, inner = self.choices, max(width - 2, 0)
        choices.fit(height - 2)
        body = [
            self.line(index, inner, is_chosen=index == choices.index)
            for index in range(choices.top, choices.top + len(choices.visible))
        ]
        return box(body, width, height, view.glyphs, title=self.title, more=reach(choices, view.glyphs), focused=True)

    def line(self, index: int, cells: int, *, is_chosen: bool) -> Line:
        """The line of one choice."""
        return [("selected" if is_chosen else "text", fit_middle(f" {clean(self.choices.rows[index])}", cells))]

    @property
    def answer(self) -> str:
        """The result when the menu is closed with Enter."""
        answer: str = self.choices.rows[self.choices.index]
        return answer


class Menu(PanelWidget, can_focus=True):
    """The menu widget: it handles the keys that move, Enter, Escape, the wheel and clicks. Other keys do nothing, as
    what they would act on lies below it."""

    KEYS: ClassVar[OverlayKeys] = MENU
    SHOWN: ClassVar[Shown] = MENU_SHOWN
    """The keys that the last line shows while it is open."""
    CLOSES_BY_CLICK: ClassVar[bool] = True
    """Whether a click beside it closes it."""

    @dataclass
    class Chosen(Message):
        """A choice was made; None: closed without one."""

        menu: "Menu"
        choice: str | None

    def __init__(self, panel: MenuPanel, look: Look, view: View, **more: str) -> None:
        """`more`: see overlay_keys."""
        super().__init__(panel, look, id="menu")
        self.menu = panel
        self._more = more
        self._is_closing = False
        self._bind(look)
        self._list = ListKeys(lambda: panel.choices, self.changed)
        offer(self, self._list.actions)
        self.show(view)

    def _bind(self, look: Look) -> None:
        keys = overlay_keys(self.KEYS, look.keymap, **self._more)
        bind(self, (Binding(key, do, show=False) for key, do in keys.items()))

    def look_changed(self, look: Look) -> None:
        """See PanelWidget.look_changed; the user's keys may be others too."""
        super().look_changed(look)
        self._bind(look)

    def changed(self) -> None:
        """Draws the menu in its new state."""
        if self._view is not None:
            self.show(self._view)

    def action_shift(self, steps: int) -> None:
        """Left and right, for menus that use them."""

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self, self.menu.answer))

    def action_close(self) -> None:
        self.post_message(self.Chosen(self, None))

    def on_key(self, event: events.Key) -> None:
        # What is typed after the key that closes it, and arrives before it is gone, is for the screen below.
        if not self._is_closing:
            bindings = self._bindings.key_to_bindings.get(event.key, ())
            self._is_closing = any(binding.action == "close" for binding in bindings)
            self.take_key(event)

    def take_key(self, event: events.Key) -> None:
        """A key while the menu is open."""
        if event.key not in self._bindings.key_to_bindings:
            event.stop()

    def take_click(self, x: int, y: int, times: int) -> None:
        """A click on a choice moves the cursor there."""
        index = self.row_clicked(y) if y < self.outer_size.height - 1 else None
        again = index == self.menu.choices.index
        if self._list.click(index):
            self.clicked(again=again)

    def row_clicked(self, y: int) -> int | None:
        """Index of the choice at a line of the menu; None where there is none."""
        return self.menu.choices.row_at(y - 1)

    def clicked(self, *, again: bool) -> None:
        """Called when a click has moved the cursor to a choice; `again`: it was there already."""
        self.action_choose()

    def take_wheel(self, rows: int, x: int, y: int) -> None:
        """The wheel scrolls the choices."""
        self._list.scroll(rows)
