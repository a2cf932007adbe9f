"""Server-sent events: the rows and the alerts that changed, every `interval` seconds, and the samples of one node as
they arrive."""

import asyncio
from collections.abc import AsyncIterator, Callable

from nodetop.alerts.api import AlertsReply
from nodetop.base.clock import Clock
from nodetop.model.hub_api import StreamEvent
from nodetop.server.alerts.board import HubBoard
from nodetop.server.api.json_reply import pieces, slices
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key
from nodetop.server.fleet.sample_queue import SampleQueue

ALIVE_SECONDS = 15.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 60.0
SHOWN_SECONDS = 86_400.0
"""Alerts that ended so long ago are not part of a stream."""
_COMMENT = b": alive\n\n"


async def event(name: str, json: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """One event, in pieces. Our JSON has no line breaks."""
    yield b"event: " + name.encode() + b"\ndata: "
    async for piece in json:
        yield piece
    yield b"\n\n"


async def events(
    fleet: Fleet,
    alerts: HubBoard,
    clock: Clock,
    cluster: str,
    interval: float,
    node: Key | None,
    is_stopping: Callable[[], bool],
) -> AsyncIterator[bytes]:
    """The events of one connection, until the hub stops. With `node`, also this node's full samples."""
    queue = fleet.subscribe(node) if node is not None else None
    try:
        version, alerts_version, sent_at = -1, -1, clock.monotonic()
        due = sent_at
        while not is_stopping():
            wait = max(due - clock.monotonic(), 0.0)
            if wait:
                sample = await _next_sample(queue, wait)
                if sample is not None:
                    sent_at = clock.monotonic()
                    async for piece in event("snapshot", slices(sample)):
                        yield piece
                continue
            now = clock.monotonic()
            due = now + interval
            if fleet.version > version:
                changes = _changes(fleet, cluster, version)
                version, sent_at = fleet.version, now
                async for piece in event("nodes", pieces(changes)):
                    yield piece
            if alerts.version > alerts_version:
                changed = _alerts(alerts, clock.wall(), cluster, alerts_version)
                alerts_version, sent_at = alerts.version, now
                async for piece in event("alerts", pieces(changed)):
                    yield piece
            if now - sent_at >= ALIVE_SECONDS - interval:
                sent_at = now
                yield _COMMENT
    finally:
        if node is not None and queue is not None:
            fleet.unsubscribe(node, queue)


async def _next_sample(queue: SampleQueue | None, seconds: float) -> bytes | None:
    """A sample, if one arrives within `seconds`, but at most within one second, so that a stream ends soon after the
    hub stops."""
    wait = min(seconds, 1.0)
    if queue is None:
        await asyncio.sleep(wait)
        return None
    try:
        async with asyncio.timeout(wait):
            return await queue.get()
    except TimeoutError:
        return None


def _alerts(alerts: HubBoard, now: float, cluster: str, version: int) -> AlertsReply:
    whole = version < 0
    found = alerts.alerts(now, cluster, now - SHOWN_SECONDS) if whole else alerts.changed(now, cluster, version)
    return AlertsReply(cluster=cluster, time=now, alerts=tuple(found), whole=whole, version=alerts.version)


def _changes(fleet: Fleet, cluster: str, version: int) -> StreamEvent:
    whole = version < 0
    return StreamEvent(
        cluster=cluster,
        whole=whole,
        summary=fleet.summary(cluster),
        nodes=fleet.rows(cluster, version),
        removed=() if whole else fleet.removed(cluster, version),
        problem=fleet.problem,
    )
