"""The commands of nodetop, for what is generated from them."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from nodetop.cli import _command as nodetop
from nodetop.commands.base.command_line import context_settings
from nodetop.server.cli import _command as nodetop_server
from nodetop.settings.options import ENVIRONMENT_PREFIX

PROGRAMS = (nodetop, nodetop_server)


@dataclass(frozen=True)
class Option:
    """One option as a user reads it."""

    flags: tuple[str, ...]
    value: str
    help: str
    variable: str
    """The environment variable; empty if there is none."""
    key: str
    """The key in the settings file; empty if there is none."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """The programs and all commands below them, by their full names, such as "nodetop alerts try"."""
    for program in PROGRAMS:
        yield from _with_commands(str(program.name), program)


def _with_commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for word, each in sorted(command.commands.items()):
            yield from _with_commands(f"{name} {word}", each)


def options(command: click.Command, context: click.Context) -> list[Option]:
    """Its options, --help included."""
    found = []
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and not parameter.hidden:
            in_environment = parameter.allow_from_autoenv and parameter.expose_value and command in PROGRAMS
            name = str(parameter.name)
            value = "" if parameter.is_flag else parameter.make_metavar(context)
            found.append(
                Option(
                    # Older click has the names of --help in an order of its own.
                    tuple(sorted((*parameter.opts, *parameter.secondary_opts), key=lambda name: name.startswith("--"))),
                    value,
                    " ".join((parameter.help or "").split()),
                    f"{ENVIRONMENT_PREFIX}_{name.upper()}" if in_environment else "",
                    name if in_environment else "",
                )
            )
    return found


def context_of(name: str, command: click.Command) -> click.Context:
    return click.Context(command, info_name=name, **context_settings())


def description(command: click.Command) -> list[str]:
    """Its help, in paragraphs."""
    text = inspect.cleandoc(command.help or "")
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]


def arguments(command: click.Command, context: click.Context) -> str:
    return " ".join(each.make_metavar(context) for each in command.params if isinstance(each, click.Argument))
