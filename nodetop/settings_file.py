"""The settings file: TOML, checked against a command's options, so that a wrong key or value names its line."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click


class SettingsFileError(click.UsageError):
    """A settings file that cannot be used: one line that names the file, the line and what is allowed."""


def default_path() -> Path:
    """nodetop.toml in the platform's folder for configuration."""
    from platformdirs import user_config_path

    return user_config_path("nodetop", appauthor=False) / "nodetop.toml"


def read(path: Path, options: Iterable[click.Parameter], others: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a settings file by option name, each of the type and range its option allows.

    `others` are keys that belong to another command and are passed over. Raises SettingsFileError, and OSError.
    """
    text = _text(path)
    values = _parsed(path, text)
    known = {option.name: option for option in options if option.name}
    for key, value in values.items():
        if key in others:
            continue
        reason = _wrong(known[key], value) if key in known else _unknown(key, known)
        if reason:
            raise SettingsFileError(f"{path}:{_line_of(key, text)}: {reason}")
    return {key: value for key, value in values.items() if key in known}


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsFileError(f"{path}:{line}: is not UTF-8 text") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsFileError(f"{path}: is not TOML: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        at = int(line[1]) if line else max(len(text.splitlines()), 1)  # else it says "end of document"
        raise SettingsFileError(f"{path}:{at}: is not TOML: {reason}") from None


def _unknown(key: str, known: Mapping[str, click.Parameter]) -> str:
    close = difflib.get_close_matches(key.replace("-", "_"), known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known))}"
    return f"unknown key {key!r}; {hint}"


def _wrong(option: click.Parameter, value: Any) -> str | None:
    """Why an option cannot have a value; None where it can."""
    python, words = _form(option)
    # In Python a bool is an int; in a settings file it is a mistake.
    if not isinstance(value, python) or (isinstance(value, bool) and python is not bool):
        return f"{option.name} must be {words}"
    try:
        option.type.convert(value, option, None)
    except click.BadParameter as error:
        return f"{option.name}: {error.message}"
    return None


def _form(option: click.Parameter) -> tuple[type | tuple[type, ...], str]:
    if isinstance(option, click.Option) and option.is_flag:
        return bool, "true or false"
    if isinstance(option.type, click.types.IntParamType):
        return int, "a whole number"
    if isinstance(option.type, click.types.FloatParamType):
        return (int, float), "a number"
    return str, "a text in quotes"


def _line_of(key: str, text: str) -> int:
    """The line with which a key is complete: the shortest beginning of the file that has it."""
    lines = text.splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        try:
            if key in tomllib.loads("".join(lines[:count])):
                return count
        except tomllib.TOMLDecodeError:
            continue
    return len(lines)
