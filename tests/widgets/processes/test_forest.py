"""Trees and groups of processes: each row once whatever a hub claims, sums that count nothing twice, order, folds."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.widgets.processes.filter import parse_filter
from nodetop.widgets.processes.forest import Forest, parents_of
from nodetop.widgets.processes.groups import GROUPINGS, program_of
from nodetop.widgets.processes.layout import LAYOUTS
from nodetop.widgets.processes.state import ProcessState, key_of


def row(pid: int, ppid: int = 0, cpu: float | None = 0.0, **more: object) -> ProcessMetrics:
    named = {"name": f"p{pid}", "command": f"p{pid}", "started_at": 1.0}
    return ProcessMetrics(pid=pid, ppid=ppid, cpu_percent=cpu, **(named | more))  # type: ignore[arg-type]


def thread(tid: int, pid: int, cpu: float = 0.0) -> ProcessMetrics:
    return ProcessMetrics(pid=tid, ppid=1, thread_of=pid, name=f"t{tid}", cpu_percent=cpu, started_at=1.0)


def snapshot(*rows: ProcessMetrics, threads: tuple[ProcessMetrics, ...] = (), at: float = 1.0) -> NodeSnapshot:
    summary = ProcessSummary(total=len(rows), rows=rows, thread_rows=threads)
    return NodeSnapshot(node="n", taken_at=at, processes=summary)


def shown(sample: NodeSnapshot, page: int = 50, **how: object) -> ProcessState:
    state = ProcessState()
    vars(state).update(how)
    state.show(sample, page)
    return state


def drawn(state: ProcessState) -> list[str]:
    """The list as indented names; + is closed, what is shown only as a way is in parentheses."""
    lines = []
    for each, place in zip(state.rows, state.places, strict=True):
        depth, above = 0, place.parent
        while above >= 0:
            depth, above = depth + 1, state.places[above].parent
        name = f"({each.name})" if place.is_way else each.name
        lines.append("." * depth + ("" if place.is_open or not place.is_foldable else "+") + name)
    return lines


SYSTEM = (
    row(1, 0, 1.0),
    row(10, 1, 5.0, user="me"), row(11, 10, 30.0, user="me"), row(12, 11, 2.0, resident_bytes=100, threads=3),
    row(20, 1, 9.0, user="me", resident_bytes=50),
    row(2, 0, name="kthreadd", command=""), row(9, 2, name="kworker", command=""),
)  # fmt: skip


def test_a_tree_is_in_order_among_siblings_by_their_branches() -> None:
    assert drawn(shown(snapshot(*SYSTEM), layout="tree")) == [
        "p1", ".p10", "..p11", "...p12", ".p20", "kthreadd", ".kworker",
    ]  # fmt: skip
    assert drawn(shown(snapshot(*SYSTEM), layout="tree", sort="pid", reverse=True))[:3] == [
        "kthreadd",
        ".kworker",
        "p1",
    ]


def test_branches_of_which_little_is_known_are_ordered_by_what_is() -> None:
    unknown = (row(1, 0, None), row(2, 1, None), row(3, 2, 4.0), row(4, 1, 3.0), row(5, 1, None), row(6, 0, 1.0))
    found = drawn(shown(snapshot(*unknown), layout="tree"))
    assert found == ["p1", ".p2", "..p3", ".p4", ".p5", "p6"]


def test_a_closed_row_shows_and_is_ordered_by_the_sums_of_its_branch() -> None:
    state = shown(snapshot(*SYSTEM), layout="tree")
    state.select(1)
    assert not state.fold(wants_open=True) and state.fold(wants_open=False)
    state.show(snapshot(*SYSTEM), 50)
    assert not state.fold(wants_open=False)
    assert drawn(state) == ["p1", ".+p10", ".p20", "kthreadd", ".kworker"]
    place = state.places[state.index]
    assert state.current is SYSTEM[1] and place.below == 2 and place.sums is not None
    assert (place.sums.cpu_percent, place.sums.resident_bytes, place.sums.threads) == (37.0, 100, 3)
    assert place.sums.memory_percent is None and place.sums.name == "p10"


def test_sums_of_all_branches_where_they_are_wanted() -> None:
    state = shown(snapshot(*SYSTEM), layout="tree", whole=True)
    assert drawn(state)[:4] == ["p1", ".p10", "..p11", "...p12"]
    assert [place.sums and place.sums.cpu_percent for place in state.places[:4]] == [47.0, 37.0, 32.0, None]


def test_a_filter_keeps_the_way_to_what_passes() -> None:
    state = shown(snapshot(*SYSTEM), layout="tree", filter=parse_filter("p12"))
    assert drawn(state) == ["(p1)", ".(p10)", "..(p11)", "...p12"]
    state.layout, state.filter = "tree", parse_filter("p11")
    state.folds["tree"] = frozenset({key_of(SYSTEM[1])})
    state.show(snapshot(*SYSTEM), 50)
    assert drawn(state) == ["(p1)", ".(p10)", "..p11"], "a way hides nothing, though it was closed"
    assert drawn(shown(snapshot(*SYSTEM), layout="tree", user="me")) == ["(p1)", ".p10", "..p11", ".p20"]
    assert drawn(shown(snapshot(*SYSTEM), layout="tree", hide_kernel=True))[-1] == ".p20"


def test_the_bar_stays_on_its_process_and_goes_to_the_row_that_hides_it() -> None:
    state = shown(snapshot(*SYSTEM), layout="tree")
    state.select(3)
    busy = [row(20, 1, 99.0), *(each for each in SYSTEM if each.pid != 20)]
    for layout in LAYOUTS:
        state.layout = layout
        state.show(snapshot(*busy), 50)
        if layout in ("flat", "tree"):
            assert state.current is not None and state.current.pid == 12
    state.fold_all()
    state.show(snapshot(*busy), 50)
    assert drawn(state) == ["p1", ".p20", ".+p10", "kthreadd", ".kworker"]
    assert state.current is not None and state.current.pid == 10
    state.fold_all()
    state.show(snapshot(*busy), 50)
    assert len(state.rows) == 7 and state.current.pid == 12, "open again, the bar is on its process again"


def test_left_and_right_walk_in_and_out() -> None:
    state = shown(snapshot(*SYSTEM), layout="tree")
    state.select(3)

    def after(key: str) -> str:
        (state.open_or_inwards if key == "right" else state.close_or_outwards)()
        state.show(snapshot(*SYSTEM), 50)
        return f"{state.rows[state.index].name} {len(state.rows)}"

    assert [after("left") for _ in range(4)] == ["p11 7", "p11 6", "p10 6", "p10 5"]
    assert [after("right") for _ in range(5)] == ["p10 6", "p11 6", "p11 7", "p12 7", "p12 7"]


def test_groups_have_totals_and_open_to_their_members() -> None:
    state = shown(snapshot(*SYSTEM), layout="user")
    assert drawn(state) == ["+me", "+(unknown)"]
    place = state.places[0]
    assert place.group == ("user", "me") and place.below == 3 and place.sums is not None
    assert (place.sums.cpu_percent, place.sums.resident_bytes) == (44.0, 50)
    assert state.current is None and [each.pid for each in state.targets()] == [10, 11, 20]
    state.open_or_inwards()
    state.show(snapshot(*SYSTEM), 50)
    assert drawn(state) == ["me", ".p11", ".p20", ".p10", "+(unknown)"]
    state.fold_all()
    state.show(snapshot(*SYSTEM), 50)
    assert len(state.rows) == 9
    state.fold_all()
    state.show(snapshot(*SYSTEM), 50)
    assert len(state.rows) == 2 and state.group == ("user", "me")


def test_groups_are_of_what_passes_the_filter() -> None:
    state = shown(snapshot(*SYSTEM), layout="user", filter=parse_filter("cpu>8"))
    assert drawn(state) == ["+me"] and state.places[0].below == 2
    assert [each.pid for each in state.members()] == [11, 20]


def test_one_key_goes_through_the_kinds_of_groups() -> None:
    state = ProcessState()
    seen = []
    for _ in range(5):
        seen.append(state.layout)
        state.next_group()
    assert seen == ["flat", "program", "user", "container", "flat"]
    state.turn_tree()
    assert state.layout == "tree"
    state.turn_tree()
    assert state.layout == "flat"
    state.turn_group("container")
    assert state.layout == "container"


def test_a_search_opens_what_hides_its_match_when_nothing_further_on_has_one() -> None:
    state = shown(snapshot(*SYSTEM), layout="user", search=parse_filter("p1"))
    found = []
    for _ in range(5):
        assert state.find(1)
        found.append(state.rows[state.index].name)
    assert set(found) == {"p1", "p10", "p11", "p12"}
    assert drawn(state)[0] == "me" and state.folds["user"] == {("user", "me"), ("user", "(unknown)")}
    state = shown(snapshot(*SYSTEM), layout="tree", search=parse_filter("p12"))
    state.fold_all()
    state.show(snapshot(*SYSTEM), 3)
    assert state.find(1, from_here=True) and state.current is SYSTEM[3] and state.current in state.visible
    state.search = parse_filter("nosuch")
    assert not state.find(1) and not state.find(-1)


def test_programs_are_known_by_what_they_run() -> None:
    def program(command: str, name: str = "n", **more: int) -> str:
        return program_of(ProcessMetrics(pid=more.get("pid", 5), ppid=more.get("ppid", 1), name=name, command=command))

    assert program("/usr/lib/jvm/bin/java -jar x") == "java"
    assert program("-bash") == "bash" and program("sshd: me@pts/0") == "sshd" and program("(sd-pam)") == "sd-pam"
    assert program("", "defunct") == "defunct" and program("", "", ppid=3) == "(unknown)"
    assert program("", "kworker/0:1", ppid=2) == "(kernel)"


THREADS = (thread(12, 12, 0.5), thread(13, 12, 1.5), thread(99, 98))


def test_threads_stand_below_their_process_and_count_nothing_twice() -> None:
    sample = snapshot(*SYSTEM, threads=THREADS)
    assert len(shown(sample).rows) == 7
    assert drawn(shown(sample, threads=True))[:5] == ["p11", "p20", "p10", "p12", ".t13"]
    state = shown(sample, threads=True, layout="tree", whole=True)
    assert drawn(state)[3:6] == ["...p12", "....t13", "....t12"]
    assert state.places[3].sums is None and state.places[3].below == 0 and state.places[0].below == 4
    assert state.places[0].sums is not None and state.places[0].sums.cpu_percent == 47.0
    state.select(5)
    assert state.current is SYSTEM[3] and state.targets() == [SYSTEM[3]]
    state.show(snapshot(*SYSTEM, threads=THREADS), 50)
    assert state.rows[state.index].thread_of == 12 and state.index == 5, "a first thread is not its process"
    grouped = shown(sample, threads=True, layout="program", filter=parse_filter("p12"))
    assert drawn(grouped) == ["+p12"] and grouped.places[0].below == 1
    assert drawn(shown(sample, threads=True, filter=parse_filter("t13"))) == ["(p12)", ".t13"]
    assert drawn(shown(sample, threads=True, filter=parse_filter("p12"))) == ["p12", ".t13", ".t12"]


def test_loops_are_cut_at_their_lowest_pid() -> None:
    loop = (row(7, 5, 50.0), row(5, 6), row(6, 7), row(8, 8), row(4, 7))
    for rows in (loop, loop[::-1]):
        assert drawn(shown(snapshot(*rows), layout="tree", sort="pid")) == ["p5", ".p7", "..p4", "..p6", "p8"]


def test_who_shares_a_pid_is_shown_too() -> None:
    state = shown(snapshot(row(5), row(5, started_at=9.0), row(6, 5)), layout="tree")
    assert len(state.rows) == 3


ROWS = st.lists(
    st.builds(
        row, st.integers(0, 12), st.integers(0, 12), st.one_of(st.none(), st.floats(0, 100)),
        user=st.sampled_from([None, "a", "b"]), started_at=st.sampled_from([None, 1.0, 2.0]),
    ),
    max_size=14,
)  # fmt: skip
LISTS = st.tuples(ROWS, st.lists(st.builds(thread, st.integers(0, 20), st.integers(0, 12)), max_size=4))


@given(ROWS)
def test_whatever_parents_are_claimed_each_row_hangs_on_one_root_once(rows: list[ProcessMetrics]) -> None:
    parents = parents_of(rows)
    for start in range(len(rows)):
        steps, here = 0, start
        while here >= 0:
            here, steps = parents[here], steps + 1
            assert steps <= len(rows)
    forest = Forest(rows, parents)
    assert sorted(forest.downwards) == list(range(len(rows)))
    roots = [index for index, parent in enumerate(parents) if parent < 0]
    assert sum(forest.below[index] + 1 for index in roots) == len(rows)
    assert sorted(forest.branch(roots)) == list(range(len(rows)))


@given(
    LISTS, st.sampled_from(LAYOUTS), st.booleans(), st.booleans(), st.sampled_from(["", "p1", "cpu>50"]),
    st.lists(st.integers(0, 12), max_size=5), st.integers(1, 9),
)  # fmt: skip
def test_open_lists_hold_each_row_once_and_places_point_upwards(
    lists: tuple[list[ProcessMetrics], list[ProcessMetrics]],
    layout: str,
    whole: bool,
    threads: bool,
    text: str,
    closed: list[int],
    page: int,
) -> None:
    rows, of_threads = lists
    sample = snapshot(*rows, threads=tuple(of_threads))
    state = shown(sample, page, layout=layout, whole=whole, threads=threads, filter=parse_filter(text))
    if layout in GROUPINGS:
        state.fold_all()
        state.show(sample, page)
    ids = [id(each) for each in state.rows]
    assert len(set(ids)) == len(ids)
    processes = [each for each, place in _placed(state) if each.thread_of is None and not (place and place.group)]
    assert {id(each) for each in rows if state.filter.matches(each)} <= {id(each) for each in processes}
    if not text:
        assert len(processes) == len(rows)
    assert all(place.parent < index for index, place in enumerate(state.places))
    for each in closed:
        state.select(each)
        before = state.selected
        state.close_or_outwards()
        state.show(sample, page)
        assert 0 <= state.index < max(len(state.rows), 1) and 0 <= state.top <= max(0, len(state.rows) - page)
        assert (before is None) == (not state.rows)


def _placed(state: ProcessState) -> list[tuple[ProcessMetrics, object]]:
    return [(each, state.places[index] if state.places else None) for index, each in enumerate(state.rows)]


def test_ten_thousand_rows_in_one_chain_or_one_loop_are_only_rows() -> None:
    state = shown(snapshot(*(row(pid, pid - 1) for pid in range(1, 10_001))), layout="tree", whole=True)
    assert len(state.rows) == 10_000 and state.places[0].below == 9_999
    loop = [row(pid, pid % 10_000 + 1) for pid in range(1, 10_001)]
    assert len(shown(snapshot(*loop), layout="tree").rows) == 10_000
