"""Keys and their actions, given to a Textual screen or widget.

Textual applies its own keymap again at each key press, in time that grows with the square of the number of keys. Here
the bindings are made once; a test notices if Textual ever stores them elsewhere.
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
    """The keys that the keymap assigns to these actions."""
    return [
        Binding(textual_name(key), action.do, id=action.id, show=False)
        for action in actions
        for key in keymap.of(action)
    ]


def offer(node: DOMNode, actions: Mapping[str, Callable[..., object]]) -> None:
    """Makes methods of a node's parts its actions, by name. Textual looks up an action NAME as the attribute
    action_NAME of the node that has the keys."""
    for name, method in actions.items():
        if f"action_{name}" in vars(node):
            raise ValueError(f"two parts of {type(node).__name__} define the action {name!r}")
        setattr(node, f"action_{name}", method)
