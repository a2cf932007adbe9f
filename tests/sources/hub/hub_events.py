"""A hub as a source, its events, and samples for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from nodetop.sources.source import SourceEvent
from tests.sources.hub.stub_hub import TOKEN, StubHub

E = TypeVar("E")

BASE = "/api/v2/clusters"

WEB = NodeStatus(node="web-01", cluster="default", age_seconds=1.0, cpu_busy_percent=12.5)


def sample(seq: int, node: str = "web-01") -> NodeSnapshot:
    return NodeSnapshot(node=node, taken_at=1000.0 + 5 * seq, boot_id="b", seq=seq)


@asynccontextmanager
async def source_of(hub: StubHub, token: str | None = TOKEN) -> AsyncIterator[HubSource]:
    source = HubSource(HubHttp(parse_hub_url(hub.url), token=lambda: token), interval=1.0)
    try:
        yield source
    finally:
        await source.aclose()


async def until(events: AsyncIterator[SourceEvent], kind: type[E], matches: str = "") -> E:
    """The next event of a kind (with these words in it, if a problem)."""
    async with asyncio.timeout(20):
        async for event in events:
            if isinstance(event, kind) and (not matches or matches in getattr(event, "message", "")):
                return event
    raise AssertionError("the events ended")


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)
