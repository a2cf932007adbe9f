"""The rows of the process list as the user wants them sorted and arranged, and the row with the cursor. Pure."""

from collections.abc import Iterable, Sequence
from itertools import count, repeat
from operator import attrgetter
from typing import NamedTuple

from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.processes.arrivals import Ended
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.forest import Forest, Place, parents_of
from nodetop.widgets.processes.group_counters import own_counters
from nodetop.widgets.processes.groups import GROUPINGS
from nodetop.widgets.processes.key import RowKey, is_kernel_thread, key_of
from nodetop.widgets.processes.layout import arranged, forest_of
from nodetop.widgets.processes.tags import Tags

_by_pid = attrgetter("pid")


class _Asked(NamedTuple):
    """What to show, and how."""

    snapshot: NodeSnapshot | None
    sort: str
    reverse: bool
    filter: Filter[ProcessMetrics]
    user: str | None
    hide_kernel: bool
    layout: str
    threads: bool
    whole: bool
    folds: frozenset[RowKey] | None

    def has_other_rows(self, before: "_Asked") -> bool:
        """Whether filter, user or layout have changed, which decide which rows there are."""
        return (self.filter, self.user, self.layout) != (before.filter, before.user, before.layout)


class ProcessRows(CursorList[ProcessMetrics]):
    """The displayed rows of a sample: all that pass the filter, in order, and the headers of groups, whose pid is 0.
    `show` updates it from a snapshot. A process is selected by pid and start time. The list scrolls when its process
    moves, unless the user has scrolled it out of sight; with `follow` it returns.
    """

    sort: str = "cpu"
    reverse: bool = False
    filter: Filter[ProcessMetrics] = EVERYTHING
    user: str | None = None
    hide_kernel: bool = False
    follow: bool = False
    search: Filter[ProcessMetrics] = EVERYTHING
    layout: str = "flat"
    """One of LAYOUTS, see widgets.processes.layout."""
    threads: bool = False
    """Whether threads are shown below their processes, if the samples contain them."""
    whole: bool = False
    """Whether every row of a tree shows the sums of its branch, not only closed ones."""
    forest: Forest | None = None
    """The forest that `places` refers to; None in a flat list."""
    _snapshot: NodeSnapshot | None = None
    _all: tuple[ProcessMetrics, ...] = ()
    _shown: _Asked | None = None
    _rows_changed: bool = False
    """Whether filter, user or layout differ from those of the previous rows."""

    def __init__(self) -> None:
        self.folds: dict[str, frozenset[RowKey]] = {}
        """By layout, the rows whose open or closed state differs from the default."""
        self.tags = Tags()
        self.places: list[Place] = []
        """The Place of each row in tree or groups; empty in a flat list."""
        self.ended = Ended()
        """Processes that ended since the previous sample: a flat list shows them once more."""
        self._places_before: dict[int, int] = {}
        """By pid, the place of each row in the flat list before."""

    def show(self, snapshot: NodeSnapshot | None, page: int) -> None:
        """Sorts the rows of a snapshot and positions cursor and scroll for a page of so many rows. Cheap if
        unchanged."""
        wanted = _Asked(
            snapshot, self.sort, self.reverse, self.filter, self.user, self.hide_kernel,
            self.layout, self.threads, self.whole, self.folds.get(self.layout),
        )  # fmt: skip
        was_seen = self.is_in_sight
        if self._shown is None or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._rows_changed = self._shown is not None and wanted.has_other_rows(self._shown)
            self._shown = wanted
            self._snapshot = snapshot
            self.filter.settled(lambda: self._take(snapshot))
        self.fit(page)
        if was_seen or self._rows_changed or (self.follow and self.selected is not None):
            self._into_sight()
        self._rows_changed = False

    def _take(self, snapshot: NodeSnapshot | None) -> None:
        summary = snapshot.processes if snapshot is not None else None
        self._all = summary.rows if summary is not None else ()
        if snapshot is not None:
            self.tags.drop_ended(snapshot)
        if summary is not None and summary.programs:
            self._take_programs(summary.programs)
            return
        self.ended.look(snapshot)
        threads = summary.thread_rows if summary is not None and self.threads else ()
        rows = [row for row in self._all if not is_kernel_thread(row)] if self.hide_kernel else list(self._all)
        if self.layout == "flat" and not threads:
            self.places, self.forest = [], None
            rows += [row for row in self.ended.rows if not (self.hide_kernel and is_kernel_thread(row))]
            self.rows = self._ordered([row for row in rows if self._passes(row)] if self._is_filtered else rows)
            self.find_selected()
            return
        passes = self._passes if self._is_filtered else None
        counted = own_counters(snapshot) if self.layout == "container" else None
        forest, marks = forest_of(self.layout, rows, threads, passes, counted)
        order, self.places = arranged(
            forest, marks, sort=self.sort, reverse=self.reverse, whole=self.whole,
            folds=self.folds.get(self.layout, frozenset()),
        )  # fmt: skip
        self.rows, self.forest = [forest.rows[index] for index in order], forest
        self.find_selected(forest, order)

    def _take_programs(self, programs: Sequence[ProcessMetrics]) -> None:
        """Programs of which no single processes are known: headers of groups without members."""
        rows = [row for row in programs if self._passes(row)]
        forest = Forest(rows, [-1] * len(rows), [("program", f"{row.name} {row.user or ''}") for row in rows])
        order, self.places = arranged(forest, None, sort=self.sort, reverse=self.reverse, folds=(), whole=False)
        self.rows, self.forest = [rows[index] for index in order], forest
        self.find_selected(forest, order)

    @property
    def _is_filtered(self) -> bool:
        return self.user is not None or bool(self.filter.predicates)

    def _passes(self, row: ProcessMetrics) -> bool:
        return (self.user is None or row.user == self.user) and self.filter.matches(row)

    def _is_shown(self, row: ProcessMetrics) -> bool:
        return self._passes(row) and not (self.hide_kernel and is_kernel_thread(row))

    def _ordered(self, rows: list[ProcessMetrics]) -> list[ProcessMetrics]:
        """Equal rows stay in the order they had, new ones follow by pid: a process that becomes idle stays where it is,
        at the top of the idle ones, and does not move all that are below."""
        before, new = self._places_before, len(self._places_before)
        pids = list(map(_by_pid, rows))
        places = map(before.get, pids, repeat(new))
        rows = [row for *_, row in sorted(zip(places, pids, count(), rows, strict=False))]
        sort = SORTS[self.sort]
        rows.sort(key=sort.value, reverse=self.reverse if sort.ascending else not self.reverse)
        self._places_before = {row.pid: place for place, row in enumerate(rows)}
        return rows

    def find_selected(self, forest: Forest | None = None, order: list[int] | None = None) -> None:
        """Moves the cursor to where the selected process is now. A process that ended never comes back: the cursor then
        stays on its line, and selects the process that is there."""
        if self.selected is None:
            self.index = self._passing(0)
            return
        index = self.place_of(self.selected)
        if index is not None and self._rows_changed:
            # A row shown only for its descendants: the next action is meant for a row that passes the filter.
            index = self._passing(index)
        elif index is None and forest is not None and order is not None:
            index = _nearest(self.selected, forest, order)
            if index is not None:  # hidden in a closed row: still selected, so the cursor returns when it opens
                self.index = index
                return
        if index is None:
            index = self._passing(self._within(self.index))
        self.index = index
        self.selected = self.key_at(index)

    def _passing(self, index: int) -> int:
        """The next row from here, or else the previous one, that passes the filter itself."""
        around = (*range(index, len(self.places)), *range(min(index, len(self.places)) - 1, -1, -1))
        return next((row for row in around if not self.places[row].is_way), index)

    def place_of(self, key: RowKey) -> int | None:
        """Index of the row with this key. Only rows with the same pid are compared in full."""
        pid = key[0]
        if isinstance(pid, str):
            return next((index for index, place in enumerate(self.places) if place.group == key), None)
        number = abs(pid)
        for index, row in enumerate(self.rows):
            if row.pid == number and self.key_at(index) == key:
                return index
        return None

    def key(self, row: ProcessMetrics) -> RowKey:
        return key_of(row)

    def key_at(self, index: int) -> RowKey | None:
        """The key of a row; for the header of a group, that of the group."""
        if index >= len(self.rows):
            return None
        group = self.places[index].group if self.places else None
        return group or key_of(self.rows[index])

    def reveal(self, index: int) -> None:
        """Opens the rows of the forest that hide a row, and selects it."""
        forest = self.forest
        if forest is None:
            return
        self.selected = key_of(forest.rows[index])
        folds = self.folds.get(self.layout, frozenset())
        groups = len(forest.groups)
        above = forest.parents[index]
        while above >= 0:
            key = forest.groups[above] if above < groups else key_of(forest.rows[above])
            if (key in folds) is not (above < groups):
                folds ^= {key}
            above = forest.parents[above]
        self.folds[self.layout] = folds
        self.show(self._snapshot, self.height)
        self._into_sight()

    @property
    def current(self) -> ProcessMetrics | None:
        """The process under the cursor, for a thread its process; None on the header of a group."""
        if self.index >= len(self.rows) or self.group is not None:
            return None
        row = self.rows[self.index]
        return row if row.thread_of is None else next((each for each in self._all if each.pid == row.thread_of), None)

    @property
    def group(self) -> tuple[str, str] | None:
        """Kind and name of the group whose header is under the cursor."""
        return self.places[self.index].group if self.index < len(self.places) else None

    def is_tagged(self, index: int) -> bool:
        """Whether the process of a row is tagged."""
        return self.rows[index] in self.tags

    def members(self) -> list[ProcessMetrics]:
        """The process under the cursor, or all of a group if the cursor is on its header."""
        if self.group is None:
            return [row for row in (self.current,) if row is not None]
        kind, name = self.group
        return [row for row in self._all if GROUPINGS[kind](row) == name and self._is_shown(row)]

    def targets(self, *, with_children: bool = False) -> list[ProcessMetrics]:
        """The processes to act on: the tagged ones, else those under the cursor; `with_children` adds all their
        descendants, parents first. Rows of this sample, processes only."""
        found = self.tags.among(self._all) or self.members()
        return self._branch(found) if with_children else found

    def _branch(self, roots: Iterable[ProcessMetrics]) -> list[ProcessMetrics]:
        forest = Forest(self._all, parents_of(self._all))
        wanted = set(map(id, roots))
        return [
            self._all[index]
            for index in forest.branch(index for index, row in enumerate(self._all) if id(row) in wanted)
        ]


def _nearest(key: RowKey, forest: Forest, order: list[int]) -> int | None:
    """The position in the list of the innermost visible ancestor of a process that a closed row hides."""
    shown = {index: position for position, index in enumerate(order)}
    here = next((index for index, row in enumerate(forest.rows) if key_of(row) == key), -1)
    while here >= 0 and here not in shown:
        here = forest.parents[here]
    return shown.get(here)
