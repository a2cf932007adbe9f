"""The inbox as text, the badge, and marks on graphs."""

import pytest
from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import EMPTY, Board, board
from nodetop.alerts.mark import Mark
from nodetop.base.terms import TermError
from nodetop.drawing.glyphs import ASCII, UNICODE
from nodetop.drawing.runs import Line, line_width, plain, put
from nodetop.model.snapshot import MemoryMetrics, NodeSnapshot
from nodetop.widgets.alerts.badge import badge
from nodetop.widgets.alerts.inbox import AlertListPanel
from nodetop.widgets.alerts.state import AlertListState
from nodetop.widgets.base.view import View
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.header import HeaderPanel
from nodetop.widgets.node.memory import MemoryPanel
from nodetop.widgets.node_parts.graph_marks import GraphMarks, mark_lines
from nodetop.widgets.trends.data import WINDOWS, Span
from nodetop.widgets.trends.page import Trends, TrendsPanel
from tests.history.samples import point
from tests.widgets.scenes import START, played, server

NOW = START + 7200
FOUND = board([
    Alert(node="web-01", rule="cpu", severity=2, value=97.4, peak=99.6, threshold=95.0, started_at=NOW - 732,
          culprit="java (4711)"),
    Alert(node="db", rule="filesystem", item="/srv", subject="/srv", severity=1, value=91.2, peak=91.2,
          threshold=90.0, started_at=NOW - 90_000, since_before=True, state="unknown"),
    Alert(node="db", rule="full_in_hours", subject="/srv", severity=1, value=6.54, peak=6.1, threshold=8.0,
          started_at=NOW - 60, acknowledged=True),
    Alert(node="日本語[b]", rule="temperature", subject="cpu\x1b", severity=1, value=85, peak=86, threshold=80.0,
          started_at=NOW - 60, muted_until=NOW + 3660),
    Alert(node="old", rule="silent", severity=2, peak=400.0, threshold=60.0, started_at=NOW - 900,
          ended_at=NOW - 300, state="ended"),
])  # fmt: skip


def listed(width: int, height: int = 12, found: Board = FOUND, **fields: object) -> list[str]:
    state = AlertListState()
    state.take(found)
    view = View(now=NOW, **fields)  # type: ignore[arg-type]
    lines = AlertListPanel(state).lines(view, width, height)
    assert len(lines) == height and {line_width(line) for line in lines} == {width}
    return [plain(line) for line in lines]


def test_a_line_tells_all_about_an_alert() -> None:
    top, _, cpu, disk, full, hot, silent, *_ = listed(180)
    assert "alerts ─ ‼ 1 critical ─ ! 1 warning ─ 2 acknowledged or muted ─ 1 ended" in top
    for part in ("‼ critical", "web-01", "cpu busy", "97%", "≥ 95%", "100%", "12m 12s", "java (4711)", "open"):
        assert part in cpu
    assert "file system /srv" in disk and "unknown" in disk and "1d 1h" in disk
    assert "6.5h" in full and "≤ 8.0h" in full and "acked" in full
    assert "日本語[b]" in hot and "temperature cpu\u00b7" in hot and "85°C" in hot and "muted 1h 1m" in hot
    assert "no reports" in silent and "10m 0s" in silent and "ended " in silent


def test_a_node_is_silent_for_longer_and_longer_though_nobody_sends_that() -> None:
    silent = Alert(node="old", rule="silent", severity=2, value=61.0, peak=61.0, threshold=60.0, started_at=NOW - 1200)
    row = next(line for line in listed(180, found=board([silent])) if " old " in line)
    assert row.split().count("21m") == 2, row  # now, and the peak


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("size", [(20, 3), (38, 9), (58, 19), (78, 22), (118, 38), (238, 68), (3, 2)])
def test_it_fits_any_place(size: tuple[int, int], glyphs: object) -> None:
    width, height = size
    text = listed(width, height, glyphs=glyphs)
    if width >= 38:
        assert "critical" in text[2] and "cpu busy" in text[2]


def test_an_empty_inbox_says_where_the_limits_are() -> None:
    assert any("no alerts" in line for line in listed(118, found=EMPTY))
    said = " ".join(" ".join(line.strip("│ ") for line in listed(40, found=EMPTY)).split())
    assert not any("none is open" in line for line in listed(118, found=EMPTY, problem="Nothing answers at hub:8082"))
    assert "of the last day is known the limits are in the [alerts] table of the settings" in said


def test_words_filter() -> None:
    state = AlertListState()
    state.take(FOUND)

    def rules(text: str) -> list[str]:
        state.filter_by(text)
        return [alert.rule for alert in state.rows]

    assert rules("critical") == ["cpu", "silent"]
    assert rules("db !acked") == ["filesystem"]
    assert rules("JAVA") == ["cpu"]
    assert rules("muted") == ["temperature"]
    assert rules("node=db") == rules("~^db$") == ["filesystem", "full_in_hours"]
    assert rules("!kind=cpu critical") == ["silent"]
    with pytest.raises(TermError, match="'nod=db': unknown name 'nod'; did you mean node"):
        state.filter_by("nod=db")
    assert rules("unknown") == ["filesystem"]
    assert rules("nothing") == []
    assert len(rules("")) == 5


def test_the_bar_stays_with_its_alert() -> None:
    state = AlertListState()
    state.take(FOUND)
    state.select(1)
    state.take(board([*FOUND.alerts, Alert(node="x", rule="cpu", severity=2, started_at=NOW)]))
    assert state.current is not None and state.current.rule == "filesystem" and state.index == 2


@pytest.mark.parametrize(
    ("critical", "warning", "forms"),
    [
        (0, 0, []),
        (2, 1, ["‼ 2 crit ! 1 warn", "‼ 2 crit"]),
        (0, 7, ["! 7 warn"]),
        (120, 0, ["‼ 99+ crit"]),
    ],
)
def test_the_badge_counts_what_calls(critical: int, warning: int, forms: list[str]) -> None:
    alerts = [Alert(node=str(index), rule="cpu", severity=2) for index in range(critical)]
    alerts += [Alert(node=str(index), rule="memory", severity=1) for index in range(warning)]
    assert [plain(line) for line in badge(View(board=board(alerts)))] == forms


def test_the_header_says_what_the_first_alert_is_about_where_there_is_room() -> None:
    seen = server(5)
    mount = Alert(node=seen.node, rule="filesystem", item="/srv", subject="/srv", severity=1)
    other = Alert(node="web-9", rule="cpu", severity=2)
    acknowledged = Alert(node=seen.node, rule="swap", severity=2, acknowledged=True)

    def header(width: int, *alerts: Alert) -> str:
        return plain(HeaderPanel().lines(View(snapshot=seen, now=START, board=board(alerts)), width, 1)[0])

    assert "! 1 warn  file system /srv" in header(200, mount, acknowledged)
    assert "! 1 warn" in header(60, mount) and "/srv" not in header(60, mount)
    assert "‼ 1 crit ! 1 warn  web-9: cpu" in header(220, mount, other)
    assert "swap" not in header(200, acknowledged)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 240])
def test_nothing_in_the_header_moves_when_an_alert_comes(width: int) -> None:
    calm, called = played(30), played(30, board=FOUND)
    before = plain(HeaderPanel().lines(calm, width, 1)[0])
    after = plain(HeaderPanel().lines(called, width, 1)[0])
    assert "crit" in after
    for part in ("● live", "load", "web-01"):
        assert part not in after or before.index(part) == after.index(part), part


# Marks


def rebooted(tick: int) -> NodeSnapshot:
    snapshot = server(tick)
    kills = 1 if tick >= 40 else 0
    memory = replace(snapshot.memory or MemoryMetrics(), oom_kills=kills)
    return replace(snapshot, boot_id="old" if tick < 20 else "new", memory=memory)


def test_what_happened_is_marked_where_it_did() -> None:
    view = played(60, rebooted)
    cells = GraphMarks().cells(view, 50)
    assert {cell: [mark.kind for mark in marks] for cell, marks in cells.items()} == {
        49 - (59 - 20) // 2: ["reboot"], 49 - (59 - 40) // 2: ["kill"],
    }  # fmt: skip
    view.position = 30
    assert list(GraphMarks().cells(view, 50)) == [49 - (30 - 20) // 2]
    view.samples_per_dot = 4
    assert list(GraphMarks().cells(view, 50)) == [49 - (30 // 4 - 20 // 4) // 2]


def test_each_sample_is_looked_at_once_and_old_marks_go() -> None:
    view, marks = played(30, rebooted), GraphMarks()
    assert len(marks.cells(view, 50)) == 1
    for tick in range(30, 600):
        view.ring.add(rebooted(tick))
        view.snapshot = view.ring.latest
        marks.cells(view, 50)
    assert [mark.kind for mark in marks._found] == []


def test_alerts_are_marked_for_their_node_only() -> None:
    view = played(60)
    at = START + 2 * 40
    alerts = [Alert(node=node, rule="cpu", severity=2, started_at=at, ended_at=at + 20) for node in ("web-01", "db")]
    view.board = board(alerts)
    kinds = [mark.kind for marks in GraphMarks().cells(view, 50).values() for mark in marks]
    assert kinds == ["critical", "end"]


@pytest.mark.parametrize("panel", [CpuPanel(), MemoryPanel()], ids=["cpu", "memory"])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_panels_show_them(panel: CpuPanel | MemoryPanel, glyphs: object) -> None:
    view = played(60, rebooted, glyphs=glyphs)
    lines = panel.lines(view, 90, 16)
    assert {line_width(line) for line in lines} == {90}
    top = plain(lines[1])
    assert "R" in top and "K" in top
    if isinstance(panel, CpuPanel):
        assert "K OOM kill" in plain(lines[-1])


def test_a_line_goes_down_to_the_graph() -> None:
    lines: list[Line] = [[("a", "    ")], [("a", "  "), ("b", "  ")], [("a", "xxxx")]]
    marked = mark_lines(lines, {2: [Mark(0.0, "kill", "")]}, UNICODE)
    assert [plain(line) for line in marked] == ["  K ", "  ┊ ", "xxxx"]
    assert put([("a", "xyz")], 1, ("b", "!")) == [("a", "x"), ("b", "!"), ("a", "z")]


def test_the_trends_mark_them_and_the_cursor_tells() -> None:
    at = START + 1800
    spans = [Span(START + 300 * index, START + 300 * (index + 1), point(START + 300 * index)) for index in range(12)]
    trends = Trends(node="web-01", window=WINDOWS[0], until=START + 3600, spans=spans, is_loading=False)
    trends.marks = [Mark(at, "reboot", "reboot")]
    view = View(board=board([Alert(node="web-01", rule="cpu", severity=2, started_at=at + 5)]))
    panel = TrendsPanel(trends)
    panel.lines(view, 120, 40)
    trends.back = 0.5 - 0.5 / trends.cells
    text = [plain(line) for line in panel.lines(view, 120, 40)]
    assert "R" in text[2]
    assert any("R reboot" in line and "‼ critical: cpu busy" in line for line in text)
