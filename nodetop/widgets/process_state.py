"""What the user has done to the process list: order, filter, search, selection, scroll. Pure."""

from dataclasses import dataclass, field
from operator import attrgetter

from nodetop.model import NodeSnapshot, ProcessMetrics
from nodetop.widgets.process_columns import SORTS
from nodetop.widgets.process_filter import EVERYTHING, Filter

Key = tuple[int, float | None]
"""A process: pid and start, so that a reused pid is another."""
_KTHREADD = 2
_by_pid = attrgetter("pid")


def key_of(row: ProcessMetrics) -> Key:
    """What identifies the process of a row."""
    return (row.pid, row.started_at)


def is_kernel_thread(row: ProcessMetrics) -> bool:
    """Threads of the kernel have no command line and are children of kthreadd."""
    return not row.command and _KTHREADD in (row.pid, row.ppid)


@dataclass
class ProcessState:
    """The list as the user wants it. `show` brings it in line with a snapshot; the other methods are what keys do.

    Nothing is selected until the user selects: the bar then rests on the first row, whichever process that is. A
    selected process keeps the bar wherever it moves; the rows on the screen stay where they are unless `follow`.
    """

    sort: str = "cpu"
    reverse: bool = False
    filter: Filter = EVERYTHING
    user: str | None = None
    hide_kernel: bool = False
    follow: bool = False
    search: Filter = EVERYTHING
    selected: Key | None = None
    index: int = 0
    """Row of the bar."""
    top: int = 0
    """First row on the screen."""
    rows: list[ProcessMetrics] = field(default_factory=list)
    """All rows that pass the filter, in order."""
    _shown: tuple[object, ...] = ()
    _page: int = 1

    # What is shown

    def show(self, snapshot: NodeSnapshot | None, page: int) -> None:
        """Orders the rows of a snapshot and places bar and scroll for a page of so many rows. Cheap if unchanged."""
        wanted = (snapshot, self.sort, self.reverse, self.filter, self.user, self.hide_kernel)
        if not self._shown or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._shown = wanted
            self.rows = self._ordered(self._passing(snapshot))
            self._find_selected()
        self._page = max(page, 1)
        if self.follow and self.selected is not None:
            self._scroll_to_bar()
        self.top = max(0, min(self.top, len(self.rows) - self._page))

    def _passing(self, snapshot: NodeSnapshot | None) -> list[ProcessMetrics]:
        rows = list(snapshot.processes.rows) if snapshot is not None and snapshot.processes is not None else []
        if self.hide_kernel:
            rows = [row for row in rows if not is_kernel_thread(row)]
        if self.user is not None:
            rows = [row for row in rows if row.user == self.user]
        if self.filter.predicates:
            rows = [row for row in rows if self.filter.matches(row)]
        return rows

    def _ordered(self, rows: list[ProcessMetrics]) -> list[ProcessMetrics]:
        # Ties in order of pid, whichever the direction: rows that are equal must not dance.
        rows.sort(key=_by_pid)
        sort = SORTS[self.sort]
        rows.sort(key=sort.value, reverse=self.reverse if sort.ascending else not self.reverse)
        return rows

    def _find_selected(self) -> None:
        if self.selected is not None:
            pid = self.selected[0]
            for index, row in enumerate(self.rows):
                if row.pid == pid and key_of(row) == self.selected:
                    self.index = index
                    return
            # It ended, or is filtered out: the bar stays on its row, and is another process's from now on.
            self.index = max(0, min(self.index, len(self.rows) - 1))
            self.selected = key_of(self.rows[self.index]) if self.rows else None
        else:
            self.index = 0

    @property
    def visible(self) -> list[ProcessMetrics]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self._page]

    @property
    def current(self) -> ProcessMetrics | None:
        """The process under the bar."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    # What keys do

    def select(self, index: int) -> None:
        """Puts the bar on a row, within the list, and scrolls it into sight."""
        self.index = max(0, min(index, len(self.rows) - 1))
        self.selected = key_of(self.rows[self.index]) if self.rows else None
        self._scroll_to_bar()

    def move(self, rows: int) -> None:
        """The bar up or down."""
        self.select(self.index + rows)

    def page(self, pages: float) -> None:
        """The bar and the screen up or down by so many pages."""
        rows = round(pages * self._page) or (1 if pages > 0 else -1)
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))
        self.select(self.index + rows)

    def home(self) -> None:
        """Back to the first row, whichever process that is from now on."""
        self.selected, self.index, self.top = None, 0, 0

    def end(self) -> None:
        """To the last row."""
        self.select(len(self.rows) - 1)

    def scroll(self, rows: int) -> None:
        """Moves what is seen and leaves the bar where it is, as a wheel does."""
        self.follow = False
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))

    def sort_by(self, name: str) -> None:
        """Sorts by a key of SORTS; the one that is in use is reversed."""
        if name == self.sort:
            self.reverse = not self.reverse
        else:
            self.sort, self.reverse = name, False

    def sort_next(self, steps: int) -> None:
        """Sorts by the key so many places further on."""
        names = list(SORTS)
        self.sort, self.reverse = names[(names.index(self.sort) + steps) % len(names)], False

    def find(self, steps: int, *, from_here: bool = False) -> bool:
        """Puts the bar on the next (1) or previous (-1) row that the search matches, round the end. False: none does.

        `from_here`: the row under the bar counts as well, so that typing on stays with what matches already.
        """
        count = len(self.rows)
        if not self.search.predicates:
            return False
        for distance in range(0 if from_here else 1, count + 1):
            index = (self.index + steps * distance) % count
            if self.search.matches(self.rows[index]):
                self.select(index)
                return True
        return False

    def _scroll_to_bar(self) -> None:
        if self.index < self.top:
            self.top = self.index
        elif self.index >= self.top + self._page:
            self.top = self.index - self._page + 1
