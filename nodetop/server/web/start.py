"""Starts the site of a hub: its address, its certificate (that of the hub), and what each visitor sees."""

import importlib.util
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from nodetop.base.hub_address import is_loopback
from nodetop.server.base.startup import MissingPackages
from nodetop.server.http.listening import bind, check_exposure, parse_listen, urls
from nodetop.server.http.trusted_host import AllowedHosts, own_names
from nodetop.server.hub import Hub
from nodetop.server.settings import ServerSettings

VISITORS_FOLDER = "visitors"
"""In the hub's folder, because a container may have no other place to write to."""


@asynccontextmanager
async def site_of(hub: Hub, settings: ServerSettings, hub_folder: Path) -> AsyncIterator[str]:
    """Serves until left. Yields the site's URL. Raises StartError."""
    if importlib.util.find_spec("textual_serve") is None:
        raise MissingPackages("--web", "web")
    from nodetop.server.web.site import Site, served  # late: aiohttp, only for this

    hosts, port = parse_listen(settings.web, "--web")
    check_exposure(hosts, hub.tls, settings.insecure_http)
    folder = hub_folder / VISITORS_FOLDER
    shutil.rmtree(folder, ignore_errors=True)  # of a hub that was killed
    site = Site(
        title=f"nodetop · {settings.cluster}",
        tokens=lambda: hub.tokens.current,
        hosts=AllowedHosts(
            any=hub.tls is not None, names=own_names(settings.public_name), addresses=settings.insecure_http
        ),
        arguments=_arguments(hub),
        folder=folder,
        is_secure=hub.tls is not None,
    )
    sockets = bind(hosts, port)
    try:
        async with served(site, sockets, hub.tls):
            yield urls(sockets, secure=hub.tls is not None)[0]
    finally:
        for each in sockets:
            each.close()


def _arguments(hub: Hub) -> list[str]:
    """What each visitor's nodetop is started with."""
    url = next((url for url in hub.urls if is_loopback(urlsplit(url).hostname or "")), hub.urls[0])
    trust = ["--pin", hub.tls.pin] if hub.tls else []
    return [
        "--cluster",
        url,
        *trust,
        "--token-file",
        str(hub.tokens.files.read.absolute()),
        "--readonly",
        "--no-history",
    ]
