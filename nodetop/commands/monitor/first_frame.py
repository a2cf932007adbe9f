"""The first screen, painted before Textual is imported: 50 ms after start instead of 430.

Textual's own first frame then overwrites it line by line, without clearing, so that the change is not visible.
"""

from nodetop.drawing.ansi import in_ascii
from nodetop.drawing.runs import Line
from nodetop.history.ring import Ring
from nodetop.keys.node import NODE, shown
from nodetop.model.snapshot import NodeSnapshot
from nodetop.screens.base.appearance import look_for, view_for
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty, leave_on_signals
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.look import Look
from nodetop.widgets.node.frame import frame
from nodetop.widgets.node.registry import node_panels


def show_first_frame(tty: Tty, snapshot: NodeSnapshot, settings: Settings, *, can_signal: bool = False) -> None:
    """Enters full-screen mode and draws the node screen from one sample. However the program ends, the terminal is
    restored: by Textual's driver if it is running, else at exit or on a signal."""
    leave_on_signals(tty)
    tty.enter()
    look = look_for(settings)
    width, height = tty.size()
    lines = first_lines(snapshot, settings, look, width, height, can_signal=can_signal)
    tty.paint(map(in_ascii, lines) if look.glyphs.ascii_only else lines, look.sgr)
    tty.listen()


def first_lines(
    snapshot: NodeSnapshot, settings: Settings, look: Look, width: int, height: int, *, can_signal: bool = False
) -> list[Line]:
    """The node screen as it looks after its first sample."""
    ring = Ring()
    ring.add(snapshot)
    view = view_for(settings, look)
    view.snapshot, view.ring, view.now = snapshot, ring, snapshot.taken_at
    view.focused = "processes"
    panels = node_panels()
    footer = panels["footer"]
    assert isinstance(footer, HintFooter)
    footer.keys = look.keymap.footer(shown(NODE, can_signal=can_signal))
    return frame(panels, view, width, height)
