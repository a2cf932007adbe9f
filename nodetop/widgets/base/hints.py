"""The footer, which can briefly show a hint instead of the keys. Pure."""

from nodetop.base.text import clean
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.footer import FooterPanel
from nodetop.widgets.base.view import View


class HintFooter(FooterPanel):
    """Shows a hint while there is one, else the keys."""

    hint: str | None = None

    def key_at(self, x: int) -> str | None:
        """See FooterPanel.key_at. A hint has no keys."""
        return None if self.hint is not None else super().key_at(x)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See FooterPanel.lines."""
        if self.hint is None or height <= 0:
            return super().lines(view, width, height)
        line = pad([("accent", f" {view.glyphs.cursor} "), ("text", clean(self.hint))], width)
        return [line, *(blank(width) for _ in range(height - 1))]
