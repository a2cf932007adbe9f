"""Alerts of a hub: judges samples, keeps the board on the disk, takes decisions, has receivers told.

A change is on the disk before anybody is told of it. After a kill, the samples that were accepted since the last write
come again from the hub's journal and are judged again, with the same result.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nodetop.alerts.alert import Change
from nodetop.alerts.handling import Handling
from nodetop.alerts.rules import rules
from nodetop.base.clock import Clock
from nodetop.history.disk_errors import plain
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model import wire
from nodetop.server.alerts import state_file
from nodetop.server.alerts.board import HubBoard
from nodetop.server.alerts.context import by_node, what_else
from nodetop.server.alerts.judge import Judge
from nodetop.server.alerts.state_file import AlertState
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import Key
from nodetop.server.notify.checking import checked
from nodetop.server.notify.message import ThisHub
from nodetop.server.notify.notifier import Notifier
from nodetop.server.settings import ServerSettings, reread

logger = logging.getLogger(__name__)

WRITE_SECONDS = 30.0
"""Without changes, what was judged is written so often."""
VALUES_SECONDS = 10.0
"""Readers see the current values of open alerts so often."""
PLAN_SECONDS = 1.0
RETRY_SECONDS = 1.0
_STEP_SECONDS = 0.1
_REST = 4.0
"""After a write, so many times its duration passes before the next: many changes become one write."""


class AlertService:
    """For use in the event loop; restore() comes first and blocks. `url` is how users reach this hub."""

    def __init__(self, folder: Path, settings: ServerSettings, fleet: Fleet, clock: Clock, url: str) -> None:
        """Raises StartError if a receiver cannot be used."""
        self._settings = settings
        self._folder, self._fleet, self._clock = folder, fleet, clock
        self._hub = ThisHub(url, settings.cluster)
        self.board = HubBoard()
        self._judge = Judge(rules(settings.alerts), self.board, clock)
        self._config = checked(settings.notify)
        self._due = self._plan_due = self._values_due = clock.monotonic()
        self._writing = asyncio.Lock()
        self._is_unwritten = False
        self._problem: str | None = None
        self._notifier = Notifier(self._config, (), self._changed)

    @property
    def problem(self) -> str | None:
        """Why alerts are not written, or not sent; None if they are."""
        return self._problem or self._notifier.problem

    @property
    def rules(self) -> dict[str, Any]:
        """The [alerts] table of the settings, as written."""
        return dict(self._settings.alerts)

    def restore(self) -> None:
        """Reads the state of the last run. Then pass all samples of the journal to take(). Raises StartError and
        OSError."""
        state = state_file.read(self._folder, self._clock.wall())
        self.board.restore(state.alerts, state.handling)
        self._judge.restore(state.judges)
        self._notifier = Notifier(self._config, state.outboxes, self._changed)

    def _changed(self) -> None:
        self._is_unwritten = True

    def take(self, envelope: SampleEnvelope) -> None:
        """Judges a sample that is on the disk."""
        try:
            self._judge.take(envelope)
        except Exception as error:  # a bug here must not refuse samples
            logger.error("judging_failed", {"node": "/".join(envelope.key), "reason": repr(error)})

    def sweep(self) -> None:
        """Judges what does not arrive. Call it about once a second."""
        self._judge.sweep(self._fleet)
        if self._clock.monotonic() >= self._values_due:
            self._values_due = self._clock.monotonic() + VALUES_SECONDS
            self.board.show_values()

    def note_certificates(self, own: Key, ends: Mapping[str, float]) -> None:
        """Until when certificates are valid (UTC seconds), by what they are of. They count as values of the hub's own
        node."""
        self._judge.note_certificates(own, ends)

    async def reload(self) -> None:
        """Goes on with the rules and receivers that the settings file has now. Raises StartError if they are wrong."""
        settings = await asyncio.to_thread(reread, self._settings)
        config = await asyncio.to_thread(checked, settings.notify)
        self._settings = settings
        self._judge.change_rules(rules(settings.alerts))
        await self._notifier.reload(config)
        self._changed()

    async def decide(self, change: Callable[[Handling, float], Handling]) -> None:
        """Changes what was decided. It is on the disk on return. Raises OSError."""
        now = self._clock.wall()
        self.board.decide(change(self.board.handling, now), now)
        await self._write()

    async def run(self) -> None:
        """Writes changes as they come and has them told, until it is cancelled."""
        self._notifier.start()
        try:
            while True:
                await asyncio.sleep(_STEP_SECONDS)
                self._take_changes()
                self._plan()
                if not self._is_unwritten and self._clock.monotonic() < self._due:
                    continue
                began = self._clock.monotonic()
                try:
                    await self._write()
                except OSError:
                    await asyncio.sleep(RETRY_SECONDS)
                await asyncio.sleep((self._clock.monotonic() - began) * _REST)
        finally:
            await self._notifier.aclose()

    def _take_changes(self) -> None:
        changes = self.board.take_changes()
        for kind, alert, _ in changes:
            logger.info(
                f"alert_{kind}",
                {"node": f"{alert.cluster}/{alert.node}", "rule": alert.rule, "item": alert.item, "id": alert.id},
            )
        if changes:
            self._is_unwritten = True
            self._notifier.note(self._as_decided(changes), self._clock.wall())

    def _as_decided(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, with what was decided about their alerts: a muted node is not told of."""
        alerts = self.board.handling.applied([change.alert for change in changes], self._clock.wall())
        return [change._replace(alert=alert) for change, alert in zip(changes, alerts, strict=True)]

    def _plan(self) -> None:
        if self._clock.monotonic() < self._plan_due:
            return
        self._plan_due = self._clock.monotonic() + PLAN_SECONDS
        if not self._notifier.is_busy:
            return
        now = self._clock.wall()
        alerts = {alert.id: alert for alert in self.board.alerts(now)}
        also = partial(what_else, by_node(alerts.values()), self._fleet)
        self._is_unwritten |= self._notifier.plan(alerts.get, also, self._hub, now)

    async def _write(self) -> None:
        """Writes the state. Raises OSError."""
        async with self._writing:
            self._take_changes()
            was_unwritten, self._is_unwritten = self._is_unwritten, False
            self.board.prune(self._clock.wall())
            state = AlertState(
                alerts=self.board.raw(),
                handling=self.board.handling,
                judges=self._judge.stored(),
                outboxes=self._notifier.stored(),
            )
            messages = self._notifier.message_ids()
            self._due = self._clock.monotonic() + WRITE_SECONDS
            try:
                await asyncio.to_thread(state_file.write, self._folder, wire.encode(state))
            except OSError as error:
                self._is_unwritten |= was_unwritten
                if was_unwritten:  # else nothing is lost that the journal does not have
                    self._problem = f"alerts are not being written: {plain(error, self._folder)}"
                raise
            self._problem = None
            self._notifier.written(messages)

    async def aclose(self) -> None:
        """Writes what is left."""
        try:
            await self._write()
        except OSError as error:
            logger.error("alerts_not_written", {"reason": repr(error)})
