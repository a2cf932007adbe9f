"""What the details screen shows of one process: which part, from which line on, with what filter. Pure."""

from dataclasses import dataclass, field

from nodetop.keys.details import SECTIONS
from nodetop.model.process_details import ProcessDetails
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.bar import Bar, TextWindow, Window
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.key import Key, key_of
from nodetop.widgets.processes.past import ProcessPast, find_row


class Children(Bar[ProcessMetrics]):
    """The children of the process, with a bar that stays on its child."""

    def key(self, row: ProcessMetrics) -> Key:
        return key_of(row)


@dataclass
class DetailsState:
    """The process is `key`; `row` is the newest of its rows up to the moment shown."""

    row: ProcessMetrics
    section: str = "overview"
    elsewhere: str | None = None
    """Why there are no details but those of the snapshot, if so."""
    details: ProcessDetails | None = None
    problem: str | None = None
    """Why the details could not be read, if so."""
    filter: Filter[str] = EVERYTHING
    text: TextWindow = field(default_factory=TextWindow)
    """The part of the section that is on the screen."""
    children: Children = field(default_factory=Children)
    is_there: bool = True
    """Whether the process is in the sample that is shown."""
    seen_at: float | None = None
    """When it was last seen, if it is not."""
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
        """Brings everything in line with the moment that the view shows."""
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
    def window(self) -> Window:
        """What keys move: the bar among children, elsewhere the text."""
        return self.children if self.section == "children" else self.text

    def open(self, section: str) -> None:
        """Another section, from its start."""
        self.section = section
        self.filter_by(EVERYTHING)
        self.children.home()

    def filter_by(self, wanted: Filter[str]) -> None:
        """Only lines that pass, from the first of them on."""
        self.filter = wanted
        self.text.home()

    def turn(self, steps: int) -> None:
        """The section so many further on."""
        self.open(SECTIONS[(SECTIONS.index(self.section) + steps) % len(SECTIONS)])
