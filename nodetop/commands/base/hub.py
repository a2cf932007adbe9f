"""The hub given by --cluster: its address, token and certificate are checked, and commands query it."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import click

from nodetop.base.hub_address import BadAddress, HubAddress, client_tls, parse_hub_url
from nodetop.commands.base.output import print_error
from nodetop.model.hub_api import ACT_TOKEN_FILE, ADDRESS_FILE
from nodetop.settings.options import Settings
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from nodetop.sources.hub.token import TokenFile
from nodetop.sources.source import SourceError

START_SECONDS = 3.0
HUB_FOLDER = "hub"
"""Below the data directory: where a hub of this user keeps its tokens and publishes its address."""


def own_hub(settings: Settings) -> str | None:
    """The URL at which the hub of this user on this machine was last started; None if there was none."""
    try:
        return (settings.data_dir / HUB_FOLDER / ADDRESS_FILE).read_text(errors="replace").split()[0]
    except (OSError, IndexError):
        return None


def hub_source(settings: Settings) -> HubSource:
    """The hub given in the settings. Raises click.UsageError."""
    try:
        address = parse_hub_url(settings.cluster or "", insecure_http=settings.insecure_http)
        tls = client_tls(settings.ca_file, settings.pin) if address.secure else None
    except BadAddress as error:
        raise click.UsageError(str(error)) from None
    hub_folder = None if settings.data_dir is None else settings.data_dir / HUB_FOLDER
    token = TokenFile(address, given=settings.token_file, hub_folder=hub_folder)
    act = TokenFile(address, given=settings.act_token_file, hub_folder=hub_folder, name=ACT_TOKEN_FILE)
    http = HubHttp(address, token=token, tls=tls, needs_own_peer=token.needs_own_peer)
    acting = partial(HubHttp, address, token=act, tls=tls, needs_own_peer=act.needs_own_peer, is_acting=True)
    return HubSource(http, acting=acting, interval=settings.interval)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[HubSource]:
    """The hub given in the settings; closed afterwards. Raises click.UsageError."""
    source = hub_source(settings)
    try:
        await _until_it_listens(source.address)
        yield source
    finally:
        await source.aclose()


async def _until_it_listens(address: HubAddress) -> None:
    """A hub on this machine may just have been started: waits a while for it."""
    deadline = time.monotonic() + START_SECONDS
    while address.loopback and time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(address.host, address.port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def ask(question: Coroutine[None, None, None]) -> bool:
    """Runs a query of a hub. False if it fails; the reason is then printed as one line on standard error."""
    try:
        asyncio.run(question)
    except SourceError as error:
        print_error(str(error))
        return False
    return True
