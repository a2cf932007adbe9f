"""Processes that started since the previous sample have a mark for one refresh."""

from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.table import ProcessPanel

OLD = ProcessMetrics(pid=7, name="old", command="old", started_at=900.0, cpu_percent=1.0)
NEW = replace(OLD, pid=4242, name="new", command="new", started_at=998.7)
UNKNOWN = replace(OLD, pid=8, name="unknown", command="unknown", started_at=None)


def lines(panel: ProcessPanel, taken_at: float, interval: float | None, width: int = 80) -> list[str]:
    summary = ProcessSummary(total=3, rows=(OLD, NEW, UNKNOWN))
    snapshot = NodeSnapshot(node="n", taken_at=taken_at, interval=interval, processes=summary)
    shown = panel.lines(View(snapshot=snapshot), width, 8)
    assert {line_width(line) for line in shown} == {width}
    return [plain(line) for line in shown]


def test_a_new_process_has_a_mark_for_one_refresh() -> None:
    panel = ProcessPanel()
    marked, after = lines(panel, 1000.0, 2.0), lines(panel, 1002.0, 2.0)
    assert sum("4242+" in line for line in marked) == 1 and not any("4242+" in line for line in after)
    assert [line.replace("4242+", "4242 ") for line in marked] == after, "nothing else moves"
    assert "7+" not in "".join(marked) and "8+" not in "".join(marked)


def test_the_first_sample_has_no_marks() -> None:
    assert "4242+" not in "".join(lines(ProcessPanel(), 1000.0, None))


def test_without_room_for_a_column_there_is_no_mark() -> None:
    assert "+" not in "".join(lines(ProcessPanel(), 1000.0, 2.0, width=14))


def sample(seq: int, *rows: ProcessMetrics, total: int | None = None, boot_id: str = "b") -> View:
    summary = ProcessSummary(total=len(rows) if total is None else total, rows=rows)
    return View(snapshot=NodeSnapshot(node="n", taken_at=1000.0 + 2 * seq, boot_id=boot_id, seq=seq, processes=summary))


def names(panel: ProcessPanel, view: View) -> list[tuple[str, bool]]:
    """The processes in the list, and whether each row is all dim."""
    body = panel.lines(view, 80, 8)[2:-1]
    found = [(plain(line).split()[-2], {style for style, _ in line[1:-1]} == {"dim"}) for line in body]
    return [each for each in found if each[0] in ("old", "new", "unknown")]


def test_an_ended_process_stays_for_one_refresh_dim_and_in_its_place() -> None:
    panel = ProcessPanel()
    panel.state.sort = "pid"
    assert names(panel, sample(1, OLD, UNKNOWN, NEW)) == [("old", False), ("unknown", False), ("new", False)]
    after = sample(2, OLD, NEW)
    assert names(panel, after) == [("old", False), ("unknown", True), ("new", False)]
    panel.state.sort = "cpu"
    assert ("unknown", True) in names(panel, after), "another order does not hide it"
    assert names(panel, sample(3, OLD, NEW)) == [("old", False), ("new", False)]


def test_a_reused_pid_is_two_processes() -> None:
    panel = ProcessPanel()
    names(panel, sample(1, OLD))
    after = sample(2, replace(OLD, name="new", command="new", started_at=1003.0))
    assert sorted(names(panel, after)) == [("new", False), ("old", True)]


def test_what_only_left_the_top_or_the_screen_has_not_ended() -> None:
    for second in (sample(2, OLD, total=9), sample(3, OLD), sample(1, OLD), sample(2, OLD, boot_id="c")):
        panel = ProcessPanel()
        names(panel, sample(1, OLD, NEW))
        assert names(panel, second) == [("old", False)]
