"""The settings file: TOML, checked against a command's options; errors name the line of a wrong key or value."""

import difflib
import errno
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from nodetop.base import files
from nodetop.settings.click_types import ColumnNames
from nodetop.settings.tables import Checked, TableError


class SettingsFileError(click.UsageError):
    """A settings file that cannot be used: one line with the file, the line number and what is allowed."""


_LARGEST = 2**20
SERVER = "server"
"""The table for nodetop-server."""
_ONLY_SERVER = (SERVER, "notify", "maintenance", "heartbeat")
"""Tables that nodetop ignores."""


def read(
    path: Path,
    options: Iterable[click.Parameter],
    table: str = "",
    tables: Mapping[str, Callable[[Mapping[str, Any]], Checked]] | None = None,
) -> Checked:
    """The values of a settings file (or of one table of it) by option name, each of the type and range that its option
    allows, and the results of the checks of `tables`, which are outside of `table`. Raises SettingsFileError and
    OSError."""
    text, parsed = parsed_file(path)
    values = _values(parsed, table)
    if not isinstance(values, dict):
        raise SettingsFileError(f"{path}:{line_of(table, text)}: {table} must be a table: [{table}]")
    known = {option.name: option for option in options if option.name}
    with_tables = parsed if table else values
    more, others = _from_tables(path, text, with_tables, tables or {})
    for key, value in values.items():
        reason = _wrong(known[key], value) if key in known else unknown_key(key, known)
        if reason:
            raise SettingsFileError(f"{path}:{line_of(key, text, table)}: {reason}")
    return values | more, others


def parsed_file(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a TOML file and what it says. Raises SettingsFileError and OSError."""
    text = _text(path)
    return text, _parsed(path, text)


def read_tables(path: Path, tables: Mapping[str, Callable[[Mapping[str, Any]], Checked]]) -> dict[str, Any]:
    """The results of the checks of these tables alone. Raises SettingsFileError and OSError."""
    return _from_tables(path, *parsed_file(path), tables)[1]


def _from_tables(
    path: Path, text: str, values: dict[str, Any], tables: Mapping[str, Callable[[Mapping[str, Any]], Checked]]
) -> Checked:
    """Removes the checked tables from the values."""
    options: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name in [name for name in values if name in tables]:
        found = values.pop(name)
        if not isinstance(found, dict):
            raise SettingsFileError(f"{path}:{line_of(name, text)}: {name} must be a table: [{name}]")
        try:
            more, other = tables[name](found)
        except TableError as error:
            raise SettingsFileError(f"{path}:{_line_at((name, *error.path), text)}: {error}") from None
        options |= more
        others |= other
    return options, others


def _values(parsed: dict[str, Any], table: str) -> Any:
    if table:
        return parsed.get(table, {})
    return {key: value for key, value in parsed.items() if key not in _ONLY_SERVER or not isinstance(value, dict)}


def _text(path: Path) -> str:
    try:
        raw = b"" if path.samefile(os.devnull) else files.read_given(path, _LARGEST)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise SettingsFileError(f"{path}: larger than 1 MiB, so not a settings file") from None
        raise
    try:
        return raw.decode("utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsFileError(f"{path}:{line}: not UTF-8 text") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsFileError(f"{path}: not valid TOML: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        at = int(line[1]) if line else max(len(text.splitlines()), 1)  # else it says "end of document"
        raise SettingsFileError(f"{path}:{at}: not valid TOML: {reason}") from None


def unknown_key(key: str, known: Collection[str]) -> str:
    """What is said of a key that is not known: the closest one that is, or all of them."""
    close = difflib.get_close_matches(key.replace("-", "_"), known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(sorted(known))}"
    return f"unknown key {key!r}; {hint}"


def _wrong(option: click.Parameter, value: Any) -> str | None:
    """Why an option cannot have a value; None if it can."""
    python, words = _form(option)
    # In Python a bool is an int; in a settings file that is a mistake.
    if not isinstance(value, python) or (isinstance(value, bool) and python is not bool):
        return f"{option.name} must be {words}"
    try:
        for each in value if option.multiple and isinstance(value, list) else [value]:
            option.type.convert(each, option, None)
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
    if option.multiple:
        return list, 'a list of texts: ["role=web"]'
    if isinstance(option.type, ColumnNames):
        return list, 'a list of names: ["pid", "user"]'
    return str, "a string in quotes"


def line_of(key: str, text: str, table: str = "") -> int:
    """The line of a key of this text, or of a table in it."""
    return _line_at((table, key) if table else (key,), text)


def _line_at(path: tuple[str, ...], text: str) -> int:
    """The line at which an entry is complete: the last line of the shortest start of the file that contains it. Without
    such an entry, that of the innermost table on the way to it."""
    lines = text.splitlines(keepends=True)
    deepest, at = 0, len(lines)
    for count in range(1, len(lines) + 1):
        try:
            found: Any = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        depth = 0
        for key in path:
            if not isinstance(found, dict) or key not in found:
                break
            found, depth = found[key], depth + 1
        if depth > deepest:
            deepest, at = depth, count
        if depth == len(path):
            break
    return at
