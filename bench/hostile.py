"""What clients can do to a hub while honest nodes push; each is one phase of `bench/hub.py --hostile`.

    python bench/hostile.py PHASE URL PUSH_TOKEN READ_TOKEN

Runs one of them until it is ended."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

NODES = "/api/v2/clusters/*/node-metrics"


class Client:
    """Plain sockets, so that this side needs as little of the machine as possible."""

    def __init__(self, url: str, push: str, read: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.push, self.read = push, read

    def request(self, line: str, token: str, body: bytes = b"", length: int | None = None) -> bytes:
        head = f"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        if body or length:
            head += f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)

    async def again(self, what: Callable[[], Awaitable[None]]) -> None:
        """Does something for ever, whatever the hub makes of it."""
        while True:
            try:
                await what()
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.05)

    async def answer(self, reader: asyncio.StreamReader) -> None:
        """Reads a reply to its end."""
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        if b"content-length: " in lower:
            await reader.readexactly(int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            return
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()


def reading(client: Client, path: str, pause: float) -> Callable[[], Awaitable[None]]:
    async def read() -> None:
        reader, writer = await client.open()
        try:
            while True:
                writer.write(client.request(f"GET {path}", client.read))
                await client.answer(reader)
                await asyncio.sleep(pause)
        finally:
            writer.close()

    return read


def overview(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """20 screens that read all nodes each second."""
    return [reading(client, NODES, 1.0)] * 20


def trends(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Trends of all nodes, and 30 days of one, one after another, on 8 connections."""
    history = f"{NODES.replace('*', 'default')}/node-0000/history?hours=720&step=300"
    return [reading(client, f"{NODES}?trend=120", 0.0)] * 4 + [reading(client, history, 0.0)] * 4


def recent(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """All full samples of a node, one after another, on 4 connections."""
    return [reading(client, f"{NODES.replace('*', 'default')}/node-0001/recent", 0.0)] * 4


def searches(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Searches of all processes of all nodes, one after another, on 8 connections."""
    return [reading(client, "/api/v2/clusters/*/processes?match=worker&sort=cpu&limit=500", 0.0)] * 8


def slow_readers(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Large replies that are read at 4 KiB a second."""

    async def read() -> None:
        reader, writer = await client.open()
        writer.write(client.request(f"GET {NODES}?trend=120", client.read))
        while await reader.read(4096):
            await asyncio.sleep(1)
        writer.close()

    return [read] * 30


def slow_senders(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Requests of which a byte comes now and then, and bodies that never end."""

    async def send() -> None:
        _, writer = await client.open()
        writer.write(client.request("POST /metrics/node", client.push, length=1_000_000))
        while not writer.is_closing():
            writer.write(b" " * 100)
            await writer.drain()
            await asyncio.sleep(0.5)

    return [send] * 60


def giant_bodies(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Pushes of almost 1 MiB, valid but for one value at their end, one after another."""
    rows = [{"pid": number, "name": "x", "command": "y" * 1800} for number in range(1, 500)]
    sample = {"schema": 1, "node": "giant", "taken_at": time.time(), "interval": 5.0, "boot_id": "b", "seq": 1}
    body = json.dumps({"sent_at": time.time(), "samples": [sample | {"processes": {"rows": rows, "total": -1}}]})

    async def send() -> None:
        reader, writer = await client.open()
        while True:
            writer.write(client.request("POST /metrics/node", client.push, body.encode()))
            await client.answer(reader)

    return [send] * 4


def connections(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Connections that are opened and closed as fast as this program can."""

    async def connect() -> None:
        _, writer = await client.open()
        writer.close()
        await writer.wait_closed()

    return [connect] * 20


def wrong_tokens(client: Client) -> list[Callable[[], Awaitable[None]]]:
    """Requests without a valid token, a connection each."""

    async def ask() -> None:
        reader, writer = await client.open()
        writer.write(client.request(f"GET {NODES}", "x" * 43))
        await client.answer(reader)
        writer.close()

    return [ask] * 20


PHASES = (overview, trends, recent, searches, slow_readers, slow_senders, giant_bodies, connections, wrong_tokens)


async def run(phase: str, client: Client) -> None:
    made = next(each for each in PHASES if each.__name__ == phase)(client)
    await asyncio.gather(*(client.again(each) for each in made))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Client(*sys.argv[2:5])))
