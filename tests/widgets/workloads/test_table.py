"""The list and the page of one workload, as they are drawn."""

import pytest
from msgspec.structs import replace

from nodetop.drawing.glyphs import ASCII, UNICODE, Glyphs
from nodetop.drawing.runs import line_width, plain
from nodetop.history.ring import Ring
from nodetop.model.cgroups import JournalLine, JournalPart, WorkloadMetrics, WorkloadSummary
from nodetop.model.snapshot import NodeSnapshot, ProbeReport
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.workloads.page import WorkloadPagePanel
from nodetop.widgets.workloads.table import WorkloadsPanel
from tests.widgets.workloads.workload_scenes import APP, SIDE, UNIT, with_workloads


def view_of(*snapshots: NodeSnapshot, glyphs: Glyphs = UNICODE) -> View:
    view = View(ring=Ring(), snapshot=snapshots[-1], glyphs=glyphs)
    for snapshot in snapshots:
        view.ring.add(snapshot)
    return view


def text(panel: Panel, view: View, width: int = 140, height: int = 20) -> str:
    return "\n".join(plain(line) for line in panel.lines(view, width, height))


@pytest.mark.parametrize("panel", [WorkloadsPanel(), WorkloadPagePanel(APP)], ids=["list", "page"])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_size_is_filled_exactly(panel: Panel, glyphs: Glyphs) -> None:
    view = view_of(with_workloads(), glyphs=glyphs)
    for width in (0, 5, 12, 24, 40, 80, 200):
        for height in (1, 3, 4, 6, 10, 30):
            assert [line_width(line) for line in panel.lines(view, width, height)] == [width] * height


def test_the_list_has_a_row_for_each_workload() -> None:
    shown = text(WorkloadsPanel(), view_of(with_workloads()))
    assert "1 pod" in shown and "2 containers" in shown and "1 unit " in shown
    row = next(line for line in shown.splitlines() if "shop/web-0/app" in line)
    for cell in ("container", "60.0", "12.0", "600M", "640M", "93.8", "12"):
        assert cell in row, cell
    total = next(line for line in shown.splitlines() if "sum of 3" in line)
    assert "75.0" in total and "750M" in total


def test_the_tree_has_all_levels_and_the_header_sorts() -> None:
    panel = WorkloadsPanel()
    panel.state.is_tree = True
    shown = text(panel, view_of(with_workloads()))
    assert "kubepods.slice" in shown and "shop/web-0/app" in shown
    line = shown.splitlines()[1]
    assert panel.sort_key_at(line.index("MEM ") + 1) == "mem"
    assert panel.sort_key_at(139) == "name"
    assert panel.row_at(5, 2) == 0 and panel.row_at(5, 19) is None


ABSENT = ProbeReport(name="workloads", status="unavailable", reason="no groups")


@pytest.mark.parametrize(
    ("snapshot", "said"),
    [
        (NodeSnapshot(node="a", taken_at=0.0, workloads=WorkloadSummary()), "no workloads"),
        (NodeSnapshot(node="a", taken_at=0.0), "not available here"),
        (NodeSnapshot(node="a", taken_at=0.0, probes=(ABSENT,)), "not available here: no groups"),
    ],
)
def test_an_empty_list_says_why(snapshot: NodeSnapshot, said: str) -> None:
    assert said in text(WorkloadsPanel(), view_of(snapshot))


def test_hostile_names_are_made_safe() -> None:
    row = WorkloadMetrics(group="/\x1b[31m\n", kind="\x1b", name="\x1b]0;evil\x07[b]", runtime="\n", unnamed="\x1b")
    snapshot = replace(with_workloads(), workloads=WorkloadSummary(rows=(row,)))
    for panel in (WorkloadsPanel(), WorkloadPagePanel(row.group)):
        lines = panel.lines(view_of(snapshot), 140, 20)
        assert all(plain(line).isprintable() for line in lines)


def test_the_page_of_a_container() -> None:
    view = view_of(*(with_workloads(tick) for tick in range(5)))
    shown = text(WorkloadPagePanel(APP), view, 120, 40)
    for said in ("shop/web-0/app", "containerd", "64% of the limit of 100%", "94% of the limit of 640M", "OOM kills 1",
                 "throttled 12%", "postgres", "java"):  # fmt: skip
        assert said in shown, said
    assert "nginx: worker" not in shown


def _with_network(group: str, tick: int, counted: str | None) -> NodeSnapshot:
    """The workload receives 100 KiB/s more in each sample, and sends a tenth of that."""
    snapshot = with_workloads(tick)
    assert snapshot.workloads is not None
    moved = {"receive_bytes_per_second": 102_400.0 * tick, "transmit_bytes_per_second": 10_240.0 * tick}
    rows = tuple(
        replace(row, network=counted, retransmits_per_second=0.0, **moved) if row.group == group else row
        for row in snapshot.workloads.rows
    )
    return replace(snapshot, workloads=replace(snapshot.workloads, rows=rows))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (240, 70)])
def test_the_page_has_graphs_of_the_network_with_scales_of_their_own(width: int, height: int) -> None:
    view = view_of(*(_with_network(APP, tick, "interfaces") for tick in range(1, 9)))
    lines = text(WorkloadPagePanel(APP), view, width, height).split("\n")
    head = next(number for number, line in enumerate(lines) if "receive 800K/s" in line)
    assert "top is 1.0M/s" in lines[head] and "transmit 80.0K/s" in lines[head] and "top is 100K/s" in lines[head]
    graph = lines[lines.index(next(line for line in lines if "PID" in line)) - 1]
    assert sum("\u2800" < each <= "\u28ff" for each in graph[: width // 2]) == 4, graph
    assert sum("\u2800" < each <= "\u28ff" for each in graph[width // 2 :]) == 4, graph
    assert "UDP counted too" in "".join(lines) and "not counted" not in "".join(lines)
    view.network_bits = True
    assert "receive 6.6Mb/s" in text(WorkloadPagePanel(APP), view, width, height)


def test_the_page_says_what_a_rate_of_connections_does_not_count() -> None:
    shown = text(WorkloadPagePanel(UNIT), view_of(_with_network(UNIT, 1, "connections")), 80, 24)
    assert "TCP only: UDP and connections closed between readings are not counted" in shown
    unknown = text(WorkloadPagePanel(UNIT), view_of(with_workloads()), 80, 24)
    assert "not known here: x says why" in unknown and "receive" not in unknown


def test_the_page_says_why_there_is_no_name_and_when_it_has_ended() -> None:
    panel = WorkloadPagePanel(SIDE)
    assert "only root may read its name" in text(panel, view_of(with_workloads()))
    ended = replace(with_workloads(1), workloads=WorkloadSummary())
    assert "not in this sample" in text(panel, view_of(with_workloads(), ended))


def test_the_page_shows_the_last_lines_of_the_journal_and_why_there_are_none() -> None:
    page, view = WorkloadPagePanel(APP), view_of(with_workloads())
    line = JournalLine(at=1_700_000_000.0, priority=3, program="web\x1b", text="it \x1b[31m broke")
    page.state.journal = JournalPart(tuple(replace(line, text=f"{line.text} {n}") for n in range(50)))
    shown = text(page, view, 100, 40)
    assert "JOURNAL" in shown and "broke 49" in shown and "broke 0 " not in shown and "\x1b" not in shown
    assert "shop" in shown and "PID" in shown
    page.state.journal = JournalPart(why="only root may read it")
    assert "JOURNAL  only root may read it" in text(page, view, 100, 40)
    assert "JOURNAL" not in text(page, view, 100, 12)
