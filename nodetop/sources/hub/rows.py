"""The rows of all nodes as a hub tells them, changed ones at a time, and what each node is called here. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from nodetop.model.hub_api import StreamEvent, valid_name
from nodetop.model.snapshot import NodeStatus

MOST_ROWS = 20_000

Key = tuple[str, str]
"""Cluster and node, by the names the hub has for them."""


class Rows:
    """A node of the hub's own cluster goes by its plain name, one of a relayed cluster by CLUSTER/NODE."""

    def __init__(self) -> None:
        self.own = ""
        self._rows: dict[Key, NodeStatus] = {}
        self._told: dict[Key, float] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def name(self, cluster: str, node: str) -> str:
        """What a node is called here."""
        return node if cluster == self.own else f"{cluster}/{node}"

    def key(self, name: str) -> Key:
        """The other way round."""
        cluster, slash, node = name.rpartition("/")
        return (cluster, node) if slash else (self.own, node)

    def take(self, event: StreamEvent, now: float) -> None:
        """Brings the rows up to date. `now` is monotonic. Rows whose names no hub would give are left out."""
        if event.whole:
            self._rows.clear()
            self._told.clear()
        for row in event.nodes:
            key = (row.cluster or event.cluster, row.node)
            if len(self._rows) < MOST_ROWS and valid_name(row.node) and valid_name(key[0]):
                self._rows[key] = row
                self._told[key] = now
        self._remove(event.removed)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            cluster, _, node = name.partition("/")
            self._rows.pop((cluster, node), None)
            self._told.pop((cluster, node), None)

    def ordered(self, rows: Iterable[NodeStatus]) -> tuple[NodeStatus, ...]:
        """Rows named as here, in the order of all()."""
        return tuple(sorted(rows, key=lambda row: (row.cluster != self.own, row.cluster, row.node)))

    def all(self, now: float) -> tuple[NodeStatus, ...]:
        """All rows, named as here, with the age each has by now; own cluster first, then by name."""
        ordered = sorted(self._rows, key=lambda key: (key[0] != self.own, key))
        return tuple(self._row(key, now) for key in ordered)

    def _row(self, key: Key, now: float) -> NodeStatus:
        row, grown = self._rows[key], now - self._told[key]
        age = None if row.age_seconds is None else row.age_seconds + max(grown, 0.0)
        return replace(row, node=self.name(*key), cluster=key[0], age_seconds=age)
