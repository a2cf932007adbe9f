"""Processes as trees: who belongs to whom, whatever the data claim, and what whole branches add up to. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from msgspec.structs import replace

from nodetop.model.snapshot import ProcessMetrics

_SUMMED = (
    "cpu_percent", "memory_percent", "resident_bytes", "virtual_bytes", "threads", "cpu_seconds",
    "read_bytes_per_second", "write_bytes_per_second",
)  # fmt: skip


class Place(NamedTuple):
    """Where a row stands in the list."""

    parent: int
    """Row of the list that it hangs on; -1: on none."""
    is_last: bool
    """Whether no sibling follows."""
    below: int
    """Processes that hang on it, all levels together."""
    is_foldable: bool
    is_open: bool
    is_way: bool
    """Shown only because something below it passes the filter."""
    sums: ProcessMetrics | None
    """What it shows instead of its own values."""
    group: tuple[str, str] | None = None
    """Kind and name of the group that it heads, for one that is no process."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Rows, and for each the number of its parent's row (-1: none). No row is its own ancestor. The first rows may be
    heads of groups: what their columns show are sums alone."""

    rows: Sequence[ProcessMetrics]
    parents: Sequence[int]
    groups: Sequence[tuple[str, str]] = ()

    @cached_property
    def kids(self) -> dict[int, list[int]]:
        """Children of each row that has any; those of -1 are the roots."""
        return children(self.parents, range(len(self.rows)))

    @cached_property
    def downwards(self) -> list[int]:
        """All rows, parents before their children."""
        kids = self.kids
        order = list(kids.get(-1, ()))
        for index in order:  # grows while it is walked
            order += kids.get(index, ())
        return order

    @cached_property
    def below(self) -> list[int]:
        """How many processes hang on each row; threads are none."""
        counts = [0] * len(self.rows)
        for index in reversed(self.downwards):
            parent = self.parents[index]
            if parent >= 0:
                counts[parent] += counts[index] + (self.rows[index].thread_of is None)
        return counts

    def sums(self, wanted: Iterable[int]) -> dict[int, ProcessMetrics]:
        """Rows with the values of all that hangs on them added: None where nothing is known. Threads count nothing,
        for their process has counted them."""
        wanted = list(wanted)
        totals: list[dict[str, Any]] = [{} for _ in wanted]
        upwards = [index for index in reversed(self.downwards) if self.parents[index] >= 0]
        for name in _SUMMED if wanted else ():
            values = [None if row.thread_of is not None else getattr(row, name) for row in self.rows]
            for index in upwards:
                value = values[index]
                if value is not None:
                    parent = self.parents[index]
                    values[parent] = value if values[parent] is None else values[parent] + value
            for total, index in zip(totals, wanted, strict=True):
                total[name] = values[index]
        return {index: replace(self.rows[index], **total) for index, total in zip(wanted, totals, strict=True)}

    def branch(self, roots: Iterable[int]) -> list[int]:
        """These rows and all that hangs on them, each once, parents first."""
        taken = dict.fromkeys(roots)
        order = list(taken)
        for index in order:
            order += [kid for kid in self.kids.get(index, ()) if kid not in taken]
            taken.update(dict.fromkeys(self.kids.get(index, ())))
        return order


def children(parents: Sequence[int], order: Iterable[int]) -> dict[int, list[int]]:
    """The children of each row that has any, in this order."""
    kids: dict[int, list[int]] = {}
    for index in order:
        parent = parents[index]
        if parent in kids:
            kids[parent].append(index)
        else:
            kids[parent] = [index]
    return kids


def parents_of(rows: Sequence[ProcessMetrics], *, threads_only: bool = False) -> list[int]:
    """For each row the number of its parent's row; -1 where that is not among them. A thread's parent is its process;
    `threads_only`: nothing else has one. Loops, which only a hub could send, are cut at their lowest pid."""
    at = {row.pid: index for index, row in enumerate(rows) if row.thread_of is None}
    if threads_only:
        return [-1 if row.thread_of is None else at.get(row.thread_of, -1) for row in rows]
    parents = [at.get(row.ppid if row.thread_of is None else row.thread_of, -1) for row in rows]
    walked = [0] * len(rows)
    for start in range(len(rows)):
        here = start
        while here >= 0 and not walked[here]:
            walked[here] = start + 1
            here = parents[here]
        if here >= 0 and walked[here] == start + 1:
            parents[_lowest(rows, parents, here)] = -1
    return parents


def _lowest(rows: Sequence[ProcessMetrics], parents: Sequence[int], start: int) -> int:
    lowest, here = start, parents[start]
    while here != start:
        lowest = min(lowest, here, key=lambda index: rows[index].pid)
        here = parents[here]
    return lowest


def with_ways(forest: Forest, passes: Callable[[ProcessMetrics], bool]) -> list[int]:
    """For each row: 2 if it passes, 1 if only something below it does, else 0. With a process its threads pass."""
    marks = [0] * len(forest.rows)
    for index in forest.downwards:
        row, parent = forest.rows[index], forest.parents[index]
        of_process = row.thread_of is not None and parent >= 0 and marks[parent] == 2
        marks[index] = 2 if of_process or passes(row) else 0
    for index in reversed(forest.downwards):
        parent = forest.parents[index]
        if parent >= 0 and marks[index] and not marks[parent]:
            marks[parent] = 1
    return marks
