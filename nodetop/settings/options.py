"""All settings, each defined once: default, flag, environment variable, key in the file and help.

A flag overrides the environment (NODETOP_INTERVAL for `interval`), that the file, and that the default.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from nodetop.base import units
from nodetop.keys.presets import PRESETS
from nodetop.model.panels import Panels
from nodetop.settings.column_names import COLUMN_NAMES
from nodetop.settings.home import data_folder, expanded

ENVIRONMENT_PREFIX = "NODETOP"
SHORTEST_INTERVAL = 0.25
_TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}(=[A-Za-z0-9._-]{1,63})?")
F = TypeVar("F", bound=Callable[..., Any])


def starting_with(incomplete: str, words: Iterable[str]) -> list[Any]:
    """What a shell offers for a word that begins like this."""
    from click.shell_completion import CompletionItem  # late: only when a shell asks

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


class Seconds(click.FloatRange):
    """A finite number of seconds in a range (a plain FloatRange accepts NaN and infinity)."""

    name = "number"
    what = "number of seconds"

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
    """A whole number, 0 or more."""

    name = "integer"

    def __init__(self) -> None:
        super().__init__(min=0)


class ThemeName(click.types.StringParamType):
    """The name of an existing theme."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from nodetop.drawing.themes import THEMES  # late: scripts do not need themes

        if value not in THEMES:
            self.fail(f"{value!r} is not a theme; known themes: {', '.join(sorted(THEMES))}.", param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from nodetop.drawing.themes import THEMES  # late: as above

        return starting_with(incomplete, sorted(THEMES))


class ColumnNames(click.types.StringParamType):
    """Columns of the process list: a list of names, or one string of names separated by commas. Names that all have a
    sign change the automatic choice: +virt, -nice."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        names = [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else list(value)
        signed = [str(name)[:1] in ("+", "-") for name in names]
        if any(signed) and not all(signed):
            self.fail("write either names, or only names with + and -: +virt,-nice.", param, ctx)
        plain = [name.lstrip("+-") if isinstance(name, str) else name for name in names]
        for number, name in enumerate(plain):
            if name not in COLUMN_NAMES:
                self.fail(f"{name!r} is not a column; known columns: {', '.join(COLUMN_NAMES)}.", param, ctx)
            if name in plain[:number]:
                self.fail(f"{name!r} is listed twice.", param, ctx)
        return tuple(names)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        before, comma, last = incomplete.rpartition(",")
        listed = before.split(",")
        more = [before + comma + name for name in COLUMN_NAMES if name.startswith(last) and name not in listed]
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
        return super().convert(_expanded(self, value, param, ctx), param, ctx)


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


def setting(default: Any, flags: tuple[str, ...], text: str, kind: Any = None, *, multiple: bool = False) -> Any:
    """A field of Settings and the option that sets it; without `kind` it is a switch. The default may be a function."""
    factory = default if callable(default) else lambda: default
    return field(default_factory=factory, metadata={"flags": flags, "kind": kind, "help": text, "multiple": multiple})


@dataclass(frozen=True)
class Settings:
    """All settings, combined from flags, environment, file and defaults."""

    interval: float = setting(
        2.0, ("--interval",), "Seconds between samples, 0.25 or more. [2]", Seconds(min=SHORTEST_INTERVAL, max=86_400)
    )
    theme: str = setting(
        "dark", ("--theme",), "Colour theme: dark, light, contrast, aurora or ember. [dark]", ThemeName()
    )
    ascii: bool | None = setting(
        None, ("--ascii/--no-ascii",), "Draw with plain ASCII characters. [if the locale is not UTF-8]"
    )
    network_bits: bool = setting(False, ("--bits/--no-bits",), "Network rates in bits per second.")
    fahrenheit: bool = setting(False, ("--fahrenheit/--no-fahrenheit",), "Temperatures in °F.")
    cpu_of_machine: bool = setting(
        False, ("--cpu-of-machine/--no-cpu-of-machine",), "Show process CPU as a share of the machine, not of one core."
    )
    command_folders: bool = setting(
        False, ("--command-folders/--no-command-folders",), "Show commands with the folder of their program."
    )
    columns: tuple[str, ...] | None = setting(
        None, ("--columns",), "Columns of the process list, e.g. pid,user,cpu. [by width]", ColumnNames()
    )
    all_filesystems: bool = setting(
        False, ("--all-filesystems/--no-all-filesystems",), "Also show file systems without storage, such as tmpfs."
    )
    keys: str = setting("htop", ("--keys",), "Key preset: htop, btop or vim. [htop]", KeyPreset())
    readonly: bool = setting(
        False, ("--readonly/--no-readonly",), "Do not allow sending signals or changing process priorities."
    )
    alert_bell: str = setting(
        "off",
        ("--alert-bell",),
        "When a critical alert opens: off, bell, or notify (of the desktop, where the terminal can). [off]",
        click.Choice(["off", "bell", "notify"]),
    )
    # Without flags: tables of the settings file, and its path.
    key_changes: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Any] = field(default_factory=dict)
    layout: Panels = field(default_factory=Panels)
    clusters: Mapping[str, Any] = field(default_factory=dict)
    settings_file: Path | None = None
    history: bool = setting(True, ("--history/--no-history",), "Keep 30 days of history on disk. [yes]")
    data_dir: Path = setting(
        data_folder, ("--data-dir",), "Where the history is kept.", Folder(exists=False, path_type=Path)
    )
    node_name: str | None = setting(None, ("--node-name",), "Name of this host. [its host name]", click.STRING)
    cluster: str | None = setting(
        None,
        ("--cluster",),
        "Show the nodes of a hub instead of this host: its URL, or the name of a remembered cluster.",
        click.STRING,
    )
    token_file: Path | None = setting(
        None, ("--token-file",), "The hub's read token. [that of a hub run by this user, if any]", HomeFile()
    )
    act_token_file: Path | None = setting(
        None, ("--act-token-file",), "The hub's token to acknowledge and mute alerts. [likewise]", HomeFile()
    )
    ca_file: Path | None = setting(None, ("--ca-file",), "CA certificates to trust for the hub.", HomeFile())
    pin: str | None = setting(
        None, ("--pin",), "Trust the hub's certificate or key with this sha256:HEX; several with commas.", click.STRING
    )
    insecure_http: bool = setting(
        False, ("--insecure-http/--no-insecure-http",), "Allow sending the token over plain http:// to another machine."
    )
    proc_root: str = setting("/proc", ("--proc-root",), "Read this instead of /proc.", Folder(exists=True))
    sys_root: str = setting("/sys", ("--sys-root",), "Read this instead of /sys.", Folder(exists=True))
    host_root: str = setting("/", ("--host-root",), "Read this instead of /.", Folder(exists=True))


def options_of(settings: Any, only: frozenset[str] | None = None) -> Callable[[F], F]:
    """Adds an option for each field of a settings class (or for `only` these) to a click command. Unset options are
    None, so that defaults are defined only in the class."""

    def decorate(command: F) -> F:
        for each in reversed(fields(settings)):
            if "flags" in each.metadata and (only is None or each.name in only):
                command = _option(each)(command)
        return command

    return decorate


def _option(each: "Field[Any]") -> Callable[[F], F]:
    kind = each.metadata["kind"]
    return click.option(
        *each.metadata["flags"],
        each.name,
        type=kind,
        default=None,
        help=each.metadata["help"],
        show_default=False,
        multiple=each.metadata["multiple"],
    )


def from_options(values: Mapping[str, Any], tables: Mapping[str, Any] | None = None) -> Settings:
    """Settings from click's option values and from tables of the file; None keeps the default. Other keys are
    ignored."""
    names = {each.name for each in fields(Settings)}
    values = {**values, **(tables or {})}
    return Settings(**{name: value for name, value in values.items() if name in names and value is not None})
