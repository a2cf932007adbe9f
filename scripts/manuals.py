"""The manual pages, in the man macros of roff (man(7))."""

import click
from commands import arguments, commands, context_of, description, options

from nodetop.base.version import __version__

FILES = (
    ("~/.config/nodetop/nodetop.toml", "The settings of this user; the table [server] is for nodetop-server."),
    ("/etc/nodetop/nodetop.toml", "The settings of a user without a home directory, such as a service."),
    ("~/.config/nodetop/clusters/", "The read tokens of remembered clusters."),
    ("~/.local/state/nodetop/", "History, tokens, samples that are not yet sent. /var/lib/nodetop without a home."),
)
EXIT = {
    "nodetop": (
        ("0", "Success; with --check, all conditions hold."),
        ("1", "Failure; with --check, a condition does not hold."),
        ("2", "Usage error; with --check, a value is unknown."),
        ("130", "Interrupted."),
    ),
    "nodetop-server": (
        ("0", "Stopped by a signal."),
        ("1", "Failure, for example the hub to join does not answer yet."),
        ("2", "Wrong settings."),
        ("3", "Another server uses the same data directory."),
        ("4", "The data directory was removed, or the disk did not answer."),
    ),
}


def manuals() -> dict[str, str]:
    return {f"share/man/man1/{name.replace(' ', '-')}.1": _page(name, command) for name, command in commands()}


def _page(name: str, command: click.Command) -> str:
    context = context_of(name, command)
    program = name.partition(" ")[0]
    page = name.replace(" ", "-")
    paragraphs = description(command)
    lines = [
        f'.TH "{page.upper()}" "1" "" "nodetop {__version__}" "User Commands"',
        ".SH NAME",
        _text(f"{page} - {_summary(paragraphs[0])}"),
        ".SH SYNOPSIS",
        f".B {_text(name)}",
        _text(" ".join(filter(None, ("[OPTIONS]", arguments(command, context), _subcommands(command))))),
        ".SH DESCRIPTION",
        *_paragraphs(paragraphs),
        ".SH OPTIONS",
    ]
    for option in options(command, context):
        flags = ", ".join(f"\\fB{_text(flag)}\\fR" for flag in option.flags)
        value = f" \\fI{_text(option.value)}\\fR" if option.value else ""
        lines += [".TP", flags + value, _text(option.help)]
        if option.variable:
            lines += [".br", _text(f"In the environment: {option.variable}.")]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for each, sub in sorted(command.commands.items()):
            lines += [".TP", f"\\fB{_text(each)}\\fR", _text(f"{description(sub)[0]} See {page}-{each}(1).")]
    if command.epilog:
        lines += [".SH NOTES", *_paragraphs([" ".join(part.split()) for part in command.epilog.split("\n\n")])]
    lines += [".SH FILES", *_entries(FILES), ".SH EXIT STATUS", *_entries(EXIT[program])]
    others = sorted({each.replace(" ", "-") for each, _ in commands()} - {page})
    lines += [".SH SEE ALSO", _text(", ".join(f"{each}(1)" for each in others))]
    return "\n".join(lines) + "\n"


def _summary(paragraph: str) -> str:
    first = paragraph.partition(". ")[0].rstrip(".").partition(":")[0]
    return first[0].lower() + first[1:]


def _subcommands(command: click.Command) -> str:
    return "[COMMAND ...]" if isinstance(command, click.Group) else ""


def _entries(entries: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for term, text in entries for line in (".TP", f"\\fB{_text(term)}\\fR", _text(text))]


def _paragraphs(paragraphs: list[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (".PP", _text(paragraph))][1:]


def _text(text: str) -> str:
    """Text in which nothing is a command of roff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("°", "\\(de")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
