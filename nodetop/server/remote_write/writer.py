"""Sends what is sampled to a receiver of Prometheus' remote write, through a spool on disk.

Two threads of its own: one spools what arrives, one sends, oldest first. So neither sampling nor spooling waits for the
network, and an outage of the receiver leaves no hole as long as the spool has room.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from nodetop.history.disk_errors import plain
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.endings import Endings
from nodetop.server.remote_write.record import Record, packed, record_of, unpacked
from nodetop.server.uplink.client import Outcome
from nodetop.server.uplink.retry import Retry
from nodetop.server.uplink.spool_queue import DiskQueue

logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024 * 1024
BATCH_RECORDS = 20
_INBOX = 1024
_CLOSE_SECONDS = 6.0
_LAST_SECONDS = 3.0
"""How long the end of all nodes is marked, and then what waits is still sent, if the receiver takes it."""
_SILENT_CHECK_SECONDS = 5.0
_TOLERANCE = 0.5
"""Samples come a little early or late."""


@dataclass(frozen=True)
class RemoteWriteStatus:
    """Counts since the start. A record is all values of a node at one time."""

    sent: int = 0
    refused: int = 0
    """Records that the receiver will never accept."""
    dropped: int = 0
    """Records lost because the spool was full, damaged or not writable."""
    waiting: int = 0
    problem: str | None = None


class RemoteWriter:
    """Takes samples through offer(), from any thread."""

    def __init__(
        self,
        client: RemoteWriteClient,
        folder: Path,
        *,
        interval: float,
        own: tuple[str, str],
        read_counters: Callable[[NodeSnapshot], RawCounters],
        max_bytes: int = MAX_BYTES,
        retry: Retry | None = None,
    ) -> None:
        """`own` is the cluster and the node of this host, whose counters `read_counters` reads. A node is sent at most
        every `interval` seconds. Raises OSError if the folder cannot be used."""
        self._client = client
        self._folder = folder
        self._spool = DiskQueue(folder, max_bytes=max_bytes)
        self._interval, self._own, self._read_counters = interval, own, read_counters
        self._inbox: SimpleQueue[tuple[NodeSnapshot, str] | None] = SimpleQueue()
        self._lost = 0
        self._endings = Endings()
        self._silent_check_at = 0.0
        self._lock = threading.Lock()
        self._spooled, self._stopped = threading.Event(), threading.Event()
        self._retry = retry or Retry()
        self._limit = BATCH_RECORDS
        self._status = RemoteWriteStatus(waiting=len(self._spool))
        self._threads = [
            threading.Thread(target=self._receive, name="remote-write-spool", daemon=True),
            threading.Thread(target=self._send, name="remote-write", daemon=True),
        ]

    @property
    def status(self) -> RemoteWriteStatus:
        """May be read in any thread."""
        return self._status

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def offer(self, snapshot: NodeSnapshot, cluster: str | None = None) -> None:
        """Takes a sample without blocking. If too many wait because the disk hangs, it is dropped and counted."""
        if self._inbox.qsize() >= _INBOX:
            self._lost += 1
            return
        self._inbox.put((snapshot, self._own[0] if cluster is None else cluster))

    def close(self) -> None:
        """Marks the series of all nodes as ended, and ends the threads. Unsent records stay in the spool. Safe to call
        twice."""
        self._stopped.set()
        self._spooled.set()
        self._inbox.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_CLOSE_SECONDS)
        self._client.close()
        with self._lock:
            self._spool.close()

    # Into the spool

    def _receive(self) -> None:
        while not self._stopped.is_set():
            arrived = None
            with suppress(Empty):
                arrived = self._inbox.get(timeout=1.0)
            try:
                if arrived is not None:
                    self._keep(*arrived)
                self._end_silent()
            except Exception as error:  # a bug must not end it
                logger.error("remote_write_failed", {"reason": repr(error)})
        self._end_all(time.monotonic() + _LAST_SECONDS)

    def _end_all(self, until: float) -> None:
        """Spools what arrived before the end, and the markers of all nodes."""
        with suppress(Empty):
            while (arrived := self._inbox.get_nowait()) is not None and time.monotonic() < until:
                self._keep(*arrived)
        for ended in self._endings.all(self._own):
            self._append(packed(ended))
            if time.monotonic() >= until:
                return

    def _end_silent(self) -> None:
        now = time.monotonic()
        if now >= self._silent_check_at:
            self._silent_check_at = now + _SILENT_CHECK_SECONDS
            for ended in self._endings.silent():
                self._append(packed(ended))

    def _keep(self, snapshot: NodeSnapshot, cluster: str) -> None:
        key = cluster, snapshot.node
        if not self._endings.is_due(key, snapshot.taken_at, self._interval - _TOLERANCE):
            return
        counters = self._read_counters(snapshot) if key == self._own else None
        record = record_of(snapshot, cluster, counters)
        self._append(self._endings.completed(key, record, snapshot.taken_at, snapshot.interval))

    def _append(self, record: bytes) -> None:
        try:
            with self._lock:
                self._spool.append(record)
        except (OSError, ValueError) as error:
            self._lost += 1
            reason = plain(error, self._folder) if isinstance(error, OSError) else str(error)
            logger.error("remote_write_not_spooled", {"reason": reason})
        self._count()
        self._spooled.set()

    def _count(self, **changed: Any) -> None:
        with self._lock:  # both threads change the status
            waiting, dropped = len(self._spool), self._lost + self._spool.dropped
            self._status = replace(self._status, waiting=waiting, dropped=dropped, **changed)

    # Out of the spool

    def _send(self) -> None:
        while not self._stopped.is_set():
            self._stopped.wait(self._try_to_send())
        self._threads[0].join(_LAST_SECONDS)
        until = time.monotonic() + _LAST_SECONDS
        while self._status.waiting and self._status.problem is None and time.monotonic() < until:
            self._try_to_send()

    def _try_to_send(self) -> float:
        """Returns the seconds to wait before the next request."""
        try:
            return self._send_one()
        except Exception as error:  # a bug must not end the sending
            logger.error("remote_write_failed", {"reason": repr(error)})
            return 5.0

    def _send_one(self) -> float:
        self._spooled.clear()
        with self._lock:
            end, waiting = self._spool.peek(self._limit)
        records = [record for record in map(unpacked, waiting) if record is not None]
        if not waiting:
            self._spooled.wait(1.0)
            return 0.0
        outcome = self._client.send(records) if records else Outcome("taken")
        return self._handle(outcome, end, records)

    def _handle(self, outcome: Outcome, end: int, records: list[Record]) -> float:
        if outcome.kind == "taken":
            self._advance(end)
            self._retry.taken()
            self._limit = min(self._limit * 2, BATCH_RECORDS)
            if self._status.problem is not None:
                logger.info("remote_write_goes_on", {"version": self._client.version})
            self._count(sent=self._status.sent + len(records), problem=None)
            return 0.0
        if outcome.kind == "refused":
            if len(records) > 1:
                self._limit = max(len(records) // 2, 1)  # until only what is refused is left
                return 0.0
            self._advance(end)
            self._count(refused=self._status.refused + 1)
            logger.warning("remote_write_refused", {"reason": outcome.message})
            return 0.0
        if outcome.too_slow:
            self._limit = max(self._limit // 2, 1)
        if self._status.problem != outcome.message:
            logger.warning("remote_write_waiting", {"reason": outcome.message})
        self._count(problem=outcome.message)
        return self._retry.delay(outcome)

    def _advance(self, end: int) -> None:
        with self._lock:
            self._spool.advance_to(end)
