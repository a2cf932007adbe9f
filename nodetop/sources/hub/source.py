"""A hub as a source: follows its stream until closed; one node in full, all nodes as rows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from urllib.parse import quote

from msgspec.structs import replace

from nodetop.alerts.api import AlertsReply
from nodetop.base.clock import Clock, SystemClock
from nodetop.history.ring import KEEP_SECONDS, Ring, follows
from nodetop.model.hub_api import (
    ALL_CLUSTERS,
    CLUSTERS_PATH,
    ClusterList,
    ClusterReply,
    ClusterSummary,
    HistoryReply,
    RecentReply,
    StreamEvent,
)
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.sources.following import LatestEvents, Rings, Tasks, backoff_seconds
from nodetop.sources.hub.alerts import HubAlerts
from nodetop.sources.hub.cluster import EVERYTHING, HubCluster
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.rows import Rows
from nodetop.sources.hub.sse import Event
from nodetop.sources.remote import RemoteSource
from nodetop.sources.source import (
    AlertsChanged,
    Demand,
    NodesChanged,
    SnapshotTaken,
    SourceError,
    SourceEvent,
    SourceProblem,
)

ROWS, ROW_BYTES, SAMPLE_ROWS = 150_000, 256, 40
"""Limit of all these samples together in process rows, bytes of JSON that count as one row, and least rows that a
sample counts as."""
CATCH_UP_SECONDS = 1.0
"""Least time between two requests for what the ring lacks."""
SHORTEST_SECONDS = 0.05
BUSY_SHARE = 1 / 3
"""However much a hub sends: the least time between two events that are shown, and the largest share of the time for
receiving them, and for showing them, so that keys are still handled."""


class HubSource(RemoteSource):
    """Never gives up: without the hub it keeps the last data and reports why there is nothing new."""

    def __init__(
        self,
        http: HubHttp,
        *,
        acting: Callable[[], HubHttp] | None = None,
        interval: float = 2.0,
        clock: Clock | None = None,
    ) -> None:
        self.name = http.address.shown
        self.description = f"this is hub {self.name}"
        self.address = http.address
        self.url = http.address.url
        self._http = http
        self._clock = clock or SystemClock()
        self._rows = Rows()
        self._names_known = False
        self._cluster = HubCluster(http, self._rows, self._know_names, self._clock)
        self._alerts = HubAlerts(http, acting or (lambda: http), self._rows, self._know_names)
        self._rings = Rings(ROWS)
        self._demand = Demand(None, interval)
        self._demanded = asyncio.Event()
        self._latest = LatestEvents()
        self._fresh_at = self._clock.wall()
        self._following: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._caught_up_at = -CATCH_UP_SECONDS
        self._tasks = Tasks()
        """Running tasks: a cancelled one takes a while to end."""
        self._problem: str | None = None

    # What screens ask for

    @property
    def notice(self) -> str | None:
        return self._http.notice if self._problem is None else f"the hub has a problem: {self._problem}"

    @property
    def cluster(self) -> HubCluster:
        return self._cluster

    @property
    def alerts(self) -> HubAlerts:
        return self._alerts

    async def nodes(self) -> Sequence[NodeStatus]:
        return self._rows.all(self._clock.monotonic())

    def recent(self, node: str) -> Ring:
        return self._rings.of(node)

    async def events(self) -> AsyncIterator[SourceEvent]:
        if self._following is None and not self._latest.is_closed:
            self._following = self._tasks.begin(self._follow())
        while not self._latest.is_closed:
            await self._latest.wait()
            for event in self._latest.take():
                began = time.perf_counter()
                yield event
                await _pause(began, SHORTEST_SECONDS)

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        reply = await self._http.get(
            f"{self._node_path(node)}/history", HistoryReply, since=since, until=until, step=step
        )
        return reply.points

    async def demand(self, what: Demand) -> None:
        if what != self._demand:
            self._demand = what
            self._demanded.set()

    async def samples(self, node: str, seconds: float) -> Sequence[NodeSnapshot]:
        """The whole samples of the last so many seconds of a node that the hub still has. Raises SourceError."""
        reply = await self._http.get(f"{self._node_path(node)}/recent", RecentReply, seconds=seconds)
        return [self._named(sample, node) for sample in reply.samples]

    async def overview(self) -> tuple[ClusterSummary, tuple[NodeStatus, ...]]:
        """Totals and rows, requested now. Raises SourceError."""
        await self._learn_names()
        reply = await self._http.get(f"{EVERYTHING}/node-metrics", ClusterReply)
        whole = StreamEvent(cluster=reply.cluster, whole=True, summary=reply.summary, nodes=reply.nodes)
        self._rows.take(whole, self._clock.monotonic())
        return reply.summary, self._rows.all(self._clock.monotonic())

    @property
    def own_cluster(self) -> str:
        """The id of the hub's own cluster, once anything was requested."""
        return self._rows.own

    async def snapshot(self, node: str) -> NodeSnapshot:
        """The latest snapshot of one node, requested now. Raises SourceError."""
        return self._named(await self._http.get(self._node_path(node), NodeSnapshot), node)

    async def aclose(self) -> None:
        if self._latest.is_closed:
            return
        self._latest.close()
        await self._tasks.aclose()
        await asyncio.gather(self._http.aclose(), self._alerts.aclose())

    # The stream

    async def _follow(self) -> None:
        failures = 0
        while True:
            self._demanded.clear()
            fresh_at = self._fresh_at
            stream = asyncio.create_task(self._stream(self._demand))
            changed = asyncio.create_task(self._demanded.wait())
            try:
                await asyncio.wait({stream, changed}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (stream, changed):
                    task.cancel()
                await asyncio.gather(stream, changed, return_exceptions=True)
            if stream.cancelled():
                continue  # another node was requested
            error = stream.exception()
            failures = 0 if self._fresh_at > fresh_at else failures + 1
            self._names_known = False  # another hub may answer at that address next
            self._latest.put(SourceProblem(_plain(error), self._fresh_at))
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff_seconds(failures)):
                    await self._demanded.wait()

    async def _stream(self, demand: Demand) -> None:
        """Ends only with SourceError."""
        await self._know_names()
        wanted: dict[str, str | float] = {"interval": demand.interval}
        if demand.node is not None:
            wanted["node"] = "/".join(self._rows.key(demand.node))
        async with self._http.events(f"{EVERYTHING}/stream", **wanted) as events:
            async for event in events:
                began = time.perf_counter()
                self._take(event, demand.node)
                await _pause(began)

    async def _know_names(self) -> None:
        """Names depend on the hub's own cluster: if it were not known, a node would get two names."""
        if not self._names_known:
            await self._learn_names()

    async def _learn_names(self) -> None:
        known = await self._http.get(CLUSTERS_PATH, ClusterList)
        self._rows.own = next((each.cluster for each in known.clusters if each.own), "")
        self._names_known = True

    def _take(self, event: Event, node: str | None) -> None:
        if event.name == "nodes":
            news = self._http.decoded(event.data, StreamEvent)
            self._cluster.summary = news.summary
            self._problem = news.problem
            self._rows.take(news, self._clock.monotonic())
            self._fresh_at = self._clock.wall()
            self._latest.put(NodesChanged(self._rows.all(self._clock.monotonic())))
            if news.whole and node is not None:
                self._catch_up(node)
        elif event.name == "alerts":
            self._alerts.take(self._http.decoded(event.data, AlertsReply))
            self._latest.put(AlertsChanged())
        elif event.name == "snapshot" and node is not None:
            self._take_snapshot(self._http.decoded(event.data, NodeSnapshot), node, len(event.data) // ROW_BYTES)

    def _take_snapshot(self, snapshot: NodeSnapshot, node: str, weight: int) -> None:
        if snapshot.node != self._rows.key(node)[1]:
            return
        snapshot = self._named(snapshot, node)
        ring = self.recent(node)
        if not ring.merge([snapshot], SAMPLE_ROWS + weight, is_latest=True):
            return
        self._fresh_at = self._clock.wall()
        self._latest.put(SnapshotTaken(snapshot))
        if len(ring) > 1 and not follows(ring[len(ring) - 2], snapshot):
            self._catch_up(node)

    def _catch_up(self, node: str) -> None:
        """Requests what the ring lacks: the time before this screen was opened, or while the hub did not answer."""
        if self._catching_up is not None:
            self._catching_up.cancel()
        self._catching_up = self._tasks.begin(self._fill(node))

    async def _fill(self, node: str) -> None:
        with suppress(SourceError):  # the stream reports any problem
            await asyncio.sleep(self._caught_up_at + CATCH_UP_SECONDS - time.monotonic())
            self._caught_up_at = time.monotonic()
            path = f"{self._node_path(node)}/recent"
            reply = await self._http.get(path, RecentReply, seconds=int(KEEP_SECONDS))
            ring = self.recent(node)
            samples = [self._named(sample, node) for sample in reply.samples]
            if ring.merge(samples, SAMPLE_ROWS) and ring.latest is not None:
                self._latest.put(SnapshotTaken(ring.latest))

    def _named(self, snapshot: NodeSnapshot, node: str) -> NodeSnapshot:
        return snapshot if snapshot.node == node else replace(snapshot, node=node)

    def _node_path(self, name: str) -> str:
        cluster, node = self._rows.key(name)
        return f"{CLUSTERS_PATH}/{quote(cluster or ALL_CLUSTERS, safe='*')}/node-metrics/{quote(node, safe='')}"


async def _pause(began: float, least: float = 0.0) -> None:
    """Lets other tasks run, for longer the longer this one has taken."""
    await asyncio.sleep(max((time.perf_counter() - began) * (1 / BUSY_SHARE - 1), least))


def _plain(error: BaseException | None) -> str:
    if error is None:
        return "the hub ended the connection"
    return str(error) if isinstance(error, SourceError) else f"cannot use what the hub sends: {error!r:.100}"
