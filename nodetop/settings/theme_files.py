"""The user's own themes: files NAME.toml in the folder `themes` of the configuration folder. Each has the colours that
differ from a built-in theme."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import fields, replace

from nodetop.drawing.palette import Palette, theme_of
from nodetop.drawing.theme import Theme, on_terminal_ground
from nodetop.drawing.themes import PALETTES, THEMES
from nodetop.settings.file import SettingsFileError, line_of, parsed_file, unknown_key
from nodetop.settings.home import settings_folder

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_TERMINAL = "terminal"
"""As `ground`: the terminal's own background, so that a translucent terminal stays so."""
_BASE = "base"
_MOST_STOPS = 16
_GRADIENTS = frozenset(each.name for each in fields(Palette) if each.type is not str)
_KEYS = (_BASE, *(each.name for each in fields(Palette)))


def themes_folder() -> Path:
    """Where a user's themes are."""
    return settings_folder() / "themes"


def theme_names() -> tuple[str, ...]:
    """The built-in themes, then those of the user that can be read, by name."""
    try:
        found = sorted(path.stem for path in themes_folder().glob("*.toml"))
    except OSError:
        found = []
    return (*THEMES, *(name for name in found if name not in THEMES and _is_readable(name)))


@cache
def theme_named(name: str) -> Theme:
    """A built-in theme, or one of the user's: what was read once stays as it was. Raises KeyError if there is none, and
    SettingsFileError if the file is wrong."""
    if name in THEMES:
        return THEMES[name]
    if not _NAME.fullmatch(name):
        raise KeyError(name)
    path = themes_folder() / f"{name}.toml"
    try:
        text, values = parsed_file(path)
    except FileNotFoundError:
        raise KeyError(name) from None
    except OSError as error:
        raise SettingsFileError(f"{path}: cannot be read: {error.strerror}") from None
    for key, value in values.items():
        if reason := _wrong(key, value):
            raise SettingsFileError(f"{path}:{line_of(key, text)}: {reason}")
    return _theme(name, values)


def _is_readable(name: str) -> bool:
    try:
        theme_named(name)
    except (KeyError, SettingsFileError):
        return False
    return True


def _theme(name: str, values: Mapping[str, Any]) -> Theme:
    dark, palette = PALETTES[values.get(_BASE, "dark")]
    colours: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key != _BASE
    }
    if colours.get("ground") == _TERMINAL:
        del colours["ground"]  # what is mixed with the background is mixed with that of the base
        return on_terminal_ground(theme_of(name, dark, replace(palette, **colours)))
    return theme_of(name, dark, replace(palette, **colours))


def _wrong(key: str, value: Any) -> str | None:
    """Why an entry of a theme file is wrong; None if it is not."""
    if key == _BASE:
        return None if value in tuple(PALETTES) else f"base must be a built-in theme: {', '.join(PALETTES)}"
    if key not in _KEYS:
        return unknown_key(key, _KEYS)
    if key in _GRADIENTS:
        if isinstance(value, list) and 2 <= len(value) <= _MOST_STOPS and all(map(_is_colour, value)):
            return None
        return f'{key} must be a list of 2 to {_MOST_STOPS} colours, from least to most: ["#3fae83", "#f4575c"]'
    if _is_colour(value) or (key == "ground" and value == _TERMINAL):
        return None
    return f'{key} must be a colour: "#62b0f5"' + (' or "terminal"' if key == "ground" else "")


def _is_colour(value: Any) -> bool:
    return isinstance(value, str) and bool(_COLOUR.fullmatch(value))
