"""What is known about the time under the cursor: the values, and the processes on top. Pure."""

from collections.abc import Callable, Sequence

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.drawing.runs import Line, line_width
from nodetop.model.snapshot import HistoryPoint, Stat, TopProcess
from nodetop.widgets.base.view import View
from nodetop.widgets.trends.charts import charts


def readout(point: HistoryPoint, view: View, width: int, rows: int, *, with_io: bool) -> list[Line]:
    """At most so many lines, except on a low screen: values, then a line for each way to be on top."""
    tops = [_top("cpu", point.top_cpu, _percent), _top("memory", point.top_memory, _percent)]
    if with_io and point.top_io:
        tops.append(_top("disk", point.top_io, _rate))
    return [*_values(point, view, width, rows - len(tops)), *tops]


def _values(point: HistoryPoint, view: View, width: int, rows: int) -> list[Line]:
    """Mean (maximum) of each value that is known, in at most `rows` rows."""
    lines: list[Line] = [[]]
    for chart in charts(view):
        per = "/s" if chart.unit.endswith("/s") else ""
        for series in chart.series:
            stat: Stat | None = getattr(point, series.name)
            if stat is None:
                continue
            name = f"{chart.title} {series.label}".strip()
            piece: Line = [
                ("label", f" {name} "),
                ("value", chart.text(stat.mean) + per),
                ("dim", f" ({chart.text(stat.max)}{per}) "),
            ]
            if line_width(lines[-1]) + line_width(piece) > width:
                if len(lines) >= max(rows, 1):
                    return lines
                lines.append([])
            lines[-1] += piece
    return lines


def _percent(value: float) -> str:
    return f"{value:.1f}%"


def _rate(value: float) -> str:
    return f"{units.size(value)}/s"


def _top(what: str, processes: Sequence[TopProcess], said: Callable[[float], str]) -> Line:
    line: Line = [("label", f" top by {what:<7}")]
    for process in processes:
        line += [
            ("value", f" {clean(process.name)}"), ("dim", f" {process.pid}"),
            ("dim", f" {clean(process.user)}" if process.user else ""), ("accent", f" {said(process.value)}"),
            ("label", f" in {clean(process.workload)} " if process.workload else " "),
        ]  # fmt: skip
    if processes and " " in processes[0].command:
        line.append(("dim", f" {clean(processes[0].command)}"))
    return [run for run in line if run[1]] if processes else [*line, ("dim", " not known")]
