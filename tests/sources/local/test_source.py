import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.clock import FakeClock
from nodetop.base.grid import next_tick
from nodetop.model.raw_file import RawFile, RawLines
from nodetop.model.snapshot import HistoryPoint, HostInfo, NodeSnapshot
from nodetop.probes.base.probe import Probe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler
from nodetop.sources.local import source as local
from nodetop.sources.local.source import LocalSource, in_daemon_thread
from nodetop.sources.source import Demand, SnapshotTaken, Source, SourceError, SourceEvent, SourceProblem
from tests.probes.processes.process_tree import ProcessTree


class UptimeProbe(Probe):
    name = "host"

    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def read(self) -> HostInfo:
        return HostInfo(uptime_seconds=float(self._files.text("/proc/uptime").split()[0]))

    def derive(self, previous: HostInfo | None, current: HostInfo, elapsed: float | None) -> HostInfo:
        return current


class WatchedProbe(UptimeProbe):
    watched: frozenset[int] = frozenset()

    def watch(self, pids: frozenset[int]) -> None:
        self.watched = pids


class Shelf:
    """A recorder that keeps what it gets."""

    problem: str | None = None

    def __init__(self) -> None:
        self.added: list[NodeSnapshot] = []
        self.closed = 0
        self.trouble: Exception | None = None

    def add(self, snapshot: NodeSnapshot) -> None:
        self.added.append(snapshot)

    def points(self, since: float, until: float, step: float) -> Sequence[HistoryPoint]:
        if self.trouble:
            raise self.trouble
        return [HistoryPoint(at=since, samples=len(self.added))]

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    tree = ProcessTree(tmp_path)
    tree.put(7)
    return tree


@pytest.fixture
def taker(tree: ProcessTree) -> Sampler:
    return Sampler(tree.files, [UptimeProbe(tree.files), ProcessesProbe(tree.files)], node="web")


@asynccontextmanager
async def running(source: LocalSource) -> AsyncIterator[AsyncIterator[SourceEvent]]:
    events = source.events()
    try:
        yield events
    finally:
        await source.aclose()
        with pytest.raises(StopAsyncIteration):
            while True:
                await anext(events)


async def snapshot(events: AsyncIterator[SourceEvent]) -> NodeSnapshot:
    event = await asyncio.wait_for(anext(events), 20)
    assert isinstance(event, SnapshotTaken)
    return event.snapshot


async def test_every_sample_is_in_the_ring_and_in_the_history(taker: Sampler) -> None:
    shelf = Shelf()
    source = LocalSource(taker, interval=0.02, recorder=shelf)
    async with running(source) as events:
        while (await snapshot(events)).seq < 5:
            pass
        ring = [one.seq for one in source.recent("web")]
        assert ring == list(range(1, len(ring) + 1)) and len(ring) >= 5
    assert [one.seq for one in shelf.added][: len(ring)] == ring
    assert shelf.closed == 1


async def test_who_reads_late_gets_the_latest(taker: Sampler) -> None:
    source = LocalSource(taker, interval=0.01)
    async with running(source) as events:
        await snapshot(events)
        while len(source.recent("web")) < 10:
            await asyncio.sleep(0.01)
        taken = len(source.recent("web"))
        assert (await snapshot(events)).seq >= taken


async def test_the_second_sample_comes_soon(taker: Sampler) -> None:
    source = LocalSource(taker, interval=3600)
    async with running(source) as events:
        first, second = await snapshot(events), await snapshot(events)
        assert first.interval is None
        assert second.interval is not None and second.interval >= 0.29
        assert second.processes is not None and second.processes.rows[0].cpu_percent == 0.0


@pytest.mark.may_block
async def test_it_goes_on_from_a_sample_that_was_there_before(taker: Sampler) -> None:
    shelf = Shelf()
    source = LocalSource(taker, interval=3600, recorder=shelf)
    source.start_with(taker.sample())
    assert len(source.recent("web")) == 1
    async with running(source) as events:
        assert [(await snapshot(events)).seq, (await snapshot(events)).seq] == [1, 2]
    assert [one.seq for one in shelf.added] == [1, 2]


async def test_a_new_interval_counts_at_once(taker: Sampler) -> None:
    source = LocalSource(taker, interval=3600)
    async with running(source) as events:
        await snapshot(events)
        await snapshot(events)
        await source.demand(Demand(node="web", interval=0.01))
        assert (await snapshot(events)).seq == 3
        await source.demand(Demand(node="web", interval=3600))


@pytest.mark.may_block
async def test_a_sampler_with_a_bug_is_a_problem_and_goes_on(tree: ProcessTree) -> None:
    class Stumbling(Sampler):
        stumble = False

        def sample(self) -> NodeSnapshot:
            if self.stumble:
                self.stumble = False
                raise RuntimeError("out of\nluck")
            return super().sample()

    taker = Stumbling(tree.files, [UptimeProbe(tree.files)], node="web")
    source = LocalSource(taker, interval=0.5)
    async with running(source) as events:
        before = await snapshot(events)
        taker.stumble = True
        problem = await asyncio.wait_for(anext(events), 20)
        assert problem == SourceProblem("sampling failed: RuntimeError: out of luck", before.taken_at)
        assert (await snapshot(events)).seq == before.seq + 1


async def test_closing_is_prompt_final_and_may_be_repeated(taker: Sampler) -> None:
    shelf = Shelf()
    source = LocalSource(taker, interval=3600, recorder=shelf)
    async with running(source) as events:
        await snapshot(events)
        await asyncio.wait_for(source.aclose(), 20)
        await source.aclose()
    assert shelf.closed == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "nodetop-sampler"]


async def test_closed_without_ever_being_read(taker: Sampler) -> None:
    shelf = Shelf()
    source = LocalSource(taker, interval=1, recorder=shelf)
    await source.aclose()
    assert shelf.closed == 1


@pytest.mark.may_block
async def test_the_row_of_this_host(tree: ProcessTree) -> None:
    clock = FakeClock()
    taker = Sampler(tree.files, [UptimeProbe(tree.files), ProcessesProbe(tree.files)], node="web", clock=clock)
    source = LocalSource(taker, interval=1, clock=clock)
    assert await source.nodes() == []
    source.start_with(taker.sample())
    clock.advance(3)
    (row,) = await source.nodes()
    assert (row.node, row.state, row.age_seconds, row.uptime_seconds) == ("web", "up", 3.0, 1000.0)
    assert (row.processes_total, row.memory_total_bytes, row.cpu_busy_percent) == (1, None, None)
    await source.aclose()


async def test_history_is_the_recorders(taker: Sampler) -> None:
    shelf = Shelf()
    source = LocalSource(taker, interval=1, recorder=shelf)
    assert await source.history("web", 5.0, 10.0, 1.0) == [HistoryPoint(at=5.0, samples=0)]
    shelf.trouble = OSError(5, "Input/output error", "/var/x")
    with pytest.raises(SourceError, match=r"^history cannot be read: Input/output error: /var/x$"):
        await source.history("web", 5.0, 10.0, 1.0)
    await source.aclose()


async def test_without_a_recorder_there_is_no_history(taker: Sampler) -> None:
    source = LocalSource(taker, interval=1)
    assert await source.history("web", 0, 1e12, 60) == []
    await source.aclose()


@pytest.mark.may_block
async def test_only_what_runs_here_can_be_signalled(taker: Sampler) -> None:
    elsewhere: Source = LocalSource(taker, interval=1)
    here: Source = LocalSource(Sampler(HostFiles(), []), interval=1)
    assert (elsewhere.can_signal, here.can_signal) == (False, HostFiles().live)
    assert here.cluster is None
    await elsewhere.aclose()
    await here.aclose()


@pytest.mark.may_block
async def test_what_is_on_the_screen_is_told_to_the_probe(tree: ProcessTree) -> None:
    probe = WatchedProbe(tree.files)
    source = LocalSource(Sampler(tree.files, [probe]), interval=1)
    source.watch(frozenset({1, 7}))
    assert probe.watched == {1, 7}
    await source.aclose()


@pytest.mark.may_block
async def test_the_kernel_is_asked_for_its_own_words(tree: ProcessTree) -> None:
    source = LocalSource(Sampler(tree.files, []), interval=1)
    (found,) = await source.raw([RawFile("/proc/uptime")])
    assert found == RawLines("/proc/uptime", ("1000.00 0.00",))
    await source.aclose()


@pytest.mark.may_block
async def test_what_hangs_is_not_asked_again_while_it_does(tree: ProcessTree, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, asked = threading.Event(), list[Sequence[RawFile]]()

    def hang(files: HostFiles, wanted: Sequence[RawFile]) -> tuple[RawLines, ...]:
        asked.append(wanted)
        answer.wait(40)
        return (RawLines("x"),)

    monkeypatch.setattr(local, "read_raw", hang)
    source = LocalSource(Sampler(tree.files, []), interval=1)
    first = asyncio.ensure_future(source.raw([RawFile("statvfs /mnt")]))
    await asyncio.sleep(0)
    first.cancel()
    again = asyncio.ensure_future(source.raw([RawFile("statvfs /mnt")]))
    await asyncio.sleep(0)
    answer.set()
    assert await again == (RawLines("x"),)
    assert len(asked) == 1
    await source.raw([RawFile("statvfs /mnt")])
    assert len(asked) == 2
    await source.aclose()


async def test_a_thread_that_hangs_keeps_nobody_from_leaving() -> None:
    never = threading.Event()
    waiting = asyncio.ensure_future(in_daemon_thread(lambda: never.wait(40)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "nodetop-blocking")
    never.set()


@given(st.floats(0, 1e6), st.floats(0.05, 3600), st.floats(0, 1e5))
def test_ticks_keep_to_their_grid(tick: float, interval: float, work: float) -> None:
    now = tick + work
    due = next_tick(tick, interval, now)
    steps = (due - tick) / interval
    assert due >= now - 1e-6
    assert due <= now + interval + 1e-6
    assert steps == pytest.approx(round(steps), abs=1e-4)


def test_ticks_that_were_missed_are_left_out() -> None:
    assert next_tick(10.0, 2.0, 10.1) == 12.0
    assert next_tick(10.0, 2.0, 17.5) == 18.0
    assert next_tick(10.0, 2.0, 9.9) == 12.0
