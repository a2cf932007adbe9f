"""What the cluster screen shows and what the user has changed: nodes, order, filter, selection, scroll. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.cursor_list import CursorList
from nodetop.widgets.base.filter import EVERYTHING, Filter
from nodetop.widgets.cluster.columns import COLUMNS, SORTS, Values, natural_name


@dataclass
class ClusterState(CursorList[NodeStatus]):
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
    _shown: tuple[object, ...] = ()

    def show(self, page: int, columns: int = 1) -> None:
        """Sorts the nodes and positions cursor and scroll for a page of so many lines of `columns` nodes each."""
        wanted = (self.nodes, self.sort, self.reverse, self.filter)
        if not self._shown or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._shown = wanted
            self.rows = self._ordered()
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

    def key(self, row: NodeStatus) -> str:
        return row.node

    # What keys do

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
