"""What nodetop does with a hub: `--cluster URL` in the monitor, as --once and as --json."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import BinaryIO

import click

from nodetop.base.grid import next_tick
from nodetop.base.hub_address import BadAddress, HubAddress, client_tls, parse_hub_url
from nodetop.commands.check.condition import Condition
from nodetop.commands.check.verdict import Verdict
from nodetop.commands.click_types import tell
from nodetop.model import wire
from nodetop.model.hub_api import ClusterReply
from nodetop.settings.options import Settings
from nodetop.sources.hub import HubSource
from nodetop.sources.hub_http import HubHttp
from nodetop.sources.hub_token import TokenFile
from nodetop.sources.source import SourceError

START_SECONDS = 3.0
HUB_FOLDER = "hub"
"""Below the data directory: where a hub of this user keeps its tokens and says where it answers."""


def hub_source(settings: Settings) -> HubSource:
    """The hub that the settings name. Raises click.UsageError."""
    try:
        address = parse_hub_url(settings.cluster or "", insecure_http=settings.insecure_http)
        tls = client_tls(settings.ca_file, settings.pin) if address.secure else None
    except BadAddress as error:
        raise click.UsageError(str(error)) from None
    token = TokenFile(address, given=settings.token_file, hub_folder=settings.data_dir / HUB_FOLDER)
    return HubSource(HubHttp(address, token=token, tls=tls), interval=settings.interval)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[HubSource]:
    """The hub that the settings name, closed afterwards. Raises click.UsageError."""
    source = hub_source(settings)
    try:
        await _until_it_listens(source.address)
        yield source
    finally:
        await source.aclose()


async def _until_it_listens(address: HubAddress) -> None:
    """A hub of this machine may have been started just now, in the line before: it is waited for, for a while."""
    deadline = time.monotonic() + START_SECONDS
    while address.loopback and time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(address.host, address.port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def print_json(settings: Settings, node: str | None, count: int | None, out: BinaryIO) -> int:
    """The overview, or one node's snapshot, as a line of JSON; `count` of them, 0 for ever. Returns the exit code."""

    async def run() -> None:
        async with opened(settings) as source:
            await _each_interval(settings.interval, 1 if count is None else count, lambda: line(source))

    async def line(source: HubSource) -> None:
        out.write(wire.encode(await _asked(source, node)) + b"\n")
        out.flush()

    return _told(run())


async def _asked(source: HubSource, node: str | None) -> object:
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


def print_once(settings: Settings, node: str | None, *, ascii_only: bool) -> int:
    """A readable summary of all nodes, or of one. Returns the exit code."""

    async def run() -> None:
        async with opened(settings) as source:
            if node is not None:
                from nodetop.commands.once.summary import print_summary

                print_summary([await source.snapshot(node)], settings, ascii_only=ascii_only)
            else:
                from nodetop.commands.once.cluster import print_cluster

                summary, nodes = await source.overview()
                print_cluster(source.name, summary, nodes, settings, ascii_only=ascii_only)

    return _told(run())


def check(settings: Settings, node: str | None, wanted: Sequence[Condition]) -> int:
    """Whether conditions hold on all nodes, or on one. Returns the exit code: a hub without answer tells nothing."""
    from nodetop.commands.check.cluster import check_nodes
    from nodetop.commands.check.run import tell
    from nodetop.commands.check.verdict import EXIT_UNKNOWN

    verdicts: list[Verdict] = []

    async def run() -> None:
        async with opened(settings) as source:
            verdicts.extend(await check_nodes(source, node, wanted))

    return EXIT_UNKNOWN if _told(run()) else tell(verdicts, with_node=True)


def monitor_cluster(settings: Settings, node: str | None) -> int:
    """The hub in the monitor, once it has answered. Returns the exit code."""

    async def ask() -> None:
        async with opened(settings) as source:
            await _asked(source, node)

    # A wrong URL or token is said here, on a screen that stays; later trouble is said in the monitor.
    code = _told(ask())
    if code != 0:
        return code
    from nodetop.app import NodetopApp
    from nodetop.terminal.tty import Tty

    tty = Tty.open()
    try:
        app = NodetopApp(hub_source(settings), settings, tty=tty, node=node)
        app.run()
        return app.return_code or 0
    finally:
        if tty is not None:
            tty.leave()


def _told(asked: Coroutine[None, None, None]) -> int:
    """Runs it; a hub that does not do as it should is one line on standard error."""
    try:
        asyncio.run(asked)
    except SourceError as error:
        tell(str(error))
        return 1
    return 0
