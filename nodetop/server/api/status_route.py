"""The status of the hub itself: as JSON, and for its metrics."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import Response

from nodetop.base.clock import Clock
from nodetop.base.version import __version__
from nodetop.history.hub.journal import Journal
from nodetop.model import wire
from nodetop.model.hub_api import StatusReply
from nodetop.server.api.query_params import Query
from nodetop.server.base.metrics import Counters
from nodetop.server.base.resident import resident_bytes
from nodetop.server.exposition.own import HubState
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.http.client_counts import ConcurrencyLimit
from nodetop.server.remote_write.writer import RemoteWriter
from nodetop.server.uplink.sender import Uplink


@dataclass(frozen=True)
class HubInfo:
    """The parts of the hub's status that never change."""

    cluster: str
    sample_interval: float
    insecure_http: bool
    started: float
    """By the monotonic clock, in seconds."""


class StatusRoute:
    """`streams` are counted with the events."""

    def __init__(
        self,
        *,
        info: HubInfo,
        fleet: Fleet,
        journal: Journal,
        relays: Sequence[Uplink | RemoteWriter],
        streams: ConcurrencyLimit,
        problem: Callable[[], str | None],
        counters: Counters,
        clock: Clock,
    ) -> None:
        self._info, self._fleet, self._journal, self._relays = info, fleet, journal, relays
        self._streams, self._problem, self._counters, self._clock = streams, problem, counters, clock

    async def status(self, request: Request) -> Response:
        Query(request.query_params)
        counters = self._events() | {"streams": self._streams.total}
        reply = StatusReply(
            version=__version__,
            cluster=self._info.cluster,
            uptime_seconds=max(self._clock.monotonic() - self._info.started, 0.0),
            insecure_http=self._info.insecure_http,
            nodes=len(self._fleet),
            resident_bytes=resident_bytes(),
            journal_bytes=self._journal.size,
            counters=counters,
            problem=self._problem(),
        )
        return Response(wire.encode(reply), media_type="application/json")

    def _events(self) -> dict[str, int]:
        return self._counters.all() | {
            "samples_shortened": self._fleet.shortened,
            "journal_damages": self._journal.damaged,
        }

    def hub_state(self) -> HubState:
        uplink = next((each.status for each in self._relays if isinstance(each, Uplink)), None)
        writer = next((each.status for each in self._relays if isinstance(each, RemoteWriter)), None)
        return HubState(
            version=__version__,
            uptime_seconds=max(self._clock.monotonic() - self._info.started, 0.0),
            resident_bytes=resident_bytes(),
            journal_bytes=self._journal.size,
            events=self._events(),
            has_problem=self._problem() is not None,
            spool_samples=uplink.waiting if uplink else None,
            spool_dropped=uplink.dropped if uplink else None,
            remote_write=None if writer is None else asdict(writer),
        )
