"""The requests and replies of a hub's API that are about alerts. See docs/api.md."""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.alerts.alert import Alert
from nodetop.model.bounds import Count, Name, Time

LONGEST_MUTE = 366 * 86_400.0
MOST_ALERTS = 5000
Id = Annotated[str, Meta(min_length=16, max_length=16)]


class AlertsReply(Struct, frozen=True, kw_only=True):
    """GET /api/v2/clusters/{id}/alerts?state=all|open|ended&since=SECONDS&limit=1000: open alerts, then ended ones,
    newest first. It is also the data of an event named `alerts` of the stream: with `whole` all open alerts and the
    ended ones of the last day, else those that changed."""

    cluster: Name
    time: Time
    alerts: tuple[Alert, ...]
    whole: bool = True
    version: Count = 0
    rules: dict[str, bool | str | dict[str, bool | str | list[str]]] | None = None
    """Of the reply to GET: the table [alerts] of the hub's settings, as written."""


class AckRequest(Struct, frozen=True, kw_only=True):
    """POST /api/v2/clusters/{id}/alerts/ack. `by` is who does it, if the token does not say."""

    id: Id
    acknowledged: bool = True
    by: Annotated[str, Meta(max_length=64)] = ""


class MuteRequest(Struct, frozen=True, kw_only=True):
    """POST /api/v2/clusters/{id}/alerts/mute: mutes the alerts of a node, a rule or an item, or all that have the given
    ones in common, for `seconds`. With `id` that alert alone. 0 seconds: no longer."""

    seconds: Annotated[float, Meta(ge=0, le=LONGEST_MUTE)]
    id: Id | None = None
    node: Name | None = None
    rule: Name | None = None
    item: Annotated[str, Meta(max_length=4096)] | None = None
    by: Annotated[str, Meta(max_length=64)] = ""


class ActReply(Struct, frozen=True, kw_only=True):
    """The alerts that the request was about, as they are now. The decision is on the hub's disk."""

    alerts: tuple[Alert, ...]
