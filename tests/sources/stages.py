"""Every kind of source in a world that goes on by itself, and that a test can bring to a stop. See test_contract.py.

A new source is a function here that yields a Stage, and a line in KINDS.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nodetop.base.grid import interval_start
from nodetop.base.hub_address import parse_hub_url
from nodetop.history.recorder import Recorder
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, Stat
from nodetop.probes.base.probe import Probe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from nodetop.recording.file import Header, Recording
from nodetop.recording.incident_file import IncidentFile
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from nodetop.sources.local.source import LocalSource
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.source import PrometheusSource
from nodetop.sources.replay import ReplaySource
from nodetop.sources.source import Demand, SnapshotTaken, Source, SourceEvent
from tests.history.samples import START, point, sample
from tests.probes.processes.process_tree import ProcessTree, stat_line
from tests.prometheus_programs import victoria_metrics
from tests.sources.hub.real_hub import HubProcess, Relay
from tests.sources.past import EACH, GAP, POINTS, SAMPLED, STEP, Past
from tests.sources.prometheus.made_up_nodes import MadeUpNode, load


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A source, and what a test has to know of the world it shows."""

    source: Source
    nodes: Sequence[str]
    """Those that it has, and that are sampled."""
    past: Past | None = None
    """None: it keeps no history."""
    cut: Callable[[], Awaitable[None]] | None = None
    """From now on there are neither data nor answers; None: that cannot happen to it."""
    mend: Callable[[], Awaitable[None]] | None = None
    is_numbered: bool = True
    """Whether its samples have consecutive numbers; those of a store have none, and get one from their time."""


Staged = Callable[[Path, Callable[[], HubProcess]], AbstractAsyncContextManager[Stage]]
"""Of an empty folder, and of a hub that runs, if it is asked for."""


# This host


class Stopping(Sampler):
    """A sampler that can be made to fail."""

    fails = False

    def sample(self) -> NodeSnapshot:
        if self.fails:
            raise OSError(5, "Input/output error", "/proc")
        return super().sample()


class StoppingRecorder(Recorder):
    fails = False

    def points(self, since: float, until: float, step: float) -> list[HistoryPoint]:
        if self.fails:
            raise OSError(5, "Input/output error", "/history")
        return super().points(since, until, step)


@asynccontextmanager
async def another_system(folder: Path, _hub: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
    """A recorded /proc, with a history."""

    def make() -> tuple[Stopping, StoppingRecorder]:
        tree = ProcessTree(folder / "tree")
        tree.put(7, threads=2)
        task = tree.proc / "7" / "task" / "8"
        task.mkdir(parents=True)
        (task / "stat").write_bytes(stat_line(8, b"worker", threads=2))
        store = HistoryStore(folder / "history")
        store.open()
        store.add("web", [point(START + EACH * n) for n in SAMPLED])
        store.close()
        sampler = Stopping(tree.files, processes_probe(tree.files), node="web")
        return sampler, StoppingRecorder(HistoryStore(folder / "history"), "web")

    sampler, recorder = await asyncio.to_thread(make)

    async def stop(fails: bool) -> None:
        sampler.fails = recorder.fails = fails

    source = LocalSource(sampler, interval=0.05, recorder=recorder)
    yield Stage(source=source, nodes=["web"], past=Past("web", START), cut=lambda: stop(True), mend=lambda: stop(False))


def this_host(*, readonly: bool) -> Staged:
    """This machine's own processes, without history."""

    @asynccontextmanager
    async def staged(_folder: Path, _hub: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
        def make() -> Stopping:
            return Stopping(HostFiles(), processes_probe(HostFiles()), node="here")

        sampler = await asyncio.to_thread(make)

        async def stop(fails: bool) -> None:
            sampler.fails = fails

        source = LocalSource(sampler, interval=0.2, readonly=readonly)
        yield Stage(source=source, nodes=["here"], cut=lambda: stop(True), mend=lambda: stop(False))

    return staged


def processes_probe(files: HostFiles) -> list[Probe]:
    """This platform's."""
    return [probe for probe in probes(files) if probe.name == "processes"]


# A hub


@asynccontextmanager
async def hub(_folder: Path, running: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
    process = running()
    token = process.server.token("read")
    relay = Relay(parse_hub_url(process.server.url).port)
    await relay.start()
    http = HubHttp(parse_hub_url(f"http://127.0.0.1:{relay.port}"), token=lambda: token)
    source = HubSource(http, interval=0.5)
    try:
        yield Stage(source=source, nodes=["self"], past=process.past, cut=relay.cut, mend=relay.start)
    finally:
        await relay.cut()


# A store of metrics


@asynccontextmanager
async def store(folder: Path, _hub: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
    """A VictoriaMetrics, into which a made-up node is sampled twice a second."""
    with victoria_metrics(folder) as url:
        now = time.time()
        since = interval_start(now, STEP) - STEP * (POINTS + 6)
        times = [since + EACH * (n + 0.5) for n in SAMPLED]
        made_up = MadeUpNode("made-up", more={"node_load1": 1.0})
        await asyncio.to_thread(load, url, [made_up], [*times, *(now - 0.5 * n for n in reversed(range(1, 60)))])

        async def sampling() -> None:
            while True:
                await asyncio.to_thread(load, url, [made_up], [time.time() - 0.5])
                await asyncio.sleep(0.5)

        relay, task = Relay(parse_hub_url(url).port), asyncio.create_task(sampling())
        await relay.start()
        http = PrometheusHttp(parse_hub_url(f"http://127.0.0.1:{relay.port}"))
        source = PrometheusSource(http, Labels(), interval=0.5)
        try:
            past = Past("made-up", since)
            yield Stage(source=source, nodes=["made-up"], past=past, cut=relay.cut, mend=relay.start, is_numbered=False)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await relay.cut()


# A recording


def replay(nodes: list[str]) -> Staged:
    """A recording of three hours, played fast."""

    @asynccontextmanager
    async def staged(folder: Path, _hub: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
        def make() -> ReplaySource:
            path = folder / "r.jsonl"
            with Recording(path) as recording:
                for n in (*SAMPLED, *range(POINTS * 5, 200)):
                    for node in nodes:
                        recording.add(sample(START + EACH * n, node=node, seq=n, interval=EACH if n else None))
            return ReplaySource(path, speed=EACH / 0.03)

        source = await asyncio.to_thread(make)
        past = Past(nodes[0], START)
        yield Stage(source=source, nodes=nodes, past=past)

    return staged


@asynccontextmanager
async def incident(folder: Path, _hub: Callable[[], HubProcess]) -> AsyncIterator[Stage]:
    """A file of history, with samples of its end: all of it there at once."""

    def make() -> ReplaySource:
        points = [
            HistoryPoint(at=START + STEP * n, samples=5, cpu_busy_percent=Stat(mean=9, max=9))
            for n in range(POINTS)
            if n not in GAP
        ]
        until = START + STEP * POINTS
        with IncidentFile(folder / "i.gz") as file:
            file.begin(Header(nodetop_recording=2, since=START, until=until + 60, nodes=("a", "b")))
            for node in ("a", "b"):
                file.add_points(node, STEP, points)
                file.add_samples(sample(until + 5 * n, node=node, seq=n, interval=5.0) for n in range(12))
            file.commit()
        return ReplaySource(folder / "i.gz")

    source = await asyncio.to_thread(make)
    yield Stage(source=source, nodes=["a", "b"], past=Past("a", START))


@dataclass(frozen=True)
class Kind:
    """A kind of source: how it is staged, and what it can do besides what every source does."""

    stage: Staged
    is_cluster: bool = False
    is_recording: bool = False
    has_threads: bool = False
    """Whether it can tell of threads, of which there are some."""
    has_processes: bool = True
    """Whether it has rows of processes of many nodes."""
    has_control: bool = False
    """Whether it knows more of single processes than its rows do."""
    acts: bool = False
    """Whether it acts on this machine's processes."""


_LINUX = sys.platform == "linux"
KINDS = {
    "another system": Kind(another_system, has_threads=_LINUX),
    "this host": Kind(this_host(readonly=False), has_threads=_LINUX, has_control=True, acts=True),
    "this host, read-only": Kind(this_host(readonly=True), has_threads=_LINUX, has_control=True),
    "hub": Kind(hub, is_cluster=True),
    "store": Kind(store, is_cluster=True, has_processes=False),
    "recording": Kind(replay(["a"]), is_recording=True),
    "recording of two": Kind(replay(["a", "b"]), is_cluster=True, is_recording=True),
    "incident": Kind(incident, is_cluster=True, is_recording=True),
}


def kinds(wanted: Callable[[Kind], bool]) -> Any:
    """Only of these: for the test below."""
    return pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if wanted(kind)], indirect=True)


# What a test does with one


async def until(events: AsyncIterator[SourceEvent], wanted: Callable[[SourceEvent], bool]) -> SourceEvent:
    """The next event that is wanted."""
    async with asyncio.timeout(30):
        async for event in events:
            if wanted(event):
                return event
    raise AssertionError("the events ended")


async def sampled(events: AsyncIterator[SourceEvent], node: str) -> NodeSnapshot:
    """The next sample of a node."""
    event = await until(events, lambda event: isinstance(event, SnapshotTaken) and event.snapshot.node == node)
    assert isinstance(event, SnapshotTaken)
    return event.snapshot


async def begun(stage: Stage) -> AsyncIterator[SourceEvent]:
    """The events of a source whose nodes were each heard of."""
    events = stage.source.events()
    for node in stage.nodes:
        await stage.source.demand(Demand(node, 0.1))
        await sampled(events, node)
    return events


def is_plain_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable()
