"""Removes secrets from command lines before they leave the node. Best effort: anything like a secret is masked.

A command line consists of words. Their meaning depends on the program, which may run another program. The rules, the
tables of programs and the forms of secrets are in redaction/.
"""

from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from nodetop.base.command_line import CommandLine
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.recording.redaction.shapes import MASK as MASK
from nodetop.recording.redaction.walk import masked_words

_LONGEST = 256
_MOST_WORDS = 32
_READ = 1024
"""Characters that are examined. This limits the work on one command line."""


def redact_snapshot(snapshot: NodeSnapshot, mode: str) -> NodeSnapshot:
    """The snapshot with its command lines redacted, left out (`none`: only the names remain), or unchanged (`full`).
    The result has plain text."""
    if snapshot.processes is None:
        return snapshot
    shown = _BY_MODE[mode]
    processes = snapshot.processes
    rows, thread_rows = (
        tuple([_with_command(row, shown(row.command)) for row in some])
        for some in (processes.rows, processes.thread_rows)
    )
    return replace(snapshot, processes=replace(processes, rows=rows, thread_rows=thread_rows))


def _with_command(row: ProcessMetrics, command: str) -> ProcessMetrics:
    is_same = command == row.command and type(row.command) is str
    return row if is_same else replace(row, command=command)


def redact(command: str) -> str:
    """A command line, cut to 32 words and 256 characters, with possible secrets replaced by ***."""
    return _redacted((command.raw if isinstance(command, CommandLine) else command)[:_READ])


_BY_MODE: dict[str, Callable[[str], str]] = {"redacted": redact, "none": lambda _: "", "full": str}
MODES = tuple(_BY_MODE)


@lru_cache(maxsize=4096)
def _redacted(text: str) -> str:
    words = masked_words(text, most=_MOST_WORDS, characters=_LONGEST)
    shown = " ".join(words[:_MOST_WORDS])
    whole = text.replace("\0", " ")
    return (whole if shown == " ".join(whole.split()) else shown)[:_LONGEST]
