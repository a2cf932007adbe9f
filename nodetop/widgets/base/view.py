"""What panels are drawn from: one node at one time, its recent past, and the user's preferences."""

from typing import Protocol

from msgspec import Struct, field

from nodetop.alerts.board import EMPTY, Board
from nodetop.drawing.glyphs import UNICODE, Glyphs
from nodetop.drawing.runs import Line
from nodetop.history.ring import Ring
from nodetop.model.panels import Panels
from nodetop.model.quantities import DEFAULT_LEVELS, Levels
from nodetop.model.snapshot import NodeSnapshot


class View(Struct):
    """Given to every panel at each refresh. Panels only read it."""

    snapshot: NodeSnapshot | None = None
    ring: Ring = field(default_factory=Ring)
    position: int | None = None
    """Index of the shown snapshot in the ring; None: the newest (live)."""
    moment: float | None = None
    """The past time that is viewed, UTC seconds; None: now. The shown snapshot may be older."""
    glyphs: Glyphs = UNICODE
    network_bits: bool = False
    """Network rates in bits per second instead of bytes."""
    cpu_of_machine: bool = False
    """CPU of processes as a share of the whole machine instead of one core."""
    command_folders: bool = False
    """Whether commands are shown with the folder of their program."""
    columns: tuple[str, ...] | None = None
    """Columns of the process list before the command, in order; None: those that fit the width."""
    workload_columns: tuple[str, ...] | None = None
    """Columns of the list of workloads before the name, likewise."""
    fahrenheit: bool = False
    focused: str | None = None
    """Name of the panel that has the focus."""
    problem: str | None = None
    """Why the data is not fresh; panels are dimmed. None: it is fresh."""
    notice: str | None = None
    """Another problem that the source reports, while the data is fresh."""
    now: float = 0.0
    """UTC wall time of this frame."""
    source_name: str = "local"
    paused: bool = False
    interval: float = 2.0
    replay: bool = False
    """Whether a recording is being replayed."""
    replayed: tuple[float, float] | None = None
    """How many seconds of a recording were played, and how many it has."""
    recording: str | None = None
    """Name of the file to which every sample is written too."""
    board: Board = EMPTY
    """Alerts of all nodes; replaced by a new object when something changes."""
    levels: Levels = field(default_factory=lambda: DEFAULT_LEVELS)
    """Limits above which values are marked, from the user's [alerts] table."""
    samples_per_dot: int = 1
    """Samples per column of dots in a graph: the zoom of the graphs."""
    layout: Panels = field(default_factory=Panels)
    """Which panels of the node screen to show."""
    joined: frozenset[str] = frozenset()
    """Panels without a bottom edge of their own, because what is below them closes their frame."""


WISHES = (
    "glyphs", "network_bits", "cpu_of_machine", "fahrenheit", "interval", "layout", "columns",
    "workload_columns", "command_folders", "levels",
)  # fmt: skip
"""Fields of a view that are user preferences, the same on every screen."""


class Panel(Protocol):
    """Something drawn in a rectangle. It does not depend on Textual, so that the first frame, --once and tests can use
    it."""

    name: str

    def lines(self, view: View, width: int, height: int) -> list[Line]:
        """Exactly `height` lines of exactly `width` cells, border included. Same view and size, same lines."""
