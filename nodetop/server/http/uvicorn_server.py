"""uvicorn as the hub uses it: with our signal handling, our limits, and sockets that are already open."""

import asyncio
import contextlib
import functools
import logging
import socket
from asyncio.sslproto import SSLProtocol
from collections.abc import Iterator, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from nodetop.server.base import limits
from nodetop.server.http.address_limits import ConnectionLimits, Listener, connection_limit
from nodetop.server.http.connections import LimitedProtocol
from nodetop.server.http.listening import Tls

STOP_SECONDS = 5


class HttpServer(uvicorn.Server):
    """Call serve(sockets=...). It returns after should_exit is set."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The hub handles signals itself."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Like uvicorn's, with a time limit for TLS handshakes."""
        await self.lifespan.startup()
        ssl, seconds = self.config.ssl, limits.REQUEST_SECONDS if self.config.ssl else None
        protocol: Any = self.config.http_protocol_class
        make = functools.partial(
            protocol, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        SSLProtocol.max_size = limits.TLS_BUFFER_BYTES  # it has no parameter
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(
                make, sock=each, ssl=ssl, ssl_handshake_timeout=seconds, backlog=self.config.backlog
            )
            for each in sockets or ()
        ]
        self.started = True


def _is_not_of_upgrades(record: logging.LogRecord) -> bool:
    """A request to upgrade is answered as if it did not ask for that. uvicorn recommends to install a WebSocket library
    for such a request, which anybody can send."""
    return not record.getMessage().startswith(("Unsupported upgrade", "No supported WebSocket"))


def http_server(app: ASGIApp, listeners: Sequence[Listener], tls: Tls | None, max_nodes: int) -> HttpServer:
    """A server for these sockets. Sets the limits of the sockets."""
    # uvicorn's warnings go to our log. Without a log level of its own it would trace each connection.
    logger = logging.getLogger("uvicorn.error")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_is_not_of_upgrades)
    connection_limits = ConnectionLimits(connection_limit(max_nodes))
    for listener in listeners:
        listener.limits = connection_limits
    config = uvicorn.Config(
        app,
        http=functools.partial(LimitedProtocol, connection_limits=connection_limits),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=limits.IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    config.load()
    if tls is not None:
        config.ssl = tls.context
    return HttpServer(config)
