"""All nodes of a store at once: totals, trends, and times in the past. Each call asks the store."""

import time
from collections.abc import Mapping, Sequence

from nodetop.base.grid import interval_start
from nodetop.base.text import clean
from nodetop.model.cluster_totals import TREND_SECONDS, TopWorkloads, summarise
from nodetop.model.history import POINT_SECONDS
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.sources.cluster import Cluster, ClusterMoment, ProcessList, Trend, WorkloadList
from nodetop.sources.prometheus.exporters import count_parts, of_all_nodes
from nodetop.sources.prometheus.fleet import (
    PAST_SECONDS,
    FleetRows,
    clock_part,
    frequent_parts,
    rare_parts,
    waiting_parts,
)
from nodetop.sources.prometheus.labels import Names, Target
from nodetop.sources.prometheus.metrics import CPU
from nodetop.sources.prometheus.picks import one
from nodetop.sources.prometheus.promql import Part, Values, share_covered
from nodetop.sources.prometheus.store import Store
from nodetop.sources.prometheus.workloads import workloads_by_node
from nodetop.sources.source import SourceError

RARE_SECONDS = 60.0
_FEW_POINTS = 12
"""Points of the trends of many nodes: the store reads samples of every CPU for each."""
MOST_WORKLOADS = 2000
"""Of more workloads of all nodes, the highest by each value are looked at."""
_MONTH_SECONDS, _HOUR_SECONDS, _YEARS_SECONDS = 30 * 86_400, 3600, 2 * 365 * 86_400


class PrometheusCluster(Cluster):
    """The nodes of a store. Rows are those of the last refresh."""

    summary: ClusterSummary | None = None

    def __init__(self, store: Store, names: Names) -> None:
        self._store, self._names = store, names
        self._rare: Values = {}
        self._rare_at = -RARE_SECONDS
        self._refreshes = 0
        self._seen: dict[Target, float] = {}
        """When the newest sample of each node was taken: of ended ones, the store does not say it exactly."""
        self.rows: tuple[NodeStatus, ...] = ()

    async def refresh(self) -> None:
        """Asks for all rows. Raises SourceError."""
        store = self._store
        await store.learn()
        labels, window = store.labels, store.window
        groups, rare = frequent_parts(labels, window), self._rare_groups()
        values = await store.values([*groups, *rare])
        if rare:
            asked = {part.name for group in rare for part in group}
            self._rare |= {name: values.get(name, []) for name in asked}
            self._rare_at = time.monotonic() if self._refreshes or not store.is_large else -RARE_SECONDS
        self._refreshes += 1
        self._seen |= {store.labels.target(each.labels): each.value for each in values.get("seen", ())}
        self._seen = {target: at for target, at in self._seen.items() if store.now - at < PAST_SECONDS}
        self.rows = self._rows(self._rare | values, store.now, self._seen)
        self.summary = summarise(self.rows)

    def _rare_groups(self) -> list[list[Part]]:
        store = self._store
        waiting = waiting_parts(store.labels, store.window)
        if time.monotonic() - self._rare_at < RARE_SECONDS:
            return [] if store.is_large else [waiting]
        if store.is_large and not self._refreshes:
            return [rare_parts(store.labels)]  # the first screen does not wait for what takes long
        return [rare_parts(store.labels), waiting]

    def _rows(self, values: Values, now: float, seen: Mapping[Target, float]) -> tuple[NodeStatus, ...]:
        names, found = self._names, FleetRows(self._store.labels, values, seen)
        names.add(found.targets, found.is_sampled)
        rows = [
            found.row(target, names.name(target), now, self._store.interval)
            for target in found.targets
            if names.is_known(target)
        ]
        own = names.own or ""
        return tuple(sorted(rows, key=lambda row: (row.cluster != own, row.cluster, row.node)))

    async def trends(self, points: int) -> Mapping[str, Trend]:
        if not self.rows:
            await self.refresh()  # which makes the names known
        return await self._trends(self._store.now, points)

    async def _trends(self, until: float, points: int) -> dict[str, Trend]:
        store, labels = self._store, self._store.labels
        await store.learn()
        points = min(points, _FEW_POINTS) if store.is_large else points
        step = TREND_SECONDS / points
        selector = labels.joined('mode="idle"' if store.is_large else 'mode=~"idle|iowait"')
        by_mode = labels.by_also("mode")
        shares = f"avg {by_mode} (rate({CPU}{{{selector}}}[{store.window}s]))"
        parts = [Part("idle", f"sum {labels.by} ({shares})"), clock_part("clock", labels, store.window)]
        times = await store.ranges([parts], until - TREND_SECONDS + step, until, step)
        found: dict[str, list[float | None]] = {}
        for place, values in ((round((at - until) / step) + points - 1, each) for at, each in times.items()):
            clocks = {labels.target(each.labels): each.value for each in values.get("clock", ())}
            for each in values.get("idle", ()):
                target = labels.target(each.labels)
                if 0 <= place < points and self._names.is_known(target):
                    means = found.setdefault(self._names.name(target), [None] * points)
                    idle = each.value / share_covered(clocks.get(target))
                    means[place] = min(max(100 * (1 - idle), 0.0), 100.0)
        return {name: Trend(step, tuple(means)) for name, means in found.items()}

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        """There are none to show: the top programs that nodetop-server exposes have no PIDs."""
        raise SourceError("a store of metrics has no single processes; a node that is open shows its top programs")

    async def workloads(self, match: str, sort: str, limit: int) -> WorkloadList:
        """Those that nodetop-server exposes."""
        store = self._store
        if not self.rows:
            await self.refresh()  # which makes the names known
        exporter = of_all_nodes(store.labels, 0).exporter
        counted = await store.values([count_parts(exporter, [store.labels.joined()])])
        count = round(one(counted, f"{exporter.name}_0") or 0)
        found = of_all_nodes(store.labels, count)
        values = await store.values([found.parts(store.window, MOST_WORKLOADS)]) if count else {}
        if not values:
            raise SourceError("the store has no nodetop_workload series; open a node for those of cAdvisor")
        top = TopWorkloads(match, sort, limit)
        for target, summary in workloads_by_node(values, store.labels).items():
            if self._names.is_known(target):
                name = self._names.name(target)
                top.add(clean(target.cluster), name, NodeSnapshot(node=name, taken_at=store.now, workloads=summary))
        return WorkloadList(matched=top.matched, total=max(count, top.total), rows=top.rows())

    async def at(self, time: float, points: int) -> ClusterMoment:
        store = self._store
        await store.learn()
        labels, window = store.labels, store.window
        groups = [*frequent_parts(labels, window), rare_parts(labels)]
        values = await store.values(groups if store.is_large else [*groups, waiting_parts(labels, window)], time)
        rows = self._rows(values, time, {})
        return ClusterMoment(time, summarise(rows), rows, await self._trends(time, points))

    def times(self) -> Sequence[float]:
        """A time for each scrape of the last hour, every five minutes of a month, and every hour of two years. The
        store may not reach back so far."""
        now, step = self._store.now, max(int(self._store.interval), 1)
        hour_ago = int(interval_start(now - TREND_SECONDS, POINT_SECONDS))
        month_ago = int(interval_start(hour_ago - _MONTH_SECONDS, _HOUR_SECONDS))
        return [
            *map(float, range(month_ago - _YEARS_SECONDS, month_ago, _HOUR_SECONDS)),
            *map(float, range(month_ago, hour_ago, int(POINT_SECONDS))),
            *map(float, range(hour_ago, int(now), step)),
        ]
