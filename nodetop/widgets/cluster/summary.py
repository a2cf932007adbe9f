"""The cluster in two lines, or in a box with its last hour and the busiest, fullest and hottest nodes. Pure."""

from collections.abc import Callable, Sequence
from heapq import nlargest
from itertools import zip_longest

from nodetop.base import units
from nodetop.base.text import clean, cut_host, fit_host, fit_right
from nodetop.base.text import width as width_of
from nodetop.base.when import clock_text
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, Run, beside, blank, line_width, pad, plain
from nodetop.drawing.theme import middle
from nodetop.model.derived import total
from nodetop.model.hub_api import ClusterSummary, MomentRow
from nodetop.model.node_status import REPORTING
from nodetop.model.snapshot import NodeStatus, Stat
from nodetop.widgets.alerts.badge import badge
from nodetop.widgets.base.moment_text import moment_line, replay_text
from nodetop.widgets.base.notice import notice_pieces
from nodetop.widgets.base.panel_parts import percent_field, rate_text, scaled, temperature_field
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.columns import NO_DATA, Values, shown_state, state_mark
from nodetop.widgets.cluster.hour import hour_graph
from nodetop.widgets.cluster.state import ClusterState

TWO_LINES = 2
BOX_ROWS = 9
_LIST_CELLS = 26
_NAME_CELLS = 20
_GRAPH_LEAST = 30
_BADGE_FROM = 60


class ClusterSummaryPanel(Spots):
    """Totals over the nodes that are up or late, and the number of nodes in each state. The marks in the first line can
    be clicked as in the header of a node."""

    name = "summary"

    def __init__(self, state: ClusterState) -> None:
        self.state = state

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        right = _right(self.state, view, width)
        head = _in_line([*_source(self.state, view)], right, width)
        self.spots = _spots(head, right, view)
        if height <= 1 or width < 8:
            return [head, *(blank(width) for _ in range(height - 1))][:height]
        counts = _state_counts(self.state, view)
        if height < BOX_ROWS:
            block = [head, _in_line([*counts, *_totals(self.state, view)], [], width)]
            block += [blank(width) for _ in range(height - 2)]
        else:
            body = _body(self.state, view, width - 2, height - 3)
            block = [
                head,
                *box(body, width, height - 1, view.glyphs, title="cluster", subtitle=counts,
                     values=_totals(self.state, view)[:2]),
            ]  # fmt: skip
        return [block[0], *([("dim", plain(line))] for line in block[1:])] if view.problem else block


def _in_line(left: Sequence[Line], right: Sequence[Line], width: int) -> Line:
    """As many left and right pieces as fit; the first ones of each side have priority."""
    room = max(width - 2, 0)
    taken: dict[str, list[Line]] = {"left": [], "right": []}
    for pair in zip_longest(right, left):
        for side, piece in zip(("right", "left"), pair, strict=True):
            wide = line_width(piece or []) + 3
            if piece and wide <= room:
                taken[side].append(piece)
                room -= wide
    line: Line = [("text", " ")]
    for piece in taken["left"]:
        line += [*piece, ("text", "   ")]
    ends = [run for piece in taken["right"] for run in (("text", "   "), *piece)]
    return pad([*line, ("text", " " * max(width - 1 - line_width(line) - line_width(ends), 0)), *ends], width)


def _spots(head: Line, right: Sequence[Line], view: View) -> list[Spot]:
    """The badge of the alerts and the mark of the time, where they are in the first line."""
    text, found = plain(head), []
    alerts = badge(view)[:1]
    for piece in right[:-1]:
        x = text.rfind(plain(piece))
        if piece not in notice_pieces(view) and x >= 0:
            found.append(Spot(width_of(text[:x]), 0, line_width(piece), "alerts" if piece in alerts else "pause"))
    return found


def _source(state: ClusterState, view: View) -> list[Line]:
    clusters = {row.cluster for row in state.nodes}
    pieces: list[Line] = [[("title", clean(view.source_name))]]
    if state.summary is not None:
        counted = "1 node" if len(state.nodes) == 1 else f"{len(state.nodes)} nodes"
        pieces.append([("dim", counted + (f" in {len(clusters)} clusters" if len(clusters) > 1 else ""))])
    return pieces


def _right(state: ClusterState, view: View, width: int) -> list[Line]:
    alerts = badge(view) if width >= _BADGE_FROM else []
    return [*alerts[:1], *notice_pieces(view), _freshness(state, view), _time_of_day(view)]


def _freshness(state: ClusterState, view: View) -> Line:
    glyphs = view.glyphs
    if view.moment is not None and state.summary is not None:  # the footer says what is wrong with the hub
        means = [row.mean_seconds for row in state.nodes if isinstance(row, MomentRow) and row.mean_seconds]
        return moment_line(view, max(means, default=None), is_known=state.shown_at == view.moment)
    if view.problem:
        known = state.updated_at is not None
        age = f"stale {units.age(max(view.now - (state.updated_at or 0.0), 0.0))}" if known else "no data"
        return [("stale", f"{glyphs.critical} {age}")]
    if state.summary is None:
        return [("paused", "connecting")]
    if view.replay:
        return [("accent", f"{glyphs.cursor} {replay_text(view)}")]
    return [("live", glyphs.dot), ("label", f" live {view.interval:g}s")]


def _time_of_day(view: View) -> Line:
    return [("value", clock_text(view.now))]


def _state_counts(state: ClusterState, view: View) -> list[Line]:
    summary = state.summary
    if summary is None:
        return []
    without = sum(shown_state(row) == NO_DATA for row in state.nodes)  # they are among those that are gone
    counts = {
        "up": summary.nodes_up, "late": summary.nodes_late, "stale": summary.nodes_stale,
        "gone": summary.nodes_gone - without, NO_DATA: without,
    }  # fmt: skip
    line: Line = []
    for name, count in counts.items():
        if count or name == "up":
            style, mark = state_mark(name, view.glyphs)
            line += [
                ("text", "  " if line else ""),
                (style, f"{mark} {count} {'no data' if name == NO_DATA else name}"),
            ]
    return [[run for run in line if run[1]]]


def _totals(state: ClusterState, view: View) -> list[Line]:
    summary = state.summary or ClusterSummary()
    pieces: list[Line] = []
    for label, stat, gradient, who in (
        ("cpu", summary.cpu_busy_percent, "load", summary.busiest),
        ("mem", summary.memory_used_percent, "memory", None),
    ):
        if stat is not None:
            pieces.append([*_mean(label, stat, gradient), *_who(f" max {stat.max:.0f}%", who)])
    if summary.filesystem_used_percent is not None:
        worst = summary.filesystem_used_percent.max
        pieces.append([("label", "fullest "), (scaled("load", worst), f"{worst:.0f}%"), *_who("", summary.fullest)])
    if summary.cpu_celsius is not None:
        worst = summary.cpu_celsius.max
        shown = temperature_field(worst, view.fahrenheit, view.glyphs).strip()
        pieces.append([("label", "hottest "), (scaled("heat", worst), shown), *_who("", summary.hottest)])
    return [*pieces, *_network(state, view)]


def _mean(label: str, stat: Stat, gradient: str) -> Line:
    return [("label", f"{label} "), (scaled(gradient, stat.mean), percent_field(stat.mean).strip())]


def _who(text: str, who: str | None) -> Line:
    return [("dim", text + (f" {cut_host(clean(who), _NAME_CELLS)}" if who else ""))] if text or who else []


def _network(state: ClusterState, view: View) -> list[Line]:
    rows = counted(state)
    received = total(rows, lambda row: row.network_receive_bytes_per_second)
    sent = total(rows, lambda row: row.network_transmit_bytes_per_second)
    if received is None and sent is None:
        return []
    return [
        [
            (middle("receive"), view.glyphs.receive + " "), ("text", rate_text(view, received).strip()),
            (middle("transmit"), f" {view.glyphs.transmit} "), ("text", rate_text(view, sent).strip()),
        ]
    ]  # fmt: skip


def counted(state: ClusterState) -> list[NodeStatus]:
    """The nodes whose numbers are fresh enough for the totals."""
    return [row for row in state.nodes if row.state in REPORTING]


def _body(state: ClusterState, view: View, width: int, height: int) -> list[Line]:
    """The graph of the last hour, and as many lists beside it as fit."""
    lists = [
        _top(state, "busiest", height, lambda row: row.cpu_busy_percent, lambda v: (scaled("load", v), f"{v:.0f}%")),
        _top(state, "fullest", height, lambda row: row.filesystem_used_percent,
             lambda v: (scaled("load", v), f"{v:.0f}%")),
        _top(state, "hottest", height, lambda row: row.cpu_celsius,
             lambda v: (scaled("heat", v), temperature_field(v, view.fahrenheit, view.glyphs).strip())),
        _top(state, "most memory used", height, lambda row: row.memory_used_percent,
             lambda v: (scaled("memory", v), f"{v:.0f}%")),
    ]  # fmt: skip
    lists = [each for each in lists if each]
    fit_in = max(min(len(lists), (width - _GRAPH_LEAST) // _LIST_CELLS), 0)
    lines = _graph(mean_trend(state), width - fit_in * _LIST_CELLS, height, view)
    for each in lists[:fit_in]:
        each += [blank(_LIST_CELLS)] * (height - len(each))
        lines = beside(lines, each)
    return lines


def mean_trend(state: ClusterState) -> list[float | None]:
    """CPU over the last hour, mean of all nodes; None where no node has a value."""
    out: list[float | None] = []
    for column in zip_longest(*(values[::-1] for values in state.trends.values())):
        known = [value for value in column if value is not None]
        out.append(sum(known) / len(known) if known else None)
    return out[::-1]


def _graph(values: Values, width: int, height: int, view: View) -> list[Line]:
    graph = hour_graph(values, width - 2, max(height - 1, 1), view.glyphs)
    label: Line = pad([("label", " cpu of all nodes, last hour")], width)
    return [label, *([("text", " "), *line, ("text", " ")] for line in graph)][:height]


def _top(
    state: ClusterState,
    title: str,
    height: int,
    value: Callable[[NodeStatus], float | None],
    text: Callable[[float], Run],
) -> list[Line]:
    """A title and the nodes with the largest values; empty if no value is known."""
    known = [(number, row) for row in counted(state) if (number := value(row)) is not None]
    if not known:
        return []
    lines: list[Line] = [pad([("label", title)], _LIST_CELLS)]
    for number, row in nlargest(height - 1, known, key=lambda pair: pair[0]):
        style, shown = text(number)
        lines.append([
            (style, fit_right(shown, 6)), ("text", " " + fit_host(clean(row.node), _LIST_CELLS - 8) + " "),
        ])  # fmt: skip
    return lines
