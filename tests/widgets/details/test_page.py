"""One process on its screen: every section at any size, with anything missing or hostile; gaps as gaps."""

import unicodedata
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.base.terms import quoted
from nodetop.drawing.glyphs import ASCII, UNICODE
from nodetop.drawing.runs import line_width, plain
from nodetop.drawing.theme import SELECTED
from nodetop.drawing.themes import THEMES
from nodetop.keys.details import SECTIONS
from nodetop.model.process_details import (
    Activity,
    CgroupMembership,
    Connection,
    IoCounters,
    Limit,
    MemoryParts,
    OpenFile,
    OpenFiles,
    Part,
    ProcessDetails,
    ProportionalMemory,
    Scheduling,
    Security,
)
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.widgets.base.view import View
from nodetop.widgets.details.filter import parse_filter
from nodetop.widgets.details.overview import ranges
from nodetop.widgets.details.page import ProcessDetailsPanel
from nodetop.widgets.details.rows import wrapped
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.processes.past import ProcessPast, find_row
from tests.widgets.node.test_panel_sizes import NAMES, check

START = 1_700_000_000.0
KEY = (700, START - 5000)


def row(at: int = 0, **changes: object) -> ProcessMetrics:
    made = ProcessMetrics(
        pid=KEY[0], ppid=1, name="java", command="/usr/bin/java -jar x.jar", user="app", state="S", cpu_percent=40.0,
        memory_percent=6.0, resident_bytes=4 * 2**30 + at, virtual_bytes=2**33, threads=41, nice=0, priority=20,
        started_at=KEY[1], cpu_seconds=12.5,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def child(pid: int, **changes: object) -> ProcessMetrics:
    own = {"pid": pid, "ppid": KEY[0], "name": f"child-{pid}", "command": f"/bin/child-{pid}", "started_at": START - 10}
    return row(**(own | changes))


def snapshot(at: float, *rows: ProcessMetrics) -> NodeSnapshot:
    return NodeSnapshot(node="web", taken_at=at, processes=ProcessSummary(total=len(rows), rows=rows))


def view_of(*snapshots: NodeSnapshot, **changes: object) -> View:
    view = View(**changes)  # type: ignore[arg-type]
    for each in snapshots:
        view.ring.add(each)
    view.snapshot = view.ring.latest
    view.now = snapshots[-1].taken_at + 1 if snapshots else 0.0
    return view


def details(**changes: object) -> ProcessDetails:
    made = ProcessDetails(
        pid=KEY[0], started_at=KEY[1], read_at=START, arguments=Part(("java", "-Dx=1", "")),
        executable=Part("/usr/bin/java"), working_folder=Part("/srv"),
        environment=Part((("HOME", "/srv"), ("SECRET", "hunter2"))),
        files=Part(OpenFiles(entries=(OpenFile(0, "/dev/null", "device", "r"), OpenFile(9, "/srv/x", "file", "rw")),
                             total=5000, kinds=(("device", 1), ("file", 1)))),
        connections=Part((
            Connection(descriptor=4, protocol="tcp", local="0.0.0.0:80", state="listen"),
            Connection(descriptor=5, protocol="tcp", local="10.0.0.1:80", remote="10.0.0.2:4", state="established"),
        )),
        limits=Part((Limit("open files", 1024, None, "files"), Limit("stack size", 8388608, None, "bytes"))),
        cgroup=Part(CgroupMembership(paths=(("", "/system.slice/app.service"),), name="app.service")),
        io=Part(IoCounters(read_bytes=1, read_calls=3, read_chars=5)), memory=Part(MemoryParts(resident_bytes=2**20)),
        proportional=Part(ProportionalMemory(proportional_bytes=2**19)), activity=Part(Activity(minor_faults=3)),
        scheduling=Part(Scheduling(nice=0, policy="normal", io_class="idle", io_level=0, cpus=(0, 2, 3),
                                   cpus_online=(0, 1, 2, 3))),
        security=Part(Security(real_uid=1000, effective_uid=0, capabilities=("kill",), oom_score=3)),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def text(state: DetailsState, view: View, width: int = 120, height: int = 40) -> str:
    state.follow(view)
    return "\n".join(plain(line) for line in ProcessDetailsPanel(state).lines(view, width, height))


def test_the_bar_stays_on_its_child_when_an_older_one_ends() -> None:
    state = DetailsState(row(), "children")
    for at, pids in enumerate(((800, 801, 802), (801, 802), (801, 802, 803)), 1):
        state.follow(view_of(snapshot(START + at, row(), *map(child, pids))))
        if at == 1:
            state.window.move(2)
        assert state.children.current is not None and state.children.current.pid == 802


@pytest.mark.parametrize(
    ("section", "parts"),
    [
        ("overview", ["java", "PID 700", "user app", "sleeping", "started 1h 23m ago", "40.0%", "/srv", "kill",
                      "uid 0, started by 1000", "CPU 0,2-3", "idle", "3 minor"]),
        ("command", ["0  java", "1  -Dx=1", '2  ""']),
        ("environment", ["HOME=/srv", "SECRET=hunter2"]),
        ("files", ["5000", "1 device", "/srv/x", "rw", "and 4998 more"]),
        ("connections", ["listen", "0.0.0.0:80", "established", "10.0.0.2:4"]),
        ("limits", ["open files", "1024", "unlimited", "8.0M"]),
        ("cgroup", ["app.service", "/system.slice/app.service"]),
        ("children", ["child-800", "child-801", "children ─ 2"]),
    ],
)  # fmt: skip
def test_each_section_tells_what_it_is_about(section: str, parts: list[str]) -> None:
    view = view_of(snapshot(START, row(), child(800), child(801)))
    shown = text(DetailsState(row(), section, details=details()), view)
    for part in parts:
        assert part in shown, shown


def test_its_name_stays_in_the_first_line_while_a_hub_is_away() -> None:
    view = view_of(
        snapshot(START, row()), problem="Nothing answers at hub.example:8082: connection refused; is it there?"
    )
    first = text(DetailsState(row(), "overview", details=details()), view, width=80).splitlines()[0]
    assert "java  PID 700" in first and first.rstrip().endswith("‼ stale 1s")
    view.paused = True
    assert "▶ " in text(DetailsState(row(), "overview", details=details()), view, width=80).splitlines()[0]


@pytest.mark.parametrize("section", [each for each in SECTIONS if each != "children"])
def test_what_is_not_there_says_why(section: str) -> None:
    denied = Part[object](missing="permission denied: another user's process")
    names = [
        each for each in ProcessDetails.__struct_fields__ if each not in ("pid", "started_at", "read_at", "seconds")
    ]
    state = DetailsState(row(), section, details=details(**dict.fromkeys(names, denied)))
    assert "permission denied: another user's process" in text(state, view_of(snapshot(START, row())))
    state = DetailsState(row(), section, elsewhere="the rest is known on the host itself")
    shown = text(state, view_of(snapshot(START, row())))
    assert "the rest is known on the host itself" in shown


def test_the_filter_keeps_lines_that_contain_it_and_the_header() -> None:
    state = DetailsState(row(), "connections", details=details(), filter=parse_filter("LISTEN"))
    shown = text(state, view_of(snapshot(START, row())))
    assert "0.0.0.0:80" in shown and "10.0.0.2" not in shown and "PROTO" in shown
    state.filter = parse_filter("nowhere")
    assert "no line matches" not in text(state, view_of(snapshot(START, row())))  # its header stays


def test_one_that_ended_says_when_it_was_last_seen_and_keeps_its_last_row() -> None:
    view = view_of(snapshot(START, row(7)), snapshot(START + 2, child(5)))
    state = DetailsState(row(), details=details())
    shown = text(state, view)
    assert "ended; last seen" in shown and "3s ago" in shown
    assert not state.is_there and state.row.resident_bytes == 4 * 2**30 + 7
    view.position, view.snapshot = 0, view.ring[0]
    assert "ended" not in text(state, view) and state.is_there


def test_a_row_is_found_among_many_in_any_order() -> None:
    rows = [child(pid) for pid in range(1000, 3000)]
    wanted = rows[77]
    key = (wanted.pid, wanted.started_at)
    assert find_row(snapshot(START, *rows), key) is wanted
    assert find_row(snapshot(START, *reversed(rows)), key) is wanted
    assert find_row(snapshot(START, *rows), (wanted.pid, START - 11)) is None


def test_the_past_takes_only_what_is_new_and_forgets_what_the_ring_forgot() -> None:
    past, view = ProcessPast(KEY), view_of(snapshot(START, row(1)))
    past.follow(view)
    view.ring.add(snapshot(START + 2, row(2)))
    past.follow(view)
    assert past.last_seen(START + 1) == (START, view.ring[0].processes.rows[0])  # type: ignore[union-attr]
    view.ring.add(snapshot(START + 2000, row(3)))  # the others are older than the ring keeps
    past.follow(view)
    assert past.last_seen(START + 100) is None
    view.ring.add(snapshot(START - 50, row(4)))  # the clock was set back: the ring began anew
    past.follow(view)
    assert past.last_seen(START) == (START - 50, view.ring[0].processes.rows[0])  # type: ignore[union-attr]


def test_graph_columns_hold_the_highest_value_and_leave_gaps_where_there_are_none() -> None:
    past = ProcessPast(KEY)
    shots = [snapshot(START + at, row(cpu_percent=float(at))) for at in (0, 2, 4, 60, 62, 64)]
    past.follow(view_of(*shots))
    columns = past.columns(lambda each: each.cpu_percent, START + 64, 90, 2.0)  # ten seconds each
    assert columns[-1] == 64.0 and columns[-2] is None and columns[-6] is None
    assert [value for value in columns if value is not None] == [4.0, 64.0]


def test_between_two_samples_the_last_one_stands() -> None:
    past = ProcessPast(KEY)
    past.follow(view_of(*(snapshot(START + at, row(cpu_percent=5.0)) for at in range(0, 60, 5))))
    columns = past.columns(lambda each: each.cpu_percent, START + 55, 900, 5.0)  # a second each
    assert columns[-55:] == [5.0] * 55 and set(columns[:-56]) == {None}


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_any_size(section: str, glyphs: object) -> None:
    view = view_of(snapshot(START, row(), *(child(pid) for pid in range(800, 860))), glyphs=glyphs)
    for width in (*range(1, 44), 60, 79, 80, 120, 240):
        for height in (1, 2, 3, 4, 5, 8, 10, 16, 17, 24, 70):
            for known in (details(), None):
                state = DetailsState(row(), section, details=known)
                state.follow(view)
                check(ProcessDetailsPanel(state), view, width, height)


names = st.sampled_from(NAMES)


@pytest.mark.parametrize("section", SECTIONS)
@given(data=st.data(), width=st.integers(1, 130), height=st.integers(3, 40))
@settings(max_examples=25, deadline=None)
def test_hostile_text_is_only_text(section: str, data: st.DataObject, width: int, height: int) -> None:
    draw = partial(data.draw, names)
    hostile = details(
        arguments=Part((draw(), draw())), executable=Part(draw()), working_folder=Part(draw()),
        environment=Part(((draw(), draw()), (draw(), draw() * 30))),
        files=Part(OpenFiles(entries=(OpenFile(3, draw(), "file", "r"),), total=1, kinds=(("file", 1),))),
        connections=Part((Connection(descriptor=3, protocol="unix", local=draw(), remote=draw(), state=draw()),)),
        limits=Part((Limit(draw(), 1, None, draw()),)),
        cgroup=Part(CgroupMembership(paths=((draw(), draw()),), name=draw())), io=Part(missing=draw()),
    )  # fmt: skip
    shown = row(name=draw(), command=draw(), user=draw(), state=draw(), container=draw())
    view = view_of(snapshot(START, shown, child(9, command=draw(), user=draw())))
    state = DetailsState(
        shown, section, details=hostile, filter=parse_filter(data.draw(st.sampled_from(("", "a", quoted(draw())))))
    )
    state.follow(view)
    check(ProcessDetailsPanel(state), view, width, height)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Mn", "Me"]), max_size=200), st.integers(8, 60))
def test_wrapping_loses_nothing_and_keeps_to_the_width(value: str, cells: int) -> None:
    lines = wrapped([("label", "name="), ("value", value)], cells)
    assert all(line_width(line) <= cells for line in lines)
    assert (
        "".join(plain(line) if not number else plain(line)[4:] for number, line in enumerate(lines)) == "name=" + value
    )


def test_styles_are_those_of_themes() -> None:
    view = view_of(snapshot(START, row()))
    for section in SECTIONS:
        state = DetailsState(row(), section, details=details())
        state.follow(view)
        for line in ProcessDetailsPanel(state).lines(view, 100, 40):
            assert all(style.removeprefix(SELECTED) in THEMES["dark"].styles for style, _ in line)
            assert all(unicodedata.category(letter) != "Cc" for letter in plain(line))


def test_ranges() -> None:
    assert [ranges(each) for each in ((), (0,), (0, 1, 2), (0, 2, 3, 9))] == ["", "0", "0-2", "0,2-3,9"]
