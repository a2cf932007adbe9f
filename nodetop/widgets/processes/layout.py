"""The order in which the rows of a forest are listed, and which of them are shown. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.processes.columns import SORTS, SortKey
from nodetop.widgets.processes.forest import Forest, Place, children, parents_of, with_ways
from nodetop.widgets.processes.groups import grouped
from nodetop.widgets.processes.key import RowKey, key_of

LAYOUTS = ("flat", "program", "user", "container", "tree")
"""How the list may be arranged: flat, in groups, or as a tree."""
Predicate = Callable[[ProcessMetrics], bool]


def forest_of(
    layout: str,
    rows: Sequence[ProcessMetrics],
    threads: Sequence[ProcessMetrics],
    passes: Predicate | None,
    counted: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Forest, Sequence[int] | None]:
    """The forest of a layout, and how each of its rows passes the filter, see `with_ways` (None: all pass). Groups
    contain only processes that pass, so that their sums are about the filtered ones; without a filter, groups that have
    counters of their own (`counted`, by name) show these."""
    pids = {row.pid for row in rows}
    threads = [row for row in threads if row.thread_of in pids]
    if layout in ("flat", "tree"):
        below = [*rows, *threads]
        forest = Forest(below, parents_of(below, threads_only=layout == "flat"))
        return forest, None if passes is None else with_ways(forest, passes)
    if passes is not None:
        rows = [row for row in rows if passes(row)]
        pids = {row.pid for row in rows}
        threads = [row for row in threads if row.thread_of in pids]
    return grouped(rows, threads, layout, counted if passes is None else None), None


def arranged(
    forest: Forest,
    marks: Sequence[int] | None,
    *,
    sort: str,
    reverse: bool,
    folds: Collection[RowKey],
    whole: bool,
) -> tuple[list[int], list[Place]]:
    """The rows that are shown, from top to bottom, and the Place of each.

    `folds` holds the rows that differ from the default: groups start closed, everything else starts open. A closed row
    shows the sums of its branch; with `whole`, each row does. Siblings are sorted by their whole branches, open or not:
    otherwise a busy process under an idle shell would be below all idle ones.
    """
    is_open = _open(forest, marks, folds)
    summed = [
        index
        for index in forest.kids
        if index >= 0 and (whole or not is_open(index) or index < len(forest.groups)) and forest.below[index]
    ]
    sums = forest.sums(summed)
    kids = children(forest.parents, _ordered(forest, sums, SORTS[sort], reverse))
    order: list[int] = []
    places: list[Place] = []
    waiting = [(kid, -1, number == 0) for number, kid in enumerate(reversed(_kept(kids.get(-1, ()), marks)))]
    while waiting:
        index, parent, is_last = waiting.pop()
        below = _kept(kids.get(index, ()), marks)
        opened, is_way = is_open(index), marks is not None and marks[index] == 1
        if opened:
            here = len(order)
            waiting += [(kid, here, number == 0) for number, kid in enumerate(reversed(below))]
        order.append(index)
        is_foldable = bool(below) and not is_way
        group = forest.groups[index] if index < len(forest.groups) else None
        # By position: keyword arguments cost a fifth of the time of this function.
        places.append(Place(parent, is_last, forest.below[index], is_foldable, opened, is_way, sums.get(index), group))
    return order, places


def _open(forest: Forest, marks: Sequence[int] | None, folds: Collection[RowKey]) -> Callable[[int], bool]:
    groups = len(forest.groups)
    turned = set[int]()
    if folds:
        turned = {index for index, group in enumerate(forest.groups) if group in folds}
        turned |= {index for index in forest.kids if index >= groups and key_of(forest.rows[index]) in folds}
    # A row that is shown only for its descendants cannot hide them.
    return lambda index: (index in turned) is (index < groups) or (marks is not None and marks[index] == 1)


def _ordered(forest: Forest, sums: Mapping[int, ProcessMetrics], key: SortKey, reverse: bool) -> list[int]:
    """Ties are sorted by pid in both directions, so that equal rows do not swap places."""
    values: list[Any] = [key.value(row) for row in forest.rows]
    if key.adds_up:
        values = forest.totals(values)
    for index, row in sums.items():  # headers of groups may have counters of their own
        values[index] = key.value(row)
    order = sorted(range(len(values)), key=[row.pid for row in forest.rows].__getitem__)
    order.sort(key=values.__getitem__, reverse=reverse if key.ascending else not reverse)
    return order


def _kept(rows: Sequence[int], marks: Sequence[int] | None) -> Sequence[int]:
    return rows if marks is None else [index for index in rows if marks[index]]
