"""The routes of alerts: listing them, and acknowledging and muting, which need an act token."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from nodetop.alerts.alert import Alert
from nodetop.alerts.api import MOST_ALERTS, AckRequest, ActReply, AlertsReply, MuteRequest
from nodetop.alerts.board import board
from nodetop.alerts.handling import Handling, Scope, scope_of
from nodetop.base.clock import Clock
from nodetop.model import wire
from nodetop.model.hub_api import ALL_CLUSTERS
from nodetop.server.alerts.service import AlertService
from nodetop.server.api import strict_json
from nodetop.server.api.json_reply import json_stream
from nodetop.server.api.path_params import PathParams
from nodetop.server.api.query_params import LATEST_TIME, Query
from nodetop.server.base.errors import Refusal
from nodetop.server.base.tokens import Token
from nodetop.server.http.bodies import length_of, read_body
from nodetop.server.http.body_budget import BodyBudget
from nodetop.server.http.client_counts import client_of

T = TypeVar("T")
_STATES = ("all", "open", "ended")


class AlertRoutes:
    """Handlers. Decisions are about the cluster of the path, or about all for ALL_CLUSTERS."""

    def __init__(self, alerts: AlertService, path_params: PathParams, bodies: BodyBudget, clock: Clock) -> None:
        self._alerts, self._path_params, self._bodies, self._clock = alerts, path_params, bodies, clock

    async def list(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        query = Query(request.query_params, "state", "since", "limit")
        state, since = query.choice("state", _STATES), query.number("since", 0.0, 0.0, LATEST_TIME)
        limit = query.whole("limit", 1000, 1, MOST_ALERTS)
        now = self._clock.wall()
        found = board(self._alerts.board.alerts(now, cluster, since)).alerts
        wanted = [alert for alert in found if state == "all" or (state == "ended") == alert.has_ended]
        version = self._alerts.board.version
        shown, rules = tuple(wanted[:limit]), self._alerts.rules
        return json_stream(AlertsReply(cluster=cluster, time=now, alerts=shown, version=version, rules=rules))

    async def ack(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        asked = await self._body(request, AckRequest)
        alert = self._alert(asked.id, cluster)
        by = _user(request, asked.by)
        return await self._decide(
            lambda handling, now: handling.acknowledged(alert, now, seen=asked.acknowledged, by=by), [alert]
        )

    async def mute(self, request: Request) -> Response:
        cluster = self._path_params.cluster(request)
        asked = await self._body(request, MuteRequest)
        by = _user(request, asked.by)
        if asked.id is not None:
            alert = self._alert(asked.id, cluster)
            if not asked.seconds:
                return await self._decide(lambda handling, now: handling.unmuted(alert, now, by=by), [alert])
            scope = scope_of(alert)
        else:
            scope = Scope(asked.node, asked.rule, asked.item, None if cluster == ALL_CLUSTERS else cluster)
            if asked.node is asked.rule is asked.item is None:
                raise Refusal(422, "invalid_scope", "Give an id, or at least one of node, rule and item.")
        until = self._clock.wall() + asked.seconds if asked.seconds else None
        held = [alert for alert in self._alerts.board.open(self._clock.wall()) if scope.holds(alert)]
        return await self._decide(lambda handling, now: handling.muted(scope, until, now, by=by), held)

    async def _body(self, request: Request, kind: type[T]) -> T:
        Query(request.query_params)
        length = length_of(request)
        with self._bodies.body(client_of(request.scope)) as body:
            tree = strict_json.parse(await read_body(request, length, body, self._bodies))
        try:
            return msgspec.convert(tree, kind)
        except msgspec.ValidationError as error:
            raise Refusal(422, "invalid_request", str(error)) from None

    def _alert(self, alert_id: str, cluster: str) -> Alert:
        found = self._alerts.board.find(alert_id, self._clock.wall())
        if found is None or cluster not in (ALL_CLUSTERS, found.cluster):
            raise Refusal(404, "no_such_alert", "There is no such alert.")
        return found

    async def _decide(self, change: Callable[[Handling, float], Handling], alerts: Iterable[Alert]) -> Response:
        try:
            await self._alerts.decide(change)
        except OSError:
            raise Refusal(
                503, "not_durable", "The hub cannot write to its disk at the moment.", retry_after=5
            ) from None
        now, ids = self._clock.wall(), {alert.id for alert in alerts}
        changed = tuple(alert for alert in self._alerts.board.alerts(now) if alert.id in ids)
        return Response(wire.encode(ActReply(alerts=changed)), media_type="application/json")


def _user(request: Request, given: str) -> str:
    """Who acts: the name beside the token in the hub's file, else what the request says."""
    token: Token = request.scope["token"]
    return token.user or given
