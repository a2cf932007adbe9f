"""A real hub in a process of its own, and a way to it that can be cut."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.server.servers import Server, server
from tests.sources.past import EACH, SAMPLED, STEP, Past


@dataclass
class HubProcess:
    """A real hub: its own host, which it samples each second, and a node that told of its past and no more."""

    server: Server
    past: Past

    @classmethod
    def of(cls, running: Server) -> "HubProcess":
        past = Past("past", time.time() // STEP * STEP - 10 * STEP)
        # Not at the very end of a minute: the hub corrects what it takes for a wrong clock, by milliseconds.
        samples = [
            {"node": past.node, "taken_at": past.since + EACH * (n + 0.5), "interval": EACH, "boot_id": "b",
             "seq": n + 1, "cpu": {"busy_percent": 10.0}} for n in SAMPLED
        ]  # fmt: skip
        with running.client("push") as client:
            reply = client.post("/metrics/node", json={"sent_at": time.time(), "samples": samples})
        assert reply.json()["accepted"] == len(samples), reply.text
        return cls(running, past)


@contextmanager
def hub_when_asked(folder: Path) -> Iterator[Callable[[], HubProcess]]:
    """A hub that is started when it is first asked for, and is the same one afterwards."""
    with ExitStack() as ends:

        @cache
        def start() -> HubProcess:
            options = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1)
            return HubProcess.of(ends.enter_context(server(folder, *options)))

        yield start


class Relay:
    """The way to a hub, that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, back}
        for end in (asyncio.create_task(self._copy(reader, back)), asyncio.create_task(self._copy(there, writer))):
            self._tasks.add(end)
            end.add_done_callback(self._tasks.discard)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()
            self._open.discard(writer)
