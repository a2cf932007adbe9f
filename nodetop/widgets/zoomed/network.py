"""The network panel on the whole screen: each interface with graphs, packets, errors, drops, totals, addresses."""

from collections.abc import Callable, Sequence

from nodetop.base import units
from nodetop.base.text import clean, cut_middle
from nodetop.drawing.runs import Line, beside, pad
from nodetop.model.snapshot import NetworkMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import LEAST_TOP_RATE, in_a_row, rate_style, rate_text
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper, Value
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.link_rates import speed
from nodetop.widgets.zoomed.grid import GAP, lines_block, share_rows
from nodetop.widgets.zoomed.history import Histories, Scale, head

WAYS = ("receive", "transmit")
_LEAST_GRAPH = 2
_TEXT_ROWS = 5
"""Lines of an interface besides its graph: its facts, the rates, totals and packets, errors and drops, addresses."""


def network_blocks(
    networks: Sequence[NetworkMetrics], view: View, series: SeriesKeeper, width: int, height: int
) -> list[Block]:
    """A block per interface, in the given order."""
    quiet = sum(_is_quiet(item) for item in networks)
    shown = len(networks) - quiet
    rows = share_rows(height, _TEXT_ROWS * shown + quiet, shown, _LEAST_GRAPH)
    histories = Histories(series, view)
    return [_interface(item, histories, view, width, rows) for item in networks]


def _is_quiet(item: NetworkMetrics) -> bool:
    """Down, and nothing happens on it: one line is enough."""
    return item.state == "down" and not item.receive_bytes_per_second and not item.transmit_bytes_per_second


def _interface(item: NetworkMetrics, histories: Histories, view: View, width: int, rows: int) -> Block:
    def draw() -> list[Line]:
        cells = (width - GAP) // 2
        left, right = (_way(way, item, histories, view, cells, rows) for way in WAYS)
        graphs = beside([[*line, ("text", " " * GAP)] for line in left], right)
        return [_title(item, width), *(pad(line, width) for line in graphs), _addresses(item, view, width)]

    return lines_block([_title(item, width)]) if _is_quiet(item) else Block(rows + _TEXT_ROWS, draw)


def _title(item: NetworkMetrics, width: int) -> Line:
    state = clean(item.state or "")
    facts: list[Line] = [[("title" if item.in_total else "label", clean(item.interface))]]
    if state and state != "unknown":
        facts.append([("good" if state == "up" else "dim", state)])
    if item.speed_mbps:
        facts.append([("value", speed(item.speed_mbps) + "bit/s")])
    facts.append([("dim", clean(item.kind))])
    if item.mac:
        facts.append([("dim", clean(item.mac))])
    return in_a_row(facts, width)


def _addresses(item: NetworkMetrics, view: View, width: int) -> Line:
    text = "  ".join(map(clean, item.addresses)) or "no address"
    return pad([("dim", "  " + cut_middle(text, width - 2, view.glyphs.ellipsis))], width)


def _way(way: str, item: NetworkMetrics, histories: Histories, view: View, cells: int, rows: int) -> list[Line]:
    """A line with the rate, the graph, and two lines of counts."""
    rate = _field(item, way, "bytes_per_second")
    scale = Scale(way, lambda value: rate_text(view, value).strip(), least=LEAST_TOP_RATE, thousand=1024)
    arrow = view.glyphs.receive if way == "receive" else view.glyphs.transmit
    title: Line = [("label", f"{way} {arrow}"), (rate_style(rate, way), rate_text(view, rate))]
    value = _of(item.interface, lambda each: _field(each, way, "bytes_per_second"))
    lines = histories.lines(title, (way, item.interface), value, scale, cells, rows)
    packets = _field(item, way, "packets_per_second")
    counts: list[Line] = [
        [("label", "total "), ("value", units.size(_field(item, way, "total_bytes")))],
        [("value" if packets else "dim", units.count(packets)), ("label", " packets/s")],
    ]
    problems: list[Line] = []
    for name in ("errors", "drops"):
        grown, count = _grown(view, item, f"{way}_{name}"), _field(item, way, name)
        now = ("warning" if grown else "dim", f"{units.count(grown)}/s")
        problems.append([("label", f"{name} "), now, ("dim", f" of {units.count(count)}")])
    return [*lines, pad(head(counts, cells), cells), pad(head(problems, cells), cells)]


def _grown(view: View, item: NetworkMetrics, field: str) -> float | None:
    """By how much a running count grew per second since the sample before."""
    snapshot, end = view.snapshot, len(view.ring) - 1 if view.position is None else view.position
    if snapshot is None or not snapshot.interval or end < 1:
        return None
    before = next((each for each in view.ring[end - 1].networks or () if each.interface == item.interface), None)
    now, then = getattr(item, field), getattr(before, field) if before is not None else None
    return None if now is None or then is None or now < then else (now - then) / snapshot.interval


def _field(item: NetworkMetrics, way: str, name: str) -> float | None:
    value: float | None = getattr(item, f"{way}_{name}")
    return value


def _of(interface: str, value: Callable[[NetworkMetrics], float | None]) -> Value:
    def of(snapshot: NodeSnapshot) -> float | None:
        return next((value(item) for item in snapshot.networks or () if item.interface == interface), None)

    return of
