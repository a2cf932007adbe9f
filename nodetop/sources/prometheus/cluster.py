"""All nodes of a store at once: totals, trends, and times in the past. Each call asks the store."""

import time
from collections.abc import Mapping, Sequence

from nodetop.base.grid import interval_start
from nodetop.model.cluster_totals import TREND_SECONDS, summarise
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeStatus
from nodetop.sources.cluster import Cluster, ClusterMoment, ProcessList, Trend
from nodetop.sources.prometheus.fleet import FREQUENT, FleetRows, rare_parts
from nodetop.sources.prometheus.labels import Names
from nodetop.sources.prometheus.metrics import CPU
from nodetop.sources.prometheus.promql import Part, Values
from nodetop.sources.prometheus.store import Store
from nodetop.sources.source import SourceError

RARE_SECONDS = 60.0
_MANY_CPUS, _FEW_POINTS = 20_000, 12
"""With more CPUs than this, the trends of the last hour have fewer points, because the store reads samples of every CPU
for each."""
_POINT_SECONDS, _MONTH_SECONDS, _HOUR_SECONDS, _YEARS_SECONDS = 300, 30 * 86_400, 3600, 2 * 365 * 86_400


class PrometheusCluster(Cluster):
    """The nodes of a store. Rows are those of the last refresh."""

    summary: ClusterSummary | None = None

    def __init__(self, store: Store, names: Names) -> None:
        self._store, self._names = store, names
        self._rare: Values = {}
        self._rare_at = -RARE_SECONDS
        self._cpus: dict[str, float] = {}
        self.rows: tuple[NodeStatus, ...] = ()

    async def refresh(self) -> None:
        """Asks for all rows. Raises SourceError."""
        store = self._store
        await store.learn()
        is_due = time.monotonic() - self._rare_at >= RARE_SECONDS
        groups = [parts(store.labels, store.window) for parts in FREQUENT.values()]
        values = await store.values([*groups, rare_parts(store.labels)] if is_due else groups)
        if is_due:
            self._rare = {name: values.get(name, []) for name in ("cpus", "os", "last", "boot")}
            self._rare_at = time.monotonic()
        self.rows = self._rows(self._rare | values, store.now)
        self.summary = summarise(self.rows)

    def _rows(self, values: Values, now: float) -> tuple[NodeStatus, ...]:
        names, found = self._names, FleetRows(self._store.labels, values)
        names.add(found.targets)
        rows = [
            found.row(target, names.name(target), now, self._store.interval)
            for target in found.targets
            if names.is_known(target)
        ]
        self._cpus = {row.node: row.cpu_count for row in rows if row.cpu_count}
        own = names.own or ""
        return tuple(sorted(rows, key=lambda row: (row.cluster != own, row.cluster, row.node)))

    async def trends(self, points: int) -> Mapping[str, Trend]:
        return await self._trends(self._store.now, points)

    async def _trends(self, until: float, points: int) -> dict[str, Trend]:
        store = self._store
        if not self._cpus:
            await self.refresh()
        if sum(self._cpus.values()) > _MANY_CPUS:
            points = min(points, _FEW_POINTS)
        step = TREND_SECONDS / points
        labels = store.labels
        selector = labels.joined('mode=~"idle|iowait"')
        idle = Part("idle", f"sum {labels.by} (rate({CPU}{{{selector}}}[{store.window}s]))")
        times = await store.ranges([[idle]], until - TREND_SECONDS + step, until, step)
        found: dict[str, list[float | None]] = {}
        for place, values in ((round((at - until) / step) + points - 1, each) for at, each in times.items()):
            for each in values.get("idle", ()):
                target = labels.target(each.labels)
                name = self._names.name(target)
                cpus = self._cpus.get(name)
                if cpus and 0 <= place < points and self._names.is_known(target):
                    busy = min(max(100 * (1 - each.value / cpus), 0.0), 100.0)
                    found.setdefault(name, [None] * points)[place] = busy
        return {name: Trend(step, tuple(means)) for name, means in found.items()}

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        """There are none to show: the top programs that nodetop-server exposes have no PIDs."""
        raise SourceError("a store of node_exporter's metrics has no processes; a nodetop hub has them")

    async def at(self, time: float, points: int) -> ClusterMoment:
        store = self._store
        await store.learn()
        groups = [parts(store.labels, store.window) for parts in FREQUENT.values()]
        values = await store.values([*groups, rare_parts(store.labels)], time)
        rows = self._rows(values, time)
        return ClusterMoment(time, summarise(rows), rows, await self._trends(time, points))

    def times(self) -> Sequence[float]:
        """A time for each scrape of the last hour, every five minutes of a month, and every hour of two years. The
        store may not reach back so far."""
        now, step = self._store.now, max(int(self._store.interval), 1)
        hour_ago = int(interval_start(now - TREND_SECONDS, _POINT_SECONDS))
        month_ago = int(interval_start(hour_ago - _MONTH_SECONDS, _HOUR_SECONDS))
        return [
            *map(float, range(month_ago - _YEARS_SECONDS, month_ago, _HOUR_SECONDS)),
            *map(float, range(month_ago, hour_ago, _POINT_SECONDS)),
            *map(float, range(hour_ago, int(now), step)),
        ]
