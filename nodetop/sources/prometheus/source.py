"""A store of node_exporter's metrics as a source: asks it for all nodes, and for one node in full if it is open."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from nodetop.base.hub_address import STORE_SCHEME
from nodetop.base.text import clean
from nodetop.history.ring import KEEP_SECONDS, Ring
from nodetop.model import wire
from nodetop.model.history import POINT_SECONDS
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.following import LatestEvents, Rings, Tasks, backoff_seconds
from nodetop.sources.prometheus.cluster import PrometheusCluster
from nodetop.sources.prometheus.exporters import Found
from nodetop.sources.prometheus.history import max_parts, mean_parts, points_of
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels, Names, Target
from nodetop.sources.prometheus.node import snapshot_of
from nodetop.sources.prometheus.node_parts import node_parts
from nodetop.sources.prometheus.node_workloads import NodeWorkloads
from nodetop.sources.prometheus.promql import Part, Values
from nodetop.sources.prometheus.store import Store
from nodetop.sources.remote import RemoteSource
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, SourceError, SourceEvent, SourceProblem

MOST_SAMPLES = 90
"""Samples of a node that are fetched when it is opened."""
MOST_PAST_WORKLOADS = 200
"""Of nodes with more workloads, only the present ones are fetched."""
MOST_VALUES = 200_000
"""Values of a node that are fetched when it is opened: one with thousands of mounts gets fewer samples."""
BUSY_SHARE = 1 / 3
"""The largest share of the time in which the store works for one viewer."""
_MOST_POINTS = 8640


class PrometheusSource(RemoteSource):
    """Never gives up: without the store it keeps the last data and reports why there is nothing new."""

    def __init__(self, http: PrometheusHttp, labels: Labels, *, interval: float = 2.0) -> None:
        self.name = http.address.shown
        self.description = f"this is the store of metrics {self.name}"
        self.address = http.address
        self.url = STORE_SCHEME + http.address.url
        self.http = http
        self._store = Store(http, labels)
        self._names = Names()
        self._workloads = NodeWorkloads(self._store)
        self._cluster = PrometheusCluster(self._store, self._names)
        self._rings = Rings()
        self._demand = Demand(None, interval)
        self._demanded = asyncio.Event()
        self._latest = LatestEvents()
        self._fresh_at = time.time()
        self._rows_at = 0.0
        self._left_out: str | None = None
        self._values_of: dict[str, int] = {}
        """How many values the newest sample of each node that was open is made of."""
        self._following: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    # What screens ask for

    @property
    def notice(self) -> str | None:
        return self._store.notice or self._left_out

    @property
    def cluster(self) -> PrometheusCluster:
        return self._cluster

    async def nodes(self) -> Sequence[NodeStatus]:
        """The rows of the last refresh; their ages go on."""
        grown = max(time.monotonic() - self._rows_at, 0.0) if self._rows_at else 0.0
        return [_aged(row, grown) for row in self._cluster.rows]

    def recent(self, node: str) -> Ring:
        return self._rings.of(node)

    async def events(self) -> AsyncIterator[SourceEvent]:
        if self._following is None and not self._latest.is_closed:
            self._following = self._tasks.begin(self._follow())
        while not self._latest.is_closed:
            await self._latest.wait()
            for event in self._latest.take():
                yield event

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        store, target = self._store, await self._target(node)
        await store.learn()
        step = max(step or POINT_SECONDS, (until - since) / _MOST_POINTS, 1.0)
        if until - since < step:
            return []
        span = max(int(step), store.window)
        groups = mean_parts(store.labels, target, span), max_parts(store.labels, target, span, store.window)
        means, highest = await asyncio.gather(*(store.ranges([group], since + step, until, step) for group in groups))
        points: Sequence[HistoryPoint] = self._fitted(points_of(means, highest, step), tuple[HistoryPoint, ...])
        return points

    async def demand(self, what: Demand) -> None:
        if what != self._demand:
            self._demand = what
            self._demanded.set()

    # What commands ask for

    @property
    def own_cluster(self) -> str:
        return clean(self._names.own or "")

    async def overview(self) -> tuple[ClusterSummary, tuple[NodeStatus, ...]]:
        await self._refresh()
        assert self._cluster.summary is not None
        return self._cluster.summary, self._cluster.rows

    async def snapshot(self, node: str) -> NodeSnapshot:
        target = await self._target(node)
        await self._store.learn()
        found = await self._workloads.find(target)
        values = await self._store.values(self._parts(target, found))
        self._values_of[node] = sum(map(len, values.values()))
        taken = await asyncio.to_thread(self._snapshot, values, node, self._store.now, self._store.interval, found)
        if taken is None:
            raise SourceError(f"{self.name} has no current samples of {clean(node)}")
        return taken

    async def samples(self, node: str, seconds: float) -> Sequence[NodeSnapshot]:
        target, store = await self._target(node), self._store
        await store.learn()
        step = max(store.interval, seconds / MOST_SAMPLES, seconds * self._values_of.get(node, 0) / MOST_VALUES)
        found = await self._workloads.find(target)
        if found is not None and found.count > MOST_PAST_WORKLOADS:
            found = None
        times = await store.ranges(self._parts(target, found), store.now - seconds, store.now, step)
        return await asyncio.to_thread(self._snapshots, times, node, step, found)

    async def aclose(self) -> None:
        if self._latest.is_closed:
            return
        self._latest.close()
        await self._tasks.aclose()
        await self.http.aclose()

    # Asking again and again

    async def _follow(self) -> None:
        failures = 0
        while True:
            self._demanded.clear()
            demand, began = self._demand, time.monotonic()
            try:
                if demand.node is not None:
                    await self._take_node(demand.node)
                if time.monotonic() - self._rows_at >= self._pause(demand) or demand.node is None:
                    await self._refresh()
                failures = 0
            except SourceError as error:
                failures += 1
                self._latest.put(SourceProblem(str(error), self._fresh_at))
            took = time.monotonic() - began
            pause = max(self._pause(demand), took * (1 / BUSY_SHARE - 1)) if not failures else backoff_seconds(failures)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._demanded.wait()

    def _pause(self, demand: Demand) -> float:
        """There is nothing new before the next scrape."""
        return max(demand.interval, self._store.interval / 2)

    async def _refresh(self) -> None:
        await self._cluster.refresh()
        self._cluster.rows = self._fitted(self._cluster.rows, tuple[NodeStatus, ...])
        self._fresh_at, self._rows_at = time.time(), time.monotonic()
        self._latest.put(NodesChanged(self._cluster.rows))

    async def _take_node(self, node: str) -> None:
        """The newest sample of the open node, and at first those of the last minutes."""
        try:
            snapshot = await self.snapshot(node)
        except SourceError:
            if await self._answers():
                return  # the row says why it has no samples
            raise
        ring = self.recent(node)
        is_first = len(ring) == 0
        if ring.merge([snapshot]):
            self._fresh_at = time.time()
            self._latest.put(SnapshotTaken(snapshot))
        if is_first:
            if self._filling is not None:
                self._filling.cancel()
            self._filling = self._tasks.begin(self._fill(node))

    async def _answers(self) -> bool:
        """Whether the store answers at all."""
        try:
            await self._refresh()
        except SourceError:
            return False
        return True

    async def _fill(self, node: str) -> None:
        with suppress(SourceError):  # the next refresh reports any problem
            samples = await self.samples(node, KEEP_SECONDS)
            ring = self.recent(node)
            if ring.merge(samples) and ring.latest is not None:
                self._latest.put(SnapshotTaken(ring.latest))

    # Helpers

    async def _target(self, node: str) -> Target:
        target = self._names.target(node)
        if target is None:
            await self._refresh()
            target = self._names.target(node)
        if target is None:
            raise SourceError(f"{self.name} has no node {clean(node)}")
        return target

    def _parts(self, target: Target, workloads: Found | None) -> list[list[Part]]:
        """Groups of parts: the node itself, and its workloads if there are any."""
        window = self._store.window
        parts = node_parts(self._store.labels, target, window)
        return [parts] if workloads is None else [parts, workloads.parts(window)]

    def _snapshots(
        self, times: dict[float, Values], node: str, step: float, workloads: Found | None
    ) -> list[NodeSnapshot]:
        found = (self._snapshot(values, node, at, step, workloads) for at, values in times.items())
        return list({each.taken_at: each for each in found if each is not None}.values())

    def _snapshot(
        self, values: Values, node: str, at: float, interval: float, workloads: Found | None
    ) -> NodeSnapshot | None:
        """May take long: a node may have any number of disks."""
        snapshot = snapshot_of(values, node, at, interval, workloads)
        return None if snapshot is None else self._fitted(snapshot, NodeSnapshot)

    def _fitted(self, value: Any, kind: Any) -> Any:
        """Without values outside the model's bounds: a store may hold anything."""
        found = wire.decode_fitting(wire.encode(value), kind)
        if found.left_out:
            self._left_out = f"{found.left_out} values of the store left out: {clean(found.reason)}"
        return found.value


def _aged(row: NodeStatus, grown: float) -> NodeStatus:
    return row if row.age_seconds is None else replace(row, age_seconds=row.age_seconds + grown)
