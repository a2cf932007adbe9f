"""What values the options of nodetop's commands accept, and the options themselves, for click.

Apart from the settings, because a monitor that is started without options does not load click.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from nodetop.base import units
from nodetop.keys.presets import PRESETS
from nodetop.settings.column_names import COLUMN_NAMES, WORKLOAD_COLUMN_NAMES
from nodetop.settings.home import expanded
from nodetop.settings.options import LONGEST_INTERVAL, SHORTEST_INTERVAL, Option, options

_TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(=[A-Za-z0-9._-]{1,63})?")
F = TypeVar("F", bound=Callable[..., Any])


def starting_with(incomplete: str, words: Iterable[str]) -> list[Any]:
    """What a shell offers for a word that begins like this."""
    from click.shell_completion import CompletionItem  # late: only when a shell asks

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


class Words(click.types.StringParamType):
    """A text, not empty: `--cluster "$HUB"` without the variable must not be about this host. The help calls it `name`:
    what has to be written there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty; leave it out, or give a value.", param, ctx)
        return super().convert(value, param, ctx)


def in_words(least: float | None, most: float | None) -> str:
    """A range for help and errors: "0.25 to 3600", "0 or more"."""
    return f"{least:g} or more" if most is None else f"{least:g} to {most:g}"


class Seconds(click.FloatRange):
    """A finite number of seconds in a range (a plain FloatRange accepts NaN and infinity)."""

    name = "number"
    what = "number of seconds"

    def _describe_range(self) -> str:
        return in_words(self.min, self.max)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a {self.what}.", param, ctx)
        return number


class Factor(Seconds):
    """A finite factor, 0 or more."""

    what = "finite number"

    def __init__(self) -> None:
        super().__init__(min=0)


class Period(click.types.StringParamType):
    """A time such as 30m, 1h or 2d, in seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = units.number(str(value), "seconds")
        if seconds is None or not 0 < seconds < math.inf:
            self.fail(f"{value!r} is not a time; write it like 30m, 1h or 2d.", param, ctx)
        return seconds


class Count(click.IntRange):
    """A whole number, 0 or more unless other bounds are given."""

    name = "number"

    def __init__(self, least: int = 0, most: int | None = None) -> None:
        super().__init__(min=least, max=most)

    def _describe_range(self) -> str:
        return in_words(self.min, self.max)


class ThemeName(click.types.StringParamType):
    """The name of a theme: a built-in one or one of the user's."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from nodetop.settings.theme_files import theme_named, theme_names  # late: scripts do not need themes

        try:
            theme_named(value)
        except KeyError:
            self.fail(f"{value!r} is not a theme; known themes: {', '.join(sorted(theme_names()))}.", param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from nodetop.settings.theme_files import theme_names  # late: as above

        return starting_with(incomplete, sorted(theme_names()))


class ColumnNames(click.types.StringParamType):
    """Columns of a list: a list of names, or one string of names separated by commas. Names that all have a
    sign change the automatic choice: +virt, -nice."""

    name = "names"

    def __init__(self, known: tuple[str, ...] = COLUMN_NAMES) -> None:
        self._known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        names = [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else list(value)
        signed = [str(name)[:1] in ("+", "-") for name in names]
        if any(signed) and not all(signed):
            self.fail("write either names, or only names with + and -: +virt,-nice.", param, ctx)
        plain = [name.lstrip("+-") if isinstance(name, str) else name for name in names]
        for number, name in enumerate(plain):
            if name not in self._known:
                self.fail(f"{name!r} is not a column; known columns: {', '.join(self._known)}.", param, ctx)
            if name in plain[:number]:
                self.fail(f"{name!r} is listed twice.", param, ctx)
        return tuple(names)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        before, comma, last = incomplete.rpartition(",")
        listed = before.split(",")
        more = [before + comma + name for name in self._known if name.startswith(last) and name not in listed]
        return starting_with(incomplete, more)


class Tag(click.types.StringParamType):
    """A word about a host: NAME or NAME=VALUE."""

    name = "tag"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not isinstance(value, str) or not _TAG.fullmatch(value):
            self.fail(f"{value!r} is not a tag such as role=web: a-z, 0-9, dots, dashes, underscores.", param, ctx)
        return value


class KeyPreset(click.types.StringParamType):
    """The name of a key preset."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in PRESETS:
            self.fail(f"{value!r} is not a key preset; known presets: {', '.join(PRESETS)}.", param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return starting_with(incomplete, PRESETS)


class Folder(click.Path):
    """A folder; ~ is expanded, as no shell does that in the file and the environment."""

    def __init__(self, *, exists: bool, path_type: type = str) -> None:
        super().__init__(exists=exists, file_okay=False, path_type=path_type)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":  # a variable that is not set, in a script; it would be the present folder
            self.fail("the folder name is empty.", param, ctx)
        path: Any = super().convert(_expanded(self, value, param, ctx), param, ctx)
        if Path(path).exists() and not Path(path).is_dir():  # click looks for regular files only
            self.fail(f"{value!r} is not a folder.", param, ctx)
        return path


class HomeFile(click.Path):
    """A file; ~ is expanded. Whether it can be used is checked when it is opened."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the file name is empty.", param, ctx)
        return super().convert(_expanded(self, value, param, ctx), param, ctx)


def _expanded(kind: click.Path, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
    try:
        return expanded(str(value))
    except ValueError as error:
        kind.fail(f"{error}.", param, ctx)


KINDS: Mapping[str, Any] = {
    "interval": Seconds(min=SHORTEST_INTERVAL, max=LONGEST_INTERVAL),
    "theme": ThemeName(),
    "columns": ColumnNames(),
    "workload columns": ColumnNames(WORKLOAD_COLUMN_NAMES),
    "key preset": KeyPreset(),
    "bell": click.Choice(["off", "bell", "notify"]),
    "file": HomeFile(),
    "folder": Folder(exists=True),
    "new folder": Folder(exists=False, path_type=Path),
}
"""The kinds of the monitor's settings that are not any text; those of the server are types themselves."""


def options_of(
    settings: Any, only: frozenset[str] | None = None, helps: Mapping[str, str] | None = None
) -> Callable[[F], F]:
    """Adds an option for each field of a settings class (or for `only` these) to a click command; `helps` are texts for
    this command. Unset options are None, so that defaults are defined only in the class."""

    def decorate(command: F) -> F:
        for name, option in reversed(options(settings).items()):
            if only is None or name in only:
                command = _option(name, option, (helps or {}).get(name, option.help))(command)
        return command

    return decorate


def _option(name: str, option: Option, text: str) -> Callable[[F], F]:
    kind = option.kind
    if isinstance(kind, str):
        kind = KINDS.get(kind) or Words(kind)
    return click.option(
        *option.flags,
        name,
        type=kind,
        default=None,
        help=text,
        show_default=False,
        multiple=option.multiple,
    )
