"""The process table as text: columns by room, what stands out, the bar, and only what is seen is formatted."""

import pytest

from nodetop.drawing.runs import Line, line_width, plain
from nodetop.model.snapshot import NodeSnapshot, ProbeReport, ProcessMetrics, ProcessSummary
from nodetop.widgets.base.view import View
from nodetop.widgets.processes import table as process_table
from nodetop.widgets.processes.columns import column_at, columns_for
from nodetop.widgets.processes.command import command
from nodetop.widgets.processes.filter import parse_filter
from nodetop.widgets.processes.table import ProcessPanel, marked
from tests.widgets.scenes import server

BUSY = ProcessMetrics(
    pid=4242, name="java", command="/usr/lib/jvm/bin/java -jar app.jar", user="tomcat", state="R", cpu_percent=93.25,
    memory_percent=6.04, resident_bytes=3 * 2**30, threads=80, nice=5, started_at=1.0, cpu_seconds=83.5,
    read_bytes_per_second=2048.0, write_bytes_per_second=0.0,
)  # fmt: skip
BARE = ProcessMetrics(pid=7)


def view(*rows: ProcessMetrics, **more: object) -> View:
    summary = ProcessSummary(total=len(rows), running=1, zombie=0, threads=90, rows=rows)
    return View(snapshot=NodeSnapshot(node="n", taken_at=1.0, processes=summary), **more)


def lines(width: int, height: int, *rows: ProcessMetrics, panel: ProcessPanel | None = None) -> list[str]:
    return [plain(line) for line in (panel or ProcessPanel()).lines(view(*rows), width, height)]


def test_a_row_says_all_there_is() -> None:
    text = "\n".join(lines(140, 6, BUSY, BARE))
    for part in ("4242", "tomcat", "93.2", "6.0", "3.0G", " R ", "  5 ", "80", "1:23.50", "2.0K", "java -jar app.jar"):
        assert part in text
    unknown = lines(140, 6, BUSY, BARE)[3]
    assert unknown.count("–") == 13 and "[" not in unknown and "?" not in unknown


@pytest.mark.parametrize(
    ("cells", "titles"),
    [
        (78, ["PID", "USER", "CPU%", "MEM%", "RSS", "S"]),
        (140, ["PID", "USER", "CPU%", "MEM%", "RSS", "S", "NI", "THR", "TIME+", "READ", "WRITE"]),
        (38, ["PID", "CPU%"]),
        (16, ["CPU%"]),
        (5, []),
    ],
)
def test_columns_are_dropped_in_order_of_use(cells: int, titles: list[str]) -> None:
    shown = [column.title for column in columns_for(cells)]
    assert [title for title in titles if title not in shown] == []
    assert sum(column.width + 1 for column in columns_for(cells)) <= max(cells - 8, 0)


def test_a_click_on_a_title_finds_its_column_at_every_width() -> None:
    for cells in (40, 78, 118, 158):
        panel = ProcessPanel()
        header = lines(cells + 2, 6, BUSY, panel=panel)[1].replace("▼", " ")
        for column in columns_for(cells):
            if column.key != "trend":
                assert panel.sort_key_at(header.index(f" {column.title} ") + 1) == column.key
        assert panel.sort_key_at(header.index("COMMAND")) == "command"
    assert column_at((), 3) == "command"


@pytest.mark.parametrize("size", [(160, 40), (80, 10), (40, 5), (12, 3), (2, 3), (1, 9), (40, 2), (1, 1), (80, 1)])
def test_fills_any_rectangle_exactly(size: tuple[int, int]) -> None:
    for scene in (view(BUSY, BARE), View(), View(snapshot=server(3)), view()):
        block = ProcessPanel().lines(scene, *size)
        assert [line_width(line) for line in block] == [size[0]] * size[1]


def test_the_mark_of_order_moves_no_title() -> None:
    heads = set()
    for sort in ("cpu", "mem", "pid", "user"):
        panel = ProcessPanel()
        panel.state.sort = sort
        heads.add(lines(100, 6, BUSY, panel=panel)[1].replace("▼", " ").replace("▲", " "))
    assert len(heads) == 1


def test_the_bar_is_one_ground_over_the_whole_row() -> None:
    bar = ProcessPanel().lines(view(BUSY, BARE), 100, 6)[2]
    assert all(style.startswith("selected") for style, _ in bar[1:-1])
    assert {"selected:load.9", "selected:state.running"} <= {style for style, _ in bar}, "what judges stays"


def run(text: str, name: str, cells: int, **more: bool) -> tuple[tuple[str, str], ...]:
    return command(ProcessMetrics(pid=9, name=name, command=text), cells, "…", **more)


def test_the_program_stands_out_from_its_path_and_arguments() -> None:
    assert run("/usr/bin/java -jar x", "java", 30, folders=True) == (
        ("dim", "/usr/bin/"), ("value", "java"), ("label", " -jar x"), ("text", " " * 10),
    )  # fmt: skip
    assert run("/usr/lib/jvm/bin/java -jar x", "java", 12, folders=True) == run(
        "/usr/lib/jvm/bin/java -jar x", "java", 12
    )
    assert run("/usr/lib/jvm/bin/java -jar x", "java", 12) == (
        ("value", "java"),
        ("label", " -jar x"),
        ("text", " "),
    )
    kernel = ProcessMetrics(pid=9, ppid=2, name="kworker/0:1")
    assert command(kernel, 14, "…") == (("dim", "[kworker/0:1] "),)
    assert run("", "python", 8) == (("label", "python  "),), "it is ending: no kernel thread"
    for text in ("", "x", "/", "-bash", "nginx: worker process", "/a/", " lead", "日本語 " * 9, "a" * 500):
        for cells in (0, 1, 2, 9, 40):
            assert line_width(list(run(text, "n", cells))) == cells


def test_a_name_of_its_own_comes_first_unless_it_has_a_column() -> None:
    python = "/opt/python/bin/python3 tools/tree.py"
    assert run(python, "worker-0", 30, named=True) == (
        ("value", "worker-0 "), ("label", "python3 tools/tree.py"),
    )  # fmt: skip
    for text, name in ((python, "python3"), ("-bash", "bash"), ("nginx: worker process", "nginx"), ("x", "")):
        assert run(text, name, 40, named=True) == run(text, name, 40)
    assert run("tmux new", "tmux: server", 30, named=True)[0] == ("value", "tmux: server ")
    assert run("python3 x", "python3.11", 30, named=True)[0] == ("value", "python3")
    worker = ProcessMetrics(pid=9, name="worker-0", command=python)
    assert "worker-0 python3 tools" in lines(90, 6, worker)[2]
    assert "NAME" not in lines(160, 6, worker)[1] and "worker-0 python3 tools" in lines(160, 6, worker)[2]
    head, row = (plain(line) for line in ProcessPanel().lines(view(worker, columns=("+name",)), 160, 6)[1:3])
    assert row.index("worker-0") == head.index("NAME") and row.index("python3") == head.index("COMMAND")


def test_what_a_process_did_over_the_last_samples_is_a_small_graph() -> None:
    panel, scene = ProcessPanel(), View()
    for tick, percent in enumerate((0.0, 100.0, 100.0, 0.0)):
        row = ProcessMetrics(pid=9, name="x", command="x", started_at=1.0, cpu_percent=percent)
        summary = ProcessSummary(total=2, rows=(row, BARE))
        scene.ring.add(NodeSnapshot(node="n", taken_at=float(tick), processes=summary))
    scene.snapshot = scene.ring.latest
    busy, idle = (plain(line) for line in panel.lines(scene, 100, 6)[2:4])
    assert "⢸⡇" in busy and not any("⠀" <= character <= "⣿" for character in idle)
    scene.position, scene.snapshot = 0, scene.ring[0]
    assert "⢸" not in plain(panel.lines(scene, 100, 6)[2])


def test_the_small_graph_shows_the_size() -> None:
    drawn = set()
    for percent in (0.3, 22.0, 50.0, 90.0):
        scene = view(ProcessMetrics(pid=9, name="x", command="x", cpu_percent=percent))
        scene.ring.add(scene.snapshot)  # type: ignore[arg-type]
        line = plain(ProcessPanel().lines(scene, 100, 6)[2])
        drawn.add("".join(character for character in line if "⠀" < character <= "⣿"))
    assert len(drawn) == 4


def test_words_of_the_filter_are_marked_and_nothing_is_lost() -> None:
    line: Line = [("dim", "/usr/bin/"), ("value", "java"), ("label", " -jar JAVA.jar")]
    out = marked(line, ("java", "jar"))
    assert plain(out) == plain(line)
    assert [text for style, text in out if style == "match"] == ["java", "jar", "JAVA"]
    panel = ProcessPanel()
    panel.state.filter = parse_filter("jar")
    panel.state.index = 5
    assert any(style == "match" for row in panel.lines(view(BARE, BUSY), 100, 6) for style, _ in row)


def test_says_why_there_are_no_rows() -> None:
    panel = ProcessPanel()
    panel.state.filter = parse_filter("nosuch")
    assert "no process matches" in "\n".join(lines(80, 6, BUSY, panel=panel))
    assert "waiting" in plain(ProcessPanel().lines(View(), 80, 6)[2])
    failed = NodeSnapshot(
        node="n", taken_at=1.0, probes=(ProbeReport(name="processes", status="failed", reason="no /proc"),)
    )
    assert "no /proc" in plain(ProcessPanel().lines(View(snapshot=failed), 80, 6)[2])


def test_only_rows_on_the_screen_are_formatted(monkeypatch: pytest.MonkeyPatch) -> None:
    formatted: list[int] = []
    original = ProcessPanel._line

    def counted(self: ProcessPanel, row: ProcessMetrics, *rest: object) -> Line:
        formatted.append(row.pid)
        return original(self, row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(process_table.ProcessPanel, "_line", counted)
    rows = tuple(ProcessMetrics(pid=pid, name="p", cpu_percent=float(pid)) for pid in range(1, 10_001))
    panel, scene = ProcessPanel(), view(*rows)
    panel.lines(scene, 100, 23)
    assert len(formatted) == 20
    panel.lines(scene, 100, 23)
    assert len(formatted) == 20, "rows that are the same objects are not formatted again"
    panel.state.end()
    panel.lines(scene, 100, 23)
    assert formatted[-1] == 1 and len(formatted) == 40


def test_percent_of_the_machine() -> None:
    scene = View(snapshot=server(3), cpu_of_machine=True)
    of_core = View(snapshot=server(3))
    text, other = (plain(ProcessPanel().lines(each, 100, 5)[2]) for each in (scene, of_core))
    assert text != other and "of machine" in plain(ProcessPanel().lines(scene, 100, 5)[0])


def test_stale_data_are_dimmed_as_a_whole() -> None:
    block = ProcessPanel().lines(view(BUSY, problem="gone"), 100, 6)
    assert {style for line in block for style, _ in line} == {"dim"}


def test_a_column_of_containers_that_all_would_be_dashes_is_left_out() -> None:
    assert "CONTAINER" not in lines(240, 6, BUSY, BARE)[1]
    assert "CONTAINER" in lines(240, 6, BUSY, ProcessMetrics(pid=8, container="ssh.service"))[1]
    many = [ProcessMetrics(pid=pid, command="sh") for pid in range(100, 140)]
    assert "CONTAINER" not in lines(240, 6, *many, ProcessMetrics(pid=8, container="shop"))[1], "all but one a dash"
    assert "CONTAINER" in lines(240, 6, *many, *(ProcessMetrics(pid=pid, container="shop") for pid in (7, 8, 9)))[1]
    panel = ProcessPanel()
    chosen = plain(panel.lines(view(BUSY, columns=("container", "pid")), 240, 6)[1])
    assert chosen[1:-1].split() == ["CONTAINER", "PID", "COMMAND"]


def test_tags_are_marked_not_by_colour_alone_and_counted() -> None:
    panel = ProcessPanel()
    scene = view(BUSY, BARE)
    panel.lines(scene, 100, 6)
    panel.state.tag()
    block = [plain(line) for line in panel.lines(scene, 100, 6)]
    assert "1 tagged" in block[0] and " 4242●tomcat" in block[2] and "●" not in block[3]
    narrow = panel.lines(scene, 14, 6)
    assert [line_width(line) for line in narrow] == [14] * 6 and "●" in plain(narrow[2])


def test_that_only_some_processes_are_seen_is_told_in_the_title() -> None:
    report = ProbeReport(name="processes", reason="only your own processes: /proc hides other users' (hidepid)")
    summary = ProcessSummary(total=1, running=1, rows=(ProcessMetrics(pid=1, name="sh"),))
    snapshot = NodeSnapshot(node="n", taken_at=1.0, processes=summary, probes=(report,))
    title = plain(ProcessPanel().lines(View(snapshot=snapshot), 100, 8)[0])
    assert "! only your own processes" in title and "/proc" not in title
