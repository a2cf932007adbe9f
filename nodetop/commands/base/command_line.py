"""What nodetop's commands share: exit codes, error messages, and where settings come from."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from nodetop.base.text import clean
from nodetop.base.version import __version__
from nodetop.commands.base.other_package import WARNING, is_installed_here
from nodetop.commands.base.output import EXIT_INTERRUPTED, drop_unwritten, print_error, print_os_error
from nodetop.settings.click_types import HomeFile
from nodetop.settings.home import settings_file
from nodetop.settings.options import ENVIRONMENT_PREFIX
from nodetop.settings.tables import Checked

_SIMILAR = 0.75


def complete(command: click.Command, program: str) -> None:
    """Answers a shell that asks for completions, and exits; does nothing otherwise."""
    if f"_{program.upper().replace('-', '_')}_COMPLETE" in os.environ:
        command.main(prog_name=program)


def exit_code(command: click.Command, program: str, arguments: list[str]) -> int:
    """Runs a command: 0 success, 1 failure, 2 usage error, 130 interrupted. An error is one line on standard error. It
    is not an error if the reader of standard output goes away."""
    if is_installed_here():
        print_error(WARNING, program)
    code = _run(command, program, arguments)
    drop_unwritten()
    return code


def _run(command: click.Command, program: str, arguments: list[str]) -> int:
    try:
        with command.make_context(program, list(arguments)) as context:
            code: int = command.invoke(context) or 0
            return code
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        return _fail(program, _reason(error), error.exit_code)
    except OSError as error:
        return print_os_error(error, program)


def _reason(error: click.ClickException) -> str:
    """click's message; for a wrong environment variable, with its name; a similar option only if it is very similar."""
    if isinstance(error, click.NoSuchOption):
        import difflib  # only a wrong option needs it

        close = difflib.get_close_matches(error.option_name, error.possibilities or (), n=1, cutoff=_SIMILAR)
        return f"there is no option {error.option_name}; " + (f"did you mean {close[0]}?" if close else "see --help")
    if isinstance(error, click.BadParameter) and error.param and error.ctx:
        name = error.param.name or ""
        if error.ctx.get_parameter_source(name) is click.core.ParameterSource.ENVIRONMENT:
            variable = f"{ENVIRONMENT_PREFIX}_{name.upper()}"
            if isinstance(error.param.type, click.types.BoolParamType):
                return f"{variable} in the environment: {clean(os.environ.get(variable, ''))!r} is not yes or no"
            return f"{variable} in the environment: {error.message}"
    return error.format_message()


def _fail(program: str, message: str, code: int) -> int:
    print_error(message, program)
    return code


def context_settings() -> dict[str, Any]:
    """Settings of every command: -h, and a NODETOP_* variable for each option."""
    return {"auto_envvar_prefix": ENVIRONMENT_PREFIX, "help_option_names": ["-h", "--help"]}


_TABLES = "nodetop.tables"


def from_tables(context: click.Context) -> Mapping[str, Any]:
    """Settings that only the settings file can give, by field name, and the file's path."""
    found: Mapping[str, Any] = context.meta.get(_TABLES, {})
    return found


def config_option(
    names: frozenset[str],
    table: str = "",
    tables: Mapping[str, Callable[[Mapping[str, Any]], Checked]] | None = None,
) -> Callable[[Any], Any]:
    """--config FILE: options with these names take their defaults from the file (from `table` if given). What `tables`
    check is for from_tables."""

    def take(context: click.Context, _parameter: click.Parameter, given: Path | None) -> None:
        path = given or settings_file()
        options = [option for option in context.command.params if option.name in names]
        try:
            context.meta[_TABLES] = {"settings_file": path}
            path.stat()  # most users have none, and need no reader of TOML
            from nodetop.settings import file

            context.default_map, others = file.read(path, options, table, tables)
            context.meta[_TABLES] |= others
        except FileNotFoundError:
            if given:
                raise click.UsageError(f"{path}: no such settings file") from None
        except OSError as error:
            raise click.UsageError(f"{path}: cannot read the settings: {error.strerror or error}") from None

    return click.option(
        "--config",
        type=HomeFile(),
        callback=take,
        is_eager=True,
        expose_value=False,
        help="The settings file. [nodetop.toml in the user's configuration folder]",
    )


def version_option(program: str) -> Callable[[Any], Any]:
    """--version"""

    def print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(f"{program} {__version__}")
            context.exit()

    return click.option(
        "--version", is_flag=True, callback=print_version, is_eager=True, expose_value=False, help="Print the version."
    )
