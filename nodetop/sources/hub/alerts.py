"""The alerts of a hub, as its stream reports them: the same for all users. Decisions are sent to the hub."""

import getpass
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.api import AckRequest, ActReply, AlertsReply, MuteRequest
from nodetop.alerts.handling import Scope
from nodetop.alerts.rule import RuleError
from nodetop.alerts.rules import rules as checked_rules
from nodetop.model.hub_api import ACT_PATHS, ALL_CLUSTERS, CLUSTERS_PATH
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.rows import Rows
from nodetop.sources.source import SharedAlerts, SourceError

_ALERTS = f"{CLUSTERS_PATH}/{ALL_CLUSTERS}/alerts"
_MOST = 20_000
_USER_CHARACTERS = 64


class HubAlerts(SharedAlerts):
    """`acting` makes the connection for decisions, which has the act token. `know_names` asks the hub what its nodes
    are called here, unless that is known already."""

    def __init__(
        self, http: HubHttp, acting: Callable[[], HubHttp], rows: Rows, know_names: Callable[[], Awaitable[None]]
    ) -> None:
        self._http, self._rows, self._know_names = http, rows, know_names
        self._acting = acting
        self._actor: HubHttp | None = None
        self._alerts: dict[str, Alert] = {}
        self.is_known = False

    @property
    def alerts(self) -> Sequence[Alert]:
        return [replace(alert, node=self._rows.name(alert.cluster, alert.node)) for alert in self._alerts.values()]

    def take(self, news: AlertsReply) -> None:
        """Takes an event of the stream."""
        if news.whole:
            self._alerts.clear()
        for alert in news.alerts:
            if alert.id in self._alerts or len(self._alerts) < _MOST:
                self._alerts[alert.id] = alert
        self.is_known = True

    async def listed(self, state: str, since: float, limit: int) -> Sequence[Alert]:
        """The alerts of all clusters, requested now. Raises SourceError."""
        await self._know_names()
        self.take(await self._http.get(_ALERTS, AlertsReply, state=state, since=since, limit=limit))
        return self.alerts

    async def rules(self) -> Mapping[str, Any] | None:
        rules = (await self._http.get(_ALERTS, AlertsReply, state="open", limit=1)).rules
        try:
            checked_rules(rules)
        except RuleError as error:
            raise SourceError(f"the hub has a rule of a newer version: {error}") from None
        return rules

    async def acknowledge(self, alert: Alert, *, seen: bool) -> None:
        await self._send(ACT_PATHS[0], AckRequest(id=alert.id, acknowledged=seen, by=_user()))

    async def mute(self, scope: Scope, seconds: float) -> None:
        cluster, node = self._rows.key(scope.node) if scope.node is not None else (ALL_CLUSTERS, None)
        asked = MuteRequest(seconds=seconds, node=node, rule=scope.rule, item=scope.item, by=_user())
        await self._send(ACT_PATHS[1], asked, cluster or ALL_CLUSTERS)

    async def unmute(self, alert: Alert) -> None:
        await self._send(ACT_PATHS[1], MuteRequest(seconds=0.0, id=alert.id, by=_user()))

    async def _send(self, end: str, asked: Struct, cluster: str = ALL_CLUSTERS) -> None:
        if self._actor is None:
            self._actor = self._acting()
        reply = await self._actor.post(f"{CLUSTERS_PATH}/{cluster}{end}", asked, ActReply)
        self.take(AlertsReply(cluster=cluster, time=0.0, alerts=reply.alerts, whole=False))

    async def aclose(self) -> None:
        """Closes the connection for decisions."""
        if self._actor is not None:
            await self._actor.aclose()


def _user() -> str:
    try:
        return getpass.getuser()[:_USER_CHARACTERS]
    except (OSError, KeyError):  # a user id without a name
        return ""
