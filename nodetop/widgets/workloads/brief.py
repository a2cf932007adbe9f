"""Workloads in a few columns, for the panel of the node screen. Pure."""

from collections.abc import Iterable

from nodetop.drawing.runs import Line
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.widgets.base.columns import columns_width, header_row, row_of
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.table import cores_of
from nodetop.widgets.workloads.columns import COLUMNS, SHOWN, columns_for


def brief_lines(rows: Iterable[WorkloadMetrics], view: View, width: int) -> list[Line]:
    """A header and a line each, in the columns that the user chose for the list of workloads, as far as they fit."""
    widths = columns_for(width, view.workload_columns)
    used, divisor = columns_width(widths), cores_of(view.snapshot) if view.cpu_of_machine else 1.0
    lines = [header_row(SHOWN, widths, width)]
    for row in rows:
        cells = [[COLUMNS[name].cell(row, wide, divisor)] for name, wide in widths.items()]
        lines.append(row_of(cells, used, width))
    return lines
