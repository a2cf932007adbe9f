"""The monitor in a browser, from the side of a browser: login, who stays out, a terminal with live numbers."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.server.servers import COMMAND, Server, server

aiohttp = pytest.importorskip("aiohttp", reason="needs the extra web")
pytest.importorskip("textual_serve", reason="needs the extra web")

UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\", re.S)
LISTEN = ("--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--node-name", "web-host", "--interval", 1)
pytestmark = pytest.mark.may_block  # a fixture starts a process


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("web") / "hub"
    with server(folder, *LISTEN) as running:
        yield running


def site(hub: Server) -> str:
    found = re.search(r"browser: +(\S+),", hub.said)
    assert found is not None, hub.said
    return found[1]


async def logged_in(client: Any, hub: Server) -> None:
    reply = await client.post(f"{site(hub)}/login", data={"token": hub.token("read")}, allow_redirects=False)
    assert reply.status == 303
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


class Screen:
    """A terminal as the page's script draws it."""

    def __init__(self, connection: Any, columns: int, rows: int) -> None:
        self.connection = connection
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    async def until(self, words: str) -> None:
        async with asyncio.timeout(40):
            while words not in "\n".join(self._screen.display):
                message = await self.connection.receive()
                assert message.type == aiohttp.WSMsgType.BINARY, (message, self._screen.display)
                self._stream.feed(UNKNOWN.sub(b"", message.data))

    async def send(self, kind: str, value: object) -> None:
        await self.connection.send_str(json.dumps([kind, value]))


async def test_a_visitor_with_a_read_token_sees_live_numbers(hub: Server) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        assert "<form" in await (await client.get(site(hub))).text()
        await logged_in(client, hub)
        page = await client.get(site(hub))
        text = await page.text()
        assert "textual-terminal" in text and not re.search(r"(?:src|href)=\"https?:", text), "nothing from elsewhere"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
            assert (await client.get(site(hub) + name)).status == 200
        async with client.ws_connect(f"{site(hub)}/terminal", origin=site(hub)) as connection:
            screen = Screen(connection, 100, 30)
            await screen.send("resize", {"width": 100, "height": 30})
            await screen.until("web-host")
            await screen.until("1 up")
            await screen.send("stdin", "\r")
            await screen.until("processes")
            await connection.send_str("nonsense")
            await connection.send_str('["resize", {"width": "x"}]')
            await screen.send("ping", 1)
            await screen.send("stdin", "q")
            async with asyncio.timeout(20):
                while (await connection.receive()).type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT):
                    pass
            assert connection.closed


async def test_who_may_not_stays_out(hub: Server) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        for token in ("", "x" * 43, hub.token("push")):
            reply = await client.post(f"{site(hub)}/login", data={"token": token}, allow_redirects=False)
            assert reply.status == 401 and "Set-Cookie" not in reply.headers
        assert (await client.get(f"{site(hub)}/terminal", headers={"Origin": site(hub)})).status == 401
        assert (await client.get(site(hub), headers={"Host": "evil.example"})).status == 421
        assert (await client.get(f"{site(hub)}/static/../site.py")).status == 404
        await logged_in(client, hub)
        for origin in ("http://evil.example", "null", None):
            headers = {} if origin is None else {"Origin": origin}
            assert (await client.get(f"{site(hub)}/terminal", headers=headers)).status == 403
        foreign = {"Origin": "http://evil.example"}
        reply = await client.post(f"{site(hub)}/login", data={"token": hub.token("read")}, headers=foreign)
        assert reply.status == 403


async def test_a_visitor_logs_out(hub: Server) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        await logged_in(client, hub)
        (cookie,) = client.cookie_jar
        foreign = {"Origin": "http://evil.example"}
        assert (await client.post(f"{site(hub)}/logout", headers=foreign)).status == 403
        assert '<form method="post" action="/logout">' in await (await client.get(f"{site(hub)}/logout")).text()
        async with client.ws_connect(f"{site(hub)}/terminal", origin=site(hub)) as connection:
            await Screen(connection, 80, 24).until("web-host")
            reply = await client.post(f"{site(hub)}/logout")
            assert "Read token of" in await reply.text() and not list(client.cookie_jar)
            async with asyncio.timeout(20):
                while (await connection.receive()).type == aiohttp.WSMsgType.BINARY:
                    pass
            assert connection.closed
        client.cookie_jar.update_cookies({cookie.key: cookie.value}, response_url=reply.url)
        assert "Read token of" in await (await client.get(site(hub))).text(), "the cookie is worthless"


async def test_one_visitor_too_many_is_told_so(tmp_path: Path) -> None:
    one = "from nodetop.server.web import site; site.MOST_TERMINALS = 1; from nodetop.server.cli import main; main()"
    with server(tmp_path, *LISTEN, command=[sys.executable, "-c", one]) as hub:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            await logged_in(client, hub)
            async with client.ws_connect(f"{site(hub)}/terminal", origin=site(hub)) as connection:
                await Screen(connection, 80, 24).until("web-host")
                reply = await client.get(site(hub))
                assert reply.status == 503 and "wait until one of them leaves" in await reply.text()
                assert (await client.get(f"{site(hub)}/terminal", headers={"Origin": site(hub)})).status == 503


async def test_a_visit_ends_with_its_tab_and_with_its_token(hub: Server, tmp_path: Path) -> None:
    def monitors() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(hub.hub) in line and "--readonly" in line:
                found.append(line)
        return found

    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        await logged_in(client, hub)
        async with client.ws_connect(f"{site(hub)}/terminal", origin=site(hub)) as connection:
            await Screen(connection, 80, 24).until("web-host")
            assert len(monitors()) == 1
            assert hub.token("read") not in monitors()[0]
        async with asyncio.timeout(20):
            while monitors():
                await asyncio.sleep(0.05)


async def test_a_hub_that_stops_ends_its_visits_and_leaves_nothing_of_them(tmp_path: Path) -> None:
    (tmp_path / "data" / "hub" / "visitors" / "of-a-killed-hub").mkdir(parents=True)
    for folder in (tmp_path / "data", tmp_path / "data" / "hub"):
        folder.chmod(0o700)
    with server(tmp_path, *LISTEN, command=COMMAND) as hub:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            await logged_in(client, hub)
            visits = [await client.ws_connect(f"{site(hub)}/terminal", origin=site(hub)) for _ in range(3)]
            await Screen(visits[-1], 80, 24).until("web-host")
            assert len(list((hub.hub / "visitors").iterdir())) == 3
            assert await asyncio.to_thread(hub.end) == 0
            assert not list((hub.hub / "visitors").iterdir())
