"""The routes of one node: its latest snapshot, its recent ones, its history."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from nodetop.base.clock import Clock
from nodetop.history.day_file import StoreError
from nodetop.history.hub.history import HubHistory
from nodetop.model import wire
from nodetop.model.hub_api import HistoryReply
from nodetop.server.api.json_reply import bytes_stream, json_stream
from nodetop.server.api.path_params import PathParams
from nodetop.server.api.query_params import LATEST_TIME, Query
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.fleet.fleet import Fleet

_HOUR_SECONDS = 3600.0
_HISTORY_HOURS = 24.0 * limits.RETENTION_DAYS


class NodeRoutes:
    """Handlers. `point_seconds` is the length of a stored point of history."""

    def __init__(
        self, fleet: Fleet, history: HubHistory, path_params: PathParams, point_seconds: float, clock: Clock
    ) -> None:
        self._fleet, self._history, self._path_params = fleet, history, path_params
        self._point_seconds, self._clock = point_seconds, clock

    async def latest(self, request: Request) -> Response:
        Query(request.query_params)
        return bytes_stream(wire.encode(self._path_params.node(request).envelope.sample))

    async def recent(self, request: Request) -> Response:
        seconds = Query(request.query_params, "seconds").number("seconds", 900.0, 0.0, _HOUR_SECONDS)
        node = self._path_params.node(request)
        cluster, name = node.key
        samples = (msgspec.Raw(each) for each in node.recent(self._clock.wall() - seconds))
        return json_stream({"node": name, "cluster": cluster, "samples": samples})

    async def history(self, request: Request) -> Response:
        cluster, name = self._path_params.key(request)
        since, until, step = self._window(request)
        try:
            points = await self._history.points(cluster, name, since, until, step)
        except (StoreError, OSError):
            raise Refusal(
                503, "history_unreadable", "The history cannot be read at the moment.", retry_after=5
            ) from None
        if not points and self._fleet.get((cluster, name)) is None:
            raise Refusal(404, "no_such_node", "There is no such node.")
        return json_stream(
            HistoryReply(
                node=name,
                cluster=cluster,
                since=since,
                until=until,
                step=step or self._point_seconds,
                points=tuple(points),
            )
        )

    def _window(self, request: Request) -> tuple[float, float, float]:
        """since, until and step, in seconds."""
        query = Query(request.query_params, "hours", "since", "until", "step")
        if query.has("hours") and query.has("since"):
            raise Refusal(422, "invalid_parameter", "Give either hours or since, not both.")
        until = query.number("until", self._clock.wall(), 0.0, LATEST_TIME)
        hours = query.number("hours", 24.0, 0.01, _HISTORY_HOURS)
        since = query.number("since", until - hours * _HOUR_SECONDS, 0.0, LATEST_TIME)
        step = query.number("step", 0.0, 0.0, _HISTORY_HOURS * _HOUR_SECONDS)
        if since >= until:
            raise Refusal(422, "invalid_parameter", "since must be before until.")
        if (until - since) / (step or self._point_seconds) > limits.HISTORY_POINTS:
            raise Refusal(
                422,
                "too_many_points",
                f"The reply would have more than {limits.HISTORY_POINTS} points; ask for a larger step.",
            )
        return max(since, 0.0), until, step
