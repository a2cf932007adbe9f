"""The workloads panel: the busiest containers, pods and units. It is shown where the user adds it to a layout, so that
what draws it is loaded with its first drawing."""

from collections.abc import Sequence

from nodetop.drawing.runs import Line, pad
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.widgets.base.panel_parts import Body, BoxedPanel, more, percent_field, stale_mark
from nodetop.widgets.base.view import View

_HEADER_ROWS = 1


class WorkloadsSummaryPanel(BoxedPanel):
    """A row for each workload that contains no other, the busiest first."""

    name = "workloads"

    def __init__(self) -> None:
        self.shown: frozenset[str] = frozenset()
        """The groups on the screen."""

    def subtitle(self, view: View) -> list[Line]:
        return stale_mark(view, "workloads")

    def values(self, view: View) -> list[Line]:
        summary = _summary(view)
        counted = ((summary.pods, "pod"), (summary.containers, "container"), (summary.units, "unit"))
        return [
            [("value", str(value)), ("label", f" {word}{'' if value == 1 else 's'}")]
            for value, word in counted
            if value
        ]

    def summary(self, view: View, width: int) -> list[Line]:
        busiest = next(iter(_busiest(_summary(view).rows)), None)
        line: Line = [("title", "workloads")]
        if busiest is None:
            return [[*line, ("dim", " none")]]
        from nodetop.widgets.workloads.columns import name_of  # late, as the module says

        return [line, [("value", percent_field(busiest.cpu_percent).strip()), ("text", f" {name_of(busiest)}")]]

    def rows(self, view: View, width: int) -> int:
        return sum(row.is_inner for row in _summary(view).rows) + _HEADER_ROWS

    def body(self, view: View, width: int, height: int) -> Body:
        from nodetop.widgets.workloads.brief import brief_lines  # late, as the module says

        rows = _busiest(_summary(view).rows)
        shown = rows[: max(height - _HEADER_ROWS, 0)]
        self.shown = frozenset(row.group for row in shown)
        if not rows:
            return [pad([("dim", " no workloads")], width)], []
        return brief_lines(shown, view, width), more(len(rows) - len(shown))


def _summary(view: View) -> WorkloadSummary:
    return (view.snapshot.workloads if view.snapshot else None) or WorkloadSummary()


def _busiest(rows: Sequence[WorkloadMetrics]) -> list[WorkloadMetrics]:
    """By CPU, then by memory."""
    inner = [row for row in rows if row.is_inner]
    return sorted(inner, key=lambda row: (row.cpu_percent or 0.0, row.memory_bytes or 0), reverse=True)
