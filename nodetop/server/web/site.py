"""`nodetop-server --web`: the monitor in a browser, beside the hub, behind a read token.

aiohttp and the page's script (xterm.js) come with the package textual-serve, the extra `web`; its server is not used.
"""

import asyncio
import importlib.util
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from nodetop.base.clock import Clock, SystemClock
from nodetop.server.base import limits
from nodetop.server.base.limits import RateLimiter
from nodetop.server.base.tokens import Tokens
from nodetop.server.http.listening import Tls
from nodetop.server.http.trusted_host import AllowedHosts, host_of
from nodetop.server.web.pages import login_page, logout_page, message_page, terminal_page
from nodetop.server.web.sessions import LIFETIME_SECONDS, Sessions
from nodetop.server.web.terminal import WebTerminal

logger = logging.getLogger(__name__)

MOST_TERMINALS = 16
"""Each is a process with some 60 MB."""
LARGEST_MESSAGE = 65_536
_TOO_MANY = f"{MOST_TERMINALS} people are looking already; wait until one of them leaves."
COOKIE = "nodetop_session"
_CHECK_SECONDS = 2.0
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send the Origin "null" with the login
    "Cache-Control": "no-store",
    "Server": "nodetop",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """The routes. `arguments` are those of each visitor's nodetop, `folder` is for what those write."""

    def __init__(
        self,
        *,
        title: str,
        tokens: Callable[[], Tokens],
        hosts: AllowedHosts,
        arguments: Sequence[str],
        folder: Path,
        is_secure: bool,
        clock: Clock | None = None,
    ) -> None:
        self._title, self._tokens, self._hosts = title, tokens, hosts
        self._arguments, self._folder, self._is_secure = arguments, folder, is_secure
        clock = clock or SystemClock()
        self._sessions = Sessions(clock)
        self._failures = RateLimiter(limits.FAILED_AUTHENTICATIONS, clock)
        self._terminals: set[asyncio.Task[Any]] = set()

    def application(self) -> web.Application:
        made = web.Application(middlewares=[self._guard], client_max_size=4096)
        made.add_routes(
            [
                web.get("/", self.page),
                web.post("/login", self.login),
                web.get("/logout", self.logout_page),
                web.post("/logout", self.logout),
                web.get("/terminal", self.terminal),
                web.static("/static", static_folder()),
            ]
        )
        return made

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only for this host's names, and from pages of this site."""
        host = host_of(request.headers.get("Host", "").encode("latin-1", "replace"))
        if host is None or not self._hosts.allows(host):
            return web.Response(status=421, text="This is not a name of the hub.\n", headers=_HEADERS)
        origin = request.headers.get("Origin")
        needs_origin = request.path == "/terminal"
        if (origin is not None or needs_origin) and origin != f"{self._scheme}://{request.headers['Host']}":
            return web.Response(status=403, text="Another site may not use this one.\n", headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.reason}\n")
            if error.status in (301, 302, 303):
                response.headers["Location"] = error.headers["Location"]
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    @property
    def _scheme(self) -> str:
        return "https" if self._is_secure else "http"

    async def page(self, request: web.Request) -> web.Response:
        """The terminal of who has logged in; else the login."""
        if not self._may_read(request):
            return _html(login_page(self._title))
        if len(self._terminals) >= MOST_TERMINALS:
            return _html(message_page(self._title, _TOO_MANY), 503)
        scheme = "wss" if self._is_secure else "ws"
        is_phone = "Mobile" in request.headers.get("User-Agent", "")
        return _html(
            terminal_page(self._title, f"{scheme}://{request.headers['Host']}/terminal", 11 if is_phone else 15)
        )

    async def login(self, request: web.Request) -> web.Response:
        """Trades a read token for a cookie."""
        shown = (await request.post()).get("token", "")
        token = self._tokens().find(shown.strip().encode() if isinstance(shown, str) else b"").get("read")
        if token is None:
            peer = request.remote or ""
            if not self._failures.allow(peer):
                return _html(login_page(self._title, "Too many wrong tokens; wait a minute."), 429)
            logger.warning("web_not_authenticated", {"peer": peer})
            return _html(login_page(self._title, "This is not a read token of this hub."), 401)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            COOKIE, self._sessions.open(token), max_age=int(LIFETIME_SECONDS), httponly=True, samesite="Strict",
            secure=self._is_secure, path="/",
        )  # fmt: skip
        return response

    async def logout_page(self, _request: web.Request) -> web.Response:
        """A button, so that a link of another site cannot log out."""
        return _html(logout_page(self._title))

    async def logout(self, request: web.Request) -> web.Response:
        """Ends the session and, soon after, its terminals."""
        self._sessions.close(request.cookies.get(COOKIE, ""))
        response = web.Response(status=303, headers={"Location": "/"})
        response.del_cookie(COOKIE, httponly=True, samesite="Strict", secure=self._is_secure, path="/")
        return response

    def _may_read(self, request: web.Request) -> bool:
        """Whether this session's token is still valid."""
        token = self._sessions.token(request.cookies.get(COOKIE, ""))
        return token is not None and self._tokens().may_read(token)

    async def terminal(self, request: web.Request) -> web.StreamResponse:
        """A monitor of the visitor's own, for as long as the connection."""
        if not self._may_read(request):
            return web.Response(status=401, text="Log in first.\n")
        if len(self._terminals) >= MOST_TERMINALS:
            return web.Response(status=503, text=_TOO_MANY + "\n")
        task = asyncio.current_task()
        assert task is not None
        self._terminals.add(task)
        try:
            connection = web.WebSocketResponse(heartbeat=15, max_msg_size=LARGEST_MESSAGE)
            await connection.prepare(request)
            async with WebTerminal(self._arguments, self._folder, connection.send_bytes) as terminal:
                works = [
                    asyncio.create_task(terminal.run()),
                    asyncio.create_task(_receive(connection, terminal)),
                    asyncio.create_task(self._until_revoked(request)),
                ]
                await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
                for work in works:
                    work.cancel()
                await asyncio.gather(*works, return_exceptions=True)
            await connection.close()
            return connection
        finally:
            self._terminals.discard(task)

    async def _until_revoked(self, request: web.Request) -> None:
        while self._may_read(request):
            await asyncio.sleep(_CHECK_SECONDS)

    async def close(self) -> None:
        """Ends all terminals."""
        tasks = [*self._terminals]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _receive(connection: web.WebSocketResponse, terminal: WebTerminal) -> None:
    """Keys, mouse and sizes from the browser, until it goes. What is not understood is ignored."""
    async for message in connection:
        if message.type != WSMsgType.TEXT:
            continue
        try:
            kind, *values = json.loads(message.data)
            if kind == "stdin":
                terminal.write(str(values[0]))
            elif kind == "resize":
                terminal.resize(int(values[0]["width"]), int(values[0]["height"]))
            elif kind == "ping":
                await connection.send_json(["pong", values[0]])
        except (ValueError, TypeError, KeyError, IndexError):
            continue


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")


def static_folder() -> Path:
    """The script and the style sheet of the terminal. Nothing of textual-serve is imported."""
    found = importlib.util.find_spec("textual_serve")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "static"


@asynccontextmanager
async def served(site: Site, sockets: Sequence[socket.socket], tls: Tls | None) -> AsyncIterator[None]:
    """The site on these sockets."""
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        for each in sockets:
            await web.SockSite(runner, each, ssl_context=tls.context if tls else None).start()
        yield
    finally:
        await site.close()
        await runner.cleanup()
