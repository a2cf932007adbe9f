"""Processes that started or ended since the previous sample, which are marked for one refresh. Pure."""

from math import inf

from nodetop.drawing.runs import Line
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.widgets.processes.key import key_of

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


class Ended:
    """The processes that ended between the last two samples, with their last rows."""

    def __init__(self) -> None:
        self.rows: tuple[ProcessMetrics, ...] = ()
        self.ids: frozenset[int] = frozenset()
        """The id() of each of the rows."""
        self._sample: NodeSnapshot | None = None

    def look(self, snapshot: NodeSnapshot | None) -> None:
        """Takes the sample that is shown now. Only if it directly follows the previous one, and both have all
        processes, something is known to have ended between them."""
        if snapshot is self._sample:
            return
        before, self._sample = self._sample, snapshot
        self.rows = _ended(before, snapshot) if before is not None and snapshot is not None else ()
        self.ids = frozenset(map(id, self.rows))


def _ended(before: NodeSnapshot, now: NodeSnapshot) -> tuple[ProcessMetrics, ...]:
    then, here = before.processes, now.processes
    is_next = (now.node, now.boot_id, now.seq) == (before.node, before.boot_id, before.seq + 1)
    if not is_next or then is None or here is None or not (_is_whole(then) and _is_whole(here)):
        return ()
    # Rows of processes that did not run are the same objects, so only the few others are compared.
    old, new = set(map(id, then.rows)), set(map(id, here.rows))
    changed = [row for row in then.rows if id(row) not in new]
    alive = {key_of(row) for row in here.rows if id(row) not in old}
    return tuple([row for row in changed if key_of(row) not in alive])


def _is_whole(summary: ProcessSummary) -> bool:
    """Whether it has a row for every process; a hub has only the top ones."""
    return summary.total == len(summary.rows)
