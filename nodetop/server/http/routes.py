"""The routes of the hub: what is asked, in structs of hub_api.py, and the answer, in others."""

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router

from nodetop.base.clock import Clock
from nodetop.base.version import __version__
from nodetop.history.day_file import StoreError
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.model import wire
from nodetop.model.cluster_totals import COUNTED_STATES, PROCESS_SORTS, TREND_SECONDS, summarise, top_processes
from nodetop.model.hub_api import (
    ALL_CLUSTERS,
    CLUSTERS_PATH,
    INSTANCE_HEADER,
    PUSH_PATH,
    ClusterInfo,
    ClusterList,
    ClusterReply,
    HistoryReply,
    NodeTrend,
    ProcessesReply,
    StatusReply,
    valid_name,
)
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token
from nodetop.server.fleet.fleet import Fleet, FleetNode, Key
from nodetop.server.fleet.ingest import Ingest, Sender
from nodetop.server.http import openapi, stream
from nodetop.server.http.auth import HEALTH_PATH
from nodetop.server.http.bodies import length_of, read_body
from nodetop.server.http.client_counts import Counted
from nodetop.server.http.moment_routes import Moments
from nodetop.server.http.path_params import Places
from nodetop.server.http.push_body import read_push
from nodetop.server.http.query_params import Query

_HOUR = 3600.0
_LONGEST_HOURS = 24 * 3660.0
_FAR = 1e11
_NODE_PATH = CLUSTERS_PATH + "/{cluster}/node-metrics/{node}"


@dataclass(frozen=True)
class About:
    """What the status route tells that does not change."""

    cluster: str
    sample_interval: float
    insecure_http: bool
    started: float
    """By the monotonic clock."""


class Api:
    """Handlers, by path in `routes()`."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        ingest: Ingest,
        history: HubHistory,
        journal: Journal,
        about: About,
        clock: Clock,
        counters: Counters,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._fleet, self._ingest, self._history, self._journal = fleet, ingest, history, journal
        self._about, self._clock, self._counters = about, clock, counters
        self._is_stopping = is_stopping
        self._places = Places(fleet, about.cluster)
        self._moments = Moments(history, about.sample_interval)
        self._bodies = 0
        self._streams = 0
        self._reading: dict[bytes, int] = {}

    def router(self) -> Router:
        routes = [
            Route(path, handler, methods=[method])
            for method, path, handler in (
                ("GET", HEALTH_PATH, self.health),
                ("POST", PUSH_PATH, self.push),
                ("GET", CLUSTERS_PATH, self.clusters),
                ("GET", CLUSTERS_PATH + "/{cluster}/node-metrics", self.overview),
                ("GET", _NODE_PATH, self.node),
                ("GET", _NODE_PATH + "/recent", self.recent),
                ("GET", _NODE_PATH + "/history", self.history),
                ("GET", CLUSTERS_PATH + "/{cluster}/processes", self.processes),
                ("GET", CLUSTERS_PATH + "/{cluster}/at", self.at),
                ("GET", CLUSTERS_PATH + "/{cluster}/stream", self.stream),
                ("GET", "/api/v2/status", self.status),
                ("GET", "/api/v2/openapi.json", self.openapi),
            )
        ]
        return Router(routes, redirect_slashes=False)

    async def health(self, request: Request) -> Response:
        return Response(b"ok\n", media_type="text/plain")

    async def push(self, request: Request) -> Response:
        Query(request.query_params)
        length = length_of(request)
        if self._bodies + length > limits.BODIES_IN_FLIGHT:
            raise Refusal(503, "busy", "The hub takes in too much just now.", retry_after=1, close=True)
        self._bodies += length
        try:
            batch = read_push(await read_body(request, length))
            peer = request.client.host if request.client else ""
            instance = request.headers.get(INSTANCE_HEADER, "").lower()
            return _json(await self._ingest.take(batch, Sender(peer, instance, request.scope["token"])))
        finally:
            self._bodies -= length

    async def clusters(self, request: Request) -> Response:
        Query(request.query_params)
        ids = sorted({self._about.cluster, *self._fleet.clusters()})
        return _json(ClusterList(clusters=tuple(self._cluster_info(each) for each in ids)))

    def _cluster_info(self, cluster: str) -> ClusterInfo:
        summary = self._fleet.summary(cluster)
        return ClusterInfo(
            cluster=cluster,
            own=cluster == self._about.cluster,
            nodes_total=summary.nodes_total,
            nodes_up=summary.nodes_up,
            nodes_late=summary.nodes_late,
            nodes_stale=summary.nodes_stale,
            nodes_gone=summary.nodes_gone,
        )

    async def overview(self, request: Request) -> Response:
        cluster = self._places.cluster(request)
        points = Query(request.query_params, "trend").whole("trend", 0, 1, 120)
        rows = self._fleet.rows(cluster)
        trends = tuple([self._trend(node, points) for node in self._fleet.nodes(cluster)]) if points else ()
        return _json(ClusterReply(cluster=cluster, summary=summarise(rows), nodes=rows, trends=trends))

    def _trend(self, node: FleetNode, points: int) -> NodeTrend:
        step = TREND_SECONDS / points
        since = self._clock.wall() - TREND_SECONDS
        means = self._history.means(*node.key, "cpu_busy_percent", since, step, points)
        return NodeTrend(node=node.key[1], cluster=node.key[0], step=step, cpu_busy_percent=tuple(means))

    async def node(self, request: Request) -> Response:
        Query(request.query_params)
        return _json(self._places.node(request).envelope.sample)

    async def recent(self, request: Request) -> Response:
        seconds = Query(request.query_params, "seconds").number("seconds", 900.0, 0.0, _HOUR)
        node = self._places.node(request)
        samples = tuple(node.recent(self._clock.wall() - seconds))
        body = msgspec.json.encode(
            {"node": node.key[1], "cluster": node.key[0], "samples": [msgspec.Raw(each) for each in samples]}
        )
        return Response(body, media_type="application/json")

    async def history(self, request: Request) -> Response:
        cluster, name = self._places.key(request)
        since, until, step = self._window(request)
        with self._one_at_a_time(request.scope["token"]):
            try:
                points = await self._history.points(cluster, name, since, until, step)
            except (StoreError, OSError):
                raise Refusal(
                    503, "history_unreadable", "The history cannot be read just now.", retry_after=5
                ) from None
        if not points and self._fleet.get((cluster, name)) is None:
            raise Refusal(404, "no_such_node", "There is no such node.")
        reply = HistoryReply(
            node=name,
            cluster=cluster,
            since=since,
            until=until,
            step=step or self._about.sample_interval,
            points=tuple(points),
        )
        return _json(reply)

    def _window(self, request: Request) -> tuple[float, float, float]:
        query = Query(request.query_params, "hours", "since", "until", "step")
        now = self._clock.wall()
        if query.has("hours") and query.has("since"):
            raise Refusal(422, "invalid_parameter", "hours and since say the same: give one.")
        until = query.number("until", now, 0.0, _FAR)
        hours = query.number("hours", 24.0, 0.01, _LONGEST_HOURS)
        since = query.number("since", until - hours * _HOUR, 0.0, _FAR)
        step = query.number("step", 0.0, 0.0, _LONGEST_HOURS * _HOUR)
        if since >= until:
            raise Refusal(422, "invalid_parameter", "since must be before until.")
        if (until - since) / (step or self._about.sample_interval) > limits.HISTORY_POINTS:
            raise Refusal(
                422, "too_many_points", f"That is more than {limits.HISTORY_POINTS} points: ask for a larger step."
            )
        return max(since, 0.0), until, step

    def _one_at_a_time(self, token: Token) -> Counted:
        return Counted(self._reading, token.digest, limits.HISTORY_IN_FLIGHT)

    async def processes(self, request: Request) -> Response:
        cluster = self._places.cluster(request)
        query = Query(request.query_params, "match", "sort", "limit", "time")
        match, sort = query.text("match"), query.choice("sort", PROCESS_SORTS)
        limit = query.whole("limit", 100, 1, 1000)
        if query.has("time"):
            at, keys = query.number("time", 0.0, 0.0, _FAR), self._keys(cluster)
            with self._one_at_a_time(request.scope["token"]):
                return _json(await self._moments.processes(cluster, keys, at, match, sort, limit))
        matched, rows = top_processes(self._fleet.fresh(cluster, COUNTED_STATES), match, sort, limit)
        return _json(ProcessesReply(cluster=cluster, matched=matched, rows=rows))

    async def at(self, request: Request) -> Response:
        cluster = self._places.cluster(request)
        query = Query(request.query_params, "time", "trend")
        at = query.number("time", self._clock.wall(), 0.0, _FAR)
        points = query.whole("trend", 0, 1, 120)
        with self._one_at_a_time(request.scope["token"]):
            return _json(await self._moments.reply(cluster, self._keys(cluster), at, points))

    def _keys(self, cluster: str) -> list[Key]:
        return [node.key for node in self._fleet.nodes(cluster)]

    async def stream(self, request: Request) -> Response:
        cluster = self._places.cluster(request)
        query = Query(request.query_params, "interval", "node")
        interval = query.number("interval", 2.0, 0.0, 3600.0)
        interval = min(max(interval, stream.SHORTEST_SECONDS), stream.LONGEST_SECONDS)
        node = self._wanted(cluster, query.text("node", longest=600))
        if self._streams >= limits.STREAMS:
            raise Refusal(503, "too_many_streams", "The hub has too many readers just now.", retry_after=5)
        events = stream.events(self._fleet, self._clock, cluster, interval, node, self._is_stopping)
        return StreamingResponse(self._counted(events), media_type="text/event-stream")

    async def _counted(self, events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._streams += 1
        try:
            async for event in events:
                yield event
        finally:
            self._streams -= 1

    def _wanted(self, cluster: str, node: str) -> Key | None:
        """The node of a stream. It need not be known yet."""
        if not node:
            return None
        if cluster == ALL_CLUSTERS:
            cluster, _, node = node.partition("/")
        if not (valid_name(cluster) and valid_name(node)):
            raise Refusal(422, "invalid_parameter", "node is a name, or CLUSTER/NODE in the stream of all clusters.")
        return cluster, node

    async def status(self, request: Request) -> Response:
        Query(request.query_params)
        counters = self._counters.all() | {"streams": self._streams}
        return _json(
            StatusReply(
                version=__version__,
                cluster=self._about.cluster,
                uptime_seconds=max(self._clock.monotonic() - self._about.started, 0.0),
                insecure_http=self._about.insecure_http,
                nodes=len(self._fleet),
                resident_bytes=_resident_bytes(),
                journal_bytes=self._journal.size,
                counters=counters,
                problem=self._ingest.full or self._history.problem,
            )
        )

    async def openapi(self, request: Request) -> Response:
        return Response(openapi.document(), media_type="application/json")


def _json(value: object) -> Response:
    return Response(wire.encode(value), media_type="application/json")


def _resident_bytes() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
