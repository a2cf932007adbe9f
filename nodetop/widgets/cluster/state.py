"""What the cluster screen shows and what the user has changed: nodes, order, filter, selection, scroll. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.base.headed_list import HeadedList
from nodetop.widgets.cluster.columns import COLUMNS, SORTS, Values, natural_name
from nodetop.widgets.cluster.groups import kinds, with_headings


@dataclass
class ClusterState(HeadedList[NodeStatus]):
    """The nodes as the source reported them, and the displayed list: those that pass the filter, in order."""

    nodes: Sequence[NodeStatus] = ()
    summary: ClusterSummary | None = None
    updated_at: float | None = None
    """UTC wall time of the last report from the source."""
    shown_at: float | None = None
    """The past time that the rows are from; None: now."""
    trends: Mapping[str, Values] = field(default_factory=dict)
    """CPU of each node over the last hour, oldest first."""
    sort: str = "name"
    reverse: bool = False
    filter: Filter[NodeStatus] = EVERYTHING
    group: str = ""
    """The key of the tag, or "cluster", by which the list is grouped; empty: it is not."""
    _shown: tuple[object, ...] = ()

    def show(self, page: int, columns: int = 1, *, has_headings: bool = False) -> None:
        """Sorts the nodes and positions cursor and scroll for a page of so many lines of `columns` nodes each."""
        wanted = (self.nodes, self.sort, self.reverse, self.filter, self.group, has_headings)
        if not self._shown or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._shown = wanted
            rows = self._ordered()
            grouped = with_headings(rows, self.group) if self.group else rows
            self.rows = [row for row in grouped if has_headings or not isinstance(row, str)]
            self.find_selected()  # removed or filtered out: the cursor returns when the node does
        self.fit(page, columns)

    def _ordered(self) -> list[NodeStatus]:
        rows = list(self.nodes)
        if self.filter.predicates:
            rows = self.filter.settled(lambda: [row for row in self.nodes if self.filter.matches(row)])
        rows.sort(key=natural_name)  # ties by name in either direction
        column = COLUMNS[self.sort]
        unknown = [row for row in rows if column.value(row) is None]
        known = [row for row in rows if column.value(row) is not None]
        known.sort(key=column.value, reverse=column.ascending is self.reverse)
        return known + unknown

    def key_of(self, row: NodeStatus) -> str:
        return row.node

    @property
    def listed(self) -> list[NodeStatus]:
        """The rows without headings."""
        return [row for row in self.rows if not isinstance(row, str)]

    # What keys do

    def home(self) -> None:
        """Goes to the first row, and stays on the first row whatever row that becomes."""
        self.selected, self.index, self.top = None, self._within(0), 0

    def group_next(self) -> bool:
        """Groups by the next kind, after the last one by none. False if there is no kind."""
        names = ["", *kinds(self.nodes)]
        self.group = names[(names.index(self.group) + 1) % len(names)] if self.group in names else ""
        return len(names) > 1

    def sort_by(self, name: str) -> None:
        """Sorts by this column; if it is the sort column already, reverses the order."""
        self.reverse = not self.reverse if name == self.sort else False
        self.sort = name

    def sort_next(self, steps: int) -> None:
        """Sorts by the next column, or the previous one."""
        self.sort_by(SORTS[(SORTS.index(self.sort) + steps) % len(SORTS)])

    @property
    def ascends(self) -> bool:
        """Whether the smallest values come first."""
        return COLUMNS[self.sort].ascending is not self.reverse
