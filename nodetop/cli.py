"""nodetop's command line: settings and a mode in, a Source and a screen, or lines on standard output, out."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from nodetop.settings import ENVIRONMENT_PREFIX, Settings, from_options, options_of

EXIT_INTERRUPTED = 130
FIRST_GAP = 1.0
"""Seconds between the two samples from which a script's first rates come, where no interval is asked for."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs nodetop and exits: 0 done, 1 failed, 2 wrongly asked for, 130 interrupted."""
    if "_NODETOP_COMPLETE" in os.environ:  # a shell asks for completions, which click answers
        _command.main(prog_name="nodetop")
    sys.exit(_code(sys.argv[1:] if arguments is None else arguments))


def _code(arguments: list[str]) -> int:
    """The exit code of a run; what went wrong is one line on standard error. A reader that left is nothing wrong."""
    try:
        with _command.make_context("nodetop", list(arguments)) as context:
            code: int = _command.invoke(context)
            return code
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        return _fail(_reason(error), error.exit_code)
    except BrokenPipeError:
        # Python would complain about what is still buffered when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)


def _reason(error: click.ClickException) -> str:
    """What click has to say; a wrong variable of the environment is named."""
    if isinstance(error, click.BadParameter) and error.param and error.ctx:
        name = error.param.name or ""
        if error.ctx.get_parameter_source(name) is click.core.ParameterSource.ENVIRONMENT:
            return f"{ENVIRONMENT_PREFIX}_{name.upper()} in the environment: {error.message}"
    return error.format_message()


def _fail(message: str, code: int) -> int:
    print(f"nodetop: {message}", file=sys.stderr)
    return code


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from nodetop.version import __version__

        click.echo(f"nodetop {__version__}")
        context.exit()


def _settings_file(context: click.Context, _parameter: click.Parameter, given: Path | None) -> None:
    """Makes the file's values the defaults of this run."""
    from nodetop import settings_file

    path = given or settings_file.default_path()
    try:
        context.default_map = settings_file.read(path, _settings_parameters(context.command))
    except FileNotFoundError:
        if given:
            raise click.UsageError(f"{path}: no such settings file") from None
    except OSError as error:
        raise click.UsageError(f"{path}: cannot read the settings: {error.strerror or error}") from None


def _settings_parameters(command: click.Command) -> list[click.Parameter]:
    names = Settings.__dataclass_fields__
    return [parameter for parameter in command.params if parameter.name in names]


def _mode(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that says what to do now: not a setting, so neither environment nor file can give it."""
    return click.option(*names, allow_from_autoenv=False, **attributes)


@click.command(
    "nodetop",
    context_settings={"auto_envvar_prefix": ENVIRONMENT_PREFIX, "help_option_names": ["-h", "--help"]},
    epilog="A setting is taken from its flag, else from the environment (NODETOP_INTERVAL=1), else from the file.",
)
@_mode("--once", is_flag=True, help="Print one readable summary and end.")
@_mode("--json", "as_json", is_flag=True, help="Print snapshots as JSON, one a line.")
@_mode("--count", type=click.IntRange(min=0), help="With --json: how many snapshots; 0 for ever. [1]")
@_mode("--record", type=click.Path(dir_okay=False, path_type=Path), help="Also write each snapshot to this file.")
@_mode(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show what was recorded in this file, or printed by --json into it.",
)
@_mode("--node", help="With --cluster: this node alone.")
@_mode("--speed", type=click.FloatRange(min=0), help="With --replay: times as fast; 0 opens all of it at once. [1]")
@options_of(Settings)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_settings_file,
    is_eager=True,
    expose_value=False,
    help="The settings file. [nodetop.toml in the user's configuration folder]",
)
@click.option(
    "--version", is_flag=True, callback=_version, is_eager=True, expose_value=False, help="Print the version."
)
@click.pass_context
def _command(context: click.Context, /, **options: Any) -> int:
    """Shows what this machine is doing, live: CPU, memory, disks, network, temperatures, processes.

    Press ? in the monitor for its keys. For scripts there are --once and --json.
    """
    from nodetop.modes import Mode, run

    mode = Mode(**{name: options[name] for name in Mode.__dataclass_fields__})
    settings = from_options(options)
    mode.check(settings)
    given = context.get_parameter_source("interval") is not click.core.ParameterSource.DEFAULT
    first_gap = settings.interval if given else min(settings.interval, FIRST_GAP)
    return run(mode, settings, first_gap)
