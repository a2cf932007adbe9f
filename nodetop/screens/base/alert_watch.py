"""The alerts of what the app shows. Takes the events of a source, provides the board, and saves what the user
decides."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from operator import attrgetter

from msgspec.structs import replace

from nodetop.alerts.alert import Alert
from nodetop.alerts.board import EMPTY, Board, board
from nodetop.alerts.engine import Engine
from nodetop.alerts.file import AlertFile
from nodetop.alerts.handling import Handling, Scope
from nodetop.alerts.rule import Rules
from nodetop.base.clock import Clock
from nodetop.model.history import POINT_SECONDS
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.sources.source import (
    AlertsChanged,
    NodesChanged,
    SharedAlerts,
    SnapshotTaken,
    Source,
    SourceError,
    SourceEvent,
    SourceProblem,
)

PAST_SECONDS = 86_400.0
MOST_NODES = 64
"""In a cluster, the past of at most so many nodes is requested."""
_ROWS_SECONDS = 5.0
"""Seconds between evaluations of the rows; they are also evaluated when a node's state changes."""
_AT_ONCE = 50
_PAUSE_SECONDS = 0.05


class AlertWatch:
    """One engine for one source: for this host and recordings it evaluates snapshots. A hub judges its alerts itself;
    for one of an older version, the rows of all nodes are evaluated."""

    def __init__(self, source: Source, rules: Rules, file: AlertFile, clock: Clock) -> None:
        self.on_decision: Callable[[], None] = lambda: None
        """Called when the user has decided something."""
        self._source = source
        self._file = file
        self._clock = clock
        self._engine = Engine(rules)
        self._handling = Handling()
        self._is_replay = source.is_recording
        self._is_hub = source.cluster is not None and not self._is_replay
        self._is_live = self._is_hub
        self._rows_at = 0.0
        self._has_rows = asyncio.Event()
        self._states: list[str] = []
        self._now = 0.0
        self._board = EMPTY
        self._shown: tuple[int, int, float] | None = None
        self._decisions = 0
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """Why decisions are not saved; None if they are."""
        return self._problem or self._file.problem

    @property
    def _shared(self) -> SharedAlerts | None:
        """The hub's own alerts, if it has sent them."""
        shared = self._source.alerts
        return shared if shared is not None and shared.is_known else None

    # Data

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source."""
        if isinstance(event, AlertsChanged):
            self._decisions += 1
        elif isinstance(event, SourceProblem):
            self._engine.lose()
        elif isinstance(event, NodesChanged) and self._is_hub:
            self._take_rows(event.nodes)
        elif isinstance(event, SnapshotTaken) and not self._is_hub and self._is_live:
            self._take(event.snapshot)

    def _take(self, snapshot: NodeSnapshot) -> None:
        self._now = max(self._now, snapshot.taken_at)
        self._engine.take_snapshot(snapshot)

    def _take_rows(self, rows: Iterable[NodeStatus]) -> None:
        self._has_rows.set()
        if self._shared is not None:
            return
        now, states = self._clock.wall(), [row.state for row in rows]
        if abs(now - self._rows_at) >= _ROWS_SECONDS or states != self._states:
            self._rows_at, self._states = now, states
            self._engine.take_rows(rows, now)

    @property
    def now(self) -> float:
        """The time to which ages are computed; in a recording, that of its newest sample."""
        return self._now if self._is_replay else self._clock.wall()

    async def catch_up(self) -> None:
        """Loads earlier decisions and evaluates the last day; in a recording, everything played so far."""
        self._handling = await asyncio.to_thread(self._file.read)
        self._decisions += 1
        began_at = self._clock.wall()
        if self._is_hub:
            await self._has_rows.wait()  # wait until it has reported its nodes
        else:
            began_at = await self._take_recent() or began_at
            self._is_live = True
        if not self._is_replay:
            nodes = [row.node for row in await self._source.nodes()][:MOST_NODES]
            for node in nodes:
                if self._shared is not None:
                    return
                await self._take_history(node, began_at, POINT_SECONDS * (1 if len(nodes) == 1 else 2))

    async def _take_recent(self) -> float | None:
        """Evaluates what the source has in memory, for each node in order of time. Returns the time of the oldest
        sample."""
        first: float | None = None
        fed: dict[str, float] = {}
        while True:
            rings = [(row.node, self._source.recent(row.node)) for row in await self._source.nodes()]
            new = [each for node, ring in rings for each in ring if each.taken_at > fed.get(node, -1.0)]
            if not new:
                return first
            new.sort(key=attrgetter("taken_at"))
            first = new[0].taken_at if first is None else first
            for number, snapshot in enumerate(new, 1):
                self._take(snapshot)
                fed[snapshot.node] = snapshot.taken_at
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def _take_history(self, node: str, until: float, step: float) -> None:
        try:
            points = await self._source.history(node, until - PAST_SECONDS, until, step)
        except SourceError:
            return  # the trends screen shows what is wrong with the history
        self._engine.precede(node, [point for point in points if point.at + step <= until], step)
        await asyncio.sleep(_PAUSE_SECONDS)

    # What is shown

    def board(self, *, fresh: bool = False) -> Board:
        """The alerts to show. The same object until something changes; `fresh`: with current values."""
        now = self.now
        shown = self._shared.alerts if self._shared is not None else ()
        ends = [alert.muted_until for alert in shown if alert.muted_until]
        ends += [entry.muted_until for entry in self._handling.entries if entry.muted_until]
        state = (self._engine.version, self._decisions, sum(until > now for until in ends))
        if fresh or state != self._shown:
            self._shown = state
            shared = self._shared
            self._board = board(
                self._handling.applied(self._engine.alerts(), now)
                if shared is None
                else [_unmuted(alert, now) for alert in shared.alerts]
            )
        return self._board

    # What the user decides

    async def acknowledge(self, alert: Alert, *, seen: bool) -> None:
        """Acknowledges an alert, or takes that back."""
        if (shared := self._shared) is not None:
            await self._send(shared.acknowledge(alert, seen=seen))
            return
        await self._decide(self._handling.acknowledged(alert, self.now, seen=seen))

    async def mute(self, scope: Scope, seconds: float) -> None:
        """Mutes these alerts for a while."""
        if (shared := self._shared) is not None:
            await self._send(shared.mute(scope, seconds))
            return
        await self._decide(self._handling.muted(scope, self.now + seconds, self.now))

    async def unmute(self, alert: Alert) -> None:
        """Ends whatever mutes this alert."""
        if (shared := self._shared) is not None:
            await self._send(shared.unmute(alert))
            return
        await self._decide(self._handling.unmuted(alert, self.now))

    async def _send(self, decision: Awaitable[None]) -> None:
        """Sends a decision to the hub."""
        try:
            await decision
            self._problem = None
        except SourceError as error:
            self._problem = str(error)
        self._decisions += 1
        self.on_decision()

    async def _decide(self, handling: Handling) -> None:
        self._handling = handling
        self._decisions += 1
        self.on_decision()
        self._handling = await asyncio.to_thread(self._file.add, handling, self._clock.wall())
        self._decisions += 1


def _unmuted(alert: Alert, now: float) -> Alert:
    """The alert without a mute that has expired."""
    expired = alert.muted_until is not None and alert.muted_until <= now
    return replace(alert, muted_until=None) if expired else alert
