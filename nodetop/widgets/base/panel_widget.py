"""A pure panel as a Textual widget that redraws only what changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from nodetop.drawing.ansi import in_ascii, to_ansi
from nodetop.drawing.rect import Rect
from nodetop.drawing.runs import Line, blank, pad
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.strips import strip
from nodetop.widgets.base.view import Panel, View

Paint = Callable[[Iterable[tuple[int, int, Line]], Mapping[str, str]], bool]
"""Shows lines, each with its row and column; the mapping is theme.sgr's result. False: not now."""
WHEEL_ROWS = 3
FAILURES = 20


class PanelWidget(Widget):
    """Hosts one panel in the rectangle that a layout assigns. Has no border, padding or colours of its own."""

    ALLOW_SELECT = False
    failures: ClassVar[list[str]] = []
    """The last few panels that could not be drawn, for tests and debugging."""

    @dataclass
    class Clicked(Message):
        """A click on a panel, relative to its upper left corner; `times` is 2 for a double click."""

        panel: str
        x: int
        y: int
        times: int

    @dataclass
    class Wheeled(Message):
        """The wheel turned over a place of a panel; positive rows are down."""

        panel: str
        rows: int
        x: int
        y: int

    @dataclass
    class Dragged(Message):
        """The pointer was moved over a panel while a button is held; only where the app asks the terminal for it."""

        panel: str
        x: int
        y: int

    def __init__(self, panel: Panel, look: Look, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.panel = panel
        self._look = look
        self._view: View | None = None
        self._lines: list[Line] = []
        self._strips: list[Strip | None] = []  # made when Textual asks for them
        self._drawn_size = (0, 0)

    def show(self, view: View, place: Rect | None = None, paint: Paint | None = None) -> None:
        """Draws the panel from this view; only changed lines are repainted, by `paint` if the panel is at its place."""
        self._view = view
        if self._drawn_size == (0, 0) or self._drawn_size != self.outer_size:
            self.refresh()  # no layout yet, or a new one: render_lines draws everything
            return
        width, height = self._drawn_size
        new = self._lines_of(view, width, height)
        changed = [y for y, line in enumerate(new) if line != self._lines[y]]
        for y in changed:
            self._strips[y] = None
        self._lines = new
        if changed and not (place is not None and paint is not None and self._painted(changed, place, paint)):
            self.refresh(*(Region(0, y, width, rows) for y, rows in runs_of(changed)))

    def _painted(self, changed: list[int], place: Rect, paint: Paint) -> bool:
        """Paints lines without Textual, whose way costs more than drawing them. False: not possible now."""
        x, y, width, height = self.region
        if (x, y, width, height) != (place.x, place.y, place.width, place.height):
            return False  # a new layout is due
        return paint([(y + line, x, self._shown(self._lines[line])) for line in changed], self._look.sgr)

    def look_changed(self, look: Look) -> None:
        """Redraws everything in another look."""
        self._look = look
        self._drawn_size = (0, 0)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._drawn_size != self.outer_size:
            self._draw_whole()
        strips = [self._strip(y) for y in range(crop.y, crop.bottom)]
        if crop.x or crop.width != self._drawn_size[0]:
            return [line.crop(crop.x, crop.right) for line in strips]
        return strips

    def _draw_whole(self) -> None:
        width, height = self._drawn_size = self.outer_size
        if self._view is None:
            self._lines = [[("text", " " * width)] for _ in range(height)]
        else:
            self._lines = self._lines_of(self._view, width, height)
        self._strips = [None] * height

    def _lines_of(self, view: View, width: int, height: int) -> list[Line]:
        """The panel's lines; if drawing fails, a line that says so: an error affects only this panel."""
        try:
            return self.panel.lines(view, width, height)
        except Exception as error:
            PanelWidget.failures.append(f"{self.panel.name}, {width} x {height}: {error!r}")
            del PanelWidget.failures[:-FAILURES]
            said = pad([("error", f"{self.panel.name} cannot be drawn: {type(error).__name__}")], width)
            return [said, *(blank(width) for _ in range(height))][:height]

    def _shown(self, line: Line) -> Line:
        return in_ascii(line) if self._look.glyphs.ascii_only else line

    def _strip(self, y: int) -> Strip:
        found = self._strips[y]
        if found is None:
            line = self._shown(self._lines[y])
            found = strip(line, self._drawn_size[0], to_ansi(line, self._look.sgr), self._look.sgr)
            self._strips[y] = found
        return found

    # Textual calls the on_... methods of all base classes too: subclasses override take_click and take_wheel instead.

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.take_click(event.x, event.y, event.chain)

    def take_click(self, x: int, y: int, times: int) -> None:
        """Handles a click, relative to the upper left corner."""
        self.post_message(self.Clicked(self.panel.name, x, y, times))

    def take_wheel(self, rows: int, x: int, y: int) -> None:
        """Handles a turn of the wheel at a place; positive rows are down."""
        self.post_message(self.Wheeled(self.panel.name, rows, x, y))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        event.stop()
        if event.button:
            self.post_message(self.Dragged(self.panel.name, event.x, event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.take_wheel(WHEEL_ROWS, event.x, event.y)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.take_wheel(-WHEEL_ROWS, event.x, event.y)


def runs_of(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs of consecutive ones: (first, count)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][0] + runs[-1][1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs
