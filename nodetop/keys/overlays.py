"""The keys of menus, questions and the help page. They are fixed; the user's keys for moving are added to them."""

from collections.abc import Mapping

from nodetop.keys.keymap import Keymap
from nodetop.keys.names import textual_name

OverlayKeys = Mapping[str, str]
"""Keys, separated by spaces, by what they do."""
Shown = tuple[tuple[str, str], ...]
"""Keys and labels for the last line, most important first."""

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
OPTIONS: OverlayKeys = {**MENU, "close": "Esc q F2 o F10"}
PALETTE: OverlayKeys = {
    **{do: key for do, key in _MOVES.items() if "0.5" not in do}, "choose": "Enter", "close": "Esc ^P",
}  # fmt: skip
QUESTION: OverlayKeys = {"choose": "Enter y Y", "close": "Esc n N q"}
HELP: OverlayKeys = {**_MOVES, "page(1.0)": "PgDn Space", "close": "Esc q F1 ? h Enter F10"}

HELP_SHOWN: Shown = (("Esc", "close"), ("Up Down", "scroll"), ("PgUp PgDn", "page"), ("Home End", "start, end"))
MENU_SHOWN: Shown = (("Enter", "choose"), ("Esc", "close"), ("Up Down", "move"), ("PgUp PgDn", "page"))
SIGNALS_SHOWN: Shown = (
    ("Enter", "choose, then asks"), ("Esc", "cancel"), ("Up Down", "move"), ("9", "a number or name goes to it"),
)  # fmt: skip
COLUMNS_SHOWN: Shown = (
    ("Space", "show or hide"), ("Left Right", "move the column"), ("d", "automatic"), ("Esc", "close"),
    ("Up Down", "move"),
)  # fmt: skip
CPUS_SHOWN: Shown = (
    ("Space", "on or off"), ("a", "all"), ("Enter", "set"), ("Esc", "cancel"), ("Up Down", "move"),
)  # fmt: skip
OPTIONS_SHOWN: Shown = (("Left Right", "change"), ("Up Down", "move"), ("Esc", "close"))
PALETTE_SHOWN: Shown = (("Enter", "do it"), ("Esc", "close"), ("Up Down", "move"))
PROMPT_SHOWN: Shown = (("Enter", "ok"), ("Esc", "cancel"))
QUESTION_SHOWN: Shown = (("Enter", "yes, send"), ("y", "yes"), ("Esc", "cancel"), ("n", "no"))

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
