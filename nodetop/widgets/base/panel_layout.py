"""A Textual layout that asks a function where each widget goes. It depends on the terminal's size, not on the data."""

from collections.abc import Callable, Mapping

from textual.geometry import NULL_SPACING, Offset, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from nodetop.drawing.rect import Rect


class PanelLayout(Layout):
    """Places each child in the rectangle of its id; a child without a rectangle is hidden. Later ones are on top."""

    name = "panels"

    def __init__(self, rectangles: Callable[[int, int], Mapping[str, Rect]]) -> None:
        self._rectangles = rectangles

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        parent.pre_layout(self)
        rectangles = self._rectangles(size.width, size.height)
        return [
            WidgetPlacement(Region(rect.x, rect.y, rect.width, rect.height), Offset(0, 0), NULL_SPACING, child, order)
            for order, child in enumerate(children)
            if (rect := rectangles.get(child.id or "")) is not None
        ]
