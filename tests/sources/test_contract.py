"""What every source promises, whatever it is: sources/source.py, asked of real ones."""

import asyncio
import inspect
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeStatus
from nodetop.sources.source import (
    AlertsChanged,
    Demand,
    NodesChanged,
    SnapshotTaken,
    Source,
    SourceError,
    SourceEvent,
    SourceProblem,
    now_of,
)
from tests.sources.hub.real_hub import HubProcess
from tests.sources.past import GAP, POINTS, SAMPLED, STEP
from tests.sources.stages import Kind, Stage, begun, is_plain_line, kinds, sampled, until

METHODS = [name for name, _ in inspect.getmembers(Source, inspect.isfunction) if not name.startswith("_")]


# What it says of itself


async def test_a_source_has_what_the_protocol_says(stage: Stage) -> None:
    its = type(stage.source)
    assert Source in its.__mro__, "a source subclasses Source, whose defaults it then has"
    for method in METHODS:
        wanted, has = (list(inspect.signature(getattr(each, method)).parameters) for each in (Source, its))
        assert has == wanted, method


async def test_it_says_what_it_is(kind: Kind, stage: Stage) -> None:
    source = stage.source
    assert is_plain_line(source.name) and is_plain_line(source.description)
    assert source.notice is None or is_plain_line(source.notice)
    assert (source.cluster is not None) == kind.is_cluster
    assert source.is_recording == kind.is_recording
    assert (source.control is not None) == kind.has_control
    assert source.can_signal == kind.acts


async def test_a_recording_has_a_time_of_its_own_and_nobody_else(stage: Stage) -> None:
    await begun(stage)
    latest = stage.source.recent(stage.nodes[0]).latest
    assert latest is not None
    if stage.source.is_recording:
        assert now_of(stage.source, 5.0) == stage.source.played_until
        assert stage.source.played_until is not None and stage.source.played_until >= latest.taken_at
    else:
        assert now_of(stage.source, 5.0) == 5.0


# Data


async def test_rows_and_samples_go_by_the_same_names(stage: Stage) -> None:
    await begun(stage)
    rows = await stage.source.nodes()
    assert all(isinstance(row, NodeStatus) for row in rows)
    names = [row.node for row in rows]
    assert len(set(names)) == len(names) and set(stage.nodes) <= set(names)
    for node in stage.nodes:
        ring = stage.source.recent(node)
        assert {each.node for each in ring} == {node}
        assert all(one.taken_at <= other.taken_at for one, other in pairwise(ring))
    assert len(stage.source.recent("no-such-node")) == 0


async def test_samples_come_and_each_is_in_memory_by_then(stage: Stage) -> None:
    events = stage.source.events()
    node = stage.nodes[0]
    await stage.source.demand(Demand(node, 0.1))
    first = await sampled(events, node)
    assert first in list(stage.source.recent(node))
    if len(stage.source.recent(node)) < 4:
        await until(events, lambda _: len(stage.source.recent(node)) >= 4)
    seqs = [each.seq for each in stage.source.recent(node) if each.seq]
    steps = [other - one for one, other in pairwise(seqs)]
    expected = {1, 5 * len(GAP) + 1} if stage.source.is_recording else {1}
    assert set(steps) <= expected if stage.is_numbered else all(step > 0 for step in steps), seqs


async def test_rows_are_told_where_there_may_be_many_nodes_and_nowhere_else(stage: Stage) -> None:
    events, told = stage.source.events(), set()
    for node in stage.nodes:
        await stage.source.demand(Demand(node, 0.1))

        def wanted(event: SourceEvent, node: str = node) -> bool:
            told.add(type(event))
            return isinstance(event, SnapshotTaken) and event.snapshot.node == node

        await until(events, wanted)
    assert told - {AlertsChanged} == (
        {SnapshotTaken, NodesChanged} if stage.source.cluster is not None else {SnapshotTaken}
    )


async def test_history_has_points_in_order_and_none_where_nothing_was_sampled(stage: Stage) -> None:
    past, source = stage.past, stage.source
    if past is None:
        assert await source.history(stage.nodes[0], 0.0, 4e9, 300.0) == []
        return
    end = past.since + STEP * POINTS
    points = await source.history(past.node, past.since, end, STEP)
    assert [each.at for each in points] == [past.since + STEP * n for n in range(POINTS) if n not in GAP]
    assert all(each.samples == 5 and each.cpu_busy_percent is not None for each in points)
    gap = past.since + STEP * GAP.start, past.since + STEP * GAP.stop
    assert list(await source.history(past.node, *gap, STEP)) == []
    coarse = await source.history(past.node, past.since, end, 4 * STEP)
    assert all(one.at < other.at for one, other in pairwise(coarse)) and len(coarse) < len(points)
    assert sum(each.samples for each in coarse) == len(SAMPLED)


async def test_a_node_that_it_does_not_know_has_no_history(stage: Stage) -> None:
    try:
        assert list(await stage.source.history("no-such-node", 0.0, 4e9, 300.0)) == []
    except SourceError as error:
        assert is_plain_line(str(error))


# Trouble


def questions(stage: Stage) -> Iterator[Awaitable[object]]:
    """All that is asked of what else answers them."""
    cluster, at = stage.source.cluster, time.time()
    if stage.past is not None:
        yield stage.source.history(stage.past.node, 0.0, 4e9, 300.0)
    if cluster is not None:
        yield from (cluster.trends(12), cluster.processes("", "cpu", 5), cluster.at(at, 12))
        yield cluster.workloads("", "cpu", 5)


@kinds(lambda kind: not kind.is_recording)
async def test_trouble_is_an_event_what_was_known_stays_and_it_goes_on(stage: Stage) -> None:
    source, events = stage.source, await begun(stage)
    assert stage.cut is not None and stage.mend is not None
    await stage.cut()
    problem = await until(events, lambda event: isinstance(event, SourceProblem))
    assert isinstance(problem, SourceProblem) and is_plain_line(problem.message)
    latest = source.recent(stage.nodes[0]).latest
    assert latest is not None and problem.since >= latest.taken_at - 1
    assert set(stage.nodes) <= {row.node for row in await source.nodes()}
    for question in questions(stage):
        with pytest.raises(SourceError) as caught:
            await question
        assert is_plain_line(str(caught.value))
    await stage.mend()
    await sampled(events, stage.nodes[0])


# Many nodes


@kinds(lambda kind: not kind.is_cluster)
async def test_without_a_cluster_there_is_one_node(stage: Stage) -> None:
    await begun(stage)
    assert [row.node for row in await stage.source.nodes()] == stage.nodes


@kinds(lambda kind: kind.is_cluster)
async def test_all_nodes_at_once_and_at_a_moment(stage: Stage) -> None:
    cluster = stage.source.cluster
    await begun(stage)
    assert cluster is not None
    names = {row.node for row in await stage.source.nodes()}
    assert isinstance(cluster.summary, ClusterSummary) and cluster.summary.nodes_total == len(names)
    times = list(cluster.times())
    assert len(times) > 1 and times == sorted(times)
    trends = await cluster.trends(12)
    assert set(stage.nodes) <= set(trends) <= names
    assert all(len(each.cpu_busy_percent) == 12 and each.step == 300.0 for each in trends.values())
    moment = await cluster.at(times[-1], 12)
    assert moment.at == pytest.approx(times[-1], abs=5)
    assert {row.node for row in moment.nodes} == names == set(moment.trends)
    assert moment.summary.nodes_total == len(names)


@kinds(lambda kind: kind.is_cluster and kind.has_processes)
async def test_the_top_processes_of_all_nodes(stage: Stage) -> None:
    cluster = stage.source.cluster
    await begun(stage)
    assert cluster is not None
    found = await cluster.processes("", "cpu", 5)
    assert len(found.rows) == min(found.matched, 5) > 0
    shares = [row.cpu_percent or 0.0 for row in found.rows]
    assert shares == sorted(shares, reverse=True)
    assert {row.node for row in found.rows} <= {row.node for row in await stage.source.nodes()}
    assert (await cluster.processes("no-such-process", "memory", 5)).matched == 0
    assert (await cluster.workloads("no-such-workload", "io", 5)).rows == ()
    await cluster.processes("", "memory", 5, list(cluster.times())[-1])


# What is wanted


async def test_anything_may_be_demanded_and_again(stage: Stage) -> None:
    source, events = stage.source, stage.source.events()
    for demand in (Demand(None, 0.5), Demand("no-such-node", 0.5), *[Demand(each, 0.1) for each in stage.nodes] * 2):
        await source.demand(demand)
    await sampled(events, stage.nodes[-1])


# The end


def things() -> tuple[int, set[str], int]:
    """What there is of tasks, threads and descriptors. Threads of the loop's own are left out."""
    threads = {each.name for each in threading.enumerate() if not each.name.startswith("asyncio")}
    return len(asyncio.all_tasks()), threads, len(os.listdir("/dev/fd"))


@pytest.mark.parametrize("is_read", [True, False], ids=["read", "unread"])
async def test_closing_ends_the_events_and_leaves_nothing(
    kind: Kind, is_read: bool, tmp_path: Path, hub_process: Callable[[], HubProcess]
) -> None:
    hub_process()
    before = things()
    async with kind.stage(tmp_path, hub_process) as stage:
        source = stage.source
        if is_read:
            reading = asyncio.ensure_future(all_of(await begun(stage)))
            await asyncio.sleep(0)
        await source.aclose()
        await source.aclose()
        if is_read:
            await asyncio.wait_for(reading, 20)
        assert await asyncio.wait_for(all_of(source.events()), 20) == []
        await source.demand(Demand(None, 1.0))
        for question in questions(stage):
            with suppress(SourceError):
                await question
    async with asyncio.timeout(20):
        while things() != before:
            await asyncio.sleep(0.01)


async def all_of(events: AsyncIterator[SourceEvent]) -> list[SourceEvent]:
    return [event async for event in events]
