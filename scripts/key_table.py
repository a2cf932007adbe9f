"""docs/keys.md: every action with its keys in each preset, made from the tables of actions."""

from nodetop.keys.action import Action
from nodetop.keys.presets import PRESETS
from nodetop.keys.tables import TABLES

_HEAD = """# Keys

Every action of this version, with its keys in each preset. `make generate` writes this page from the program itself.

`?` shows the keys of a screen, `:` finds an action by name. A preset is chosen with `--keys NAME`. A line in the table
`[keys]` of the settings file gives an action other keys, on every screen that has it: `trends = "Y F12"`;
`trends = ""` takes its keys away. Keys are separated by spaces; `^X` is Ctrl-X, `M-x` Alt-X, `S-Tab` Shift-Tab.
"""
_SIGNS = str.maketrans({"|": "\\|", "<": "&lt;", "*": "\\*"})


def key_table() -> str:
    """The page."""
    return "\n".join([_HEAD, *(_section(name, actions) for name, actions in TABLES.items())]).rstrip() + "\n"


def _section(name: str, actions: tuple[Action, ...]) -> str:
    lines = [f"## {name[0].upper()}{name[1:]}", "", f"| action | {' | '.join(PRESETS)} | does |"]
    lines.append("| --- |" + " --- |" * (len(PRESETS) + 1))
    for action in actions:
        keys = " | ".join(_keys(preset.get(action.id, action.keys)) for preset in PRESETS.values())
        lines.append(f"| `{action.id}` | {keys} | {action.text.translate(_SIGNS)} |")
    return "\n".join([*lines, ""])


def _keys(keys: str) -> str:
    """Each key as code; a backquote and a bar need other marks."""
    return " ".join(f"`` {key} ``" if key == "`" else f"`{key.replace('|', chr(92) + '|')}`" for key in keys.split())
