"""A short list to choose from, drawn over other panels. Its panel is pure; Menu is the widget that has the keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from nodetop.base.text import clean, fit
from nodetop.drawing.box import box
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line
from nodetop.keys.names import textual_name
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View

_MARGIN = 4  # border and a blank at either side


class MenuPanel:
    """The list: as many choices as fit, the chosen one always among them."""

    name = "menu"

    def __init__(self, title: str, choices: Sequence[str], index: int = 0) -> None:
        self.title = title
        self.choices = tuple(choices)
        self.index = index
        self.top = 0
        self.foot: Line | None = None
        """What the bottom edge says, where there is room."""

    @property
    def width(self) -> int:
        """Cells it would like."""
        return max(len(self.title) + 8, *(len(choice) + _MARGIN for choice in self.choices))

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """Where it lies on a screen of this size: at the left of what it is about, and as high as that."""
        rows = min(len(self.choices) + 2, max(beside.height, min(height, 8)))
        return Rect(beside.x, min(beside.y, height - rows), min(self.width, width), rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """As of Panel."""
        page = max(height - 2, 1)
        self.top = max(min(self.top, self.index), self.index - page + 1)
        body: list[Line] = [
            [("selected" if number == self.index else "text", fit(f" {clean(choice)}", max(width - 2, 0)))]
            for number, choice in enumerate(self.choices[self.top : self.top + page], self.top)
        ]
        return box(body, width, height, view.glyphs, title=self.title, foot=self.foot, focused=True)


_MOVES = {
    "up": "move(-1)", "down": "move(1)", "page_up": "move(-1000)", "page_down": "move(1000)", "first": "move(-1000)",
    "last": "move(1000)", "left": "shift(-1)", "right": "shift(1)",
}  # fmt: skip


class Menu(PanelWidget, can_focus=True):
    """The menu with the keys: arrows and what else the user moves with, Enter, Escape, the wheel and clicks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup,home", "move(-1000)", show=False),
        Binding("pagedown,end", "move(1000)", show=False),
        Binding("enter,space", "choose", show=False),
        Binding("escape,q", "close", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """A choice was made; None: closed without one."""

        kind: str
        choice: str | None

    def __init__(self, kind: str, panel: MenuPanel, look: Look, view: View) -> None:
        super().__init__(panel, look, id="menu")
        for name, action in _MOVES.items():
            for key in map(textual_name, look.keymap.keys.get(name, ())):
                if key not in self._bindings.key_to_bindings:
                    self._bindings.bind(key, action, show=False)
        self.kind = kind
        self._menu = panel
        self.show(view)

    def action_move(self, rows: int) -> None:
        self._menu.index = max(0, min(self._menu.index + rows, len(self._menu.choices) - 1))
        if self._view is not None:
            self.show(self._view)

    def action_shift(self, steps: int) -> None:
        """Left and right, for menus in which they mean something."""

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self.kind, self._menu.choices[self._menu.index]))

    def action_close(self) -> None:
        self.post_message(self.Chosen(self.kind, None))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        number = self._menu.top + event.y - 1
        if 0 <= number < len(self._menu.choices) and 0 < event.y < self.outer_size.height - 1:
            self._menu.index = number
            self.action_choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)
