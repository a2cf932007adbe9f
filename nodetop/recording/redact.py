"""Secrets taken out of process arguments before anything leaves the node. Best effort: what looks like one is masked.

A command line is words; what they mean depends on the program, which may run another one. The rules, the tables of
programs, and what a secret looks like, are in redaction/.
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
"""Characters that are looked at: the work on one command line has a limit, whoever wrote it."""


def redact_snapshot(snapshot: NodeSnapshot, mode: str) -> NodeSnapshot:
    """The snapshot with its command lines redacted, left out (`none`: only the names stay), or as they are (`full`).
    They are plain text afterwards."""
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
    """A command line of at most 32 words and 256 characters, with what may be secret replaced by ***."""
    return _redacted((command.raw if isinstance(command, CommandLine) else command)[:_READ])


_BY_MODE: dict[str, Callable[[str], str]] = {"redacted": redact, "none": lambda _: "", "full": str}
MODES = tuple(_BY_MODE)


@lru_cache(maxsize=4096)
def _redacted(text: str) -> str:
    words = masked_words(text, most=_MOST_WORDS, characters=_LONGEST)
    shown = " ".join(words[:_MOST_WORDS])
    whole = text.replace("\0", " ")
    return (whole if shown == " ".join(whole.split()) else shown)[:_LONGEST]
