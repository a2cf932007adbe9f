"""The line at the top: which machine, how it is, whether the data are fresh, and what nodetop itself costs."""

from nodetop import units
from nodetop.drawing.runs import Line, blank, cut_line, line_width
from nodetop.history.means import MeanSnapshot
from nodetop.model import HostInfo, NodeSnapshot
from nodetop.text import clean, fit_right
from nodetop.widgets.moment_text import clock_text, mean_text, past_state
from nodetop.widgets.view import View

SLOW_PROBE_SECONDS = 1.0
_GAP = 2


class HeaderPanel:
    """One line. Whether the data are live comes first, the name of the machine next, the rest as there is room."""

    name = "header"

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells; only the first has text."""
        if height <= 0:
            return []
        return [_line(view, width), *(blank(width) for _ in range(height - 1))]


def _line(view: View, width: int) -> Line:
    if width <= 0:
        return []
    host = (view.snapshot.host if view.snapshot else None) or HostInfo()
    name = clean(view.snapshot.node if view.snapshot else view.source_name)
    # (rank, side): the lowest ranks are kept where there is little room.
    pieces: list[tuple[int, str, Line]] = [(1, "left", [("title", name)])]
    pieces += [(rank, "left", [("dim", text)]) for rank, text in _about(host)]
    pieces += [(6, "right", piece) for piece in _slow(view)]
    pieces += [(8, "right", piece) for piece in _cost(view.snapshot)]
    pieces += [(4, "right", piece) for piece in _loads(view.snapshot)]
    pieces.append((0, "right", _state(view)))
    pieces.append((2, "right", [("value", clock_text(int(view.now)))]))
    return _laid_out(pieces, width, view)


def _laid_out(pieces: list[tuple[int, str, Line]], width: int, view: View) -> Line:
    room = width - 2
    kept: set[int] = set()
    for index in sorted(range(len(pieces)), key=lambda index: pieces[index][0]):
        wide = line_width(pieces[index][2]) + (_GAP if kept else 0)
        if wide > room:
            break
        room -= wide
        kept.add(index)
    if not kept:
        return _exact(cut_line(pieces[-2][2], width), width)
    left = [pieces[index][2] for index in sorted(kept) if pieces[index][1] == "left"]
    right = [pieces[index][2] for index in sorted(kept) if pieces[index][1] == "right"]
    line: Line = [("text", " ")]
    for position, piece in enumerate(left):
        line += [("text", " " * _GAP), *piece] if position else piece
    line.append(("text", " " * (room + (_GAP if left and right else 0))))
    for position, piece in enumerate(right):
        line += [("text", " " * _GAP), *piece] if position else piece
    return [*line, ("text", " ")]


def _exact(line: Line, width: int) -> Line:
    return [*line, ("text", " " * (width - line_width(line)))]


def _about(host: HostInfo) -> list[tuple[int, str]]:
    facts = [
        (5, clean(host.os or "")),
        (7, clean(host.kernel or "")),
        (9, clean(host.container or "")),
        (3, f"up {units.duration(host.uptime_seconds)}" if host.uptime_seconds is not None else ""),
    ]
    return [(rank, text) for rank, text in facts if text]


def _loads(snapshot: NodeSnapshot | None) -> list[Line]:
    cpu = snapshot.cpu if snapshot else None
    if cpu is None or cpu.load_1m is None:
        return []
    loads = (cpu.load_1m, cpu.load_5m, cpu.load_15m)
    return [[("label", "load"), *(("value", fit_right(units.percent(load, 2), 6)) for load in loads)]]


def _cost(snapshot: NodeSnapshot | None) -> list[Line]:
    """What reading the machine took, all probes together."""
    seconds = sum(report.seconds or 0.0 for report in snapshot.probes) if snapshot else 0.0
    return (
        [[("label", "read in"), ("dim", fit_right(units.milliseconds(1000 * seconds), 5) + " ms")]] if seconds else []
    )


def _slow(view: View) -> list[Line]:
    """The probes that failed or answer late, by name."""
    reports = view.snapshot.probes if view.snapshot else ()
    late = [
        report.name
        for report in reports
        if report.status in ("failed", "stale") or (report.seconds or 0.0) > SLOW_PROBE_SECONDS
    ]
    return [[("warning", f"{view.glyphs.warning} {clean(', '.join(late))}")]] if late else []


def _state(view: View) -> Line:
    """Live with the interval, or why not: stale with its age, paused, or a moment of the past."""
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
        return [("accent", f"{glyphs.cursor} replay{mean}")]
    return [("live", glyphs.dot), ("label", f" live {view.interval:g}s")]
