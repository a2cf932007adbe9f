"""The top line: the machine, its state, whether the data is fresh, and what nodetop itself costs."""

from functools import lru_cache

from msgspec import Struct

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.base.when import clock_text
from nodetop.drawing.runs import Line, blank, cut_line, line_width
from nodetop.history.means import MeanSnapshot
from nodetop.model.snapshot import HostInfo, NodeSnapshot
from nodetop.widgets.alerts.badge import badge, worst
from nodetop.widgets.base.moment_text import mean_text, past_state, replay_text
from nodetop.widgets.base.notice import notice_pieces
from nodetop.widgets.base.spots import Spot, Spots
from nodetop.widgets.base.view import View
from nodetop.widgets.node.own_cost import late_probes, own_cost

_GAP = 2


class HeaderPanel(Spots):
    """One line. Whether the data is live has priority, then the name of the machine, then the rest. A click on the
    badge of the alerts opens them, one on the mark of the time pauses or goes back to now."""

    name = "header"

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells; only the first has text."""
        if height <= 0:
            return []
        line, self.spots = _line(view, width)
        return [line, *(blank(width) for _ in range(height - 1))]


def _line(view: View, width: int) -> tuple[Line, list[Spot]]:
    if width <= 0:
        return [], []
    host = (view.snapshot.host if view.snapshot else None) or HostInfo()
    name = clean(view.snapshot.node if view.snapshot else view.source_name)
    pieces = [Piece(1, "left", [[("title", name)]])]
    up = "" if host.uptime_seconds is None else units.duration(host.uptime_seconds)
    pieces += _about(host.os or "", host.kernel or "", host.container or "", up)
    # First on the right side: it takes from the blanks between the sides, so that nothing moves.
    pieces.append(Piece(2, "right", badge(view), "alerts"))
    pieces.append(Piece(10, "right", worst(view, name), "alerts"))
    pieces.append(Piece(3, "right", _units(view), "workloads"))
    pieces.append(Piece(3, "right", notice_pieces(view)))
    pieces.append(Piece(3, "right", _recording(view)))
    pieces += [Piece(4, "right", late_probes(view)), Piece(5, "right", own_cost(view.snapshot))]
    if not view.layout.shows("cpu"):  # its panel shows the load
        pieces.append(Piece(6, "right", _loads(view.snapshot)))
    pieces.append(Piece(0, "right", [_state(view)], "pause"))
    pieces.append(Piece(2, "right", [[("value", clock_text(view.now))]]))
    return _laid_out([piece for piece in pieces if piece.forms], width)


def _units(view: View) -> list[Line]:
    """How many systemd units have failed or are being restarted; nothing if none."""
    units_ = view.snapshot.units if view.snapshot else None
    if units_ is None:
        return []
    forms: list[Line] = []
    for count, style, word in (
        (units_.failed, "critical", "failed"), (units_.restarting, "warning", "restarting"),
    ):  # fmt: skip
        if count:
            mark = view.glyphs.critical if style == "critical" else view.glyphs.warning
            text = f"{mark} {count} {'unit' if count == 1 else 'units'} {word}"
            forms = forms or [[(style, text)], [(style, f"{mark} {count} {word}")]]
    return forms


class Piece(Struct, frozen=True):
    """A part of the line. If there is little room, those with the lowest ranks are kept; the longest form that fits is
    used."""

    rank: int
    side: str
    forms: list[Line]
    action: str = ""
    """The id of the action that a click on it runs."""


def _laid_out(pieces: list[Piece], width: int) -> tuple[Line, list[Spot]]:
    room = width - 2
    kept: dict[int, Line] = {}
    for index in sorted(range(len(pieces)), key=[piece.rank for piece in pieces].__getitem__):
        gap = _GAP if kept else 0
        for form in pieces[index].forms:
            wide = line_width(form) + gap
            if wide <= room:
                kept[index] = form
                room -= wide
                break
        else:
            break
    if not kept:
        return _exact(cut_line(pieces[-2].forms[-1], width), width), [Spot(0, 0, width, pieces[-2].action)]
    order = sorted(kept)
    left = [kept[index] for index in order if pieces[index].side == "left"]
    right = [index for index in order if pieces[index].side == "right"]
    line: Line = [("text", " ")]
    for position, piece in enumerate(left):
        line += [("text", " " * _GAP), *piece] if position else piece
    line.append(("text", " " * (room + (_GAP if left and right else 0))))
    spots = []
    x = line_width(line)
    for position, index in enumerate(right):
        line += [("text", " " * _GAP), *kept[index]] if position else kept[index]
        x += _GAP if position else 0
        wide = line_width(kept[index])
        if pieces[index].action:
            spots.append(Spot(x, 0, wide, pieces[index].action))
        x += wide
    return [*line, ("text", " ")], spots


def _exact(line: Line, width: int) -> Line:
    return [*line, ("text", " " * (width - line_width(line)))]


@lru_cache(maxsize=16)
def _about(os: str, kernel: str, container: str, up: str) -> list[Piece]:
    """Facts that change at most once a minute."""
    facts = ((7, clean(os)), (8, clean(kernel)), (9, clean(container)), (4, f"up {up}" if up else ""))
    return [Piece(rank, "left", [[("dim", text)]]) for rank, text in facts if text]


def _recording(view: View) -> list[Line]:
    """That samples are written to a file, and to which."""
    if view.recording is None:
        return []
    short: Line = [("critical", view.glyphs.dot), ("label", " rec")]
    return [[*short, ("dim", f" {clean(view.recording, 32)}")], short]


def _loads(snapshot: NodeSnapshot | None) -> list[Line]:
    cpu = snapshot.cpu if snapshot else None
    if cpu is None or cpu.load_1m is None:
        return []
    loads = (cpu.load_1m, cpu.load_5m, cpu.load_15m)
    return [[("label", "load"), ("value", "".join([f" {_load(load):>5}" for load in loads]))]]


def _load(load: float | None) -> str:
    """At most five characters: the higher the load, the fewer decimals."""
    return units.percent(load, 2 if load is None or load < 99.995 else 1 if load < 999.95 else 0)


def _state(view: View) -> Line:
    """Live with the interval; or stale with its age, paused, or a time in the past."""
    glyphs, snapshot = view.glyphs, view.snapshot
    if snapshot is None:
        return [("stale", f"{glyphs.critical} no data")] if view.problem else [("paused", "starting")]
    age = max(0.0, view.now - snapshot.taken_at)
    is_past = view.position is not None and view.position < len(view.ring) - 1
    if is_past or (view.moment is not None and view.moment != snapshot.taken_at):
        return past_state(view)
    if view.problem:
        return [("stale", f"{glyphs.critical} stale {units.age(age)}")]
    if view.paused:
        return [("paused", f"{glyphs.warning} paused {units.age(age)}")]
    if view.replay:
        mean = f" {mean_text(snapshot.seconds)}" if isinstance(snapshot, MeanSnapshot) else ""
        return [("accent", f"{glyphs.cursor} {replay_text(view)}{mean}")]
    return [("live", glyphs.dot), ("label", f" live {view.interval:g}s")]
