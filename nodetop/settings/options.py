"""What a user can set, each in one place: its default, flag, environment variable, key in the file and help.

A flag wins over the environment (NODETOP_INTERVAL for `interval`), that over the file, that over the default.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from nodetop.model.panels import Panels
from nodetop.settings.folders import data_folder, required

ENVIRONMENT_PREFIX = "NODETOP"
SHORTEST_INTERVAL = 0.25
F = TypeVar("F", bound=Callable[..., Any])


class Seconds(click.FloatRange):
    """A finite number of seconds in a range (a plain range lets NaN and infinity pass)."""

    name = "number"
    what = "number of seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a {self.what}.", param, ctx)
        return number


class Factor(Seconds):
    """A finite number to multiply with, from 0 on."""

    what = "finite number"

    def __init__(self) -> None:
        super().__init__(min=0)


class Count(click.IntRange):
    """A whole number of things, none included."""

    name = "integer"

    def __init__(self) -> None:
        super().__init__(min=0)


class ThemeName(click.types.StringParamType):
    """The name of a theme that there is."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from nodetop.drawing.themes import THEMES  # late: scripts draw nothing

        if value not in THEMES:
            self.fail(f"{value!r} is not a theme; there are {', '.join(sorted(THEMES))}.", param, ctx)
        return str(value)


class ColumnNames(click.types.StringParamType):
    """Columns of the process list: a list of their names, or one text of them between commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from nodetop.settings.column_names import COLUMN_NAMES

        names = [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else list(value)
        for number, name in enumerate(names):
            if name not in COLUMN_NAMES:
                self.fail(f"{name!r} is no column; there are {', '.join(COLUMN_NAMES)}.", param, ctx)
            if name in names[:number]:
                self.fail(f"{name!r} is there twice.", param, ctx)
        return tuple(names)


class KeyPreset(click.types.StringParamType):
    """The name of a preset of keys."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from nodetop.keys.presets import PRESETS

        if value not in PRESETS:
            self.fail(f"{value!r} is no preset of keys; there are {', '.join(PRESETS)}.", param, ctx)
        return str(value)


def _with_home(value: Any, path: click.Path, param: click.Parameter | None, ctx: click.Context | None) -> str:
    """A path with ~ or ~USER expanded: in the settings file and the environment no shell does that."""
    try:
        return str(Path(value).expanduser())
    except RuntimeError:
        path.fail(f"{value}: that user has no home directory.", param, ctx)


class Folder(click.Path):
    """A folder; ~ stands for the user's home."""

    def __init__(self, *, exists: bool, path_type: type = str) -> None:
        super().__init__(exists=exists, file_okay=False, path_type=path_type)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(_with_home(value, self, param, ctx), param, ctx)


class HomeFile(click.Path):
    """A file; ~ stands for the user's home. Whether the file can be used shows when it is opened."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the name of a file is empty.", param, ctx)
        return super().convert(_with_home(value, self, param, ctx), param, ctx)


def setting(default: Any, flags: tuple[str, ...], text: str, kind: Any = None) -> Any:
    """A field of Settings and the option that sets it; without `kind` it is a switch. The default may be a function."""
    factory = default if callable(default) else lambda: default
    return field(default_factory=factory, metadata={"flags": flags, "kind": kind, "help": text})


@dataclass(frozen=True)
class Settings:
    """All of them, as they are once flags, environment, file and defaults are put together."""

    interval: float = setting(
        2.0, ("--interval",), "Seconds between samples, 0.25 or more. [2]", Seconds(min=SHORTEST_INTERVAL, max=86_400)
    )
    theme: str = setting("dark", ("--theme",), "The colours. [dark]", ThemeName())
    ascii: bool | None = setting(
        None, ("--ascii/--no-ascii",), "Draw with plain ASCII characters. [where the locale is not UTF-8]"
    )
    network_bits: bool = setting(False, ("--bits/--no-bits",), "Network rates in bits per second.")
    fahrenheit: bool = setting(False, ("--fahrenheit/--no-fahrenheit",), "Temperatures in °F.")
    cpu_of_machine: bool = setting(
        False, ("--cpu-of-machine/--no-cpu-of-machine",), "CPU of a process as a share of the machine, not of one core."
    )
    columns: tuple[str, ...] | None = setting(
        None, ("--columns",), "Columns of the process list before the command: pid,user,cpu. [by width]", ColumnNames()
    )
    all_filesystems: bool = setting(
        False, ("--all-filesystems/--no-all-filesystems",), "Also show file systems without storage of their own."
    )
    keys: str = setting("htop", ("--keys",), "The keys: those of htop, btop or vim. [htop]", KeyPreset())
    readonly: bool = setting(
        False, ("--readonly/--no-readonly",), "Only look: send no signals and change no priorities of processes."
    )
    # Without flags: tables of the settings file, and where that is.
    key_changes: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Any] = field(default_factory=dict)
    layout: Panels = field(default_factory=Panels)
    settings_file: Path | None = None
    history: bool = setting(True, ("--history/--no-history",), "Keep 30 days of history on disk. [yes]")
    data_dir: Path | None = setting(
        data_folder, ("--data-dir",), "Where the history is kept.", Folder(exists=False, path_type=Path)
    )
    node_name: str | None = setting(None, ("--node-name",), "What this host is called. [its host name]", click.STRING)
    cluster: str | None = setting(
        None, ("--cluster",), "Show the nodes of the hub at this URL, not this host.", click.STRING
    )
    token_file: Path | None = setting(
        None, ("--token-file",), "The hub's read token. [found where a hub of this user keeps it]", HomeFile()
    )
    ca_file: Path | None = setting(
        None, ("--ca-file",), "Trust these authorities for the hub's certificate.", HomeFile()
    )
    pin: str | None = setting(None, ("--pin",), "Trust the hub's certificate by its sha256:HEX.", click.STRING)
    insecure_http: bool = setting(
        False, ("--insecure-http/--no-insecure-http",), "Send the token over plain http:// to another machine."
    )
    proc_root: str = setting("/proc", ("--proc-root",), "Read this instead of /proc.", Folder(exists=True))
    sys_root: str = setting("/sys", ("--sys-root",), "Read this instead of /sys.", Folder(exists=True))
    host_root: str = setting("/", ("--host-root",), "Read this instead of /.", Folder(exists=True))

    def required_data_dir(self) -> Path:
        """Where data is kept. Raises NoHomeError where the user has no home directory and no --data-dir is given."""
        return required(self.data_dir)


def options_of(settings: Any, only: frozenset[str] | None = None) -> Callable[[F], F]:
    """Gives a click command an option for each field of a settings class, or `only` for these. Unset ones are None, so
    that defaults stand in the class alone."""

    def decorate(command: F) -> F:
        for each in reversed(fields(settings)):
            if "flags" in each.metadata and (only is None or each.name in only):
                command = _option(each)(command)
        return command

    return decorate


def _option(each: "Field[Any]") -> Callable[[F], F]:
    kind = each.metadata["kind"]
    return click.option(
        *each.metadata["flags"], each.name, type=kind, default=None, help=each.metadata["help"], show_default=False
    )


def from_options(values: Mapping[str, Any], tables: Mapping[str, Any] | None = None) -> Settings:
    """Settings from what click made of the options, and from tables of the file; what is None keeps its default. Other
    keys are left alone."""
    names = {each.name for each in fields(Settings)}
    values = {**values, **(tables or {})}
    return Settings(**{name: value for name, value in values.items() if name in names and value is not None})
