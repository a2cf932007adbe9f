"""What the details screen shows of a process: section, scroll position, filter. Pure."""

from dataclasses import dataclass, field

from nodetop.keys.details import SECTIONS
from nodetop.model.process_details import ProcessDetails
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.cursor_list import CursorList, TextViewport, Viewport
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.key import Key, key_of
from nodetop.widgets.processes.past import ProcessPast, find_row


class Children(CursorList[ProcessMetrics]):
    """The children of the process, with a cursor that stays on its child."""

    def key(self, row: ProcessMetrics) -> Key:
        return key_of(row)


@dataclass
class DetailsState:
    """`key` identifies the process; `row` is its newest row up to the shown time."""

    row: ProcessMetrics
    section: str = "overview"
    elsewhere: str | None = None
    """Why there are only the details that the snapshot has; None if all are available."""
    details: ProcessDetails | None = None
    problem: str | None = None
    """Why the details could not be read; None if they could."""
    filter: Filter[str] = EVERYTHING
    text: TextViewport = field(default_factory=TextViewport)
    """The visible part of the section."""
    children: Children = field(default_factory=Children)
    is_there: bool = True
    """Whether the process is in the shown sample."""
    seen_at: float | None = None
    """When it was last seen, if it is not in the shown sample."""
    parent: ProcessMetrics | None = None
    _past: ProcessPast | None = field(default=None, repr=False)

    @property
    def key(self) -> Key:
        return self.row.pid, self.row.started_at

    @property
    def past(self) -> ProcessPast:
        if self._past is None:
            self._past = ProcessPast(self.key)
        return self._past

    def follow(self, view: View) -> None:
        """Updates everything to the time that the view shows."""
        self.past.follow(view)
        snapshot = view.snapshot
        if snapshot is None:
            return
        row = find_row(snapshot, self.key)
        self.is_there = row is not None
        self.seen_at = None
        if row is None:
            seen = self.past.last_seen(snapshot.taken_at)
            if seen is not None:
                self.seen_at, row = seen
        self.row = row or self.row
        rows = snapshot.processes.rows if snapshot.processes is not None else ()
        pid, ppid = self.row.pid, self.row.ppid
        self.children.rows = [each for each in rows if each.ppid == pid and each.pid != pid] if self.is_there else ()
        self.children.find_selected()
        self.parent = next((each for each in rows if each.pid == ppid), None) if ppid and ppid != pid else None

    @property
    def window(self) -> Viewport:
        """What keys move: the cursor in the list of children, else the text."""
        return self.children if self.section == "children" else self.text

    def open(self, section: str) -> None:
        """Opens another section at its start."""
        self.section = section
        self.filter_by(EVERYTHING)
        self.children.home()

    def filter_by(self, wanted: Filter[str]) -> None:
        """Shows only the lines that pass, from the first one on."""
        self.filter = wanted
        self.text.home()

    def turn(self, steps: int) -> None:
        """Goes forward by so many sections."""
        self.open(SECTIONS[(SECTIONS.index(self.section) + steps) % len(SECTIONS)])
