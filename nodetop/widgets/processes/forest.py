"""Processes as trees: parents and children, robust against wrong data, and the sums of whole branches. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from nodetop.model.snapshot import ProcessMetrics

_SUMMED = (
    "cpu_percent", "memory_percent", "resident_bytes", "shared_bytes", "virtual_bytes", "threads", "cpu_seconds",
    "read_bytes_per_second", "write_bytes_per_second",
)  # fmt: skip


class Place(Struct, frozen=True):
    """The position of a row in the displayed tree."""

    parent: int
    """Index of its parent in the list; -1: none."""
    is_last: bool
    """Whether it is the last of its siblings."""
    below: int
    """Number of descendants that are processes."""
    is_foldable: bool
    is_open: bool
    is_way: bool
    """Shown only because a descendant passes the filter."""
    sums: ProcessMetrics | None
    """The sums it shows instead of its own values."""
    group: tuple[str, str] | None = None
    """For the header of a group, which is not a process: kind and name of the group."""


class Forest(Struct, frozen=True, eq=False, dict=True):
    """Rows, and for each the index of its parent's row (-1: none). No row is its own ancestor. The first rows may be
    headers of groups, whose columns show only sums."""

    rows: Sequence[ProcessMetrics]
    parents: Sequence[int]
    groups: Sequence[tuple[str, str]] = ()
    counted: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Fields of headers that have counters of their own, by index; they replace the sums."""

    @cached_property
    def kids(self) -> dict[int, list[int]]:
        """Children of each row that has any; those of -1 are the roots."""
        return children(self.parents, range(len(self.rows)))

    @cached_property
    def downwards(self) -> list[int]:
        """All rows, parents before their children."""
        kids = self.kids
        order = list(kids.get(-1, ()))
        for index in order:  # grows during the loop
            order += kids.get(index, ())
        return order

    @cached_property
    def below(self) -> list[int]:
        """Number of descendants of each row that are processes; threads are not counted."""
        counts = [0] * len(self.rows)
        for index in reversed(self.downwards):
            parent = self.parents[index]
            if parent >= 0:
                counts[parent] += counts[index] + (self.rows[index].thread_of is None)
        return counts

    def sums(self, wanted: Iterable[int]) -> dict[int, ProcessMetrics]:
        """Copies of the wanted rows in which the values of all descendants are added; None where nothing is known.
        Threads add nothing, as their process includes them."""
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
        return {
            index: replace(self.rows[index], **{**total, **self.counted.get(index, {})})
            for index, total in zip(wanted, totals, strict=True)
        }

    def totals(self, values: Sequence[float]) -> list[float]:
        """For each row the value of its whole branch. Threads add nothing, as their process includes them; negative
        values, which stand for unknown, neither."""
        found = list(values)
        for index in reversed(self.downwards):
            parent, value = self.parents[index], found[index]
            if parent >= 0 and value > 0 and self.rows[index].thread_of is None:
                found[parent] = max(found[parent], 0) + value
        return found

    def branch(self, roots: Iterable[int]) -> list[int]:
        """These rows and all their descendants, each once, parents first."""
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
    """For each row the index of its parent's row; -1 if the parent is not in the list. The parent of a thread is its
    process. `threads_only`: only threads get a parent. Cycles, which only a hub could send, are cut at their lowest
    pid."""
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
    """For each row: 2 if it passes, 1 if only a descendant does, else 0. If a process passes, so do its threads."""
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
