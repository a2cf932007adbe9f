"""A whole screen as lines. Draws the first frame before Textual is imported; tests and pictures use it too."""

from collections.abc import Mapping

from nodetop.base.lingering import SteadyRows
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, blank
from nodetop.history.means import MeanSnapshot
from nodetop.model.panels import SPECS
from nodetop.widgets.base.panel_parts import probe_report
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.node.arrangement import arrange, joined
from nodetop.widgets.node.wanted_rows import wanted_rows


def frame(panels: Mapping[str, Panel], view: View, width: int, height: int) -> list[Line]:
    """`height` lines of `width` cells: all panels where arrange() puts them; a missing panel is left blank."""
    rectangles = arrangement_of(view, width, height, SteadyRows())
    view.joined = joined(rectangles)
    return compose(panels, view, rectangles, width, height)


def arrangement_of(view: View, width: int, height: int, steady: SteadyRows) -> dict[str, Rect]:
    """Where the panels go, by the user's preferences and the machine shown: what it has, and what it does not have."""
    layout, wanted = view.layout, wanted_rows(view, width, steady)
    return arrange(width, height, zoomed=layout.zoomed, hidden=layout.hidden, wanted=wanted, absent=absent_panels(view))


def absent_panels(view: View) -> frozenset[str]:
    """The panels for which the machine shown has nothing."""
    return frozenset(spec.name for spec in SPECS if spec.needs and not _has(view, spec.needs))


def _has(view: View, needed: str) -> bool:
    """Whether the machine shown has what a panel needs: a field of a snapshot, or of a part of it."""
    part, _, name = needed.partition(".")
    found = getattr(view.snapshot, part) if view.snapshot else None
    if found is not None:
        return bool(getattr(found, name)) if name else True
    if isinstance(view.snapshot, MeanSnapshot):
        return False  # history keeps no single items
    # Before the first reply, room is reserved, so that panels do not move.
    report = probe_report(view, part)
    return report is None or report.status != "unavailable"


def compose(
    panels: Mapping[str, Panel], view: View, rectangles: Mapping[str, Rect], width: int, height: int
) -> list[Line]:
    """Puts the panels' lines together."""
    lines: list[Line] = [[] for _ in range(height)]
    for name, rect in sorted(rectangles.items(), key=lambda item: item[1].x):
        if name in panels:
            block = panels[name].lines(view, rect.width, rect.height)
        else:
            block = [blank(rect.width) for _ in range(rect.height)]
        for row, line in enumerate(block, start=rect.y):
            lines[row] += line
    return lines
