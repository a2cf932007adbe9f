"""The command line of nodetop-server."""

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from nodetop.base.import_without import import_without
from nodetop.commands.base.command_line import (
    complete,
    config_option,
    context_settings,
    exit_code,
    from_tables,
    version_option,
)
from nodetop.server.base.startup import StartError
from nodetop.server.settings import SERVER_TABLES, ServerSettings, from_options
from nodetop.settings.click_types import Count, Period, Words, options_of
from nodetop.settings.file import SERVER

PROGRAM = "nodetop-server"


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs the server and exits with 0 if stopped by a signal, 1 failed, 2 wrong settings, 3 already running, 4 the
    data directory was removed or the disk did not answer while the server was stopping."""
    complete(_command, PROGRAM)
    os.umask(0o077)
    # All is written. Taking modules and objects apart would take longer than the stop: seconds on a slow machine.
    os._exit(exit_code(_command, PROGRAM, sys.argv[1:] if arguments is None else arguments))


def _refused(error: StartError) -> click.ClickException:
    """The error as an exception of click."""
    refused = click.ClickException(str(error))
    refused.exit_code = error.exit_code  # type: ignore[misc]
    return refused


@click.group(
    PROGRAM,
    invoke_without_command=True,
    context_settings=context_settings(),
    epilog="A setting is taken from its flag, else from the environment (NODETOP_INTERVAL=5), else from the table "
    "[server] of the settings file.",
)
@options_of(ServerSettings)
@config_option(frozenset(ServerSettings.__struct_fields__), SERVER, SERVER_TABLES)
@version_option(PROGRAM)
@click.pass_context
def _command(context: click.Context, /, **options: Any) -> int:
    """Samples this machine, and keeps the history of one or many machines.

    Without flags it is a hub for this machine only. With --join URL it pushes to a hub and opens no port. With
    --listen ADDRESS:PORT it is a hub for other machines. With both it is a hub that relays its nodes to another hub.
    """
    settings = from_options(options, from_tables(context))
    context.obj = settings
    if context.invoked_subcommand is not None:
        return 0
    from nodetop.server.base import quiet_start  # late: these are not needed for --help

    if not settings.is_hub:
        quiet_start.begin()
    import_without("pygments", "httpx")  # its own command line, a quarter of what is imported here
    from nodetop.server.roles import run

    try:
        return run(settings)
    except StartError as error:
        raise _refused(error) from None


def _done(context: click.Context, work: Callable[[ServerSettings], str]) -> int:
    """Runs a command for the hub on this machine, and prints its result."""
    try:
        click.echo(work(context.obj))
    except StartError as error:
        raise _refused(error) from None
    return 0


@_command.command("forget", short_help="Let another machine use a node's name.")
@click.argument("node")
@click.pass_context
def _forget(context: click.Context, node: str) -> int:
    """Make the hub on this machine forget NODE, so that another machine can use its name. Its history is kept."""
    from nodetop.server.hub_commands import forget  # late: not needed for --help

    return _done(context, lambda settings: forget(settings, node))


@_command.command("health", short_help="Exit with 0 if the server runs and answers.")
@click.pass_context
def _health(context: click.Context) -> int:
    """Exit with 0 if the server that uses the data directory runs, and answers if it is a hub. For containers."""
    from nodetop.server.health import check  # late: not needed for --help

    return _done(context, check)


@_command.command("invite", short_help="Print the command with which another host joins.")
@click.option("--read", "role", flag_value="read", help="For a person: a code to read, for nodetop --cluster.")
@click.option("--uses", type=Count(1, 10_000), default=1, help="How many hosts may use the code. [1]")
@click.option("--valid", "seconds", type=Period(), default="1h", help="How long, as 30m, 1h or 2d; at most 30d. [1h]")
@click.option("--url", type=Words("url"), help="The hub's URL as the other host reaches it. [its host name]")
@click.option("--cancel", metavar="CODE", help="Cancel the codes whose first group is this, or all.")
@click.pass_context
def _invite(
    context: click.Context, role: str | None, uses: int, seconds: float, url: str | None, cancel: str | None
) -> int:
    """Print the command with which another host joins the hub on this machine, or with which a person reads it. Its
    code is traded for a token of that host's own."""
    from nodetop.server import hub_commands  # late: not needed for --help

    if cancel is not None:
        return _done(context, lambda settings: hub_commands.cancel(settings, cancel))
    return _done(
        context,
        lambda settings: hub_commands.invite(
            settings, "read" if role == "read" else "push", uses=uses, seconds=seconds, url=url
        ),
    )


@_command.command("nodes", short_help="List who has joined, and open join codes.")
@click.pass_context
def _nodes(context: click.Context) -> int:
    """List the hosts and people that have joined the hub on this machine, and the open join codes."""
    from nodetop.server.hub_commands import nodes  # late: not needed for --help

    return _done(context, nodes)


@_command.command("publish", short_help="In Kubernetes: write join codes into a Secret.")
@click.option("--secret", required=True, metavar="NAMESPACE/NAME", help="The Secret whose key 'code' gets the code.")
@click.pass_context
def _publish(context: click.Context, secret: str) -> int:
    """In Kubernetes: make a join code each week, and write it into a Secret for the agents, until stopped."""
    from nodetop.server.roles import run_publish  # late: not needed for --help

    try:
        return run_publish(context.obj, secret)
    except StartError as error:
        raise _refused(error) from None


@_command.command("revoke", short_help="Make the token of a node or reader invalid.")
@click.argument("node")
@click.pass_context
def _revoke(context: click.Context, node: str) -> int:
    """Make the token of NODE invalid at once (or of a reader, or CLUSTER/* of a relaying hub). Its history is kept."""
    from nodetop.server.hub_commands import revoke  # late: not needed for --help

    return _done(context, lambda settings: revoke(settings, node))


@_command.group("notify", invoke_without_command=True, short_help="Try the receivers of messages about alerts.")
@click.pass_context
def _notify(context: click.Context) -> None:
    """Messages about alerts: see [notify.NAME] in the settings file."""
    if context.invoked_subcommand is None:
        raise click.UsageError("notify needs a command: nodetop-server notify test NAME")


@_notify.command("test", short_help="Send a test message to a receiver.")
@click.argument("name")
@click.pass_context
def _notify_test(context: click.Context, name: str) -> int:
    """Send a test message to the receiver NAME of the settings file, and print whether it was delivered."""
    from nodetop.server.notify.test_message import send_test  # late: not needed for --help

    return _done(context, lambda settings: send_test(settings.notify, name))
