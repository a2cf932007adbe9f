"""nodetop's command line: settings and a mode in, a Source and a screen, or lines on standard output, out."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from nodetop.commands.base.command_line import config_option, context_settings, exit_code, from_tables, version_option
from nodetop.settings.options import Count, Factor, HomeFile, Settings, from_options, options_of
from nodetop.settings.tables import TABLES

ARGS = ("redacted", "none", "full")
"""What can be asked for of command lines: nodetop.recording.redact.MODES, without its import."""
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


class _Nodetop(click.Group):
    """Commands, or with --check conditions, which may stand before and after options."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            ctx.fail(f"{args[0]!r} is no option and no command; conditions go with --check")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.params["conditions"] = ()
        if "--check" not in args:
            return super().parse_args(ctx, args)
        ctx.allow_interspersed_args = True
        ctx.params["conditions"] = tuple(click.Command.parse_args(self, ctx, args))
        ctx.args = []
        return []


@click.group(
    "nodetop",
    cls=_Nodetop,
    invoke_without_command=True,
    subcommand_metavar="[export ...]",
    context_settings=context_settings(),
    epilog=(
        "A setting is taken from its flag, else from the environment (NODETOP_INTERVAL=1), else from the file.\n\n"
        "--check ends with 0 if all conditions hold, 1 if one does not, 2 if that cannot be told. For a monitoring "
        "plug-in, in which 2 is critical and 3 unknown: nodetop --check 'cpu<95' 'filesystem:/<98' || "
        "exit $(($? + 1))"
    ),
)
@_mode(
    "--check",
    is_flag=True,
    help="Print whether the conditions that follow hold, a line each: 'cpu<90' 'memory<95' 'filesystem:/<90' "
    "'free:/>5G' 'load_1m<8' 'temperature<80' 'disk:sda.utilisation<90' 'network:eth0.receive<100M' process:nginx "
    "'process:sshd>=2' 'uptime>10m'.",
)
@_mode("--once", is_flag=True, help="Print one readable summary and end.")
@_mode("--json", "as_json", is_flag=True, help="Print snapshots as JSON, one a line.")
@_mode("--count", type=Count(), help="With --json: how many snapshots; 0 for ever. [1]")
@_mode("--record", type=HomeFile(), help="Also write each snapshot to this file, which only you can read.")
@_mode(
    "--args",
    type=click.Choice(ARGS),
    help="Command lines that --record writes: with secrets replaced, none, in full; also those that --json prints. "
    "[redacted; of --json full]",
)
@_mode(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show what was recorded in this file, or printed by --json into it.",
)
@_mode("--node", help="With --cluster: this node alone.")
@_mode("--speed", type=Factor(), help="With --replay: times as fast; 0 opens all of it at once. [1]")
@options_of(Settings)
@config_option(frozenset(Settings.__dataclass_fields__), tables=TABLES)
@version_option("nodetop")
@click.pass_context
def _command(context: click.Context, /, **options: Any) -> int:
    """Shows what this machine is doing, live: CPU, memory, disks, network, temperatures, processes.

    Press ? in the monitor for its keys. For scripts there are --once, --json and --check.
    """
    if context.invoked_subcommand is not None:
        context.obj = _settings_of(context, options)
        return 0
    from nodetop.commands.base.mode import Mode
    from nodetop.commands.dispatch import run

    mode = Mode(**{name: options[name] for name in Mode.__dataclass_fields__})
    settings = from_options(options, from_tables(context))
    mode.refuse_nonsense(settings)
    given = context.get_parameter_source("interval") is not click.core.ParameterSource.DEFAULT
    first_gap = settings.interval if given else min(settings.interval, FIRST_GAP)
    return run(mode, settings, first_gap)


def _settings_of(context: click.Context, options: dict[str, Any]) -> Settings:
    """The settings that stand before a command of nodetop's; modes have no place there. Raises click.UsageError."""
    settings = from_options(options, from_tables(context))
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in Settings.__dataclass_fields__ and options.get(name) not in (None, False):
            raise click.UsageError(f"{parameter.opts[0]} does not go with {context.invoked_subcommand}")
    return settings


_HUB_SETTINGS = frozenset({"data_dir", "cluster", "token_file", "ca_file", "pin", "insecure_http"})


@_command.command("export", context_settings=context_settings(), short_help="Write what happened into a file.")
@_mode("--since", required=True, metavar="TIME", help="From when on: -2h, -3d, 14:03, 2026-11-24 14:03.")
@_mode("--until", default="now", metavar="TIME", help="Until when. [now]")
@_mode("--node", "nodes", multiple=True, help="With --cluster: this node alone; may be given several times.")
@_mode(
    "--args",
    type=click.Choice(ARGS),
    help="Command lines: with secrets replaced, none, in full. [redacted; of a hub as it has them]",
)
@_mode("--force", is_flag=True, help="Write over a file that is there.")
@options_of(Settings, only=_HUB_SETTINGS)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def _export(
    context: click.Context,
    /,
    since: str,
    until: str,
    nodes: tuple[str, ...],
    args: str | None,
    force: bool,
    file: Path,
    **given: Any,
) -> int:
    """Writes all that is known of a stretch of time into FILE, for nodetop --replay FILE on any machine: each node's
    samples as far back as there are any, and its history. Compressed where the name ends in .gz.

    Of this host, or with --cluster URL of a hub's nodes.
    """
    from dataclasses import replace

    from nodetop.commands.export.command import now, run
    from nodetop.commands.export.request import Export

    settings = replace(context.obj, **{name: value for name, value in given.items() if value is not None})
    wanted = Export.of(file, since, until, now(), nodes=nodes, args=args, force=force)
    return run(wanted, settings, FIRST_GAP)
