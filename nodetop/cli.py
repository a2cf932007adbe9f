"""nodetop's command line: settings and a mode in, a Source and a screen, or lines on standard output, out."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from nodetop.command_line import config_option, context_settings, exit_code, from_tables, version_option
from nodetop.settings import Settings, from_options, options_of
from nodetop.settings_tables import TABLES

FIRST_GAP = 1.0
"""Seconds between the two samples from which a script's first rates come, where no interval is asked for."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs nodetop and exits: 0 done, 1 failed, 2 wrongly asked for, 130 interrupted."""
    if "_NODETOP_COMPLETE" in os.environ:  # a shell asks for completions, which click answers
        _command.main(prog_name="nodetop")
    sys.exit(exit_code(_command, "nodetop", sys.argv[1:] if arguments is None else arguments))


def _mode(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that says what to do now: not a setting, so neither environment nor file can give it."""
    return click.option(*names, allow_from_autoenv=False, **attributes)


@click.command(
    "nodetop",
    context_settings=context_settings(),
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
@config_option(frozenset(Settings.__dataclass_fields__), tables=TABLES)
@version_option("nodetop")
@click.pass_context
def _command(context: click.Context, /, **options: Any) -> int:
    """Shows what this machine is doing, live: CPU, memory, disks, network, temperatures, processes.

    Press ? in the monitor for its keys. For scripts there are --once and --json.
    """
    from nodetop.modes import Mode, run

    mode = Mode(**{name: options[name] for name in Mode.__dataclass_fields__})
    settings = from_options(options, from_tables(context))
    mode.check(settings)
    given = context.get_parameter_source("interval") is not click.core.ParameterSource.DEFAULT
    first_gap = settings.interval if given else min(settings.interval, FIRST_GAP)
    return run(mode, settings, first_gap)
