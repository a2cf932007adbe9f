"""A hub's read API in a few lines, over a real socket, that says what a test wants, good or bad."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from nodetop.model import wire
from nodetop.model.hub_api import ClusterInfo, ClusterList, ClusterSummary, StreamEvent
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

TOKEN = "read-t0ken-with-enough-characters"
CLUSTERS = ClusterList(clusters=(ClusterInfo(cluster="default", own=True), ClusterInfo(cluster="east")))
Handler = Callable[["StubHub", asyncio.StreamWriter, str], Awaitable[None]]


@dataclass
class StubHub:
    """Answers by path; `handlers` win over `answers`. Streams stay open and get what is told."""

    answers: dict[str, object] = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    streams: list[asyncio.StreamWriter] = field(default_factory=list)
    rows: tuple[NodeStatus, ...] = ()
    port: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()
        self.streams.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            target = head[0].split(" ")[1]
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
            self.requests.append(target)
            self.tokens.append(headers.get("authorization"))
            await self._answer(writer, target)
            await writer.drain()
        if writer not in self.streams:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, target: str) -> None:
        path = unquote(urlsplit(target).path)
        if path in self.handlers:
            await self.handlers[path](self, writer, target)
        elif path in self.answers:
            reply(writer, 200, wire.encode(self.answers[path]))
        elif path == "/api/v2/clusters":
            reply(writer, 200, wire.encode(CLUSTERS))
        elif path == "/api/v2/clusters/*/stream":
            open_stream(writer)
            self.streams.append(writer)
            self.tell_rows(*self.rows, whole=True)
        else:
            reply(writer, 404, b'{"error": {"code": "not_found", "message": "There is no such thing."}}')

    def tell_rows(
        self, *rows: NodeStatus, whole: bool = False, removed: tuple[str, ...] = (), problem: str | None = None
    ) -> None:
        summary = ClusterSummary(nodes_total=len(rows))
        event = StreamEvent(cluster="*", whole=whole, summary=summary, nodes=rows, removed=removed, problem=problem)
        self._tell(b"event: nodes\ndata: " + wire.encode(event) + b"\n\n")

    def tell_snapshot(self, snapshot: NodeSnapshot) -> None:
        self._tell(b"event: snapshot\ndata: " + wire.encode(snapshot) + b"\n\n")

    def _tell(self, data: bytes) -> None:
        for stream in self.streams:
            stream.write(data)


def reply(writer: asyncio.StreamWriter, status: int, body: bytes, **headers: str) -> None:
    extra = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{extra}\r\n"
    writer.write(head.encode() + body)


def open_stream(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")


@asynccontextmanager
async def stub_hub(**fields: object) -> AsyncIterator[StubHub]:
    hub = StubHub(**fields)  # type: ignore[arg-type]
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()
