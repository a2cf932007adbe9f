"""docs/reference.md: every command with its flags, variables and keys."""

import click
from commands import PROGRAMS, arguments, commands, context_of, description, options

_HEAD = """# Reference

All commands and flags of this version. `make generate` writes this page from the programs themselves.

A flag overrides the environment, the environment the settings file (`nodetop.toml`, see the
[README](../README.md#settings)). Keys of `nodetop` are at the top of that file, keys of `nodetop-server` in its table
`[server]`. A default is in brackets.
"""


def reference() -> str:
    return "\n".join([_HEAD, *(_section(name, command) for name, command in commands())]).rstrip() + "\n"


def _section(name: str, command: click.Command) -> str:
    context = context_of(name, command)
    usage = " ".join(filter(None, (name, "[OPTIONS]", arguments(command, context))))
    lines = [f"## {name}", "", f"    {usage}", "", *("\n\n".join(map(_cell, description(command))).split("\n")), ""]
    is_program = command in PROGRAMS
    lines += ["| flag | environment, key | meaning |", "| --- | --- | --- |"] if is_program else []
    lines += [] if is_program else ["| flag | meaning |", "| --- | --- |"]
    for option in options(command, context):
        flags = ", ".join(f"`{flag}{' ' + option.value if option.value else ''}`" for flag in option.flags)
        where = f" `{option.variable}`, `{option.key}` |" if option.variable else " |"
        lines.append(f"| {flags.replace('|', chr(92) + '|')} |{where if is_program else ''} {_cell(option.help)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    """Text as Markdown shows it as it is."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
