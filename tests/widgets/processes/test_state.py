"""The process list as the user left it: order, selection that stays on its process, scroll, search."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.drawing.runs import plain
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.filter import parse_filter
from nodetop.widgets.processes.state import ProcessState, is_kernel_thread, key_of
from nodetop.widgets.processes.title import position

PAGE = 5


def row(pid: int, cpu: float | None = 0.0, started_at: float = 1.0, **more: object) -> ProcessMetrics:
    return ProcessMetrics(pid=pid, name=f"p{pid}", command=f"p{pid}", cpu_percent=cpu, started_at=started_at, **more)


def snapshot(*rows: ProcessMetrics) -> NodeSnapshot:
    return NodeSnapshot(node="n", taken_at=1.0, processes=ProcessSummary(total=len(rows), rows=rows))


def pids(state: ProcessState) -> list[int]:
    return [each.pid for each in state.rows]


def shown(*rows: ProcessMetrics, **how: object) -> ProcessState:
    state = ProcessState()
    vars(state).update(how)
    state.show(snapshot(*rows), PAGE)
    return state


def test_sorts_by_cpu_first_and_equal_rows_by_pid_whichever_way() -> None:
    rows = (row(3, 1.0), row(1, 1.0), row(2, 9.0), row(4, None))
    assert pids(shown(*rows)) == [2, 1, 3, 4]
    assert pids(shown(*rows, reverse=True)) == [4, 1, 3, 2]


def test_rows_that_read_the_same_do_not_swap_places() -> None:
    for one, other in ((0.01, 0.04), (0.04, 0.01), (2.26, 2.34)):
        assert pids(shown(row(1, one), row(2, other), row(3, 2.4))) == [3, 1, 2]


def test_a_process_that_becomes_idle_stays_above_the_idle_ones() -> None:
    state = shown(row(1), row(2), row(9, 0.3))
    assert pids(state) == [9, 1, 2]
    state.show(snapshot(row(1), row(2), row(5), row(9)), PAGE)
    assert pids(state) == [9, 1, 2, 5], "new ones come last"
    state.show(snapshot(row(1), row(2, 0.3), row(5), row(9)), PAGE)
    assert pids(state) == [2, 9, 1, 5]


def test_every_order_takes_rows_about_which_nothing_is_known() -> None:
    bare = ProcessMetrics(pid=7)
    for name in SORTS:
        for reverse in (False, True):
            assert len(shown(bare, row(1, 5.0, user="a", nice=-3), sort=name, reverse=reverse).rows) == 2


def test_the_same_key_twice_reverses_and_another_starts_anew() -> None:
    state = ProcessState()
    state.sort_by("mem")
    assert (state.sort, state.reverse) == ("mem", False)
    state.sort_by("mem")
    assert state.reverse
    state.sort_by("pid")
    assert (state.sort, state.reverse) == ("pid", False)


def test_walks_through_all_orders_and_round() -> None:
    state = ProcessState()
    seen = []
    for _ in SORTS:
        seen.append(state.sort)
        state.sort_next(1)
    assert seen == list(SORTS) and state.sort == "cpu"


def test_until_something_is_selected_the_bar_rests_on_the_first_row() -> None:
    state = shown(row(1, 9.0), row(2, 1.0))
    state.show(snapshot(row(1, 1.0), row(2, 9.0)), PAGE)
    assert state.index == 0 and state.current is not None and state.current.pid == 2


def test_the_bar_stays_on_its_process_and_in_sight_when_it_moves() -> None:
    rows = [row(pid, 100.0 - pid) for pid in range(20)]
    state = shown(*rows)
    state.select(2)
    state.show(snapshot(*[row(each.pid, 0.0 if each.pid == 2 else each.cpu_percent) for each in rows]), PAGE)
    assert state.current is not None and state.current.pid == 2
    assert state.index == 19 and state.current in state.visible
    state.show(snapshot(*rows, row(99, 0.0)), PAGE)
    assert state.index == 2 and state.current in state.visible


def test_a_bar_that_was_scrolled_out_of_sight_stays_there_until_it_is_followed() -> None:
    rows = [row(pid, 100.0 - pid) for pid in range(40)]
    state = shown(*rows)
    state.select(2)
    for _ in range(4):
        state.scroll(PAGE)
    state.show(snapshot(*rows, row(99, 0.0)), PAGE)
    assert state.top == 20 and not state.is_in_sight
    assert next(plain(line) for line in position(state, len(state.visible))) == "on 2, row 3"
    state.follow = True
    state.show(snapshot(*rows), PAGE)
    assert state.current in state.visible


def test_a_reused_pid_is_another_process() -> None:
    state = shown(row(1, 9.0), row(2, 5.0), row(3, 1.0))
    state.select(1)
    state.show(snapshot(row(1, 9.0), row(2, 0.0, started_at=50.0), row(3, 1.0)), PAGE)
    assert state.index == 1 and state.current is not None and state.current.pid == 3


def test_when_the_selected_process_ends_the_bar_keeps_its_row() -> None:
    rows = [row(pid, 100.0 - pid) for pid in range(10)]
    state = shown(*rows)
    state.select(4)
    state.show(snapshot(*rows[:4], *rows[5:]), PAGE)
    assert state.index == 4 and state.current is not None and state.current.pid == 5
    state.select(8)
    state.show(snapshot(*rows[:3]), PAGE)
    assert state.index == 2 and state.selected == key_of(rows[2])
    state.show(snapshot(), PAGE)
    assert state.current is None and state.selected is None and state.top == 0


def test_moves_pages_and_ends_within_the_list() -> None:
    state = shown(*[row(pid, 100.0 - pid) for pid in range(20)])
    state.move(-1)
    assert state.index == 0
    state.page(1)
    assert (state.index, state.top) == (5, 5)
    state.page(0.5)
    assert state.index == 7
    state.end()
    assert (state.index, state.top) == (19, 15)
    state.page(5)
    assert (state.index, state.top) == (19, 15)
    state.home()
    assert (state.index, state.top, state.selected) == (0, 0, None)


def test_the_wheel_moves_what_is_seen_and_not_the_bar() -> None:
    state = shown(*[row(pid, 100.0 - pid) for pid in range(20)])
    state.select(1)
    state.scroll(3)
    assert (state.index, state.top) == (1, 3)
    for _ in range(3):
        state.scroll(100)
    assert state.top == 15
    state.move(1)
    assert (state.index, state.top) == (2, 2)


def test_filter_user_and_kernel_threads() -> None:
    rows = (row(1, user="root"), row(2, user="me"), ProcessMetrics(pid=30, ppid=2, name="kworker"))
    assert is_kernel_thread(rows[2]) and not is_kernel_thread(rows[0])
    assert pids(shown(*rows, user="me")) == [2]
    assert pids(shown(*rows, hide_kernel=True)) == [1, 2]
    assert pids(shown(*rows, filter=parse_filter("p1"))) == [1]


def test_in_a_filtered_tree_the_bar_lies_on_what_was_looked_for_and_not_on_the_way_there() -> None:
    rows = [row(pid, 100.0 - pid, ppid=pid - 1) for pid in range(1, 9)]
    state = shown(*rows, layout="tree")
    for selected in (None, 0, 3):
        state.filter = parse_filter("")
        state.show(snapshot(*rows), PAGE)
        state.home() if selected is None else state.select(selected)
        state.filter = parse_filter("p7")
        state.show(snapshot(*rows), PAGE)
        assert [each.pid for each in state.targets()] == [7] and state.top <= state.index < state.top + PAGE
    state.layout = "program"
    state.show(snapshot(*rows), PAGE)
    state.layout = "tree"
    state.show(snapshot(*rows), PAGE)
    assert [each.pid for each in state.targets()] == [7]
    state.select(2)
    state.show(snapshot(*rows), PAGE)
    assert [each.pid for each in state.targets()] == [3], "who goes there with the arrows means it"


def test_search_goes_round_in_both_directions() -> None:
    state = shown(*[row(pid, 100.0 - pid) for pid in range(12)])
    assert not state.find(1)
    state.search = parse_filter("p1")  # p1, p10, p11
    assert [state.find(1) and state.index for _ in range(4)] == [1, 10, 11, 1]
    assert state.find(-1) and state.index == 11
    assert state.find(1, from_here=True) and state.index == 11
    state.search = parse_filter("nosuch")
    assert not state.find(1) and state.index == 11


PROCESSES = st.lists(
    st.tuples(st.integers(1, 15), st.one_of(st.none(), st.floats(0, 100))), unique_by=lambda each: each[0], max_size=12
)


@given(st.lists(PROCESSES, min_size=1, max_size=6), st.integers(0, 11), st.integers(1, 8), st.booleans())
def test_whatever_happens_bar_and_scroll_are_within_and_on_their_process(
    samples: list[list[tuple[int, float | None]]], chosen: int, page: int, follow: bool
) -> None:
    state = ProcessState()
    state.follow = follow
    state.show(snapshot(*(row(pid, cpu) for pid, cpu in samples[0])), page)
    state.select(chosen)
    for processes in samples:
        before = state.selected
        state.show(snapshot(*(row(pid, cpu) for pid, cpu in processes)), page)
        assert sorted(pids(state)) == sorted(pid for pid, _ in processes)
        assert 0 <= state.top <= max(0, len(state.rows) - page)
        assert (state.current is None) == (not state.rows)
        if before is not None and before[0] in pids(state):
            assert state.current is not None and key_of(state.current) == before
        if follow and state.current is not None and state.selected is not None:
            assert state.current in state.visible
