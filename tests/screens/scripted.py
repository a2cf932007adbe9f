"""A source that does what a test says, and the app upon it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.history.ring import Ring
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus, ProcessMetrics, ProcessSummary
from nodetop.settings.options import Settings
from nodetop.sources.source import Demand, SnapshotTaken, Source, SourceError, SourceEvent
from tests.widgets.scenes import START, server

START_TICK = 5
WAIT_SECONDS = 20.0


class ScriptedSource(Source):
    """One node; events are those that `tell` and `sample` put in."""

    name = "scripted"
    description = "this is a script"
    notice: str | None = None

    def __init__(self, snapshots: Iterable[NodeSnapshot] = ()) -> None:
        self.ring = Ring()
        for snapshot in snapshots:
            self.ring.add(snapshot)
        self.points: Sequence[HistoryPoint] | str = ()
        self.asked: list[tuple[float, float, float]] = []
        self.demands: list[Demand] = []
        self.watched: frozenset[int] = frozenset()
        self.is_closed = False
        self._events: asyncio.Queue[SourceEvent] = asyncio.Queue()

    async def nodes(self) -> Sequence[NodeStatus]:
        return [NodeStatus(node=self.ring.latest.node)] if self.ring.latest else []

    def recent(self, node: str) -> Ring:
        return self.ring

    def tell(self, event: SourceEvent) -> None:
        self._events.put_nowait(event)

    def sample(self, snapshot: NodeSnapshot) -> None:
        self.ring.add(snapshot)
        self.tell(SnapshotTaken(snapshot))

    async def events(self) -> AsyncIterator[SourceEvent]:
        while True:
            yield await self._events.get()

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        self.asked.append((since, until, step))
        if isinstance(self.points, str):
            raise SourceError(self.points)
        return [point for point in self.points if since <= point.at < until]

    async def demand(self, what: Demand) -> None:
        self.demands.append(what)

    def watch(self, pids: frozenset[int]) -> None:
        self.watched = pids

    async def aclose(self) -> None:
        self.is_closed = True


def scripted_app(
    source: ScriptedSource | None = None, *, at: float | None = None, **settings: Any
) -> tuple[NodetopApp, ScriptedSource]:
    """An app on a busy server with ten samples in memory, at a time that stands still; it opens at `at`."""
    source = source or ScriptedSource(server(tick) for tick in range(START_TICK + 5))
    latest = source.ring.latest
    clock = FakeClock(wall=(latest.taken_at if latest else START) + 0.5)
    return NodetopApp(source, Settings(**settings), clock=clock, at=at), source


def with_processes(snapshot: NodeSnapshot, rows: Iterable[ProcessMetrics]) -> NodeSnapshot:
    rows = tuple(rows)
    return replace(snapshot, processes=ProcessSummary(total=len(rows), running=1, rows=rows))


def text_of(app: NodetopApp) -> str:
    """What the screen shows, as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def until(pilot: Pilot[None], condition: Callable[[str], object]) -> str:
    """The screen's text once it fulfils a condition: layout and workers take a moment, on a busy machine a long one."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition(text := text_of(pilot.app)):  # type: ignore[arg-type]
        assert time.monotonic() < deadline, f"not seen; the screen:\n{text}"
        await pilot.pause(0.005)
    return text


async def press(pilot: Pilot[None], *keys: str) -> str:
    """The screen's text after these keys."""
    await pilot.press(*keys)
    await pilot.pause()
    return text_of(pilot.app)  # type: ignore[arg-type]
