"""nodetop's command line: makes settings and a mode of its arguments, and runs the command they select."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from nodetop.commands.base.command_line import (
    complete,
    config_option,
    context_settings,
    exit_code,
    from_tables,
    version_option,
)
from nodetop.settings.click_types import Count, Factor, HomeFile, options_of, starting_with
from nodetop.settings.options import Settings, from_options
from nodetop.settings.tables import TABLES

ARGS = ("redacted", "none", "full")
"""What can be asked for of command lines: nodetop.recording.redact.MODES, without its import."""
FIRST_GAP = 1.0
"""Seconds between the two samples from which a script's first rates are computed, if no interval is given."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs nodetop and exits: 0 success, 1 failure, 2 usage error, 130 interrupted."""
    complete(_command, "nodetop")
    sys.exit(exit_code(_command, "nodetop", sys.argv[1:] if arguments is None else arguments))


def _mode(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that says what to do now. It is not a setting, so it cannot be given in the environment or the file."""
    return click.option(*names, allow_from_autoenv=False, **attributes)


class _Nodetop(click.Group):
    """Subcommands; or with --check, conditions, which may be before and after options."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            ctx.fail(f"{args[0]!r} is not an option or a command; conditions need --check")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.params["conditions"] = ()
        if "--check" not in args:
            return super().parse_args(ctx, args)
        ctx.allow_interspersed_args = True
        ctx.params["conditions"] = tuple(click.Command.parse_args(self, ctx, args))
        ctx.args = []
        return []

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        if not ctx.params.get("check") or incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from nodetop.model.condition import VOCABULARY  # late: nothing else here needs it

        return starting_with(incomplete, sorted(VOCABULARY.by_word))


@click.group(
    "nodetop",
    cls=_Nodetop,
    invoke_without_command=True,
    subcommand_metavar="[export|alerts ...]",
    context_settings=context_settings(),
    epilog=(
        "A flag overrides the environment (NODETOP_INTERVAL=1), which overrides the settings file.\n\n"
        "--check exits with 0 if all conditions hold, 1 if one does not, 2 if that is unknown. For a monitoring "
        "plug-in, where 2 means critical and 3 unknown: nodetop --check 'cpu<95' 'filesystem:/<98' || "
        "exit $(($? + 1))"
    ),
)
@_mode(
    "--check",
    is_flag=True,
    help="Check conditions and print a line for each: 'cpu<90' 'memory<95' 'filesystem:/<90' "
    "'free:/>5G' 'load_1m<8' 'temperature<80' 'disk:sda.utilisation<90' 'network:eth0.receive<100M' process:nginx "
    "'process:sshd>=2' 'uptime>10m'.",
)
@_mode("--once", is_flag=True, help="Print a readable summary and exit.")
@_mode("--json", "as_json", is_flag=True, help="Print snapshots as JSON, one per line.")
@_mode("--count", type=Count(), help="With --json: number of snapshots; 0: until stopped. [1]")
@_mode("--record", type=HomeFile(), help="Also write each snapshot to this file, which only you can read.")
@_mode(
    "--args",
    type=click.Choice(ARGS),
    help="Command lines in the file of --record and in the output of --json: secrets replaced, left out, or in full. "
    "[redacted; for --json full]",
)
@_mode(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show a file written by --record, --json or nodetop export.",
)
@_mode("--demo", is_flag=True, help="Show a recorded day of a made-up fleet: every screen, without a hub.")
@_mode(
    "--at",
    metavar="TIME",
    help="Show this time in the past: 03:12, -2h, 2026-11-24 14:03. Also with --once, --json, --check, --replay.",
)
@_mode("--node", metavar="NAME", help="With --cluster: show only this node.")
@_mode(
    "--code",
    metavar="CODE",
    help="With --cluster URL: the join code from that hub. The cluster is remembered under a name.",
)
@_mode("--remember", metavar="NAME", help="With --code: that name. [the hub's cluster, or its host name]")
@_mode("--speed", type=Factor(), help="With --replay: speed factor; 0 loads everything at once. [1]")
@options_of(Settings)
@config_option(frozenset(Settings.__struct_fields__), tables=TABLES)
@version_option("nodetop")
@click.pass_context
def _command(context: click.Context, /, **options: Any) -> int:
    """Shows what this machine is doing, live: CPU, memory, disks, network, temperatures, processes.

    Press ? in the monitor for its keys. For scripts, use --once, --json or --check.
    """
    if context.invoked_subcommand is not None:
        gc.enable()
        context.obj = _settings_of(context, options)
        return 0
    from nodetop.commands.base.mode import Mode  # not for --help
    from nodetop.commands.dispatch import run

    mode = Mode(**{name: options[name] for name in Mode.__dataclass_fields__})
    settings = from_options(options, from_tables(context))
    mode.refuse_nonsense(settings)
    _refuse_unused(context, settings)
    if mode.demo:
        from dataclasses import replace

        from nodetop.recording.demo import DEMO_FILE  # late: only the demo

        mode = replace(mode, replay=DEMO_FILE)
    settings = _of_cluster(settings, options["code"], options["remember"])
    given = context.get_parameter_source("interval") is not click.core.ParameterSource.DEFAULT
    first_gap = settings.interval if given else min(settings.interval, FIRST_GAP)
    return run(mode, settings, first_gap)


_OF_CLUSTERS = (
    "token_file", "act_token_file", "ca_file", "pin", "insecure_http", "node_label", "cluster_label", "job_label",
    "selector", "headers", "user", "password_file", "tls_cert", "tls_key",
)  # fmt: skip


def _refuse_unused(context: click.Context, settings: Settings) -> None:
    """Refuses flags that only a connection to a hub or store needs, where this host is shown: it was meant otherwise.
    In the environment and the file they are for all runs. Raises click.UsageError."""
    for name in _OF_CLUSTERS:
        if settings.cluster is None and context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --cluster URL")


def _of_cluster(settings: Settings, code: str | None, name: str | None) -> Settings:
    """The settings with the hub of a remembered cluster, or of one that is joined now."""
    if code is not None:
        from nodetop.commands.base.remembering import join_cluster  # late: HTTP

        return join_cluster(settings, code, name)
    if name is not None:
        raise click.UsageError("--remember needs --code")
    if settings.cluster not in settings.clusters:
        return settings
    from nodetop.settings.clusters import with_remembered  # late: only with a remembered cluster

    return with_remembered(settings)


def _settings_of(context: click.Context, options: dict[str, Any]) -> Settings:
    """The settings given before a subcommand; modes are not allowed there. Raises click.UsageError."""
    settings = from_options(options, from_tables(context))
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in Settings.__struct_fields__ and options.get(name) not in (None, False):
            raise click.UsageError(f"{parameter.opts[0]} does not go with {context.invoked_subcommand}")
    return settings


_HUB_SETTINGS = frozenset({"data_dir", "cluster", "token_file", "ca_file", "pin", "insecure_http"})
_WHICH_HUB = {"cluster": "Which nodes: a hub's URL, prometheus+URL, or the name of a remembered cluster. [this host]"}


@_command.command("export", context_settings=context_settings(), short_help="Export a period to a file.")
@_mode("--since", required=True, metavar="TIME", help="Start: -2h, -3d, 14:03, 2026-11-24 14:03.")
@_mode("--until", default="now", metavar="TIME", help="End. [now]")
@_mode("--node", "nodes", metavar="NAME", multiple=True, help="With --cluster: only this node; may be repeated.")
@_mode(
    "--args",
    type=click.Choice(ARGS),
    help="Command lines: with secrets replaced, left out, or in full. [redacted; from a hub: as stored]",
)
@_mode("--force", is_flag=True, help="Overwrite an existing file.")
@options_of(Settings, only=_HUB_SETTINGS, helps=_WHICH_HUB)
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
    """Writes everything known about a period into FILE, for nodetop --replay FILE on any machine: each node's samples,
    as far back as they reach, and its history. Compressed if the name ends in .gz.

    Exports this host, or with --cluster URL the nodes of a hub.
    """
    from msgspec.structs import replace

    from nodetop.commands.export.command import now, run  # only what exports pays for it
    from nodetop.commands.export.request import Export

    settings = replace(context.obj, **{name: value for name, value in given.items() if value is not None})
    settings = _of_cluster(settings, None, None)
    wanted = Export.of(file, since, until, now(), nodes=nodes, args=args, force=force)
    return run(wanted, settings, FIRST_GAP)


@_command.group(
    "alerts",
    context_settings=context_settings(),
    invoke_without_command=True,
    short_help="List the alerts of a hub; try a rule on the past.",
)
@_mode("--state", type=click.Choice(("all", "open", "ended")), default="all", help="Only open or ended ones. [all]")
@_mode("--since", default="-1d", metavar="TIME", help="Ended alerts from this time on: -2h, -3d, 14:03. [-1d]")
@_mode("--json", "as_json", is_flag=True, help="One JSON object per line.")
@options_of(Settings, only=_HUB_SETTINGS, helps=_WHICH_HUB)
@click.pass_context
def _alerts(context: click.Context, /, state: str, since: str, as_json: bool, **given: Any) -> int:
    """Lists the alerts that nodetop-server keeps: open ones first, worst first; then those that have ended.

    Without --cluster, those of the hub that this user runs on this machine.
    """
    from time import time

    from msgspec.structs import replace

    from nodetop.base.when import EXAMPLES, parse_when
    from nodetop.commands.alerts.command import print_alerts  # only what lists alerts pays for it

    settings = replace(context.obj, **{name: value for name, value in given.items() if value is not None})
    if context.invoked_subcommand is not None:
        context.obj = settings
        return 0
    at = parse_when(since, time())
    if at is None:
        raise click.UsageError(f"--since {since!r} is not a time; examples: {EXAMPLES}")
    return print_alerts(settings, state=state, since=at, as_json=as_json)


@_alerts.command("try", context_settings=context_settings(), short_help="Try a rule on the past.")
@_mode("--since", default="-30d", metavar="TIME", help="Start of the past to try it on: -7d, 2026-11-01. [-30d]")
@_mode("--json", "as_json", is_flag=True, help="Print one JSON object.")
@_mode(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Try it on the samples of a file written by --record, --json or nodetop export.",
)
@options_of(Settings, only=_HUB_SETTINGS, helps=_WHICH_HUB)
@click.argument("rule")
@click.pass_context
def _try(context: click.Context, /, since: str, as_json: bool, replay: Path | None, rule: str, **given: Any) -> int:
    """Tells how often RULE would have opened, how long, at night, on which nodes, who was on top, which alerts of the
    present rule it would miss or add, and suggests a limit. On the history of this host, with --cluster of the nodes of
    a hub, or on a recording.

    RULE is a rule with another limit ('cpu="70/60 for 5m"', also one of your own by its name), or what is wrong
    ('process:nginx < 2', 'free:/srv<5G for 10m', 'receive="50M/40M"').
    """
    from time import time

    from msgspec.structs import replace

    from nodetop.base.when import EXAMPLES, parse_when
    from nodetop.commands.alerts.trial import try_on_past  # only what tries a rule pays for it

    settings = replace(context.obj, **{name: value for name, value in given.items() if value is not None})
    at = parse_when(since, time())
    if at is None:
        raise click.UsageError(f"--since {since!r} is not a time; examples: {EXAMPLES}")
    return try_on_past(settings, rule, at, as_json=as_json, replay=replay)
