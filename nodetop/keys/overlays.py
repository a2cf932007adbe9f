"""The keys of menus, questions and the help page. They are fixed; the user's keys for moving are added to them."""

from collections.abc import Mapping

from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name

OverlayKeys = Mapping[str, str]
"""Keys, separated by spaces, by what they do."""

_MOVES = {
    "move(-1)": "Up", "move(1)": "Down", "page(-1.0)": "PgUp", "page(1.0)": "PgDn", "home": "Home", "end": "End",
    "page(-0.5)": "^U", "page(0.5)": "^D",
}  # fmt: skip
MENU: OverlayKeys = {
    **_MOVES,
    "shift(-1)": "Left",
    "shift(1)": "Right",
    "choose": "Enter Space",
    "close": "Esc q",
}
SIGNALS: OverlayKeys = {**MENU, "close": "Esc"}  # q can start the name of a signal
COLUMNS: OverlayKeys = {**MENU, "reset": "d"}
CPUS: OverlayKeys = {**MENU, "choose": "Enter", "toggle_cpu": "Space", "toggle_all_cpus": "a"}
QUESTION: OverlayKeys = {"choose": "Enter y Y", "close": "Esc n N q"}
HELP: OverlayKeys = {**_MOVES, "page(1.0)": "PgDn Space", "close": "Esc q F1 ? h Enter F10"}

_OF_THE_USER = {
    "up": "move(-1)", "down": "move(1)", "page_up": "page(-1.0)", "page_down": "page(1.0)", "first": "home",
    "last": "end", "half_page_up": "page(-0.5)", "half_page_down": "page(0.5)", "left": "shift(-1)",
    "right": "shift(1)",
}  # fmt: skip
"""What else the keys of an action of the keymap do, where that applies."""


def overlay_keys(table: OverlayKeys, keymap: Keymap, **more: str) -> dict[str, str]:
    """What each key does, by Textual's name of the key. `more`: further actions of the keymap whose keys do something
    here. A fixed key keeps its meaning."""
    keys = {textual_name(key): do for do, names in table.items() for key in names.split()}
    for name, do in {**_OF_THE_USER, **more}.items():
        if do in table:
            for key in keymap.keys.get(name, ()):
                keys.setdefault(textual_name(key), do)
    return keys
