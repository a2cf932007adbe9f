"""The list of workloads as the user wants it sorted and arranged, and the row with the cursor. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nodetop.model.cgroups import WorkloadMetrics
from nodetop.model.derived import total
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.workloads.columns import SORTS


class Branch(NamedTuple):
    """The position of a row in the tree."""

    depth: int
    below: int
    """How many workloads are inside it."""
    is_open: bool


class Totals(NamedTuple):
    """Sums over the rows that contain no other workload, so that nothing is counted twice."""

    cpu_percent: float | None
    memory_bytes: int | None
    read_bytes_per_second: float | None
    write_bytes_per_second: float | None
    receive_bytes_per_second: float | None
    transmit_bytes_per_second: float | None
    network: str | None
    """"interfaces" if all of it is from interfaces."""
    tasks: int | None


@dataclass(eq=False, repr=False)
class WorkloadState(CursorList[WorkloadMetrics]):
    """The displayed rows of a sample. In the flat list: workloads that contain no others, slices with a limit of their
    own, and, if there is a filter, pods. In the tree: all."""

    sort: str = "cpu"
    reverse: bool = False
    filter: Filter[WorkloadMetrics] = EVERYTHING
    search: Filter[WorkloadMetrics] = EVERYTHING
    is_tree: bool = False
    closed: frozenset[str] = frozenset()
    """Groups whose inner workloads are not shown."""
    branches: Sequence[Branch] = ()
    """The Branch of each row; empty in the flat list."""
    counted: Sequence[WorkloadMetrics] = ()
    """The rows that pass the filter and contain no other workload."""
    _shown: tuple[object, ...] = field(default=())

    def key(self, row: WorkloadMetrics) -> str:
        return row.group

    def show(self, snapshot: NodeSnapshot | None, page: int) -> None:
        """Takes the rows of a snapshot and positions cursor and scroll for a page of so many rows."""
        wanted = (snapshot, self.sort, self.reverse, self.filter, self.is_tree, self.closed)
        if not self._shown or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._shown = wanted
            summary = snapshot.workloads if snapshot is not None else None
            self.filter.settled(lambda: self._take(summary.rows if summary is not None else ()))
            self.find_selected()
        self.fit(page)

    def _take(self, rows: Sequence[WorkloadMetrics]) -> None:
        self.counted = [row for row in rows if row.is_inner and self.filter.matches(row)]
        if not self.is_tree:
            self.branches = ()
            self.rows = self._ordered([row for row in rows if self._is_listed(row) and self.filter.matches(row)])
            return
        kept = {row.group for row in rows if self.filter.matches(row)}
        parents = {row.group: row.parent for row in rows}
        for group in list(kept):  # with all that contain it
            while (group := parents.get(group, "")) and group not in kept:
                kept.add(group)
        inside: dict[str, list[WorkloadMetrics]] = {}
        for row in self._ordered([row for row in rows if row.group in kept]):
            inside.setdefault(row.parent if row.parent in kept else "", []).append(row)
        self._branch_out(inside)

    def _is_listed(self, row: WorkloadMetrics) -> bool:
        limits = (row.cpu_limit_cores, row.memory_limit_bytes, row.memory_high_bytes)
        if row.kind == "pod":
            return row.is_inner or bool(self.filter.predicates)
        return row.is_inner or (row.kind == "slice" and any(each is not None for each in limits))

    def _branch_out(self, inside: dict[str, list[WorkloadMetrics]]) -> None:
        below: dict[str, int] = {}
        waiting = [(row, 0) for row in reversed(inside.get("", []))]
        order: list[tuple[WorkloadMetrics, int]] = []
        while waiting:
            row, depth = waiting.pop()
            order.append((row, depth))
            waiting += [(each, depth + 1) for each in reversed(_inside(row, inside))]
        for row, _ in reversed(order):
            below[row.group] = sum(1 + below.get(each.group, 0) for each in _inside(row, inside))
        shown: list[tuple[WorkloadMetrics, Branch]] = []
        hidden_from: int | None = None
        for row, depth in order:
            if hidden_from is not None and depth > hidden_from:
                continue
            is_open = row.group not in self.closed
            hidden_from = None if is_open else depth
            shown.append((row, Branch(depth, below[row.group], is_open)))
        self.rows, self.branches = [row for row, _ in shown], [branch for _, branch in shown]

    def _ordered(self, rows: list[WorkloadMetrics]) -> list[WorkloadMetrics]:
        value, ascending = SORTS[self.sort]
        rows.sort(key=self.key)  # ties by group in either direction
        unknown = [row for row in rows if value(row) is None]
        known = [row for row in rows if value(row) is not None]
        known.sort(key=value, reverse=ascending is self.reverse)
        return known + unknown

    @property
    def totals(self) -> Totals:
        """Sums of the rows that pass the filter, also of those that are hidden in closed ones. The network
        of workloads that share their interfaces counts once."""
        rows = self.counted
        separate = list({row.network_namespace or row.group: row for row in rows if row.network}.values())
        return Totals(
            total(rows, lambda row: row.cpu_percent),
            total(rows, lambda row: row.memory_bytes),
            total(rows, lambda row: row.read_bytes_per_second),
            total(rows, lambda row: row.write_bytes_per_second),
            total(separate, lambda row: row.receive_bytes_per_second),
            total(separate, lambda row: row.transmit_bytes_per_second),
            "interfaces" if all(row.network == "interfaces" for row in separate) else "both",
            total(rows, lambda row: row.tasks),
        )

    # What keys do

    @property
    def ascends(self) -> bool:
        """Whether the smallest values come first."""
        return SORTS[self.sort][1] is not self.reverse

    def sort_by(self, name: str) -> bool:
        """Sorts by this column; if it is the sort column already, reverses the order. False: there is none."""
        if name not in SORTS:
            return False
        self.sort, self.reverse = name, not self.reverse if name == self.sort else False
        return True

    def sort_next(self, steps: int) -> None:
        """Sorts by the column so many places further on."""
        names = list(SORTS)
        self.sort, self.reverse = names[(names.index(self.sort) + steps) % len(names)], False

    def turn_tree(self) -> None:
        """Switches between the tree and the flat list."""
        self.is_tree = not self.is_tree

    def is_open(self) -> bool | None:
        """Whether the workloads inside the row under the cursor are shown; None: there are none."""
        branch = self.branches[self.index] if self.index < len(self.branches) else None
        return branch.is_open if branch is not None and branch.below else None

    def fold(self, *, wants_open: bool) -> bool:
        """Opens or closes the row under the cursor. False if there was nothing to do."""
        row = self.current
        if row is None or self.is_open() is not (not wants_open):
            return False
        self.selected = row.group
        self.closed = self.closed ^ {row.group}
        return True

    def fold_all(self) -> None:
        """Opens all rows; if all are open, closes those that can be closed."""
        foldable = frozenset(row.group for row, branch in zip(self.rows, self.branches, strict=False) if branch.below)
        self.closed = frozenset() if self.closed else foldable

    def outwards(self) -> None:
        """Closes the row under the cursor; if there is nothing to close, goes to the one that contains it."""
        if self.is_open():
            self.fold(wants_open=False)
        elif self.current is not None and (place := self.place_of(self.current.parent)) is not None:
            self.select(place)

    def find(self, steps: int, *, from_here: bool = False) -> bool:
        """Goes to the next (1) or previous (-1) row that matches the search, and wraps around. False: no match."""
        count = len(self.rows)
        for distance in range(0 if from_here else 1, count + 1) if count else ():
            index = (self.index + steps * distance) % count
            if self.search.matches(self.rows[index]):
                self.select(index)
                return True
        return False


def _inside(row: WorkloadMetrics, inside: dict[str, list[WorkloadMetrics]]) -> list[WorkloadMetrics]:
    """The rows directly inside a row. A group without a path, as only a broken sample has, contains none."""
    return inside.get(row.group, []) if row.group else []
