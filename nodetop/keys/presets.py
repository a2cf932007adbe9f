"""Presets: what differs from the tables' defaults, which are htop's. Keys between blanks by action id."""

from collections.abc import Mapping

_BTOP = {
    "filter": "f / F4",
    "pause": "u p Z",
    "user": "U",
    "cpu_of_machine": "c 0",
}
_VIM = {
    "help": "F1 ?",
    "up": "Up k",
    "down": "Down j",
    "left": "Left h",
    "right": "Right l",
}
PRESETS: Mapping[str, Mapping[str, str]] = {"htop": {}, "btop": _BTOP, "vim": _VIM}
