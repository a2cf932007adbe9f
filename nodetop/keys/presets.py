"""Presets: differences from the default keys, which are htop's. Keys separated by spaces, by action id."""

from collections.abc import Mapping

from nodetop.model.panels import DIGITS

_BTOP = {
    "filter": "f / F4",
    "user": "U",
    "cpu_of_machine": "c 0",
    "kill": "F9 t",
    "kill_9": "k",
    "environment": "E",
    "tree": "e F5",
    "tag_children": "C",
    "columns": "|",
    "untag": "M-u",
    **{f"toggle_{name}": str(number) for name, number in DIGITS.items()},
    **{f"panel_{name}": f"M-{number}" for name, number in DIGITS.items()},
    "next_layout": "p v",
    "pause": "u Z",
}
_VIM = {
    "help": "F1 ?",
    "up": "Up k",
    "down": "Down j",
    "left": "Left h",
    "right": "Right l",
    "open_files": "L",
    "kill": "F9 x",
    "explain": "K",
    "kernel_threads": "M-k",
}
PRESETS: Mapping[str, Mapping[str, str]] = {"htop": {}, "btop": _BTOP, "vim": _VIM}
