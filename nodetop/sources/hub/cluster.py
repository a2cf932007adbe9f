"""All nodes of a hub at once: totals, trends, processes, and times in the past. Each call asks the hub."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from nodetop.base.clock import Clock
from nodetop.base.grid import interval_start
from nodetop.model.cluster_totals import TREND_SECONDS
from nodetop.model.history import POINT_SECONDS
from nodetop.model.hub_api import (
    ALL_CLUSTERS,
    CLUSTERS_PATH,
    ClusterReply,
    ClusterSummary,
    MomentReply,
    NodeTrend,
    ProcessesReply,
    WorkloadsReply,
)
from nodetop.sources.cluster import Cluster, ClusterMoment, ProcessList, Trend, WorkloadList
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.rows import Rows

EVERYTHING = f"{CLUSTERS_PATH}/{ALL_CLUSTERS}"
"""The path for all clusters of a hub together."""
_SAMPLE_SECONDS, _MONTH_SECONDS = 5, 30 * 86_400


class HubCluster(Cluster):
    """`know_names` asks the hub what its nodes are called here, unless that is known already."""

    summary: ClusterSummary | None = None

    def __init__(self, http: HubHttp, rows: Rows, know_names: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._http = http
        self._rows = rows
        self._know_names = know_names
        self._clock = clock

    async def trends(self, points: int) -> Mapping[str, Trend]:
        await self._know_names()
        reply = await self._http.get(f"{EVERYTHING}/node-metrics", ClusterReply, trend=points)
        return self._named(reply.trends)

    async def processes(self, match: str, sort: str, limit: int, at: float | None = None) -> ProcessList:
        await self._know_names()
        wanted: dict[str, str | int | float] = {"match": match, "sort": sort, "limit": limit}
        if at is not None:
            wanted["time"] = at
        reply = await self._http.get(f"{EVERYTHING}/processes", ProcessesReply, **wanted)
        rows = tuple(replace(row, node=self._rows.name(row.cluster, row.node)) for row in reply.rows)
        return ProcessList(reply.matched, rows)

    async def workloads(self, match: str, sort: str, limit: int) -> WorkloadList:
        await self._know_names()
        reply = await self._http.get(f"{EVERYTHING}/workloads", WorkloadsReply, match=match, sort=sort, limit=limit)
        rows = tuple(replace(row, node=self._rows.name(row.cluster, row.node)) for row in reply.rows)
        return WorkloadList(reply.matched, reply.total, rows)

    async def at(self, time: float, points: int) -> ClusterMoment:
        await self._know_names()
        reply = await self._http.get(f"{EVERYTHING}/at", MomentReply, time=time, trend=points)
        named = tuple(
            replace(row, node=self._rows.name(row.cluster, row.node), tags=self._rows.tags(row.cluster, row.node))
            for row in reply.nodes
        )
        return ClusterMoment(reply.time, reply.summary, self._rows.ordered(named), self._named(reply.trends))

    def times(self) -> Sequence[float]:
        """A hub has samples of the last hour, and points of the days before: so a time every few seconds of that hour,
        and every five minutes of a month."""
        now = self._clock.wall()
        hour_ago = int(interval_start(now - TREND_SECONDS, POINT_SECONDS))
        return [
            *map(float, range(hour_ago - _MONTH_SECONDS, hour_ago, int(POINT_SECONDS))),
            *map(float, range(hour_ago, int(now), _SAMPLE_SECONDS)),
        ]

    def _named(self, trends: Iterable[NodeTrend]) -> dict[str, Trend]:
        return {self._rows.name(each.cluster, each.node): Trend(each.step, each.cpu_busy_percent) for each in trends}
