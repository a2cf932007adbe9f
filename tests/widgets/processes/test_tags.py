"""Tags survive samples and end with their process."""

from nodetop.widgets.processes.state import ProcessState
from tests.widgets.processes.test_forest import SYSTEM, row, shown, snapshot, thread


def pids(state: ProcessState, **how: bool) -> list[int]:
    return [each.pid for each in state.targets(**how)]


def test_without_tags_the_row_under_the_bar_is_meant() -> None:
    state = shown(snapshot(*SYSTEM), sort="pid")
    state.select(2)
    assert pids(state) == [9]
    assert pids(shown(snapshot())) == []


def test_tags_are_turned_and_the_bar_moves_on() -> None:
    state = shown(snapshot(*SYSTEM), sort="pid")
    state.tag()
    state.tag()
    assert state.index == 2 and pids(state) == [1, 2] and len(state.tags) == 2
    state.select(0)
    state.tag()
    assert pids(state) == [2] and SYSTEM[5] in state.tags and SYSTEM[0] not in state.tags
    state.tags.clear()
    assert pids(state) == [1 if state.index == 0 else 2]


def test_tags_with_all_children_in_any_layout() -> None:
    for layout in ("flat", "tree"):
        state = shown(snapshot(*SYSTEM), layout=layout)
        state.select(next(index for index, each in enumerate(state.rows) if each.pid == 10))
        assert pids(state, with_children=True) == [10, 11, 12]
        state.tag_branch()
        assert sorted(pids(state)) == [10, 11, 12]
    state = shown(snapshot(*SYSTEM), layout="user")
    state.tag_branch()
    assert sorted(pids(state)) == [10, 11, 12, 20]


def test_a_group_is_tagged_whole_and_a_thread_means_its_process() -> None:
    state = shown(snapshot(*SYSTEM, threads=(thread(13, 12),)), layout="user")
    state.tag()
    assert pids(state) == [10, 11, 20]
    state.select(0)
    state.tag()
    assert not state.tags
    state = shown(snapshot(*SYSTEM, threads=(thread(13, 12),)), threads=True)
    state.select(4)
    assert state.rows[4].thread_of == 12
    state.tag()
    assert pids(state) == [12]


def test_survive_samples_filters_and_orders_until_their_process_ends() -> None:
    state = shown(snapshot(*SYSTEM, at=5.0), sort="pid")
    state.tag()
    state.tag()
    state.sort, state.user = "cpu", "me"
    state.show(snapshot(*SYSTEM, at=6.0), 50)
    assert pids(state) == [1, 2]
    state.show(snapshot(row(2, 0, started_at=7.0), row(1), at=8.0), 50)
    assert pids(state) == [1] and len(state.tags) == 1, "a pid taken again is another process"


def test_nobody_has_ended_in_the_past_nor_where_nothing_is_known() -> None:
    state = shown(snapshot(row(1), row(2), at=5.0), sort="pid")
    state.tag()
    state.show(snapshot(row(1), row(2), at=6.0), 50)
    state.show(snapshot(row(2), at=3.0), 50)
    state.show(snapshot(row(2), at=7.0).__class__(node="n", taken_at=7.0), 50)
    assert len(state.tags) == 1
    state.show(snapshot(row(1), row(2), at=8.0), 50)
    assert pids(state) == [1]
