"""One process on the whole screen: identity, CPU and memory of the last minutes, and one section of details."""

from collections.abc import Callable

from nodetop.base import units
from nodetop.base.text import clean, cut_middle
from nodetop.base.when import clock_text
from nodetop.drawing.box import box
from nodetop.drawing.graph import Values, area, coloured, nice_top
from nodetop.drawing.runs import Line, beside, blank, cut_line, line_width, pad
from nodetop.keys.details import SECTIONS
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.details import rows
from nodetop.widgets.details.children import children
from nodetop.widgets.details.overview import overview, state_name
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.processes.table import cores_of

_LEAST_GRAPHS = 17
_LEAST_GRAPH_CELLS = 24
_NARROW = 60
_HEADING_ENDS = 3
_MINUTES = "15m"
_CONTENT: dict[str, Callable[[DetailsState], list[Line]]] = {
    "command": rows.command,
    "environment": rows.environment,
    "files": rows.files,
    "connections": rows.connections,
    "limits": rows.limits,
    "cgroup": rows.cgroup,
}
_WRAPPED = ("command", "environment", "cgroup")


class ProcessDetailsPanel:
    """The whole screen except its footer."""

    name = "details"

    def __init__(self, state: DetailsState) -> None:
        self.state = state
        self._tabs: list[tuple[int, int, str]] = []
        self._body_at = 0

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width <= 0 or height <= 0:
            return [[] for _ in range(height)]
        lines = [_heading(self.state, view, width)]
        graphs = _graph_rows(width, height)
        if graphs:
            lines += _graphs(self.state, view, width, graphs)
        if height >= 4:
            lines.append(self._tab_line(view, width))
        self._body_at = len(lines)
        lines += self._section(view, width, height - len(lines)) if height > len(lines) else []
        return (lines + [blank(width) for _ in range(height)])[:height]

    def tab_at(self, x: int, y: int) -> str | None:
        """The section whose tab is at this place; None where there is none."""
        if y != self._body_at - 1:
            return None
        return next((name for start, end, name in self._tabs if start <= x < end), None)

    def row_at(self, x: int, y: int) -> int | None:
        """Index of the child at this place; None where there is none."""
        return self.state.children.row_at(y - self._body_at - 2) if self.state.section == "children" else None

    def _tab_line(self, view: View, width: int) -> Line:
        """The section names with their numbers; if there is too little room, only the open section has its name."""
        digits = [view.glyphs.numbers[number] for number in range(1, len(SECTIONS) + 1)]
        names = [section.capitalize() for section in SECTIONS]
        all_fit = sum(len(name) + 2 for name in names) < width
        self._tabs = []
        line: Line = [("text", " ")]
        for digit, section, name in zip(digits, SECTIONS, names, strict=True):
            start = line_width(line)
            chosen = section == self.state.section
            line.append(("selected" if chosen else "key", digit))
            if chosen or all_fit:
                line.append(("selected" if chosen else "key.label", name))
            line.append(("text", " "))
            self._tabs.append((start, line_width(line), section))
        return pad(line, width)

    def _section(self, view: View, width: int, height: int) -> list[Line]:
        state, inner = self.state, max(width - 2, 0)
        if height < 3 or width < 4:
            return [blank(width) for _ in range(height)]
        page = height - 2
        state.children.fit(page - 1)  # below the header
        body = self._body(view, inner)
        if state.section != "children":
            state.text.show(len(body), page)
            body = body[state.text.top :]
        return box(
            body[:page], width, height, view.glyphs, title=state.section, subtitle=self._subtitle(view),
            values=self._values(view), focused=True,
        )  # fmt: skip

    def _body(self, view: View, cells: int) -> list[Line]:
        state, ellipsis = self.state, view.glyphs.ellipsis
        if state.section == "overview":
            return overview(state, view, cells)
        if state.section == "children":
            return children(state, view, cells)
        found = rows.matching(_CONTENT[state.section](state), state.filter)
        if state.filter.text and not found:
            found = [[("dim", "no line matches")]]
        room = max(cells - 2, 1)
        if state.section in _WRAPPED:
            found = [part for line in found for part in rows.wrapped(line, room)]
        else:
            found = [cut_line(line, room, ellipsis) for line in found]
        return [pad([("text", " "), *line], cells) for line in found]

    def _subtitle(self, view: View) -> list[Line]:
        state = self.state
        pieces: list[Line] = []
        if state.section == "files":
            pieces += rows.files_details(state)
        elif state.section == "children":
            pieces.append([("text", str(len(state.children.rows)))])
        return pieces + state.filter.shown()

    def _values(self, view: View) -> list[Line]:
        state, pieces = self.state, list[Line]()
        shown = state.window
        if shown.length > shown.height:
            last = min(shown.top + shown.height, shown.length)
            pieces.append([("dim", f"{shown.top + 1}-{last}/{shown.length}")])
        if state.details is not None and state.section != "children":
            pieces.append([("dim", f"read at {clock_text(state.details.read_at)}")])
        return pieces


def _heading(state: DetailsState, view: View, width: int) -> Line:
    row, glyphs = state.row, view.glyphs
    line: Line = [
        ("title", f" {cut_middle(clean(row.name), 32, glyphs.ellipsis)}"),
        ("label", "  PID "),
        ("value", str(row.pid)),
    ]
    if row.user is not None:
        line += [("label", "  user "), ("value", cut_middle(clean(row.user), 20, glyphs.ellipsis))]
    when = _presence(state, view)
    more: list[Line] = [[("label", "  "), ("value", state_name(row.state).partition(":")[0].partition(",")[0])]]
    if row.started_at is not None:
        age = units.duration(max(0.0, view.now - row.started_at))
        more.append([("label", "  started "), ("value", f"{age} ago")])
    if state.parent is not None:
        parent = cut_middle(clean(state.parent.name), 20, glyphs.ellipsis)
        more.append([("label", "  parent "), ("value", f"{state.parent.pid} {parent}")])
    room = width - line_width(when) - _HEADING_ENDS
    for piece in more if state.is_there else more[1:]:
        if line_width(line) + line_width(piece) <= room:
            line += piece
    line = pad(cut_line(line, max(room, 0), glyphs.ellipsis), max(room, 0))
    return pad([*line, ("text", "  "), *when, ("text", " ")], width)


def _presence(state: DetailsState, view: View) -> Line:
    """Whether the data is live, from the past, or the last that was seen."""
    glyphs, snapshot = view.glyphs, view.snapshot
    if not state.is_there:
        if state.seen_at is None:
            return [("stale", f"{glyphs.warning} not in this sample")]
        ago = units.duration(max(0.0, view.now - state.seen_at))
        return [("stale", f"{glyphs.critical} ended; last seen {clock_text(state.seen_at)}, {ago} ago")]
    if view.paused and snapshot is not None:
        return [("paused", f"{glyphs.cursor} {clock_text(snapshot.taken_at)}")]
    if view.problem:  # the last line says why
        age = f"stale {units.age(max(view.now - snapshot.taken_at, 0.0))}" if snapshot is not None else "no data"
        return [("stale", f"{glyphs.critical} {age}")]
    return [("accent", f"{glyphs.cursor} replay")] if view.replay else [("live", glyphs.dot), ("label", " live")]


def _graph_rows(width: int, height: int) -> int:
    return 0 if height < _LEAST_GRAPHS or width < _LEAST_GRAPH_CELLS else max(5, min(height // 4, 18))


def _graphs(state: DetailsState, view: View, width: int, height: int) -> list[Line]:
    divisor = cores_of(view.snapshot) if view.cpu_of_machine else 1.0

    def cpu(row: ProcessMetrics) -> float | None:
        return None if row.cpu_percent is None else row.cpu_percent / divisor

    def memory(row: ProcessMetrics) -> float | None:
        return None if row.resident_bytes is None else float(row.resident_bytes)

    row = state.row
    interval = max(view.interval, (view.snapshot.interval or 0.0) if view.snapshot is not None else 0.0)
    until = view.snapshot.taken_at if view.snapshot is not None else view.now
    left = width if width < _NARROW else width // 2
    values = state.past.columns(cpu, until, 2 * max(left - 2, 1), interval)
    top = nice_top(values, 10.0, 1000)
    now = _now(units.percent(cpu(row), 1) + "%", cpu(row) is not None and state.is_there)
    first = _graph(view, left, height, values, title="cpu", gradient="load", top=top, top_text=f"{top:.0f}%", now=now)
    if left == width:
        return first
    values = state.past.columns(memory, until, 2 * max(width - left - 2, 1), interval)
    top = nice_top(values, 1024.0 * 1024)
    now = _now(units.size(row.resident_bytes), row.resident_bytes is not None and state.is_there)
    second = _graph(
        view,
        width - left,
        height,
        values,
        title="memory",
        gradient="memory",
        top=top,
        top_text=units.size(top),
        now=now,
    )
    return beside(first, second)


def _now(text: str, known: bool) -> Line:
    return [("value" if known else "dim", text if known else units.UNKNOWN)]


def _graph(
    view: View,
    width: int,
    height: int,
    values: Values,
    *,
    title: str,
    gradient: str,
    top: float,
    top_text: str,
    now: Line,
) -> list[Line]:
    drawn = coloured(area(values, width - 2, height - 2, top, ascii_only=view.glyphs.ascii_only), gradient)
    foot: Line = [("dim", f"{_MINUTES}, full height {top_text}")]
    return box([[run] for run in drawn], width, height, view.glyphs, title=title, values=[now], foot=foot)
