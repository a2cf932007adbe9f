"""A mark: an event on a node, with its time. `marks` finds them; it is a file of its own, as the first frame has none.
Pure."""

from collections.abc import Iterable

from msgspec import Struct

RANKS = ("reboot", "kill", "critical", "warning", "gap", "end")
"""Ranks of kinds: of several marks at one place, the first of these is drawn."""


class Mark(Struct, frozen=True):
    """`kind` is one of RANKS; `text` describes the event."""

    at: float
    kind: str
    text: str


def worst(marks: Iterable[Mark]) -> Mark:
    """Of several marks, the one that is drawn."""
    return min(marks, key=lambda mark: RANKS.index(mark.kind))
