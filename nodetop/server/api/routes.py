"""The routes of the hub. Requests and replies are structs of model/hub_api.py; docs/api.md describes them."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router

from nodetop.base.clock import Clock
from nodetop.base.version import __version__
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.model import wire
from nodetop.model.cluster_totals import PROCESS_SORTS, TREND_SECONDS, WORKLOAD_SORTS, summarise
from nodetop.model.hub_api import (
    ACT_PATHS,
    ALL_CLUSTERS,
    CLUSTERS_PATH,
    INSTANCE_HEADER,
    JOIN_PATH,
    PUSH_PATH,
    ClusterInfo,
    ClusterList,
    NodeTrend,
    StatusReply,
    valid_name,
)
from nodetop.model.node_status import REPORTING
from nodetop.server.alerts.service import AlertService
from nodetop.server.api import openapi, stream
from nodetop.server.api.alert_routes import AlertRoutes
from nodetop.server.api.join_route import JoinRoute
from nodetop.server.api.json_reply import bytes_stream, json_stream
from nodetop.server.api.metrics_route import METRICS_PATH, MetricsRoute, OwnHost
from nodetop.server.api.moment_routes import Moments
from nodetop.server.api.node_routes import NodeRoutes
from nodetop.server.api.path_params import PathParams
from nodetop.server.api.process_search import processes_reply, workloads_reply
from nodetop.server.api.push_body import read_push
from nodetop.server.api.query_params import LATEST_TIME, Query
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token
from nodetop.server.exposition.own import HubState
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import FleetNode, Key
from nodetop.server.fleet.ingest import Ingest, Sender
from nodetop.server.http.bodies import length_of, read_body
from nodetop.server.http.body_budget import BodyBudget
from nodetop.server.http.client_counts import ConcurrencyLimit, ReadLimitMiddleware, client_of
from nodetop.server.joining.joining import Joining
from nodetop.server.remote_write.writer import RemoteWriter
from nodetop.server.uplink.sender import Uplink

HEALTH_PATH = "/healthz"
_CLUSTER_PATH = CLUSTERS_PATH + "/{cluster}"
_NODE_PATH = _CLUSTER_PATH + "/node-metrics/{node}"


@dataclass(frozen=True)
class HubInfo:
    """The parts of the hub's status that never change."""

    cluster: str
    sample_interval: float
    insecure_http: bool
    started: float
    """By the monotonic clock, in seconds."""


class Api:
    """The request handlers. router() maps paths to them."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        ingest: Ingest,
        history: HubHistory,
        journal: Journal,
        problem: Callable[[], str | None],
        info: HubInfo,
        alerts: AlertService,
        clock: Clock,
        counters: Counters,
        is_stopping: Callable[[], bool],
        joining: Joining,
        may_read: Callable[[Token], bool],
        own: OwnHost,
        relays: Sequence[Uplink | RemoteWriter],
    ) -> None:
        self._fleet, self._ingest, self._history, self._journal = fleet, ingest, history, journal
        self._problem = problem
        self._info, self._clock, self._counters = info, clock, counters
        self._is_stopping, self._may_read = is_stopping, may_read
        self._relays = relays
        self._metrics_route = MetricsRoute(fleet, own, self._hub_state, clock)
        self._path_params = PathParams(fleet, info.cluster)
        self._moments = Moments(history, info.sample_interval)
        self._node_routes = NodeRoutes(fleet, history, self._path_params, info.sample_interval, clock)
        self._bodies = BodyBudget(limits.BODIES_IN_FLIGHT)
        self._alerts = alerts
        self._alert_routes = AlertRoutes(alerts, self._path_params, self._bodies, clock)
        self._join = JoinRoute(joining, self._bodies)
        self._history_reads = ConcurrencyLimit(limits.HISTORY_READS)
        self._reads = ConcurrencyLimit(limits.READS)
        self._streams = ConcurrencyLimit(limits.STREAMS)

    def router(self) -> Router:
        reads = self._limited(self._reads, limits.LARGE_REPLY_SECONDS)
        history_reads = self._limited(self._history_reads, limits.LARGE_REPLY_SECONDS)
        streams = self._limited(self._streams, None)
        nodes, alerts = self._node_routes, self._alert_routes
        routes = [
            Route(HEALTH_PATH, self.health, methods=["GET"]),
            Route(PUSH_PATH, self.push, methods=["POST"]),
            Route(JOIN_PATH, self._join.join, methods=["POST"]),
            Route(CLUSTERS_PATH, self.clusters),
            Route(_CLUSTER_PATH + "/node-metrics", self.overview, middleware=reads),
            Route(_NODE_PATH, nodes.latest, middleware=reads),
            Route(_NODE_PATH + "/recent", nodes.recent, middleware=history_reads),
            Route(_NODE_PATH + "/history", nodes.history, middleware=history_reads),
            Route(_CLUSTER_PATH + "/processes", self.processes, middleware=reads),
            Route(_CLUSTER_PATH + "/workloads", self.workloads, middleware=reads),
            Route(_CLUSTER_PATH + "/at", self.at, middleware=history_reads),
            Route(_CLUSTER_PATH + "/stream", self.stream, middleware=streams),
            Route(_CLUSTER_PATH + "/alerts", alerts.list, middleware=reads),
            Route(_CLUSTER_PATH + ACT_PATHS[0], alerts.ack, methods=["POST"]),
            Route(_CLUSTER_PATH + ACT_PATHS[1], alerts.mute, methods=["POST"]),
            Route(METRICS_PATH, self._metrics_route.metrics, middleware=history_reads),
            Route("/api/v2/status", self.status),
            Route("/api/v2/openapi.json", self.openapi, middleware=reads),
        ]
        for route in routes[1:]:  # Starlette adds HEAD to every GET; a HEAD of the stream would never end
            assert route.methods is not None
            route.methods.discard("HEAD")
        return Router(routes, redirect_slashes=False)

    @staticmethod
    def _limited(limit: ConcurrencyLimit, seconds: float | None) -> list[Middleware]:
        return [Middleware(ReadLimitMiddleware, limit=limit, seconds=seconds)]

    async def health(self, request: Request) -> Response:
        return Response(b"ok\n", media_type="text/plain")

    async def push(self, request: Request) -> Response:
        Query(request.query_params)
        length = length_of(request)
        with self._bodies.body(client_of(request.scope)) as body:
            batch = read_push(await read_body(request, length, body, self._bodies))
            peer = request.client.host if request.client else ""
            instance = request.headers.get(INSTANCE_HEADER, "").lower()
            return _json(await self._ingest.take(batch, Sender(peer, instance, request.scope["token"])))

    async def clusters(self, request: Request) -> Response:
        Query(request.query_params)
        ids = sorted({self._info.cluster, *self._fleet.clusters()})
        return _json(ClusterList(clusters=tuple(self._cluster_info(each) for each in ids)))

    def _cluster_info(self, cluster: str) -> ClusterInfo:
        summary = self._fleet.summary(cluster)
        return ClusterInfo(
            cluster=cluster,
            own=cluster == self._info.cluster,
            nodes_total=summary.nodes_total,
            nodes_up=summary.nodes_up,
            nodes_late=summary.nodes_late,
            nodes_stale=summary.nodes_stale,
            nodes_gone=summary.nodes_gone,
        )

    async def overview(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        points = Query(request.query_params, "trend").whole("trend", 0, 1, 120)
        rows = self._fleet.rows(cluster)
        summary = summarise(rows)
        trends = (self._trend(node, points) for node in self._fleet.nodes(cluster)) if points else ()
        return json_stream(
            {
                "cluster": cluster,
                "summary": summary,
                "nodes": rows,
                "trends": iter(trends),
                "problem": self._problem(),
            }
        )

    def _trend(self, node: FleetNode, points: int) -> NodeTrend:
        step = TREND_SECONDS / points
        since = self._clock.wall() - TREND_SECONDS
        means = self._history.means(*node.key, "cpu_busy_percent", since, step, points)
        return NodeTrend(node=node.key[1], cluster=node.key[0], step=step, cpu_busy_percent=tuple(means))

    async def processes(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        query = Query(request.query_params, "match", "sort", "limit", "time")
        wanted = query.text("match"), query.choice("sort", PROCESS_SORTS), query.whole("limit", 100, 1, 1000)
        if not query.has("time"):
            return json_stream(await processes_reply(cluster, self._fleet.fresh(cluster, REPORTING), *wanted))
        at, keys = query.number("time", 0.0, 0.0, LATEST_TIME), self._keys(cluster)
        with self._history_reads.hold(client_of(request.scope)):
            return json_stream(await self._moments.processes(cluster, keys, at, *wanted))

    async def workloads(self, request: Request) -> Response:
        cluster, query = self._path_params.cluster(request), Query(request.query_params, "match", "sort", "limit")
        wanted = query.text("match"), query.choice("sort", WORKLOAD_SORTS), query.whole("limit", 100, 1, 1000)
        return json_stream(await workloads_reply(cluster, self._fleet.fresh(cluster, REPORTING), *wanted))

    async def at(self, request: Request) -> Response:
        cluster, query = self._path_params.cluster(request), Query(request.query_params, "time", "trend")
        at = query.number("time", self._clock.wall(), 0.0, LATEST_TIME)
        points = query.whole("trend", 0, 1, 120)
        return json_stream(await self._moments.reply(cluster, self._keys(cluster), at, points))

    def _keys(self, cluster: str) -> list[Key]:
        return [node.key for node in self._fleet.nodes(cluster)]

    async def stream(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        query = Query(request.query_params, "interval", "node")
        interval = query.number("interval", 2.0, 0.0, 3600.0)
        interval = min(max(interval, stream.SHORTEST_SECONDS), stream.LONGEST_SECONDS)
        node = self._stream_node(cluster, query.text("node", longest=600))
        token = request.scope["token"]

        def is_ending() -> bool:
            return self._is_stopping() or not self._may_read(token)

        events = stream.events(self._fleet, self._alerts.board, self._clock, cluster, interval, node, is_ending)
        return StreamingResponse(events, media_type="text/event-stream")

    def _stream_node(self, cluster: str, node: str) -> Key | None:
        """The node whose samples the stream sends; it need not exist yet."""
        if not node:
            return None
        if cluster == ALL_CLUSTERS:
            cluster, _, node = node.partition("/")
        if not (valid_name(cluster) and valid_name(node)):
            raise Refusal(
                422, "invalid_parameter", "node must be a node's name; in the stream of all clusters, CLUSTER/NODE."
            )
        return cluster, node

    async def status(self, request: Request) -> Response:
        Query(request.query_params)
        counters = self._events() | {"streams": self._streams.total}
        return _json(
            StatusReply(
                version=__version__,
                cluster=self._info.cluster,
                uptime_seconds=max(self._clock.monotonic() - self._info.started, 0.0),
                insecure_http=self._info.insecure_http,
                nodes=len(self._fleet),
                resident_bytes=_resident_bytes(),
                journal_bytes=self._journal.size,
                counters=counters,
                problem=self._problem(),
            )
        )

    def _events(self) -> dict[str, int]:
        return self._counters.all() | {
            "samples_shortened": self._fleet.shortened,
            "journal_damages": self._journal.damaged,
        }

    def _hub_state(self) -> HubState:
        uplink = next((each.status for each in self._relays if isinstance(each, Uplink)), None)
        writer = next((each.status for each in self._relays if isinstance(each, RemoteWriter)), None)
        return HubState(
            version=__version__,
            uptime_seconds=max(self._clock.monotonic() - self._info.started, 0.0),
            resident_bytes=_resident_bytes(),
            journal_bytes=self._journal.size,
            events=self._events(),
            has_problem=self._problem() is not None,
            spool_samples=uplink.waiting if uplink else None,
            spool_dropped=uplink.dropped if uplink else None,
            remote_write=None if writer is None else asdict(writer),
        )

    async def openapi(self, request: Request) -> Response:
        return bytes_stream(openapi.document())


def _json(value: object) -> Response:
    return Response(wire.encode(value), media_type="application/json")


def _resident_bytes() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
