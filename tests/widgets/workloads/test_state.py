"""The list of workloads: order, filter, tree, totals, search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.base.terms import TermError
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.model.snapshot import NodeSnapshot
from nodetop.widgets.workloads.columns import SORTS
from nodetop.widgets.workloads.filter import parse_filter
from nodetop.widgets.workloads.state import WorkloadState
from tests.widgets.workloads.workload_scenes import APP, POD, SIDE, SLICE, UNIT, with_workloads


def shown(state: WorkloadState, snapshot: NodeSnapshot | None = None) -> list[str]:
    state.show(snapshot or with_workloads(), 20)
    return [row.group for row in state.rows]


def test_the_flat_list_has_what_contains_no_other_workload() -> None:
    assert shown(WorkloadState()) == [APP, SIDE, UNIT]


def test_a_slice_with_a_limit_is_in_the_flat_list() -> None:
    snapshot = with_workloads()
    assert snapshot.workloads is not None
    rows = [replace(row, memory_limit_bytes=1 << 30) if row.group == SLICE else row for row in snapshot.workloads.rows]
    assert SLICE in shown(WorkloadState(), replace(snapshot, workloads=WorkloadSummary(rows=tuple(rows))))


def test_a_filter_finds_pods_too() -> None:
    state = WorkloadState(filter=parse_filter("kind=pod"))
    assert shown(state) == [POD]
    state.filter = parse_filter("memory>99M !nginx")
    assert shown(state) == [POD, APP, SIDE]
    with pytest.raises(TermError):
        parse_filter("cpu>lots")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("cpu", [APP, SIDE, UNIT]), ("mem", [APP, SIDE, UNIT]), ("name", [UNIT, APP, SIDE]),
        ("io", [APP, SIDE, UNIT]), ("tasks", [APP, UNIT, SIDE]), ("kind", [APP, SIDE, UNIT]),
    ],
)  # fmt: skip
def test_orders(sort: str, order: list[str]) -> None:
    state = WorkloadState(sort=sort)
    assert shown(state) == order
    state.reverse = True
    if sort == "io":
        assert shown(state) == order, "what is unknown stays last"
    elif sort != "kind":
        assert shown(state) == order[::-1]


def test_a_sort_that_there_is_not_changes_nothing() -> None:
    state = WorkloadState()
    assert not state.sort_by("nonsense") and state.sort == "cpu"
    assert state.sort_by("cpu") and state.reverse
    for _ in SORTS:
        state.sort_next(1)
    assert (state.sort, state.reverse) == ("cpu", False)


def test_the_tree_is_by_slice_and_pod() -> None:
    state = WorkloadState(is_tree=True)
    assert shown(state) == [SLICE, POD, APP, SIDE, "/system.slice", UNIT]
    assert [branch.depth for branch in state.branches] == [0, 1, 2, 2, 0, 1]
    assert [branch.below for branch in state.branches] == [3, 2, 0, 0, 1, 0]
    state.select(1)
    assert state.fold(wants_open=False)
    assert shown(state) == [SLICE, POD, "/system.slice", UNIT]
    assert not state.fold(wants_open=False)
    state.outwards()
    assert state.current is not None and state.current.group == SLICE
    state.fold_all()
    assert len(shown(state)) == 6
    state.fold_all()
    assert shown(state) == [SLICE, "/system.slice"]


def test_a_filtered_tree_keeps_what_is_around() -> None:
    assert shown(WorkloadState(is_tree=True, filter=parse_filter("name=shop/web-0/app"))) == [SLICE, POD, APP]


def test_totals_count_nothing_twice() -> None:
    for state in (WorkloadState(), WorkloadState(is_tree=True)):
        shown(state)
        assert (state.totals.cpu_percent, state.totals.memory_bytes, state.totals.tasks) == (75.0, 750 << 20, 16)
    state = WorkloadState(is_tree=True, closed=frozenset({SLICE}))
    shown(state)
    assert (state.totals.cpu_percent, state.totals.memory_bytes) == (75.0, 750 << 20)


def test_search_goes_round() -> None:
    state = WorkloadState(search=parse_filter("shop"))
    shown(state)
    assert state.find(1) and state.index == 1
    assert state.find(1) and state.index == 0
    assert state.find(-1) and state.index == 1
    state.search = parse_filter("nowhere")
    assert not state.find(1)
    for from_here in (False, True):  # an empty list: what is typed searches from here on
        assert not WorkloadState(search=parse_filter("x")).find(1, from_here=from_here)


def test_the_cursor_stays_on_its_workload() -> None:
    state = WorkloadState()
    shown(state)
    state.select(2)
    state.sort_by("name")
    shown(state)
    assert state.current is not None and state.current.group == UNIT


@given(st.lists(st.tuples(st.text("ab/", max_size=4), st.text("ab/", max_size=4)), max_size=12))
def test_any_parents_are_survived(pairs: list[tuple[str, str]]) -> None:
    rows = tuple({group: WorkloadMetrics(group=group, kind="group", parent=parent) for group, parent in pairs}.values())
    state = WorkloadState(is_tree=True)
    state.show(NodeSnapshot(node="a", taken_at=0.0, workloads=WorkloadSummary(rows=rows)), 5)
    assert len(state.rows) == len(state.branches) <= len(rows)
