"""Tells receivers of alerts: plans messages, sends those that are on the disk, and asks the heartbeat URL."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from nodetop.alerts.alert import Change
from nodetop.base import backoff
from nodetop.server.notify import web
from nodetop.server.notify.config import NotifyConfig, Receiver
from nodetop.server.notify.delivery import deliver
from nodetop.server.notify.errors import DeliveryError, RefusedError
from nodetop.server.notify.message import ThisHub
from nodetop.server.notify.outbox import Also, Find, Outbox, StoredOutbox

logger = logging.getLogger(__name__)

FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 1.0, 600.0
LONGEST_REFUSED_SECONDS = 60.0
"""A receiver that refuses one message may take the next."""
BEAT_SECONDS = 60.0
_FAILURES_SHOWN = 3


class Notifier:
    """`is_changed` is called when a message was delivered, so that this is written."""

    def __init__(self, config: NotifyConfig, stored: Iterable[StoredOutbox], is_changed: Callable[[], None]) -> None:
        self._is_changed = is_changed
        self._stored = {each.receiver: each for each in stored}
        self._durable: set[str] = {message.id for each in self._stored.values() for message in each.messages}
        """Ids of the messages on the disk."""
        self._wake = asyncio.Event()
        self._failures: dict[str, tuple[int, str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._take(config)

    def _take(self, config: NotifyConfig) -> None:
        self._config = config
        self._outboxes = [
            Outbox(receiver, config.maintenance, self._stored.pop(receiver.name, None)) for receiver in config.receivers
        ]

    @property
    def problem(self) -> str | None:
        """Why a receiver gets no messages; None if all do, or if it has only just begun."""
        for name, (count, reason) in self._failures.items():
            if count >= _FAILURES_SHOWN:
                waiting = sum(len(each.state.messages) for each in self._outboxes if each.receiver.name == name)
                return f"notify {name}: {waiting} messages wait: {reason}"
        return None

    @property
    def is_busy(self) -> bool:
        """Whether plan() may have something to do."""
        return any(outbox.is_busy for outbox in self._outboxes)

    # On each change

    def note(self, changes: Sequence[Change], now: float) -> None:
        """Notes changes of alerts."""
        for outbox in self._outboxes:
            outbox.note(changes, now)

    def plan(self, find: Find, also: Also, hub: ThisHub, now: float) -> bool:
        """Makes the messages that are due. Returns whether anything changed."""
        changed = [outbox.plan(find, also, hub, now) for outbox in self._outboxes]  # all of them, not up to the first
        return any(changed)

    def stored(self) -> tuple[StoredOutbox, ...]:
        """All that must be on the disk. Messages of receivers that no longer exist are left out."""
        return tuple(outbox.state for outbox in self._outboxes)

    def message_ids(self) -> set[str]:
        """The messages that wait to be sent."""
        return {message.id for outbox in self._outboxes for message in outbox.state.messages}

    def written(self, ids: set[str]) -> None:
        """These messages are on the disk: they may be sent."""
        self._durable = ids
        self._wake.set()

    # Sending

    def start(self) -> None:
        """Begins to send."""
        self._tasks = [asyncio.create_task(self._send_all(outbox)) for outbox in self._outboxes]
        if self._config.heartbeat is not None:
            self._tasks.append(asyncio.create_task(self._beat(self._config.heartbeat)))

    async def aclose(self) -> None:
        """Stops sending. A message that is being sent may be sent again later."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def reload(self, config: NotifyConfig) -> None:
        """Goes on with other receivers and rules; what waits for a receiver of the same name is kept."""
        await self.aclose()
        self._stored = {each.receiver: each for each in self.stored()}
        self._failures.clear()
        self._take(config)
        self.start()

    async def _send_all(self, outbox: Outbox) -> None:
        failures, shortened = 0, ""
        while True:
            message = outbox.first()
            if message is None or message.id not in self._durable:
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(1.0):
                        await self._wake.wait()
                continue
            try:
                await deliver(outbox.receiver, message.short() if message.id == shortened else message)
            except Exception as error:
                failures += 1
                self._failed(outbox.receiver, failures, error)
                longest = LONGEST_RETRY_SECONDS
                if isinstance(error, RefusedError):
                    longest = LONGEST_REFUSED_SECONDS
                    if message.id == shortened:
                        outbox.put_last(message)
                    shortened = message.id
                wait = backoff.delay(failures, first=FIRST_RETRY_SECONDS, longest=longest)
                await asyncio.sleep(backoff.spread(wait, 0.1))
                continue
            failures = 0
            self._failures.pop(outbox.receiver.name, None)
            outbox.delivered(message)
            logger.info("notified", {"receiver": outbox.receiver.name, "message": message.id})
            self._is_changed()

    def _failed(self, receiver: Receiver, failures: int, error: Exception) -> None:
        reason = str(error) if isinstance(error, DeliveryError) else f"a fault in nodetop: {error!r:.100}"
        self._failures[receiver.name] = failures, reason
        logger.warning("not_notified", {"receiver": receiver.name, "failures": failures, "reason": reason})

    async def _beat(self, receiver: Receiver) -> None:
        while True:
            try:
                async with asyncio.timeout(receiver.timeout):
                    await web.beat(receiver)
            except Exception as error:  # it must go on, whatever this was
                logger.warning("no_heartbeat", {"reason": str(error) or "no answer"})
            await asyncio.sleep(BEAT_SECONDS)
