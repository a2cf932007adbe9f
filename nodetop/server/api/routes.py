"""The routes of the hub. Requests and replies are structs of model/hub_api.py; docs/api.md describes them."""

from collections.abc import Callable, Sequence

from msgspec.structs import asdict
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from nodetop.base.clock import Clock
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.model import wire
from nodetop.model.hub_api import (
    ACT_PATHS,
    CLUSTERS_PATH,
    INSTANCE_HEADER,
    JOIN_PATH,
    PUSH_PATH,
    ClusterInfo,
    ClusterList,
    NodeCounts,
)
from nodetop.server.alerts.service import AlertService
from nodetop.server.api import openapi
from nodetop.server.api.alert_routes import AlertRoutes
from nodetop.server.api.cluster_routes import ClusterRoutes
from nodetop.server.api.join_route import JoinRoute
from nodetop.server.api.json_reply import bytes_stream, json_stream
from nodetop.server.api.metrics_route import METRICS_PATH, MetricsRoute, OwnHost
from nodetop.server.api.node_routes import NodeRoutes
from nodetop.server.api.path_params import PathParams
from nodetop.server.api.push_body import read_push
from nodetop.server.api.query_params import Query
from nodetop.server.api.status_route import HubInfo, StatusRoute
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.metrics import Counters
from nodetop.server.base.tokens import Token
from nodetop.server.fleet.fleet import Fleet
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
        joining: Joining,
        is_ending: Callable[[Token], bool],
        own: OwnHost,
        relays: Sequence[Uplink | RemoteWriter],
    ) -> None:
        self._fleet, self._ingest, self._cluster = fleet, ingest, info.cluster
        self._history_reads = ConcurrencyLimit(limits.HISTORY_READS)
        self._reads = ConcurrencyLimit(limits.READS)
        self._streams = ConcurrencyLimit(limits.STREAMS)
        self._bodies = BodyBudget(limits.BODIES_IN_FLIGHT)
        self._refused = RateLimiter(limits.REFUSED_BYTES, clock)
        path_params = PathParams(fleet, info.cluster)
        self._of_cluster = ClusterRoutes(
            fleet=fleet,
            history=history,
            alerts=alerts,
            path_params=path_params,
            history_reads=self._history_reads,
            sample_interval=info.sample_interval,
            problem=problem,
            is_ending=is_ending,
            clock=clock,
        )
        self._of_node = NodeRoutes(fleet, history, path_params, info.sample_interval, clock)
        self._alerts = AlertRoutes(alerts, path_params, self._bodies, clock)
        self._join = JoinRoute(joining, self._bodies)
        self._status = StatusRoute(
            info=info,
            fleet=fleet,
            journal=journal,
            relays=relays,
            streams=self._streams,
            problem=problem,
            counters=counters,
            clock=clock,
        )
        self._metrics = MetricsRoute(fleet, own, self._status.hub_state, clock)

    def router(self) -> Router:
        reads = self._limited(self._reads, limits.LARGE_REPLY_SECONDS)
        history_reads = self._limited(self._history_reads, limits.LARGE_REPLY_SECONDS)
        streams = self._limited(self._streams, None)
        cluster, node, alerts = self._of_cluster, self._of_node, self._alerts
        routes = [
            Route(HEALTH_PATH, self.health, methods=["GET"]),
            Route(PUSH_PATH, self.push, methods=["POST"]),
            Route(JOIN_PATH, self._join.join, methods=["POST"]),
            Route(CLUSTERS_PATH, self.clusters),
            Route(_CLUSTER_PATH + "/node-metrics", cluster.overview, middleware=reads),
            Route(_NODE_PATH, node.latest, middleware=reads),
            Route(_NODE_PATH + "/recent", node.recent, middleware=history_reads),
            Route(_NODE_PATH + "/history", node.history, middleware=history_reads),
            Route(_CLUSTER_PATH + "/processes", cluster.processes, middleware=reads),
            Route(_CLUSTER_PATH + "/workloads", cluster.workloads, middleware=reads),
            Route(_CLUSTER_PATH + "/at", cluster.at, middleware=history_reads),
            Route(_CLUSTER_PATH + "/stream", cluster.stream, middleware=streams),
            Route(_CLUSTER_PATH + "/alerts", alerts.list, middleware=reads),
            Route(_CLUSTER_PATH + ACT_PATHS[0], alerts.ack, methods=["POST"]),
            Route(_CLUSTER_PATH + ACT_PATHS[1], alerts.mute, methods=["POST"]),
            Route(METRICS_PATH, self._metrics.metrics, middleware=history_reads),
            Route("/api/v2/status", self._status.status),
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
        length, client = length_of(request), client_of(request.scope)
        if length > limits.SMALL_BODY and self._refused.is_used_up(client):
            raise Refusal(
                429, "too_many_refused", "Too many large pushes without valid samples.", retry_after=5, close=True
            )
        with self._bodies.body(client) as body:
            received = await read_body(request, length, body, self._bodies)
            try:
                batch = read_push(received)
            except Refusal:
                self._refused.spend(client, length)
                raise
            peer = request.client.host if request.client else ""
            instance = request.headers.get(INSTANCE_HEADER, "").lower()
            return _json(await self._ingest.take(batch, Sender(peer, instance, request.scope["token"])))

    async def clusters(self, request: Request) -> Response:
        Query(request.query_params)
        counts = {self._cluster: NodeCounts()} | self._fleet.counts()
        found = (
            ClusterInfo(cluster=each, own=each == self._cluster, **asdict(counts[each])) for each in sorted(counts)
        )
        return json_stream(ClusterList(clusters=tuple(found)))

    async def openapi(self, request: Request) -> Response:
        return bytes_stream(openapi.document())


def _json(value: object) -> Response:
    return Response(wire.encode(value), media_type="application/json")
