"""The confirmation before an action on processes: it lists each with name, PID, user and age."""

from collections.abc import Sequence
from typing import ClassVar

from nodetop.base.text import clean, cut, cut_middle, fit_middle, fit_right
from nodetop.base.units import duration
from nodetop.drawing.box import box
from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, blank, cut_line, line_width, pad
from nodetop.keys.overlays import QUESTION, QUESTION_SHOWN, OverlayKeys, Shown
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

YES = "yes"
_MOST_ROWS = 8
_WIDTH = 76
_KEYS: Line = [("key", " Enter y"), ("text", " send      "), ("key", "Esc n"), ("text", " cancel")]


class ConfirmPanel(MenuPanel):
    """The question, in the middle of the screen. `warnings` are shown with it."""

    def __init__(self, title: str, rows: Sequence[ProcessMetrics], warnings: Sequence[str], now: float) -> None:
        super().__init__(title, (YES,))
        self._rows = tuple(rows)
        self._warnings = tuple(warnings)
        self._now = now

    @property
    def _height(self) -> int:
        hidden = len(self._rows) > _MOST_ROWS
        listed = 2 if len(self._rows) == 1 else min(len(self._rows), _MOST_ROWS) + hidden
        return 6 + listed + (len(self._warnings) + 1 if self._warnings else 0)

    def rectangle(self, beside: Rect, width: int, height: int) -> Rect:
        """In the middle of the screen."""
        cells, rows = min(_WIDTH, width), min(self._height, height)
        return Rect((width - cells) // 2, (height - rows) // 2, cells, rows)

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """See Panel.lines. If there is not enough room, blank lines and then processes are left out."""
        inner, glyphs = max(width - 2, 0), view.glyphs
        page = max(height - 2, 0)
        warnings: list[Line] = [
            [("critical", f" {glyphs.critical} "), ("warning", clean(text))] for text in self._warnings
        ]
        room = max(page - len(warnings) - 1, 1)
        listed = self._listed(inner, room, glyphs)
        body: list[Line] = [*listed, *warnings, _KEYS]
        if page >= len(body) + (4 if warnings else 3):
            body = [[], *listed, *([[]] if warnings else []), *warnings, [], _KEYS]
        lines = [pad(cut_line(line, inner, glyphs.ellipsis), inner) if line else blank(inner) for line in body[:page]]
        return box(lines, width, height, glyphs, title=self.title, focused=True)

    def _listed(self, cells: int, room: int, glyphs: Glyphs) -> list[Line]:
        if len(self._rows) == 1:
            row = self._rows[0]
            command = cut(clean(row.command or f"[{row.name}]", 1024), max(cells - 2, 0), glyphs.ellipsis)
            return [self._about(row, cells), [("dim", f" {command}")]][:room]
        most = min(_MOST_ROWS, len(self._rows))
        if len(self._rows) > room:
            most = min(most, room - 1)
        lines = [self._about_in_columns(row, glyphs) for row in self._rows[:most]]
        hidden = len(self._rows) - most
        return [*lines, [("dim", f" and {hidden} more")]] if hidden else lines

    def _about(self, row: ProcessMetrics, cells: int) -> Line:
        line: Line = [("title", f" {clean(row.name)}"), ("label", "  PID "), ("value", str(row.pid))]
        if row.user is not None:
            line += [("label", "  user "), ("value", clean(row.user))]
        if row.started_at is not None:
            line += [("label", "  started "), ("value", f"{self._age(row)} ago")]
        if line_width(line) <= cells:
            return line
        # Little room: everything without its labels; the name is cut rather than the rest.
        rest = f"  {row.pid}  {clean(row.user or '')}  {self._age(row)} old"
        return [("title", " " + cut_middle(clean(row.name), max(cells - len(rest) - 1, 4))), ("value", rest)]

    def _about_in_columns(self, row: ProcessMetrics, glyphs: Glyphs) -> Line:
        line: Line = [
            ("label", f" {row.pid:>7} "),
            ("title", fit_middle(clean(row.name), 16, glyphs.ellipsis)),
            (
                "value",
                " " + fit_middle(clean(row.user) if row.user is not None else glyphs.unknown, 10, glyphs.ellipsis),
            ),
            ("label", " " + fit_right(self._age(row), 8) + "  "),
        ]
        return [*line, ("dim", cut(clean(row.command, 1024), _WIDTH - 2 - line_width(line), glyphs.ellipsis))]

    def _age(self, row: ProcessMetrics) -> str:
        return duration(None if row.started_at is None else max(0.0, self._now - row.started_at))


class Confirm(Menu):
    """The question with its keys."""

    KEYS: ClassVar[OverlayKeys] = QUESTION
    SHOWN: ClassVar[Shown] = QUESTION_SHOWN
    CLOSES_BY_CLICK = False

    def take_click(self, x: int, y: int, times: int) -> None:
        """Clicks neither confirm nor cancel."""
