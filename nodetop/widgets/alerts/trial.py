"""What a rule would have done in the past, as a page of text. Pure."""

import textwrap

from nodetop.base.text import clean
from nodetop.drawing.box import box
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.cursor_list import TextViewport
from nodetop.widgets.base.scrolling import reach
from nodetop.widgets.base.view import View

_CONTINUED = "      "


class TrialPanel:
    """`text` are the lines of the result; `note` is what stands there before there is one."""

    name = "trial"

    def __init__(self) -> None:
        self.rule = ""
        self.text: list[str] = []
        self.note = ""
        self.window = TextViewport()

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines."""
        if width < 12 or height < 3:
            return [blank(max(width, 0)) for _ in range(height)]
        inner, rows = width - 2, height - 2
        result = [self._styled(line, number) for number, line in enumerate(self.text)]
        shown = [("dim", self.note)] if self.note else result
        wrapped = [
            (style, f" {part}")
            for style, line in shown
            for part in textwrap.wrap(clean(line), max(inner - 2, 8), subsequent_indent=_CONTINUED) or [""]
        ]
        self.window.show(len(wrapped), rows)
        visible = wrapped[self.window.top : self.window.top + rows]
        body = [pad([piece], inner) for piece in visible]
        body += [blank(inner)] * (rows - len(body))
        title: list[Line] = [[("value", clean(self.rule))]] if self.rule else []
        return box(
            body,
            width,
            height,
            view.glyphs,
            title="try a rule",
            subtitle=title,
            more=reach(self.window, view.glyphs),
            focused=True,
        )

    def _styled(self, line: str, number: int) -> tuple[str, str]:
        if number == 0:
            return "value", line
        return ("label" if line.startswith("    ") else "text"), line
