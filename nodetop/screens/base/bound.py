"""Screens whose keys come from a table of actions and the user's keymap.

Textual's own keymap is applied anew at each key, in time that grows with the square of the number of keys. Here the
bindings are made once per screen; a test notices should Textual keep them elsewhere one day.
"""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import getters
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name
from nodetop.screens.base.monitor_app import MonitorApp
from nodetop.sources.source import SourceEvent
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import WISHES, View

R = TypeVar("R")


def bind(node: DOMNode, actions: Iterable[Action], keymap: Keymap) -> None:
    """Gives a screen or widget exactly the keys that the keymap has for these actions."""
    node._bindings = BindingsMap(
        Binding(textual_name(key), action.do, id=action.id, show=False)
        for action in actions
        for key in keymap.of(action)
    )


class BoundScreen(Screen[R]):
    """A screen that says which actions it has, and shows what it shows in a look and a view that may change."""

    app = getters.app(MonitorApp)
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, look: Look, view: View) -> None:
        super().__init__()
        self.look = look
        self.view = view
        bind(self, self.ACTIONS, look.keymap)

    def remember(self, **changes: object) -> None:
        """Settings by name that were changed here: in force everywhere from now on, and at the next start."""
        self.app.change_settings(**changes)

    def adopt(self, look: Look, view: View) -> None:
        """Another look, and what a view says about how data is to be shown."""
        self.look = look
        bind(self, self.ACTIONS, look.keymap)
        for name in WISHES:
            setattr(self.view, name, getattr(view, name))
        if self.is_mounted:
            for widget in self.query(PanelWidget):
                widget.look_changed(look)

    def hint(self, text: str) -> None:
        """Says something for a moment, where the screen has a place for it."""

    def take(self, event: SourceEvent) -> None:
        """What happened at the source, if it matters here."""

    def show_all(self) -> None:
        """Shows everything anew, where there is more than one thing to show."""
