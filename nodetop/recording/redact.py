"""Secrets taken out of process arguments before anything leaves the node. Best effort: what looks like one is masked.

A command line is words; what they mean depends on the program, which may run another one. The rules, the tables of
programs, and what a secret looks like, are in redaction/.
"""

from functools import lru_cache

from msgspec.structs import replace

from nodetop.model.command_line import CommandLine
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.recording.redaction.shapes import MASK as MASK
from nodetop.recording.redaction.walk import masked_words

MODES = ("redacted", "none", "full")
_LONGEST = 256
_MOST_WORDS = 32
_READ = 1024
"""Characters that are looked at: the work on one command line has a limit, whoever wrote it."""


def redact_snapshot(snapshot: NodeSnapshot, mode: str) -> NodeSnapshot:
    """The snapshot with its command lines redacted, left out (`none`: only the names stay), or as they are (`full`).
    They are plain text afterwards."""
    if snapshot.processes is None:
        return snapshot
    shown = {"none": _none, "full": str, "redacted": redact}[mode]
    rows = tuple(_with_command(row, shown(row.command)) for row in snapshot.processes.rows)
    return replace(snapshot, processes=replace(snapshot.processes, rows=rows))


def _none(_: str) -> str:
    return ""


def _with_command(row: ProcessMetrics, command: str) -> ProcessMetrics:
    return row if command is row.command else replace(row, command=command)


def redact(command: str) -> str:
    """A command line of at most 32 words and 256 characters, with what may be secret replaced by ***."""
    return _redacted((command.raw if isinstance(command, CommandLine) else command)[:_READ])


@lru_cache(maxsize=8192)
def _redacted(text: str) -> str:
    words = masked_words(text, most=_MOST_WORDS, characters=_LONGEST)
    shown = " ".join(words[:_MOST_WORDS])
    whole = text.replace("\0", " ")
    return (whole if shown == " ".join(whole.split()) else shown)[:_LONGEST]
