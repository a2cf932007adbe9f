"""A mark: that something happened to a node, and when. What finds them is in `marks`; a first frame has none. Pure."""

from collections.abc import Iterable

from msgspec import Struct

RANKS = ("reboot", "kill", "critical", "warning", "gap", "end")
"""Which of several at one place is drawn: the first of these."""


class Mark(Struct, frozen=True):
    """`kind` is one of RANKS; `text` is what is said of it."""

    at: float
    kind: str
    text: str


def worst(marks: Iterable[Mark]) -> Mark:
    """The one of several that is drawn."""
    return min(marks, key=lambda mark: RANKS.index(mark.kind))
