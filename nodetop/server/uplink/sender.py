"""Sends samples to a hub: a thread of its own, so that neither a slow network nor a slow disk delays the sampler.

Each sample is on disk before it is sent. The newest go first; when the hub answers, those that waited follow beside
them, oldest first. Nothing in a reply is obeyed, but for how long to wait.
"""

import asyncio
import random
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.hub_address import HubAddress
from nodetop.model.hub_api import BATCH_LIMIT, BODY_LIMIT, PushReply
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base.log import Log
from nodetop.server.uplink.client import Outcome, PushClient
from nodetop.server.uplink.retry import Retry
from nodetop.server.uplink.spool import MAX_BYTES, Spool, Ticket

BACKLOG_SECONDS = 0.5
"""Between two batches of the backlog: at most two a second."""
LONGEST_START_JITTER = 5.0
_BATCH_BYTES = BODY_LIMIT - 64 * 1024
_INBOX = 4096
_CLOSE_SECONDS = 6.0


@dataclass(frozen=True)
class UplinkStatus:
    """How sending goes, counted since the start."""

    connected: bool = False
    problem: str | None = None
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    """Samples the hub will not take."""
    dropped: int = 0
    """Samples given up for want of room."""
    waiting: int = 0
    clock_skew_seconds: float | None = None


class Uplink:
    """From offer() in any thread, over the spool, to the hub."""

    def __init__(
        self,
        address: HubAddress,
        *,
        token: Callable[[], str],
        instance_id: str,
        folder: Path,
        tls: ssl.SSLContext | None = None,
        cluster_id: str = "",
        interval: float = 5.0,
        max_bytes: int = MAX_BYTES,
        log: Log | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`token` is called before each push. `cluster_id` is for a hub that relays its nodes. `folder` is the spool's.
        Raises OSError where the folder cannot be used."""
        self._address = address
        self._token, self._instance_id, self._tls = token, instance_id, tls
        self._cluster = cluster_id
        self._start_jitter = min(interval, LONGEST_START_JITTER)
        self._clock = clock or SystemClock()
        self._log = log or Log()
        self._spool = Spool(folder, max_bytes=max_bytes, clock=self._clock)
        self._inbox: SimpleQueue[tuple[NodeSnapshot, str]] = SimpleQueue()
        self._overrun = 0
        self._retry = Retry()
        self._limit = BATCH_LIMIT
        self._backlog_at = 0.0
        self._backlog_turn = False
        self._status = UplinkStatus(waiting=len(self._spool))
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()

    @property
    def status(self) -> UplinkStatus:
        """From any thread."""
        return self._status

    def start(self) -> None:
        """Starts the sending thread."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="uplink", daemon=True)
        self._thread.start()
        self._started.wait()

    def offer(self, snapshot: NodeSnapshot, cluster_id: str | None = None) -> None:
        """Hands a sample over, from any thread, without waiting. With many of them on the way to a disk that hangs, the
        sample is dropped and counted."""
        if self._inbox.qsize() >= _INBOX:
            self._overrun += 1
            return
        self._inbox.put((snapshot, self._cluster if cluster_id is None else cluster_id))
        self._call(lambda: self._arrived.set())

    def close(self) -> None:
        """Ends the thread; what was not sent stays in the spool. Safe to call twice."""
        self._call(lambda: self._stopped.set())
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
            self._thread = None

    def _call(self, what: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # closed meanwhile
                loop.call_soon_threadsafe(what)

    async def _main(self) -> None:
        self._arrived, self._waiting, self._stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._started.set()
        tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._send())]
        await self._stopped.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None
        self._keep()
        self._spool.close()

    async def _receive(self) -> None:
        while True:
            self._keep()
            await self._arrived.wait()
            self._arrived.clear()

    def _keep(self) -> None:
        with suppress(Empty):
            while True:
                self._spool.put(*self._inbox.get_nowait())
        if self._spool.disk_problem is not None:
            self._log.error("spool_in_memory", self._address.shown, reason=self._spool.disk_problem)
        if len(self._spool):
            self._waiting.set()

    async def _send(self) -> None:
        # Nodes that were switched on together must not push together for ever.
        await asyncio.sleep(random.uniform(0, self._start_jitter))
        async with PushClient(self._address, token=self._token, instance_id=self._instance_id, tls=self._tls) as client:
            while True:
                try:
                    await self._send_one(client)
                except Exception as error:  # a fault of ours must not end the sending
                    self._log.error("uplink_failed", self._address.shown, reason=repr(error))
                    await asyncio.sleep(LONGEST_START_JITTER)

    async def _send_one(self, client: PushClient) -> None:
        self._spool.age()
        ticket = self._pick()
        if ticket is None:
            await self._idle()
            return
        samples = [sample.json for sample in ticket.samples]
        outcome = await client.push(
            samples,
            cluster=ticket.samples[0].cluster,
            sent_at=self._clock.wall(),
            dropped=self._spool.dropped + self._overrun,
        )
        wait = self._settle(ticket, outcome)
        self._status = replace(self._status, waiting=len(self._spool), dropped=self._spool.dropped + self._overrun)
        await asyncio.sleep(wait)

    async def _idle(self) -> None:
        """Until a sample comes, or the next batch of the backlog is due."""
        self._waiting.clear()
        pause = self._backlog_at - self._clock.monotonic() if self._spool.backlog else None
        with suppress(TimeoutError):
            async with asyncio.timeout(max(pause, 0.01) if pause is not None else None):
                await self._waiting.wait()

    def _pick(self) -> Ticket | None:
        """The newest samples and, in turn with them, the oldest; of these none too often, nor while the hub is away."""
        due = self._retry.failures == 0 and self._clock.monotonic() >= self._backlog_at
        fresh = self._spool.newest(self._limit, _BATCH_BYTES)
        if fresh is not None and not (due and self._backlog_turn and self._spool.backlog):
            self._backlog_turn = True
            return fresh
        self._backlog_turn = False
        if not due and self._retry.failures == 0:
            return None
        self._backlog_at = self._clock.monotonic() + BACKLOG_SECONDS
        return self._spool.oldest(self._limit, _BATCH_BYTES)

    def _settle(self, ticket: Ticket, outcome: Outcome) -> float:
        """Accounts for what came of a push; seconds to wait before the next."""
        if outcome.kind == "taken":
            self._spool.done(ticket)
            self._limit = min(self._limit * 2, BATCH_LIMIT)
            self._retry.taken()
            if outcome.reply is not None:
                self._count(outcome.reply)
            return 0.0
        if outcome.kind == "refused":
            return self._without_the_bad(ticket, outcome)
        if outcome.too_slow:
            self._limit = max(self._limit // 2, 1)
        if self._status.connected or self._status.problem != outcome.message:
            self._log.warning("uplink_waiting", self._address.shown, reason=outcome.message, waiting=len(self._spool))
        self._status = replace(self._status, connected=False, problem=outcome.message)
        return self._retry.delay(outcome)

    def _without_the_bad(self, ticket: Ticket, outcome: Outcome) -> float:
        """A refused batch is halved until the sample that is at fault is alone, and goes."""
        if len(ticket.samples) > 1:
            self._limit = max(len(ticket.samples) // 2, 1)
            return 0.0
        self._spool.done(ticket)
        self._status = replace(self._status, refused=self._status.refused + 1, problem=outcome.message)
        self._log.warning("sample_refused", self._address.shown, reason=outcome.message)
        return 0.0

    def _count(self, reply: PushReply) -> None:
        if not self._status.connected:
            self._log.info("uplink_connected", self._address.shown, waiting=len(self._spool))
        for rejection in reply.rejected:
            self._log.warning("sample_refused", self._address.shown, node=rejection.node, code=rejection.code)
        self._status = replace(
            self._status,
            connected=True,
            problem=None,
            accepted=self._status.accepted + reply.accepted,
            duplicates=self._status.duplicates + reply.duplicates,
            refused=self._status.refused + len(reply.rejected),
            clock_skew_seconds=reply.clock_skew_seconds,
        )
