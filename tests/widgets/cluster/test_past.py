"""Nodes at a past time: what is not known is not called gone, and the alerts of today are not those of then."""

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import board
from nodetop.drawing.runs import plain
from nodetop.history.past_rows import row_without_data
from nodetop.model.hub_api import ClusterSummary, MomentRow
from nodetop.widgets.alerts.badge import badge
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.map import ClusterMapPanel
from nodetop.widgets.cluster.processes import ClusterProcessPanel, ClusterProcessState
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.summary import ClusterSummaryPanel
from nodetop.widgets.cluster.table import ClusterTablePanel

AT = 1_700_000_000.0
ROWS = (
    MomentRow(node="here", state="up", age_seconds=2.0),
    MomentRow(node="left", state="gone", age_seconds=5000.0),
    row_without_data("joined-later"),
)


def state() -> ClusterState:
    found = ClusterState(nodes=ROWS, summary=ClusterSummary(nodes_total=3, nodes_up=1, nodes_gone=2))
    found.shown_at = AT
    return found


def view() -> View:
    return View(moment=AT, now=AT + 9000, board=board([Alert(node="here", rule="cpu", severity=2, started_at=AT)]))


def test_a_node_that_had_not_joined_yet_has_no_data() -> None:
    lines = [plain(line) for line in ClusterTablePanel(state()).lines(view(), 160, 8)]
    row = next(line for line in lines if "joined-later" in line)
    assert "– none" in row and "gone" not in row
    assert "× gone" in next(line for line in lines if " left " in line)
    assert "– none" in "\n".join(plain(line) for line in ClusterMapPanel(state()).lines(view(), 100, 12))


def test_it_is_counted_apart() -> None:
    text = "\n".join(plain(line) for line in ClusterSummaryPanel(state()).lines(view(), 160, 2))
    assert "× 1 gone" in text and "– 1 no data" in text


def test_the_past_is_called_so_also_while_the_hub_is_away() -> None:
    seen = view()
    seen.problem = "Nothing answers at hub:8082"
    text = plain(ClusterSummaryPanel(state()).lines(seen, 100, 2)[0])
    assert "2h 30m ago" in text and "stale" not in text
    seen.moment = None
    assert "no data" in plain(ClusterSummaryPanel(state()).lines(seen, 100, 2)[0])


def test_a_hub_that_is_away_is_not_waited_for_in_words() -> None:
    away = View(problem="Nothing answers at hub:8082")
    for panel in (ClusterTablePanel(ClusterState()), ClusterProcessPanel(ClusterProcessState())):
        text = "\n".join(plain(line) for line in panel.lines(away, 80, 8))
        assert "the hub has not answered" in text and "asking" not in text and "waiting" not in text


def test_the_alerts_of_now_are_not_in_the_colours_of_then() -> None:
    past, live = view(), view()
    live.moment = None
    assert [style for style, _ in badge(live)[0]] == ["critical"]
    assert badge(past)[0] == [("dim", "‼ 1 crit now")]
