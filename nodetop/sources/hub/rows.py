"""The rows of all nodes as a hub sends them, changed ones at a time, and the names of nodes here. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from nodetop.model.hub_api import StreamEvent, valid_name
from nodetop.model.snapshot import NodeStatus

MOST_ROWS = 20_000

Key = tuple[str, str]
"""Cluster and node, as the hub names them."""


class Rows:
    """A node of the hub's own cluster goes by its plain name, one of a relayed cluster by CLUSTER/NODE."""

    def __init__(self) -> None:
        self.own = ""
        self._rows: dict[Key, NodeStatus] = {}
        self._received_at: dict[Key, float] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def name(self, cluster: str, node: str) -> str:
        """The name of a node here."""
        return node if cluster == self.own else f"{cluster}/{node}"

    def key(self, name: str) -> Key:
        """The reverse of `name`."""
        cluster, slash, node = name.rpartition("/")
        return (cluster, node) if slash else (self.own, node)

    def tags(self, cluster: str, node: str) -> tuple[str, ...]:
        """The tags that a node has now."""
        row = self._rows.get((cluster, node))
        return row.tags if row is not None else ()

    def take(self, event: StreamEvent, now: float) -> None:
        """Updates the rows. `now` is monotonic. Rows with names that a hub would not assign are ignored."""
        if event.whole:
            self._rows.clear()
            self._received_at.clear()
        for row in event.nodes:
            key = (row.cluster or event.cluster, row.node)
            if len(self._rows) < MOST_ROWS and valid_name(row.node) and valid_name(key[0]):
                self._rows[key] = row
                self._received_at[key] = now
        self._remove(event.removed)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            cluster, _, node = name.partition("/")
            self._rows.pop((cluster, node), None)
            self._received_at.pop((cluster, node), None)

    def ordered(self, rows: Iterable[NodeStatus]) -> tuple[NodeStatus, ...]:
        """Rows with the names used here, in the order of all()."""
        return tuple(sorted(rows, key=lambda row: (row.cluster != self.own, row.cluster, row.node)))

    def all(self, now: float) -> tuple[NodeStatus, ...]:
        """All rows, with the names used here and their current age; own cluster first, then by name."""
        ordered = sorted(self._rows, key=lambda key: (key[0] != self.own, key))
        return tuple(self._row(key, now) for key in ordered)

    def _row(self, key: Key, now: float) -> NodeStatus:
        row, grown = self._rows[key], now - self._received_at[key]
        age = None if row.age_seconds is None else row.age_seconds + max(grown, 0.0)
        return replace(row, node=self.name(*key), cluster=key[0], age_seconds=age)
