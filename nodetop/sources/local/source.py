"""This host as a source: a thread samples on a fixed time grid, and the event loop receives the samples."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.grid import next_tick
from nodetop.history.ring import Ring
from nodetop.model.cgroups import JournalPart, WorkloadMetrics
from nodetop.model.node_status import status
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.probes.base.runner import one_line
from nodetop.probes.raw_fields import read_raw
from nodetop.probes.sampler import Sampler
from nodetop.sources.local.processes import LocalProcesses
from nodetop.sources.source import Demand, SnapshotTaken, Source, SourceError, SourceEvent, SourceProblem

FIRST_GAP_SECONDS = 0.3
"""The second sample follows this soon after the first, so that rates are available before a whole interval."""
_LONGEST_WAIT_SECONDS = 2.0


class Recorder(Protocol):
    """Stores the history: history/recorder.py."""

    def add(self, snapshot: NodeSnapshot) -> None:
        """Can be called from any thread; does not block."""

    def points(self, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        """Reads the store; may block."""

    def close(self) -> None:
        """Writes what is not yet written."""

    @property
    def problem(self) -> str | None:
        """Why samples are not stored, in one line; None if they are."""


class LocalSource(Source):
    """Samples this host in a daemon thread, from the first call of events() until it is closed."""

    name = "local"

    def __init__(
        self,
        sampler: Sampler,
        *,
        interval: float,
        recorder: Recorder | None = None,
        clock: Clock | None = None,
        readonly: bool = False,
    ) -> None:
        if sampler.files.live:
            self.description = "this is the host itself"
            self.control = LocalProcesses(sampler, readonly)
        else:
            self.description = "these are another system's processes (--proc-root, or another container)"
        self._sampler = sampler
        self._interval = interval
        self._recorder = recorder
        self._clock = clock or SystemClock()
        self.writes_to: Callable[[], str | None] = lambda: None
        """Returns the name of the file to which the recorder writes every sample."""
        self._ring = Ring()
        self._slot: SourceEvent | None = None
        self._filled = asyncio.Event()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = False
        self._last: float | None = None
        self._asked: dict[tuple[RawFile, ...], asyncio.Future[tuple[RawLines, ...]]] = {}

    @property
    def recording(self) -> str | None:
        return self.writes_to()

    def start_with(self, snapshot: NodeSnapshot) -> None:
        """Takes a first sample that the same sampler made before there was an event loop."""
        self._last = self._clock.monotonic()
        if self._recorder is not None:
            self._recorder.add(snapshot)
        self._deliver(SnapshotTaken(snapshot))

    @property
    def notice(self) -> str | None:
        return self._recorder.problem if self._recorder else None

    async def nodes(self) -> Sequence[NodeStatus]:
        """The only row, that of this host; none before the first sample."""
        latest = self._ring.latest
        return [status(latest, self._clock.wall())] if latest else []

    def recent(self, node: str) -> Ring:
        return self._ring if node == self._sampler.node else Ring()

    async def events(self) -> AsyncIterator[SourceEvent]:
        self._start()
        while not self._closed:
            await self._filled.wait()
            self._filled.clear()
            event, self._slot = self._slot, None
            if event is not None and not self._closed:
                yield event

    async def history(self, node: str, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        recorder = self._recorder
        if recorder is None or node != self._sampler.node:
            return []
        try:
            return await in_daemon_thread(lambda: recorder.points(since, until, step))
        except Exception as error:
            raise SourceError(f"history cannot be read: {one_line(error)}") from error

    async def demand(self, what: Demand) -> None:
        if what.interval != self._interval:
            self._interval = what.interval
            self._wake.set()

    def watch(self, pids: frozenset[int]) -> None:
        self._sampler.watch(pids)

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self._sampler.watch_groups(groups)

    def read_threads(self, wanted: bool) -> bool:
        return self._sampler.read_threads(wanted)

    async def raw(self, wanted: Sequence[RawFile]) -> Sequence[RawLines]:
        """Waits as long as the kernel takes; a file that is still being read is not read a second time."""
        files = tuple(wanted)
        task = self._asked.get(files)
        if task is None:
            task = asyncio.ensure_future(in_daemon_thread(lambda: read_raw(self._sampler.files, files)))
            self._asked[files] = task
            task.add_done_callback(lambda _: self._asked.pop(files, None))
        return await asyncio.shield(task)

    async def journal(self, workload: WorkloadMetrics, until: float | None) -> JournalPart:
        from nodetop.probes.workloads.journal import read_journal  # late: only the screen of a workload shows it

        return await in_daemon_thread(lambda: read_journal(self._sampler.files, workload, until))

    async def members(self, workload: WorkloadMetrics) -> frozenset[int] | None:
        from nodetop.probes.workloads.members import pids_in  # late: only the screen of a workload shows them

        return await in_daemon_thread(lambda: pids_in(self._sampler.files, workload.group))

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._wake.set()
        self._filled.set()
        for asked in self._asked.values():
            asked.cancel()
        await in_daemon_thread(self._close)

    def _close(self) -> None:
        if self._thread is not None:
            self._thread.join(_LONGEST_WAIT_SECONDS)
        self._sampler.close()
        if self._recorder is not None:
            self._recorder.close()

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._work, args=(loop,), name="nodetop-sampler", daemon=True)
            self._thread.start()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """The sampling thread."""
        ticks = [] if self._last is None else [self._last]
        while not self._closed:
            due = self._due(ticks)
            if self._wake.wait(max(due - self._clock.monotonic(), 0.0)):
                self._wake.clear()
                continue
            ticks = [*ticks[-1:], due]
            event = self._take()
            try:
                loop.call_soon_threadsafe(self._deliver, event)
            except RuntimeError:  # the loop was closed before this source
                return

    def _due(self, ticks: Sequence[float]) -> float:
        """When the next sample is due, given the last two ticks, or one, or none."""
        now = self._clock.monotonic()
        if not ticks:
            return now
        if len(ticks) == 1:
            return ticks[0] + min(FIRST_GAP_SECONDS, self._interval)
        return next_tick(ticks[-1], self._interval, now)

    def _take(self) -> SourceEvent:
        """Takes a sample; an error becomes an event and does not end the thread."""
        try:
            snapshot = self._sampler.sample()
            if self._recorder is not None:
                self._recorder.add(snapshot)
        except Exception as error:
            latest = self._ring.latest
            since = latest.taken_at if latest else self._clock.wall()
            return SourceProblem(f"sampling failed: {one_line(error)}", since)
        return SnapshotTaken(snapshot)

    def _deliver(self, event: SourceEvent) -> None:
        """Runs on the event loop. The ring gets every sample, the slot only the latest event."""
        if isinstance(event, SnapshotTaken):
            self._ring.add(event.snapshot)
        self._slot = event
        self._filled.set()
