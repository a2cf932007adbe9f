"""systemd units that have failed or are being restarted, below the list of workloads. Pure."""

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.drawing.runs import Line
from nodetop.model.snapshot import UnitProblem
from nodetop.widgets.base.panel_parts import in_a_row
from nodetop.widgets.base.view import View

_MOST_LINES = 5
_LEAST_ROWS = 8
"""So many rows of the list must be left."""


def problem_lines(view: View, width: int, rows: int) -> list[Line]:
    """A line for each unit with a problem, as far as there is room beside `rows` rows of the list."""
    summary = view.snapshot.units if view.snapshot else None
    room = min(_MOST_LINES, rows - _LEAST_ROWS)
    if summary is None or not summary.problems or room < 1:
        return []
    count = len(summary.problems)
    shown = summary.problems[: room if count <= room else room - 1]
    lines = [in_a_row(_problem(each, view), width) for each in shown]
    if len(shown) < count:
        lines.append(in_a_row([[("dim", f"{count - len(shown)} more: systemctl list-units --failed")]], width))
    return lines


def _problem(unit: UnitProblem, view: View) -> list[Line]:
    failed = unit.state == "failed"
    style, mark = ("critical", view.glyphs.critical) if failed else ("warning", view.glyphs.warning)
    pieces: list[Line] = [[(style, f"{mark} {clean(unit.state)}"), ("value", f" {clean(unit.unit)}")]]
    if unit.result:
        status = f" {unit.exit_status}" if unit.exit_status else ""
        pieces.append([("text", f"{clean(unit.result)}{status}")])
    if unit.restarts:
        pieces.append([("label", "restarts "), ("value", units.count(unit.restarts))])
    if unit.since is not None and view.snapshot is not None:
        pieces.append([("label", "for "), ("value", units.duration(max(view.snapshot.taken_at - unit.since, 0.0)))])
    return pieces
