"""Marks processes that started since the previous sample. Pure."""

from math import inf

from nodetop.drawing.runs import Line
from nodetop.model.snapshot import NodeSnapshot

NEW_MARK = "+"


def new_since(snapshot: NodeSnapshot | None) -> float:
    """A process that started after this time is new in the sample; infinite if that is not known."""
    if snapshot is None or not snapshot.interval:
        return inf
    return snapshot.taken_at - snapshot.interval


def arrived(line: Line, mark: str) -> Line:
    """The line of a new process: a mark in the blank after its first column."""
    (style, first), *rest = line
    return [(style, first[:-1]), ("good", mark), *rest]
