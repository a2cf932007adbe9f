"""`nodetop --cluster URL --json`: the overview of a hub, or one of its nodes, as lines of JSON."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import BinaryIO

from nodetop.base.grid import next_tick
from nodetop.commands.base.hub import ask, opened
from nodetop.commands.base.past import Asked, asked_at, parse_at
from nodetop.model import wire
from nodetop.model.hub_api import ClusterReply
from nodetop.settings.options import Settings


def print_cluster(settings: Settings, node: str | None, count: int, out: BinaryIO, at: str | None = None) -> int:
    """Prints a line each interval; `count` of them, 0: until stopped. Returns the exit code; raises click.UsageError,
    OSError."""

    moment = parse_at(at)

    async def run() -> None:
        async with opened(settings) as source:
            await _each_interval(settings.interval, count, lambda: line(asked_at(source, moment)))

    async def line(source: Asked) -> None:
        out.write(wire.encode(await _answer(source, node)) + b"\n")
        out.flush()

    return 0 if ask(run()) else 1


async def _answer(source: Asked, node: str | None) -> object:
    if node is not None:
        return await source.snapshot(node)
    summary, nodes = await source.overview()
    return ClusterReply(cluster=source.own_cluster, summary=summary, nodes=nodes)


async def _each_interval(seconds: float, count: int, act: Callable[[], Awaitable[None]]) -> None:
    done, due = 0, time.monotonic()
    while True:
        await act()
        done += 1
        if done == count:
            return
        due = next_tick(due, seconds, time.monotonic())
        await asyncio.sleep(max(0.0, due - time.monotonic()))
