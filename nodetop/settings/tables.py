"""The tables of nodetop's settings file, each with the function that checks it: keys, layout, alerts, clusters."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nodetop.model.panels import BUILT_IN, DEFAULT, OPTIONAL, PANELS, Panels
from nodetop.settings.memory import Changes
from nodetop.settings.options import Settings

Checked = tuple[dict[str, Any], dict[str, Any]]
"""The result for a table: values of options, and values of settings that only the file has."""


class TableError(ValueError):
    """A wrong table of the settings file. `key` is the wrong entry, at `path` below the table; the message says what is
    wrong and what is allowed."""

    def __init__(self, key: str, message: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.path = path or (key,)


def checked_keys(table: Mapping[str, Any]) -> Checked:
    """The [keys] table: a preset, and keys by action. Raises TableError."""
    from nodetop.keys.keymap import KeymapError, keymap  # most files have no such table
    from nodetop.keys.presets import PRESETS

    preset = table.get("preset", "htop")
    if preset not in PRESETS:
        raise TableError("preset", f"{preset!r} is not a key preset; known presets: {', '.join(PRESETS)}")
    changes: dict[str, str] = {}
    for name, value in table.items():
        if name == "preset":
            continue
        words = value if isinstance(value, list) else [value]
        if not all(isinstance(word, str) for word in words):
            raise TableError(name, f'{name} must be keys in quotes: "F5 t", or "" for none')
        changes[name] = " ".join(words)
    try:
        keymap(preset, changes)
    except KeymapError as error:
        raise TableError(error.action, str(error)) from None
    return ({"keys": preset} if "preset" in table else {}), {"key_changes": changes}


_LAYOUT_KEYS = ("name", "hidden", "shown", "current", "zoomed", "own")


def checked_layout(table: Mapping[str, Any]) -> Checked:
    """The [layout] table: its name, hidden panels, optional ones that are shown, the layout that is shown in its place,
    the zoomed panel, and in [layout.own] further layouts by name. Raises TableError."""
    for key in table:
        if key not in _LAYOUT_KEYS:
            raise TableError(key, f"unknown key {key!r} in [layout]; known keys: {', '.join(_LAYOUT_KEYS)}")
    own = table.get("own", {})
    if not isinstance(own, dict):
        raise TableError("own", 'own must be a table of layouts, each a list of panels: night = ["cpu", "processes"]')
    own = {name: _panels(shown, "own", f"own.{name}") for name, shown in own.items()}
    layout = Panels(own=own)
    name, current = table.get("name", DEFAULT), table.get("current")
    for key, value in (("name", name), ("current", current or name)):
        if value not in layout.known:
            raise TableError(key, f"there is no layout {value!r}; known layouts: {', '.join((*BUILT_IN, *own))}")
    layout = layout.named(name)
    if "hidden" in table or "shown" in table:
        hidden = frozenset(_panels(table.get("hidden", []), "hidden", "hidden", may_be_none=True))
        shown = _panels(table.get("shown", []), "shown", "shown", may_be_none=True)
        hidden = (hidden | OPTIONAL) - set(shown)
        if hidden >= set(PANELS):
            raise TableError("hidden", "hidden must leave at least one panel visible")
        layout = Panels(name, hidden, None, own)
    zoomed = table.get("zoomed")
    if zoomed is not None and zoomed not in PANELS:
        raise TableError("zoomed", f"{zoomed!r} is not a panel; known panels: {', '.join(PANELS)}")
    if current is not None and current != name:
        layout = layout.choose(current)
    return {}, {"layout": layout.zoom(zoomed)}


def checked_alerts(table: Mapping[str, Any]) -> Checked:
    """The [alerts] table: rules by name, false to turn one off. Raises TableError."""
    from nodetop.alerts.rule import RuleError  # most files have no such table
    from nodetop.alerts.rules import rules

    try:
        rules(table)
    except RuleError as error:
        raise TableError(error.name, str(error), error.path) from None
    return {}, {"alerts": dict(table)}


def checked_clusters(table: Mapping[str, Any]) -> Checked:
    """The [clusters] table: remembered hubs by name. Raises TableError."""
    from nodetop.settings.clusters import RememberedCluster  # most files have no such table

    found = {}
    for name, value in table.items():
        try:
            found[name] = RememberedCluster.of(name, value)
        except ValueError as error:
            raise TableError(name, str(error)) from None
    return {}, {"clusters": found}


def _panels(value: Any, key: str, name: str, *, may_be_none: bool = False) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(each in PANELS for each in value) or not (value or may_be_none):
        raise TableError(key, f"{name} must be a list of panels; known panels: {', '.join(PANELS)}")
    return tuple(value)


def changes_of(settings: Settings, names: Iterable[str]) -> Changes:
    """How these settings are written in the settings file: values by key, by table."""
    changes: dict[str, dict[str, Any]] = {}
    for name in names:
        if name == "layout":
            changes["layout"] = _remembered(settings.layout)
        elif name == "keys":
            changes.setdefault("keys", {})["preset"] = settings.keys
        else:
            value = getattr(settings, name)
            changes.setdefault("", {})[name] = list(value) if isinstance(value, tuple) else value
    return changes


def _remembered(layout: Panels) -> dict[str, Any]:
    """Only `current` changes while another layout is shown in place of one whose panels the user has chosen."""
    own = layout if layout.kept is None else layout.choose(layout.kept[0])
    return {
        "name": None if own.name == DEFAULT else own.name,
        "hidden": None if own.is_as_named else [panel for panel in PANELS if panel in own.hidden - OPTIONAL],
        "shown": None if own.is_as_named else [panel for panel in PANELS if panel in OPTIONAL - own.hidden] or None,
        "current": None if layout.kept is None else layout.name,
        "zoomed": layout.zoomed,
    }


TABLES: Mapping[str, Callable[[Mapping[str, Any]], Checked]] = {
    "keys": checked_keys,
    "layout": checked_layout,
    "alerts": checked_alerts,
    "clusters": checked_clusters,
}
