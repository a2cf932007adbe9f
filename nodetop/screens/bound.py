"""Screens whose keys come from a table of actions and the user's keymap.

Textual's own keymap is applied anew at each key, in time that grows with the square of the number of keys. Here the
bindings are made once per screen; a test notices should Textual keep them elsewhere one day.
"""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name
from nodetop.widgets.look import Look

R = TypeVar("R")


def bind(node: DOMNode, actions: Iterable[Action], keymap: Keymap) -> None:
    """Gives a screen or widget exactly the keys that the keymap has for these actions."""
    node._bindings = BindingsMap(
        Binding(textual_name(key), action.do, id=action.id, show=False)
        for action in actions
        for key in keymap.of(action)
    )


class BoundScreen(Screen[R]):
    """A screen that says which actions it has."""

    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        bind(self, self.ACTIONS, look.keymap)
