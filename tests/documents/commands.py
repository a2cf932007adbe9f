"""Command lines of nodetop as the pages show them: found in blocks, and parsed as the programs parse them."""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache

import click

from nodetop.cli import _command as nodetop
from nodetop.commands.base.command_line import context_settings
from nodetop.model.condition import parse
from nodetop.server.cli import _command as nodetop_server
from nodetop.settings.options import ENVIRONMENT_PREFIX

PROGRAMS: dict[str, click.Command] = {"nodetop": nodetop, "nodetop-server": nodetop_server}
_ENDS = {"&&", "||", "|", "&", ";", ">"}


def command_lines(line: str) -> Iterator[list[str]]:
    """The programs of ours that a line of a shell starts, with their arguments."""
    lexer = shlex.shlex(re.sub(r"\[(--.*?)\]", r"\1", line), posix=True, punctuation_chars="&|;>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if word in _ENDS:
            found.append([])
        else:
            found[-1].append(word)
    for words in map(_started, found):
        if words:
            yield words


def _started(words: list[str]) -> list[str]:
    """Without what stands before the program: sudo, variables, or a container to run it in."""
    if words[:1] in (["kubectl"], ["docker"], ["podman"]):
        words = words[words.index("--") + 1 :] if "--" in words else []
    while words and (words[0] == "sudo" or re.match(r"[A-Z_]+=", words[0])):
        words = words[1:]
    name = words[0].rpartition("/")[2] if words else ""
    return [name, *words[1:]] if name in PROGRAMS else []


def parsed(words: Sequence[str]) -> None:
    """Raises click.UsageError or TermError if the program would not accept these words. Files need not be there."""
    _parse(words[0], PROGRAMS[words[0]], list(words[1:]))


def _parse(name: str, command: click.Command, arguments: list[str]) -> None:
    context = click.Context(command, info_name=name, **context_settings())
    context.allow_interspersed_args |= "--check" in arguments  # as nodetop's own command has it
    values, rest, _ = command.make_parser(context).parse_args(arguments)
    for parameter in command.params:
        value = values.get(str(parameter.name))
        is_file = isinstance(parameter.type, click.Path)
        if isinstance(parameter, click.Option) and isinstance(value, str) and not is_file:
            parameter.type_cast_value(context, value)
    if isinstance(command, click.Group):
        _parse_rest(command, bool(values.get("check")), rest)


def _parse_rest(command: click.Group, is_check: bool, rest: list[str]) -> None:
    if is_check:
        for condition in rest:
            if condition != "alerts":
                parse(condition)
    elif rest and rest[0] not in command.commands:
        raise click.UsageError(f"{rest[0]} is not a command")
    elif rest:
        _parse(rest[0], command.commands[rest[0]], rest[1:])


def every_command() -> Iterator[tuple[str, click.Command]]:
    """The programs and all commands below them, by their full names."""
    for program in PROGRAMS.items():
        yield from _below(*program)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    for word, each in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _below(f"{name} {word}", each)


@cache
def known_flags() -> frozenset[str]:
    """Of all commands."""
    options = [option for _, each in every_command() for option in each.params if isinstance(option, click.Option)]
    return frozenset({flag for each in options for flag in (*each.opts, *each.secondary_opts)} | {"--help"})


@cache
def known_variables() -> frozenset[str]:
    """Those of the settings, and those of shells' completions."""
    names = {str(each.name).upper() for program in PROGRAMS.values() for each in program.params}
    return frozenset(f"{ENVIRONMENT_PREFIX}_{name}" for name in names | {"COMPLETE", "SERVER_COMPLETE"})
