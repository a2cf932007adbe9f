"""Sends samples to a hub, in its own thread, so that neither a slow network nor a slow disk delays sampling.

Each sample is on disk before it is sent. The newest samples are sent first. While the hub answers, the backlog is sent
in between, oldest first.
"""

import asyncio
import logging
import random
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.hub_address import HubAddress
from nodetop.model.hub_api import BATCH_LIMIT, BODY_LIMIT, PushReply
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base.errors import CLUSTER_CONFLICT, NOT_YOUR_NODE
from nodetop.server.uplink.client import Outcome, PushClient
from nodetop.server.uplink.retry import Retry
from nodetop.server.uplink.spool import MAX_BYTES, Spool, Ticket

logger = logging.getLogger(__name__)

BACKLOG_SECONDS = 0.5
"""Pause between two batches of the backlog: at most two batches a second."""
LONGEST_START_JITTER = 5.0
_BATCH_BYTES = BODY_LIMIT - 64 * 1024
_LOG_AGAIN_SECONDS = 300.0
_INBOX = 4096
_CLOSE_SECONDS = 6.0


@dataclass(frozen=True)
class UplinkStatus:
    """The state of the uplink. Counts are since the start."""

    connected: bool = False
    problem: str | None = None
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    """Samples that the hub will never accept."""
    dropped: int = 0
    """Samples lost because the spool was full."""
    waiting: int = 0
    clock_skew_seconds: float | None = None
    certificate_ends_at: float | None = None
    """Of the hub's certificate, UTC seconds."""


class Uplink:
    """Takes samples through offer(), from any thread, keeps them in the spool, and sends them to the hub."""

    def __init__(
        self,
        address: HubAddress,
        *,
        token: Callable[[], str],
        instance_id: str,
        folder: Path,
        tls: ssl.SSLContext | None = None,
        needs_own_peer: bool = False,
        cluster_id: str = "",
        interval: float = 5.0,
        max_bytes: int = MAX_BYTES,
        clock: Clock | None = None,
    ) -> None:
        """`token` is called before each push. `needs_own_peer`: see PushClient. `cluster_id` is for a hub that relays
        its nodes. `folder` is for the spool. Raises OSError if the folder cannot be used."""
        self._address = address
        self._client = partial(
            PushClient, address, token=token, instance_id=instance_id, tls=tls, needs_own_peer=needs_own_peer
        )
        self._cluster = cluster_id
        self._name = ""
        self._logged_at = -inf
        self._start_jitter = min(interval, LONGEST_START_JITTER)
        self._clock = clock or SystemClock()
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
        """May be read in any thread."""
        return self._status

    @property
    def peer(self) -> str:
        """The hub's address, as it is shown."""
        return self._address.shown

    def start(self) -> None:
        """Starts the sending thread."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="uplink", daemon=True)
        self._thread.start()
        self._started.wait()

    def offer(self, snapshot: NodeSnapshot, cluster_id: str | None = None) -> None:
        """Takes a sample, in any thread, without blocking. If too many samples wait because the disk hangs, the sample
        is dropped and counted."""
        if self._inbox.qsize() >= _INBOX:
            self._overrun += 1
            return
        self._name = snapshot.node
        self._inbox.put((snapshot, self._cluster if cluster_id is None else cluster_id))
        self._call(lambda: self._arrived.set())

    def close(self) -> None:
        """Ends the thread. Unsent samples stay in the spool. Safe to call twice."""
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
        self._spool_inbox()
        self._spool.close()

    async def _receive(self) -> None:
        while True:
            self._spool_inbox()
            await self._arrived.wait()
            self._arrived.clear()

    def _spool_inbox(self) -> None:
        with suppress(Empty):
            while True:
                self._spool.put(*self._inbox.get_nowait())
        if self._spool.disk_problem is not None:
            self._log(logging.ERROR, "spool_in_memory", reason=self._spool.disk_problem)
        if len(self._spool):
            self._waiting.set()

    async def _send(self) -> None:
        # Nodes that start at the same time must not push at the same time from then on.
        await asyncio.sleep(random.uniform(0, self._start_jitter))
        async with self._client() as client:
            while True:
                try:
                    await self._send_one(client)
                except Exception as error:  # a bug must not end the sending
                    self._log(logging.ERROR, "uplink_failed", reason=repr(error))
                    await asyncio.sleep(LONGEST_START_JITTER)

    async def _send_one(self, client: PushClient) -> None:
        self._spool.age()
        ticket = self._next_batch()
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
        wait = self._handle_outcome(ticket, outcome)
        self._status = replace(
            self._status,
            waiting=len(self._spool),
            dropped=self._spool.dropped + self._overrun,
            certificate_ends_at=outcome.certificate_ends_at or self._status.certificate_ends_at,
        )
        await asyncio.sleep(wait)

    async def _idle(self) -> None:
        """Waits for a sample, or for the time of the next backlog batch."""
        self._waiting.clear()
        pause = self._backlog_at - self._clock.monotonic() if self._spool.backlog else None
        with suppress(TimeoutError):
            async with asyncio.timeout(max(pause, 0.01) if pause is not None else None):
                await self._waiting.wait()

    def _next_batch(self) -> Ticket | None:
        """The newest samples, alternating with the oldest of the backlog if those are due and the hub answers."""
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

    def _handle_outcome(self, ticket: Ticket, outcome: Outcome) -> float:
        """Updates spool, status and retries after a push. Returns the seconds to wait before the next push."""
        if outcome.kind == "taken":
            self._spool.done(ticket)
            self._limit = min(self._limit * 2, BATCH_LIMIT)
            self._retry.taken()
            if outcome.reply is not None:
                self._count_reply(outcome.reply)
            return 0.0
        if outcome.kind == "refused":
            return self._isolate_refused(ticket, outcome)
        if outcome.code in (NOT_YOUR_NODE, CLUSTER_CONFLICT) and self._is_not_our_own(ticket):
            return self._drop(ticket, outcome)
        if outcome.too_slow:
            self._limit = max(self._limit // 2, 1)
        self._log_waiting(outcome.message)
        self._status = replace(self._status, connected=False, problem=outcome.message)
        return self._retry.delay(outcome)

    def _isolate_refused(self, ticket: Ticket, outcome: Outcome) -> float:
        """Halves a refused batch until only the bad sample is left, and drops it."""
        if len(ticket.samples) > 1:
            self._limit = max(len(ticket.samples) // 2, 1)
            return 0.0
        return self._drop(ticket, outcome)

    def _is_not_our_own(self, ticket: Ticket) -> bool:
        """Whether all samples are of names that this host had before; or of a cluster that relays to this hub, and that
        the hub above does not take from it, as in a circle of hubs. They would hold up the others for ever."""
        if self._cluster:
            return all(each.cluster != self._cluster for each in ticket.samples)
        return bool(self._name) and all(each.node != self._name for each in ticket.samples)

    def _drop(self, ticket: Ticket, outcome: Outcome) -> float:
        self._spool.done(ticket)
        count = len(ticket.samples)
        self._status = replace(self._status, refused=self._status.refused + count, problem=outcome.message)
        self._log(logging.WARNING, "sample_refused", reason=outcome.message, count=count)
        return 0.0

    def _log_waiting(self, reason: str) -> None:
        """When the reason changes, and now and then: the log drops repeats of an event, also if the reason is new."""
        now = self._clock.monotonic()
        is_new = self._status.connected or self._status.problem != reason
        if is_new or now - self._logged_at >= _LOG_AGAIN_SECONDS:
            self._logged_at = now
            self._log(logging.WARNING, "uplink_waiting", reason=reason, waiting=len(self._spool))

    def _log(self, level: int, event: str, **values: object) -> None:
        logger.log(level, event, {"peer": self._address.shown} | values)

    def _count_reply(self, reply: PushReply) -> None:
        if not self._status.connected:
            self._log(logging.INFO, "uplink_connected", waiting=len(self._spool))
        for rejection in reply.rejected:
            self._log(logging.WARNING, "sample_refused", node=rejection.node, code=rejection.code)
        self._status = replace(
            self._status,
            connected=True,
            problem=None,
            accepted=self._status.accepted + reply.accepted,
            duplicates=self._status.duplicates + reply.duplicates,
            refused=self._status.refused + len(reply.rejected),
            clock_skew_seconds=reply.clock_skew_seconds,
        )
