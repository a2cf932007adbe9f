"""The hub or the store of metrics given by --cluster: address and credentials are checked, and commands query it."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import click
from msgspec.structs import replace

from nodetop.base.hub_address import (
    DEFAULT_PORT,
    STORE_SCHEME,
    BadAddress,
    HubAddress,
    check_trust,
    client_tls,
    parse_hub_url,
)
from nodetop.base.text import clean
from nodetop.commands.base.output import print_error
from nodetop.model.hub_api import ACT_TOKEN_FILE, ADDRESS_FILE
from nodetop.settings.options import Settings
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from nodetop.sources.hub.token import TokenFile, own_pin
from nodetop.sources.prometheus.recognise import is_store
from nodetop.sources.remote import RemoteSource
from nodetop.sources.source import SourceError

START_SECONDS = 2.0
_NAME = re.compile(r"[a-z0-9_-]+", re.I)
"""A host's name that may have been meant as that of a remembered cluster."""
HUB_FOLDER = "hub"
"""Below the data directory: where a hub of this user keeps its tokens and publishes its address."""


def own_hub(settings: Settings) -> str | None:
    """The URL at which the hub of this user on this machine was last started; None if there was none."""
    try:
        return (settings.data_dir / HUB_FOLDER / ADDRESS_FILE).read_text(errors="replace").split()[0]
    except (OSError, IndexError):
        return None


def cluster_source(settings: Settings) -> RemoteSource:
    """The hub given in the settings, or the store if the URL is marked as one. Raises click.UsageError."""
    if not _is_store_url(settings.cluster):
        return _hub_source(settings)
    from nodetop.commands.base.store import store_source  # late: not for a hub

    return store_source(settings)


def _hub_source(settings: Settings) -> HubSource:
    try:
        address = parse_hub_url(settings.cluster or "", insecure_http=settings.insecure_http)
        tls = _tls(settings, address)
    except BadAddress as error:
        raise click.UsageError(str(error)) from None
    hub_folder = settings.data_dir / HUB_FOLDER
    token = TokenFile(address, given=settings.token_file, hub_folder=hub_folder)
    act = TokenFile(address, given=settings.act_token_file, hub_folder=hub_folder, name=ACT_TOKEN_FILE)
    http = HubHttp(address, token=token, tls=tls, needs_own_peer=token.needs_own_peer)
    acting = partial(HubHttp, address, token=act, tls=tls, needs_own_peer=act.needs_own_peer, is_acting=True)
    return HubSource(http, acting=acting, interval=settings.interval)


def _tls(settings: Settings, address: HubAddress) -> ssl.SSLContext | None:
    """Trusts what the flags say, else the key of a hub of this user, else the system's CAs. Raises BadAddress."""
    check_trust(address, settings.ca_file, settings.pin)
    if not address.secure:
        return None
    is_given = settings.pin is not None or settings.ca_file is not None
    return client_tls(settings.ca_file, settings.pin if is_given else own_pin(address, settings.data_dir / HUB_FOLDER))


@asynccontextmanager
async def opened(settings: Settings, *, prints_notice: bool = True) -> AsyncIterator[RemoteSource]:
    """The hub or store given in the settings; closed afterwards. What it has to say about its data is then printed on
    standard error. Raises click.UsageError."""
    source = cluster_source(await recognised(settings))
    try:
        yield source
        if prints_notice and source.notice is not None:
            print_error(source.notice)
    except SourceError as error:
        if settings.clusters and _NAME.fullmatch(settings.cluster or ""):
            raise SourceError(f"{error}; remembered clusters: {', '.join(map(clean, settings.clusters))}") from None
        raise
    finally:
        await source.aclose()


def _may_be_starting(address: HubAddress, settings: Settings) -> bool:
    """Whether a hub that was started a moment ago would listen there: on the usual port, or where this user's was."""
    own = own_hub(settings)
    return address.loopback and (address.port == DEFAULT_PORT or (own is not None and address.is_same(own)))


def _is_store_url(url: str | None) -> bool:
    return (url or "").startswith(STORE_SCHEME)


async def recognised(settings: Settings) -> Settings:
    """The settings, with the URL marked if it turns out to be that of a store. A hub's own port is not asked. Nothing
    secret is sent, so this may be plain HTTP."""
    url = settings.cluster or ""
    try:
        address = parse_hub_url(url.removeprefix(STORE_SCHEME), insecure_http=True)
        tls = _tls(settings, address)
    except BadAddress:
        return settings  # reported when the source is made
    if _may_be_starting(address, settings):
        await _until_it_listens(address)
    if _is_store_url(url) or address.port == DEFAULT_PORT or not await is_store(address, tls):
        return settings
    return replace(settings, cluster=STORE_SCHEME + address.url)


async def _until_it_listens(address: HubAddress) -> None:
    """Waits a while for a hub on this machine."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
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
