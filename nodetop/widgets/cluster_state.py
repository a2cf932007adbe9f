"""What the cluster screen shows and what the user has done to it: nodes, order, filter, selection, scroll. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nodetop.api_model import ClusterSummary
from nodetop.model import NodeStatus
from nodetop.widgets.cluster_columns import COLUMNS, SORTS, Values, natural_name
from nodetop.widgets.cluster_filter import EVERYTHING, Filter


@dataclass
class ClusterState:
    """Rows as the source told them, and the list made of them. Nothing is selected until the user selects: the bar
    then rests on the first row. A selected node keeps the bar wherever it moves."""

    nodes: Sequence[NodeStatus] = ()
    summary: ClusterSummary | None = None
    updated_at: float | None = None
    """UTC wall time at which the source last told something."""
    shown_at: float | None = None
    """The moment of the past that the rows are of; None: now."""
    trends: Mapping[str, Values] = field(default_factory=dict)
    """CPU of each node over the last hour, oldest first."""
    sort: str = "name"
    reverse: bool = False
    filter: Filter = EVERYTHING
    selected: str | None = None
    index: int = 0
    """Where the bar is in `rows`."""
    top: int = 0
    """First row on the screen."""
    rows: list[NodeStatus] = field(default_factory=list)
    """All nodes that pass the filter, in order."""
    _shown: tuple[object, ...] = ()
    _page: int = 1

    def show(self, page: int, columns: int = 1) -> None:
        """Orders the nodes, and places bar and scroll for a page of so many lines of `columns` nodes each."""
        wanted = (self.nodes, self.sort, self.reverse, self.filter)
        if not self._shown or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._shown = wanted
            self.rows = self._ordered()
            self._find_selected()
        self._page = max(page, 1) * columns
        last = max(-(-len(self.rows) // columns) - max(page, 1), 0) * columns
        self.top = max(0, min(self.top // columns * columns, last))

    def _ordered(self) -> list[NodeStatus]:
        rows = [row for row in self.nodes if self.filter.matches(row)] if self.filter.predicates else list(self.nodes)
        rows.sort(key=natural_name)  # ties by name, whichever the direction
        column = COLUMNS[self.sort]
        unknown = [row for row in rows if column.value(row) is None]
        known = [row for row in rows if column.value(row) is not None]
        known.sort(key=column.value, reverse=column.ascending is self.reverse)
        return known + unknown

    def _find_selected(self) -> None:
        if self.selected is None:
            self.index = 0
            return
        for index, row in enumerate(self.rows):
            if row.node == self.selected:
                self.index = index
                return
        # It is filtered out or forgotten: the bar stays on its row, and comes back to the node with it.
        self.index = max(0, min(self.index, len(self.rows) - 1))

    @property
    def visible(self) -> list[NodeStatus]:
        """The rows on the screen."""
        return self.rows[self.top : self.top + self._page]

    @property
    def current(self) -> NodeStatus | None:
        """The node under the bar."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    # What keys do

    def select(self, index: int) -> None:
        """Puts the bar on a row, within the list, and scrolls it into sight."""
        self.index = max(0, min(index, len(self.rows) - 1))
        self.selected = self.rows[self.index].node if self.rows else None
        self.top = max(min(self.top, self.index), self.index - self._page + 1)

    def move(self, rows: int) -> None:
        """The bar up or down."""
        self.select(self.index + rows)

    def page(self, pages: float) -> None:
        """The bar and the screen up or down by so many pages."""
        rows = round(pages * self._page) or (1 if pages > 0 else -1)
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))
        self.select(self.index + rows)

    def scroll(self, rows: int) -> None:
        """The screen up or down, the bar where it is."""
        self.top = max(0, min(self.top + rows, len(self.rows) - self._page))

    def home(self) -> None:
        """Back to the first row, whichever node that is from now on."""
        self.selected, self.index, self.top = None, 0, 0

    def sort_by(self, name: str) -> None:
        """By this column; the one it is sorted by already the other way round."""
        self.reverse = not self.reverse if name == self.sort else False
        self.sort = name

    def sort_next(self, steps: int) -> None:
        """By the next column, or the one before."""
        self.sort_by(SORTS[(SORTS.index(self.sort) + steps) % len(SORTS)])

    @property
    def ascends(self) -> bool:
        """Whether the smallest come first."""
        return COLUMNS[self.sort].ascending is not self.reverse
