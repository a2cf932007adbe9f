"""Routes about all nodes of a cluster: rows, processes and workloads, now and at a moment, and the event stream."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nodetop.base.clock import Clock
from nodetop.history.hub.history import HubHistory
from nodetop.model.cluster_totals import PROCESS_SORTS, TREND_SECONDS, WORKLOAD_SORTS, summarise
from nodetop.model.hub_api import ALL_CLUSTERS, NodeTrend, valid_name
from nodetop.model.node_status import REPORTING
from nodetop.server.alerts.service import AlertService
from nodetop.server.api import stream
from nodetop.server.api.json_reply import json_stream
from nodetop.server.api.moment_routes import Moments
from nodetop.server.api.path_params import PathParams
from nodetop.server.api.process_search import processes_reply, workloads_reply
from nodetop.server.api.query_params import LATEST_TIME, Query
from nodetop.server.base.errors import Refusal
from nodetop.server.base.tokens import Token
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import FleetNode, Key
from nodetop.server.http.client_counts import ConcurrencyLimit, client_of


class ClusterRoutes:
    """`history_reads` also counts the searches in the past, which share a path with those of now."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        history: HubHistory,
        alerts: AlertService,
        path_params: PathParams,
        history_reads: ConcurrencyLimit,
        sample_interval: float,
        problem: Callable[[], str | None],
        is_ending: Callable[[Token], bool],
        clock: Clock,
    ) -> None:
        self._fleet, self._history, self._alerts = fleet, history, alerts
        self._path_params, self._history_reads = path_params, history_reads
        self._moments = Moments(history, sample_interval)
        self._problem, self._is_ending, self._clock = problem, is_ending, clock

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

        events = stream.events(
            self._fleet, self._alerts.board, self._clock, cluster, interval, node, lambda: self._is_ending(token)
        )
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
