"""Events marked on a graph: a sign in the top row, a thin line down to the graph, the newest one in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from nodetop.alerts.mark import Mark, worst
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line, Run, put
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.view import View

_STYLES = {
    "reboot": "accent", "kill": "critical", "critical": "critical", "warning": "warning", "gap": "label", "end": "good",
}  # fmt: skip


def sign(kind: str, glyphs: Glyphs) -> Run:
    """One cell for a kind of mark: R reboot, K out-of-memory kill, ~ no samples, and the marks of alerts."""
    signs = {"reboot": "R", "kill": "K", "gap": "~", "end": glyphs.dot}
    known = signs.get(kind) or (glyphs.critical if kind == "critical" else glyphs.warning)
    return (_STYLES[kind], known)


class GraphMarks:
    """The marks of a view's ring; each new sample is examined once."""

    def __init__(self) -> None:
        self._last: NodeSnapshot | None = None
        self._found: list[Mark] = []
        self._taken = 0

    def cells(self, view: View, width: int) -> Mapping[int, list[Mark]]:
        """The marks, by the cell of a graph of `width` cells that they are in; a cell covers two samples."""
        self._look(view)
        node = view.snapshot.node if view.snapshot else ""
        marks = [*self._found, *view.board.marks(node)] if view.board.alerts else self._found
        if not marks or not len(view.ring):
            return {}
        end = len(view.ring) - 1 if view.position is None else view.position
        last = view.ring[end].taken_at
        cells: dict[int, list[Mark]] = {}
        for mark in marks:
            index = view.ring.index_at(mark.at)
            if index is not None and mark.at <= last and (cell := width - 1 - self._dots(view, index, end) // 2) >= 0:
                cells.setdefault(cell, []).append(mark)
        return cells

    def _dots(self, view: View, index: int, end: int) -> int:
        """How many dots before the last one a sample is in the graph."""
        gone = self._taken - len(view.ring)
        return (gone + end) // view.samples_per_dot - (gone + index) // view.samples_per_dot

    def _look(self, view: View) -> None:
        ring = view.ring
        known = count = len(ring)
        while known and ring[known - 1] is not self._last:
            known -= 1
        if not known:
            self._found.clear()
        self._taken += count - known
        for index in range(max(known, 1), count):
            from nodetop.alerts.marks import between  # imported with the second sample, to keep the first frame fast

            self._found += between(ring[index - 1], ring[index])
        self._last = ring.latest
        while self._found and count and self._found[0].at < ring[0].taken_at:
            del self._found[0]


def marked(graph: Iterable[Run], cells: Mapping[int, Sequence[Mark]], glyphs: Glyphs) -> list[Line]:
    """The rows of a graph with marks on them."""
    return mark_lines([[run] for run in graph], cells, glyphs)


def mark_lines(lines: list[Line], cells: Mapping[int, Sequence[Mark]], glyphs: Glyphs) -> list[Line]:
    """The same for rows of several runs."""
    for cell, marks in cells.items():
        style, character = sign(worst(marks).kind, glyphs)
        for row, line in enumerate(lines):
            if row == 0:
                lines[0] = put(line, cell, (style, character))
            elif _is_blank(line, cell):
                lines[row] = put(line, cell, (style, ":" if glyphs.ascii_only else "┊"))
            else:
                break
    return lines


def _is_blank(line: Line, cell: int) -> bool:
    for _, text in line:  # in graphs each character is one cell
        if cell < len(text):
            return text[cell] == " "
        cell -= len(text)
    return False


def last_mark(cells: Mapping[int, Sequence[Mark]], view: View, room: int) -> Line:
    """The newest mark in words, if there is room: " R reboot 14:03:20"."""
    if not cells:
        return []
    from nodetop.widgets.alerts.cells import moment  # imported with the first mark

    mark = max((mark for marks in cells.values() for mark in marks), key=lambda mark: mark.at)
    style, character = sign(mark.kind, view.glyphs)
    text = f" {mark.text} {moment(mark.at, view.now)}"
    return [(style, f"  {character}"), ("dim", text)] if len(text) + 3 <= room else []
