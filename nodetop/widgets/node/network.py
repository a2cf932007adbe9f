"""The network panel: a line per interface with rates and graphs, and below it both directions of the total."""

from collections.abc import Callable, Sequence

from nodetop.base import units
from nodetop.base.lingering import Lingering
from nodetop.base.text import clean, fit, fit_middle
from nodetop.drawing.graph import area, coloured, small
from nodetop.drawing.runs import Line, Run, blank, pad
from nodetop.drawing.theme import middle
from nodetop.model.derived import total
from nodetop.model.snapshot import NetworkMetrics, NodeSnapshot
from nodetop.widgets.base.columns import Column, columns_width, fit_columns, header_row, row_of
from nodetop.widgets.base.panel_parts import (
    Body,
    BoxedPanel,
    graph_heads,
    more,
    rate_style,
    rate_text,
    rate_top,
    rate_width,
    unsaid_span,
)
from nodetop.widgets.base.scrolling import Block
from nodetop.widgets.base.series import SeriesKeeper
from nodetop.widgets.base.view import View
from nodetop.widgets.node_parts.link_rates import speed

_ORDER = ("physical", "wireless", "bond", "vlan", "bridge", "tunnel", "virtual", "loopback")
_PROBLEMS = {"err": ("receive_errors", "transmit_errors"), "drop": ("receive_drops", "transmit_drops")}
_GRAPH_FROM = 4
"""Rows that must be left below the interfaces for a graph of the total."""


class NetworkPanel(BoxedPanel):
    """Interfaces with traffic first; virtual ones and loopback last, and those are left out first."""

    name = "network"

    def __init__(self) -> None:
        self._series = SeriesKeeper()
        self._lingering = Lingering()
        self._unsaid = ""

    def subtitle(self, view: View) -> list[Line]:
        """How far back the graphs reach, if no header says so; which interfaces the total is of, if not of all."""
        span: list[Line] = [[("dim", self._unsaid)]] if self._unsaid else []
        networks = _networks(view)
        counted = [item.interface for item in networks if item.in_total]
        if not counted or len(counted) == len(networks):
            return span
        those = clean(counted[0], 15) if len(counted) == 1 else f"{len(counted)} of {len(networks)}"
        return [*span, [("dim", f"total of {those}")]]

    def values(self, view: View) -> list[Line]:
        if not _networks(view):
            return []
        return [
            [("label", arrow), (rate_style(value, way), rate_text(view, value))]
            for arrow, way, value in (
                (view.glyphs.receive, "receive", _total(view.snapshot, "receive")),
                (view.glyphs.transmit, "transmit", _total(view.snapshot, "transmit")),
            )
        ]

    def summary(self, view: View, width: int) -> list[Line]:
        return [[("title", "net")], *self.values(view)]

    def zoomed(self, view: View, width: int, height: int) -> list[Block] | None:
        from nodetop.widgets.zoomed.network import network_blocks  # late: not needed for the first frame

        self._unsaid = ""

        return network_blocks(sorted(_networks(view), key=_rank), view, self._series, width, height)

    def rows(self, view: View, width: int) -> int:
        return len(self._shown(view)) + 1

    def body(self, view: View, width: int, height: int) -> Body:
        networks = self._shown(view)
        self._unsaid = ""
        if not networks:
            return [pad([("dim", " no interfaces")], width)], []
        columns = _columns(view, any(_problem(item, view) for item in networks))
        widths = fit_columns(columns, width)
        head = (
            [header_row(columns, widths, width, graph_heads(widths, view))]
            if height > len(networks) or height >= 5
            else []
        )
        self._unsaid = "" if head else unsaid_span(widths, view)
        shown = _chosen(networks, height - len(head), view)
        used = columns_width(widths)
        rows = [
            row_of([self._cell(name, wide, item, view) for name, wide in widths.items()], used, width) for item in shown
        ]
        left = height - len(head) - len(rows)
        graph = self._both_ways(view, width, left) if left >= _GRAPH_FROM else []
        return [*head, *rows, *graph], _foot(len(networks) - len(shown), len(_networks(view)) - len(networks))

    def _shown(self, view: View) -> list[NetworkMetrics]:
        """Those that have a row, in order: all if every one is down."""
        every = sorted(_networks(view), key=_rank)
        return [item for item in every if self._is_up(item, view)] or every

    def _is_up(self, item: NetworkMetrics, view: View) -> bool:
        """Whether it deserves a row: not if it has been down for a minute, and nothing happens on it."""
        moves = bool(item.receive_bytes_per_second or item.transmit_bytes_per_second)
        at = view.snapshot.taken_at if view.snapshot else 0.0
        return self._lingering.stays(item.interface, item.state != "down" or moves, at)

    def _cell(self, name: str, wide: int, item: NetworkMetrics, view: View) -> Sequence[Run]:
        if name == "interface":
            return (
                ("text" if item.in_total else "dim", fit_middle(clean(item.interface), wide, view.glyphs.ellipsis)),
            )
        if name in ("receive", "transmit"):
            value = item.receive_bytes_per_second if name == "receive" else item.transmit_bytes_per_second
            arrow = view.glyphs.receive if name == "receive" else view.glyphs.transmit
            return (("label", arrow), (rate_style(value, name), rate_text(view, value)))
        if name in ("receive graph", "transmit graph"):
            return self._graph(name.partition(" ")[0], wide, item.interface, view)
        if name == "state":
            problem = _problem(item, view)
            return (("warning", fit(problem, wide, view.glyphs.ellipsis)) if problem else _state(item, wide),)
        return (("dim", fit(_addresses(item, wide), wide, view.glyphs.ellipsis)),)

    def _graph(self, way: str, wide: int, interface: str, view: View) -> Sequence[Run]:
        values = self._series.last(view, (way, interface), _rate_of(interface, way), 2 * wide)
        return small(values, wide, rate_top(view, values), middle(way), ascii_only=view.glyphs.ascii_only)

    def _both_ways(self, view: View, width: int, height: int) -> list[Line]:
        """The totals: received above, transmitted below growing downwards, each with its own scale, labelled at its
        edge."""
        height -= 1
        above = (height + 1) // 2
        lines: list[Line] = [blank(width)]
        for way, rows, downward in (("receive", above, False), ("transmit", height - above, True)):
            values = self._series.last(view, way, lambda snapshot, way=way: _total(snapshot, way), 2 * width)  # type: ignore[misc]
            top = rate_top(view, values)
            graph = area(values, width, rows, top, downward=downward, ascii_only=view.glyphs.ascii_only)
            block: list[Line] = [[run] for run in coloured(graph, way, downward)]
            corner = -1 if downward else 0
            block[corner] = _labelled(block[corner][0], rate_text(view, top).strip())
            lines += block
        return lines


def _foot(hidden: int, down: int) -> Line:
    """How many interfaces have no row: for lack of room, or because they are down."""
    foot = more(hidden)
    return [*foot, ("dim", f"{' · ' if foot else ''}{down} down")] if down else foot


def _labelled(row: Run, label: str) -> Line:
    """Writes the scale over the left end of a graph row."""
    style, text = row
    if len(text) <= len(label):
        return [row]
    return [("dim", label), (style, text[len(label) :])]


def _networks(view: View) -> tuple[NetworkMetrics, ...]:
    return (view.snapshot.networks if view.snapshot else None) or ()


def _columns(view: View, problems: bool) -> tuple[Column, ...]:
    rate = rate_width(view) + 1
    state = 9 if problems else 5
    return (
        Column("interface", 5, 8, 15, 0, "link", right=False),
        Column("receive", rate, rate, rate, 1, "receive"),
        Column("receive graph", 5, 8, 24, 5, "", right=False),
        Column("transmit", rate, rate, rate, 2, "transmit"),
        Column("transmit graph", 5, 8, 24, 5, "", right=False),
        Column("state", state, state, 9, 4, "state", right=False),
        Column("address", 13, 15, 39, 6, "address", right=False),
    )


def _chosen(networks: Sequence[NetworkMetrics], room: int, view: View) -> list[NetworkMetrics]:
    """All; or those with problems and then the first ones, in the given order."""
    if len(networks) <= room:
        return list(networks)
    order = sorted(range(len(networks)), key=lambda index: not _problem(networks[index], view))
    return [networks[index] for index in sorted(order[:room])]


def _rank(item: NetworkMetrics) -> tuple[bool, bool, int]:
    kind = _ORDER.index(item.kind) if item.kind in _ORDER else len(_ORDER) - 2
    return (not item.in_total, item.state == "down" and item.in_total, kind)


def _state(item: NetworkMetrics, wide: int) -> Run:
    """The speed if the interface is up and has one, else the kernel's word for its state."""
    # The kernel reports no state for the loopback and for tunnels.
    state = "" if item.state == "unknown" else clean(item.state or "")
    if state == "up" and item.speed_mbps:
        return ("good", fit(speed(item.speed_mbps), wide))
    return ("good" if state == "up" else "dim", fit(state or "–", wide))


def _addresses(item: NetworkMetrics, wide: int) -> str:
    """The first address, and more of them if they fit."""
    text = ""
    for address in map(clean, item.addresses):
        longer = f"{text} {address}" if text else address
        if text and len(longer) > wide:
            break
        text = longer
    return text


def _problem(item: NetworkMetrics, view: View) -> str:
    """How many errors (if none, drops) were counted since the oldest sample in memory; empty if none."""
    before = _named(view.ring[0], item.interface) if len(view.ring) else None
    if before is None:
        return ""
    for name, fields in _PROBLEMS.items():
        count = sum((getattr(item, field) or 0) - (getattr(before, field) or 0) for field in fields)
        if count > 0:
            return f"{view.glyphs.warning}{units.count(count)} {name}"
    return ""


def _named(snapshot: NodeSnapshot, interface: str) -> NetworkMetrics | None:
    return next((item for item in snapshot.networks or () if item.interface == interface), None)


def _rate_of(interface: str, way: str) -> Callable[[NodeSnapshot], float | None]:
    field = f"{way}_bytes_per_second"

    def rate(snapshot: NodeSnapshot) -> float | None:
        item = _named(snapshot, interface)
        value: float | None = getattr(item, field) if item else None
        return value

    return rate


def _total(snapshot: NodeSnapshot | None, way: str) -> float | None:
    counted = [item for item in (snapshot.networks if snapshot else None) or () if item.in_total]
    field = f"{way}_bytes_per_second"
    return total(counted, lambda item: getattr(item, field))
