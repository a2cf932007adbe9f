"""Alerts of a hub: judges samples, keeps the board on the disk, takes decisions.

A change is on the disk before anybody is told of it. After a kill, the samples that were accepted since the last write
come again from the hub's journal and are judged again, with the same result.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from nodetop.alerts.handling import Handling
from nodetop.alerts.rule import Rules
from nodetop.base.clock import Clock
from nodetop.history.disk_errors import plain
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model import wire
from nodetop.server.alerts import state_file
from nodetop.server.alerts.board import HubBoard
from nodetop.server.alerts.judge import Judge
from nodetop.server.alerts.state_file import AlertState
from nodetop.server.fleet.fleet import Fleet

logger = logging.getLogger(__name__)

WRITE_SECONDS = 30.0
"""Without changes, what was judged is written so often."""
VALUES_SECONDS = 10.0
"""Readers see the current values of open alerts so often."""
RETRY_SECONDS = 1.0
_STEP_SECONDS = 0.1


class AlertService:
    """For use in the event loop; restore() comes first and blocks."""

    def __init__(self, folder: Path, rules: Rules, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self.board = HubBoard()
        self._rules = rules
        self._judge = Judge(rules, self.board, clock)
        self._due = clock.monotonic()
        self._values_due = 0.0
        self._is_unwritten = False
        self._writing = asyncio.Lock()
        self.problem: str | None = None
        """Why alerts are not written; None if they are."""

    def restore(self) -> None:
        """Reads the state of the last run. Then pass all samples of the journal to take(). Raises StartError and
        OSError."""
        state = state_file.read(self._folder, self._clock.wall())
        self.board.restore(state.alerts, state.handling)
        self._judge.restore(state.judges)

    def take(self, envelope: SampleEnvelope) -> None:
        """Judges a sample that is on the disk."""
        try:
            self._judge.take(envelope)
        except Exception as error:  # a bug here must not refuse samples
            logger.error("judging_failed", {"node": "/".join(envelope.key), "reason": repr(error)})

    def sweep(self, fleet: Fleet) -> None:
        """Judges what does not arrive. Call it about once a second."""
        self._judge.sweep(fleet)
        if self._clock.monotonic() >= self._values_due:
            self._values_due = self._clock.monotonic() + VALUES_SECONDS
            self.board.show_values()

    async def decide(self, change: Callable[[Handling, float], Handling]) -> None:
        """Changes what was decided. It is on the disk on return. Raises OSError."""
        now = self._clock.wall()
        self.board.decide(change(self.board.handling, now), now)
        await self._write()

    async def run(self) -> None:
        """Writes changes as they come, until it is cancelled."""
        while True:
            await asyncio.sleep(_STEP_SECONDS)
            self._take_changes()
            if not self._is_unwritten and self._clock.monotonic() < self._due:
                continue
            try:
                await self._write()
            except OSError:
                await asyncio.sleep(RETRY_SECONDS)

    def _take_changes(self) -> None:
        for kind, alert, _ in self.board.take_changes():
            self._is_unwritten = True
            logger.info(
                f"alert_{kind}",
                {"node": f"{alert.cluster}/{alert.node}", "rule": alert.rule, "item": alert.item, "id": alert.id},
            )

    async def _write(self) -> None:
        """Writes the state. Raises OSError."""
        async with self._writing:
            self._take_changes()
            was_unwritten, self._is_unwritten = self._is_unwritten, False
            self.board.prune(self._clock.wall())
            state = AlertState(alerts=self.board.raw(), handling=self.board.handling, judges=self._judge.stored())
            self._due = self._clock.monotonic() + WRITE_SECONDS
            try:
                await asyncio.to_thread(state_file.write, self._folder, wire.encode(state))
                self.problem = None
            except OSError as error:
                self._is_unwritten |= was_unwritten
                if was_unwritten:  # else nothing is lost that the journal does not have
                    self.problem = f"alerts are not being written: {plain(error, self._folder)}"
                raise

    async def aclose(self) -> None:
        """Writes what is left."""
        try:
            await self._write()
        except OSError as error:
            logger.error("alerts_not_written", {"reason": repr(error)})
