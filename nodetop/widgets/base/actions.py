"""Keys and what they do, given to a screen or widget of Textual's.

Textual's own keymap is applied anew at each key, in time that grows with the square of the number of keys. Here the
bindings are made once; a test notices should Textual keep them elsewhere one day.
"""

from collections.abc import Callable, Iterable, Mapping

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name


def bind(node: DOMNode, bindings: Iterable[Binding]) -> None:
    """Gives a screen or widget exactly these keys."""
    node._bindings = BindingsMap(bindings)


def bindings_of(actions: Iterable[Action], keymap: Keymap) -> list[Binding]:
    """The keys that the keymap has for these actions."""
    return [
        Binding(textual_name(key), action.do, id=action.id, show=False)
        for action in actions
        for key in keymap.of(action)
    ]


def offer(node: DOMNode, actions: Mapping[str, Callable[..., object]]) -> None:
    """Lets methods of a node's parts be its actions, by name. Textual looks for an action NAME as the attribute
    action_NAME of the node that has the key."""
    for name, method in actions.items():
        if f"action_{name}" in vars(node):
            raise ValueError(f"two parts of {type(node).__name__} have an action {name!r}")
        setattr(node, f"action_{name}", method)
