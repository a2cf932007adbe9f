"""What panels are drawn from: one moment of one node, its recent past, and how the user wants to see it."""

from dataclasses import dataclass, field
from typing import Protocol

from nodetop.alerts.board import EMPTY, Board
from nodetop.drawing.glyphs import UNICODE, Glyphs
from nodetop.drawing.runs import Line
from nodetop.history.ring import Ring
from nodetop.model.panels import Panels
from nodetop.model.quantities import DEFAULT_LEVELS, Levels
from nodetop.model.snapshot import NodeSnapshot


@dataclass
class View:
    """Handed to every panel at each refresh. Panels read it and change nothing in it."""

    snapshot: NodeSnapshot | None = None
    ring: Ring = field(default_factory=Ring)
    position: int | None = None
    """Where in the ring the shown snapshot stands; None: the newest (live)."""
    moment: float | None = None
    """The time of the past that is looked at, UTC; None: now. The shown snapshot may be from before it."""
    glyphs: Glyphs = UNICODE
    network_bits: bool = False
    """Network rates in bits per second instead of bytes."""
    cpu_of_machine: bool = False
    """Processes' CPU as a share of the whole machine instead of one core."""
    columns: tuple[str, ...] | None = None
    """Columns of the process list before the command, in order; None: those that a width has room for."""
    fahrenheit: bool = False
    focused: str | None = None
    """Name of the panel that has the keys."""
    problem: str | None = None
    """Why data is not fresh, if so; panels dim."""
    notice: str | None = None
    """What is wrong besides, as the source says it: the data shown are fresh."""
    now: float = 0.0
    """UTC wall time of this frame."""
    source_name: str = "local"
    paused: bool = False
    interval: float = 2.0
    replay: bool = False
    """Whether this is a recording played again."""
    board: Board = EMPTY
    """Alerts of all nodes; a new one when there is news."""
    levels: Levels = field(default_factory=lambda: DEFAULT_LEVELS)
    """From which values on quantities are marked, as the user's [alerts] say."""
    samples_per_dot: int = 1
    """How many samples one column of a graph's dots stands for: the graphs' zoom."""
    layout: Panels = field(default_factory=Panels)
    """Which panels of the node screen are wanted."""


WISHES = ("glyphs", "network_bits", "cpu_of_machine", "fahrenheit", "interval", "layout", "columns", "levels")
"""What of a view is the user's wish, the same on every screen."""


class Panel(Protocol):
    """Something drawn in a rectangle. It knows no Textual, so that a first frame, --once and tests can use it."""

    name: str

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells, border included. Same view and size, same lines."""
