"""Runs a hub, and the site beside it if there is one."""

import contextlib
from pathlib import Path

from nodetop.server.base.announcement import announce
from nodetop.server.collector import Collector
from nodetop.server.hub import Hub
from nodetop.server.settings import ServerSettings
from nodetop.server.welcome import welcome


async def serve(hub: Hub, collector: Collector, settings: ServerSettings, folder: Path) -> int:
    """Serves until a signal. Returns the exit code. Raises StartError."""
    async with contextlib.AsyncExitStack() as stack:
        site = None
        if settings.web is not None:
            from nodetop.server.web.start import site_of  # late: only with --web

            site = await stack.enter_async_context(site_of(hub, settings, folder))
        return await hub.run(collector, lambda: announce(welcome(hub, settings, folder, site)))
