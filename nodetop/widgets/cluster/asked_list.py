"""A list of rows of all nodes as the hub sent it, which sorts and filters: it has more rows than it sends. Pure."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from nodetop.base.text import clean
from nodetop.drawing.runs import Line
from nodetop.widgets.base.cursor_list import CursorList

R = TypeVar("R")


@dataclass
class AskedList(CursorList[R], Generic[R]):
    """The rows, the cursor in them, and what the hub was asked for."""

    matched: int | None = None
    """How many match on all nodes; None before the first reply."""
    sort: str = "cpu"
    match: str = ""

    def matching(self, *counts: Line) -> list[Line]:
        """For the title: the counts, the sort order, and the text that is matched."""
        pieces: list[Line] = [*counts, [("accent", f"by {self.sort}")]]
        if self.match:
            pieces.append([("label", "match "), ("match", clean(self.match))])
        return pieces

    def position(self, visible: int) -> list[Line]:
        """Which rows are shown, if not all are."""
        rows = len(self.rows)
        return [[("dim", f"{self.top + 1}-{self.top + visible}/{rows}")]] if visible < rows else []

    def why_empty(self, what: str, plural: str, problem: str | None) -> str:
        """Why there is no row. `problem`: why the hub's data is not fresh, which the last line says."""
        if self.matched is None:
            return "asking the hub" if problem is None else "the hub has not answered"
        return f"no {what} matches" if self.match else f"no node sends its {plural}"


def node_cells(width: int) -> int:
    """How wide the names of the nodes are in a list of this width."""
    if width < 100:
        return 10
    return 16 if width < 150 else 24
