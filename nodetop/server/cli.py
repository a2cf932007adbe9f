"""The command line of nodetop-server."""

import os
import sys
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
from nodetop.server.base.startup import StartError
from nodetop.server.settings import SERVER_TABLES, ServerSettings, from_options
from nodetop.settings.file import SERVER
from nodetop.settings.options import options_of

PROGRAM = "nodetop-server"


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs the server and exits with 0 if stopped by a signal, 1 failed, 2 wrong settings, 3 already running, 4 the
    data directory was removed or the disk did not answer while the server was stopping."""
    complete(_command, PROGRAM)
    os.umask(0o077)
    sys.exit(exit_code(_command, PROGRAM, sys.argv[1:] if arguments is None else arguments))


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
@config_option(frozenset(ServerSettings.__dataclass_fields__), SERVER, SERVER_TABLES)
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
    from nodetop.server.roles import run  # late: not needed for --help

    try:
        return run(settings)
    except StartError as error:
        raise _refused(error) from None


@_command.command("forget")
@click.argument("node")
@click.pass_context
def _forget(context: click.Context, node: str) -> int:
    """Make the hub on this machine forget NODE, so that another machine can use its name. Its history is kept."""
    from nodetop.server.roles import forget  # late: not needed for --help

    try:
        click.echo(forget(context.obj, node))
    except StartError as error:
        raise _refused(error) from None
    return 0


@_command.group("notify")
def _notify() -> None:
    """Messages about alerts: see [notify.NAME] in the settings file."""


@_notify.command("test")
@click.argument("name")
@click.pass_context
def _notify_test(context: click.Context, name: str) -> int:
    """Send a test message to the receiver NAME of the settings file, and print whether it was delivered."""
    from nodetop.server.notify.test_message import send_test  # late: not needed for --help

    try:
        click.echo(send_test(context.obj.notify, name))
    except StartError as error:
        raise _refused(error) from None
    return 0
