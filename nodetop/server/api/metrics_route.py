"""GET /metrics: this host, or all nodes, for Prometheus to scrape. docs/prometheus.md."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from nodetop.base.clock import Clock
from nodetop.model.hub_api import ALL_CLUSTERS
from nodetop.model.node_status import REPORTING
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.api.json_reply import PiecewiseResponse
from nodetop.server.api.query_params import Query
from nodetop.server.base.accept import takes_gzip
from nodetop.server.exposition.encoding import compressed, encoded, negotiated
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.node import add_node
from nodetop.server.exposition.own import HubState, add_hub, add_own
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key

METRICS_PATH = "/metrics"
_OWN, _ALL = "own", "all"


@dataclass(frozen=True)
class OwnHost:
    """The host that the hub runs on: its node, and a function that reads the counters of a sample now."""

    key: Key
    read_counters: Callable[[NodeSnapshot], RawCounters]


class MetricsRoute:
    """The page is made in another thread, because the page of many nodes takes seconds."""

    def __init__(self, fleet: Fleet, own: OwnHost, hub_state: Callable[[], HubState], clock: Clock) -> None:
        self._fleet, self._own, self._hub_state, self._clock = fleet, own, hub_state, clock

    async def metrics(self, request: Request) -> Response:
        """With ?nodes=all, every value of a node has the labels instance and cluster. A node that is stale or gone has
        no values, so that none is frozen."""
        query = Query(request.query_params, "nodes")
        is_all = query.choice("nodes", (_OWN, _ALL)) == _ALL
        encoder, content_type = await asyncio.to_thread(negotiated, _header(request, "accept"))
        fresh = [(cluster, node, sample) for cluster, node, sample in self._fleet.fresh(ALL_CLUSTERS, REPORTING)]
        if not is_all:
            fresh = [each for each in fresh if each[:2] == self._own.key]
        known = [node.key for node in self._fleet.nodes(ALL_CLUSTERS)] if is_all else []
        families = Families()
        add_hub(families, self._hub_state(), self._fleet.summary(ALL_CLUSTERS))
        await asyncio.to_thread(self._add_nodes, families, fresh, known)
        return _page(encoded(families, encoder), content_type, takes_gzip(_header(request, "accept-encoding")))

    def _add_nodes(self, families: Families, fresh: list[tuple[str, str, NodeSnapshot]], known: list[Key]) -> None:
        has_values = {(cluster, node) for cluster, node, _ in fresh}
        for key in known:
            families.labels = _labels(key)
            text = "1 for a node whose samples arrive, 0 for one that is stale or gone."
            families.gauge("nodetop_node_up", text, key in has_values)
        for cluster, node, sample in fresh:
            families.labels = _labels((cluster, node)) if known else ()
            is_own = (cluster, node) == self._own.key
            counters = self._own.read_counters(sample) if is_own else sample.counters
            now = self._clock.wall() if is_own else sample.taken_at
            add_node(families, sample, counters, now)
            add_own(families, sample, counters)


def _header(request: Request, name: str) -> str:
    """All lines of a header together."""
    return ",".join(request.headers.getlist(name))


def _page(pieces: AsyncIterator[bytes], content_type: str, is_gzip: bool) -> Response:
    response = PiecewiseResponse(compressed(pieces) if is_gzip else pieces, media_type=content_type)
    response.headers["vary"] = "Accept, Accept-Encoding"
    if is_gzip:
        response.headers["content-encoding"] = "gzip"
    return response


def _labels(key: Key) -> tuple[tuple[str, str], ...]:
    cluster, node = key
    return ("instance", node), ("cluster", cluster)
