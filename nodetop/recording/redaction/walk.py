"""Walks through one command line, from program to program."""

from nodetop.base.text import NEW_LINE, REPLACEMENT
from nodetop.recording.redaction.commands import begin_command, take_echo, take_inner_command, take_program, take_send
from nodetop.recording.redaction.grammar import grammar_of
from nodetop.recording.redaction.headers import take_header
from nodetop.recording.redaction.line import Command, Line, program_name
from nodetop.recording.redaction.options.forms import is_option
from nodetop.recording.redaction.options.rules import take_option
from nodetop.recording.redaction.plain import take_plain
from nodetop.recording.redaction.scripts import take_call
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import QUOTES
from nodetop.recording.redaction.words import COMMAND_ENDS, SUBSTITUTIONS, Words

_NEW_LINES = NEW_LINE + REPLACEMENT
"""The characters that replace a line feed in text that is safe to show: now, and in older recordings."""
_NEW_LINE_SIGNS = frozenset(_NEW_LINES)
_ENDINGS = ";" + _NEW_LINES
_PRIVATE_KEY = "-----BEGIN"


def masked_words(text: str, *, most: int, characters: int) -> list[str]:
    """The words of a command line with possible secrets masked: slightly more than `most` words or `characters`. In
    `text` there are blanks between words, or NULs between arguments."""
    words = Words(text)
    line = Line(words)
    while line.at < len(words) and len(line.out) <= most and line.length <= characters:
        line.begin_argument()
        word = words.get(line.at)
        if _PRIVATE_KEY in word or (word.startswith("-----") and words.get(line.at + 1).startswith("BEGIN")):
            line.emit(MASK)
            break
        _take(line, word)
    return line.out


def _take(line: Line, word: str) -> None:
    if word in COMMAND_ENDS:
        _mask_last(line)
        line.emit(word)
        line.end_command()
        return
    if word[0] == ">":
        _mask_last(line)
    core = word.strip(_NEW_LINES).rstrip(_ENDINGS) or word
    before, _, after = word.partition(core) if core != word else ("", "", "")
    if before:
        line.end_command()
    if core[0] in QUOTES and is_option(core[1:]):
        before, core = before + core[0], core[1:]
    first = len(line.out)
    if ("(" in core and take_call(line, core)) or ("send" in core and take_send(line, core)):
        pass
    elif line.command is None:
        take_program(line, core)
    elif not _take_known(line, core):
        line.emit_inside(core)
    line.out[first] = before + line.out[first]
    if after or line.at >= len(line.words):
        _mask_last(line)
        line.out[-1] += after
    if after:
        line.end_command()
    elif not _NEW_LINE_SIGNS.isdisjoint(core):
        _begin_after_new_line(line, core)


def _begin_after_new_line(line: Line, word: str) -> None:
    """Handles a script of several lines, in which there is no blank between two lines."""
    name = program_name(word.replace(REPLACEMENT, NEW_LINE).rpartition(NEW_LINE)[2])
    grammar = grammar_of(name)
    if grammar is not None:
        line.command = Command(name, grammar)


def _take_known(line: Line, word: str) -> bool:
    assert line.command is not None
    is_value, line.command.expects_value = line.command.expects_value, False
    if take_inner_command(line, word):
        return True
    if is_value:
        if not take_echo(line, word):
            line.emit_inside(word)
        return True
    if word.startswith(SUBSTITUTIONS) and len(word) > 3 and word[-1] not in ")`\"'":
        begin_command(line, word)
        return True
    if is_option(word) or word in line.command.grammar.options:
        return take_option(line, word) or take_header(line, word) or take_echo(line, word)
    return take_plain(line, word)


def _mask_last(line: Line) -> None:
    """Ends a command whose last word is a secret."""
    if line.command is not None and line.command.last_is_secret:
        line.out[-1] = MASK
        line.command.last_is_secret = False
