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
