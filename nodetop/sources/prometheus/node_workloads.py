"""Finds out which series of workloads a store has of a node, and asks for them. Only of nodes that are open."""

import time
from collections import OrderedDict
from collections.abc import Sequence

from nodetop.sources.prometheus.exporters import (
    CADVISOR,
    OWN,
    Exporter,
    Found,
    cadvisor_selectors,
    count_parts,
)
from nodetop.sources.prometheus.labels import Target
from nodetop.sources.prometheus.picks import label, one
from nodetop.sources.prometheus.promql import Part, Values
from nodetop.sources.prometheus.store import Store

_LOOK_AGAIN_SECONDS = 60.0
_MOST_NODES = 16


class NodeWorkloads:
    """What was found, by node."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: OrderedDict[Target, tuple[float, Found | None]] = OrderedDict()

    async def find(self, target: Target) -> Found | None:
        """Which series there are; None: the store has none. Looks again after a minute. Raises SourceError."""
        at, found = self._found.get(target, (0.0, None))
        if target not in self._found or time.monotonic() - at > _LOOK_AGAIN_SECONDS:
            found = await self._look(target)
            self._found[target] = time.monotonic(), found
            while len(self._found) > _MOST_NODES:
                self._found.popitem(last=False)
        return found

    async def _look(self, target: Target) -> Found | None:
        labels = self._store.labels
        own = [labels.of(target)]
        here = cadvisor_selectors(labels, target, None)
        uname = Part("uname", f"node_uname_info{{{labels.of(target)}}}")
        values = await self._store.values([[*count_parts(OWN, own), *count_parts(CADVISOR, here), uname]])
        named = label(values, "uname", "nodename")
        return (
            _first(values, OWN, own)
            or _first(values, CADVISOR, here)
            or (await self._look_by_name(target, named) if named else None)
        )

    async def _look_by_name(self, target: Target, nodename: str) -> Found | None:
        there = cadvisor_selectors(self._store.labels, target, nodename)
        return _first(await self._store.values([count_parts(CADVISOR, there)]), CADVISOR, there)


def _first(values: Values, exporter: Exporter, selectors: Sequence[str]) -> Found | None:
    for place, selector in enumerate(selectors):
        count = one(values, f"{exporter.name}_{place}")
        if count:
            return Found(exporter, selector, round(count))
    return None
