"""The monitor in headless Chromium, driven through DevTools: live numbers, keys, mouse, sizes, and who stays out."""

import asyncio
import base64
import json
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.packaging.conftest import need
from tests.server.servers import Server, server, until

aiohttp = pytest.importorskip("aiohttp", reason="needs the extra web")
pytestmark = [pytest.mark.timeout(300), pytest.mark.may_block]
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\", re.S)
ENTER = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    listen = ("--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--node-name", "web-host", "--interval", 1)
    with server(tmp_path_factory.mktemp("web") / "hub", *listen) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of its DevTools."""
    need("chromium")
    profile = tmp_path_factory.mktemp("profile")
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    with subprocess.Popen(
        [*command, f"--user-data-dir={profile}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            ready = profile / "DevToolsActivePort"
            yield int(until(lambda: ready.exists() and ready.read_text(), "Chromium starts", 60).split()[0])
        finally:
            process.kill()


class Tab:
    """One tab: what is asked of it, and the screen that its terminal shows."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._number = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.screen = pyte.Screen(400, 200)
        self._stream = pyte.ByteStream(self.screen)
        self.requested: list[str] = []
        self.sent: list[str] = []

    async def listen(self) -> None:
        async for message in self._connection:
            said = json.loads(message.data)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            self._take(said.get("method"), said.get("params", {}))

    def _take(self, method: str | None, said: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requested.append(said["request"]["url"])
        elif method == "Network.webSocketFrameReceived" and said["response"]["opcode"] == 2:
            self._stream.feed(UNKNOWN.sub(b"", base64.b64decode(said["response"]["payloadData"])))
        elif method == "Network.webSocketFrameSent":
            self.sent.append(said["response"]["payloadData"])

    async def ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._connection.send_str(json.dumps({"id": self._number, "method": method, "params": parameters}))
        return (await answer).get("result")

    async def run(self, script: str) -> Any:
        """Its value; None while another page is loaded."""
        found = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True) or {}
        return found.get("result", {}).get("value")

    async def press(self, text: str) -> None:
        key = ENTER if text == "\r" else {"key": text, "text": text}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **key)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **{**key, "text": ""})

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def until(self, condition: Callable[[], Any]) -> None:
        try:
            async with asyncio.timeout(60):
                while not condition():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"not in 60 s: {self.text.strip()} {self.sent[-5:]} {self.requested}") from None


@asynccontextmanager
async def tab(port: int) -> AsyncIterator[Tab]:
    async with aiohttp.ClientSession() as client:
        made = await (await client.put(f"http://127.0.0.1:{port}/json/new?about:blank")).json()
        async with client.ws_connect(made["webSocketDebuggerUrl"], max_msg_size=0) as connection:
            found = Tab(connection)
            listening = asyncio.create_task(found.listen())
            for domain in ("Network", "Page", "Runtime"):
                await found.ask(f"{domain}.enable")
            try:
                yield found
            finally:
                listening.cancel()
        await client.get(f"http://127.0.0.1:{port}/json/close/{made['id']}")


def site(hub: Server) -> str:
    found = re.search(r"browser: +(\S+),", hub.said)
    assert found is not None, hub.said
    return found[1]


async def log_in(page: Tab, hub: Server, token: str) -> None:
    await page.ask("Page.navigate", url=site(hub))
    async with asyncio.timeout(30):
        while not await page.run("!!document.querySelector('#token')"):
            await asyncio.sleep(0.05)
    await page.run(f"document.querySelector('#token').value = {json.dumps(token)}; document.forms[0].submit()")


async def test_a_browser_shows_live_numbers_and_takes_keys_mouse_and_sizes(
    hub: Server, chromium: int, tmp_path: Path
) -> None:
    async with tab(chromium) as page:
        await page.ask("Emulation.setDeviceMetricsOverride", width=1200, height=800, deviceScaleFactor=1, mobile=False)
        await log_in(page, hub, hub.token("read"))
        await page.until(lambda: "web-host" in page.text and "1 up" in page.text)
        size = json.loads([each for each in page.sent if '"resize"' in each][-1])[1]
        assert size["width"] > 100 and size["height"] > 30
        shown = page.text
        await page.until(lambda: page.text != shown)  # the numbers are live

        await page.ask("Input.dispatchMouseEvent", type="mousePressed", x=300, y=300, button="left", clickCount=1)
        await page.ask("Input.dispatchMouseEvent", type="mouseReleased", x=300, y=300, button="left", clickCount=1)
        await page.until(lambda: any("\\u001b[<0;" in each for each in page.sent))
        await page.press("\r")
        await page.until(lambda: "processes" in page.text)

        phone = {"width": 390, "height": 700, "deviceScaleFactor": 1, "mobile": True}
        await page.ask("Emulation.setDeviceMetricsOverride", **phone)
        await page.run("window.dispatchEvent(new Event('resize'))")
        await page.until(lambda: json.loads([e for e in page.sent if '"resize"' in e][-1])[1]["width"] < 60)
        picture = await page.ask("Page.captureScreenshot")
        (tmp_path / "phone.png").write_bytes(base64.b64decode(picture["data"]))
        foreign = [url for url in page.requested if not url.startswith((site(hub), "about:", "data:"))]
        assert not foreign, "nothing is fetched from elsewhere"


async def test_a_wrong_token_stays_out(hub: Server, chromium: int) -> None:
    async with tab(chromium) as page:
        await page.ask("Network.clearBrowserCookies")
        await log_in(page, hub, "x" * 43)
        async with asyncio.timeout(30):
            while "not a read token" not in str(await page.run("document.body.innerText")):
                await asyncio.sleep(0.05)
        assert not page.sent


async def test_a_page_of_another_site_stays_out(hub: Server, chromium: int) -> None:
    """With the cookie of a visitor who has logged in."""
    async with tab(chromium) as page:
        await page.ask("Network.clearBrowserCookies")
        await log_in(page, hub, hub.token("read"))
        await page.until(lambda: "web-host" in page.text)
        await page.ask("Page.navigate", url="data:text/html,<p>evil</p>")
        address = site(hub).replace("http", "ws") + "/terminal"
        script = (
            "new Promise(end => { const s = new WebSocket('ADDRESS');"
            " s.onopen = () => end('open'); s.onerror = () => end('refused'); })"
        ).replace("ADDRESS", address)
        assert await page.run(script) == "refused"


async def test_a_visitor_who_never_reads_is_ended(hub: Server) -> None:
    """By the pings of the connection, which it does not answer."""
    host, port = site(hub).removeprefix("http://").split(":")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        await client.post(f"{site(hub)}/login", data={"token": hub.token("read")})
        (cookie,) = client.cookie_jar
    with socket.create_connection((host, int(port))) as silent:
        lines = (
            "GET /terminal HTTP/1.1", f"Host: {host}:{port}", f"Origin: {site(hub)}", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13",
            f"Cookie: {cookie.key}={cookie.value}",
        )  # fmt: skip
        silent.sendall("\r\n".join((*lines, "", "")).encode())
        visitors = hub.hub / "visitors"
        await asyncio.to_thread(until, lambda: visitors.exists() and list(visitors.iterdir()), "it is let in")
        await asyncio.to_thread(until, lambda: not list(visitors.iterdir()), "it is ended", 90)
