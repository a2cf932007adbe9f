"""A hub's history: nothing acknowledged is lost, nothing is counted twice."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.hub.journal import JournalError
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import Stat
from tests.history.crash import envelope
from tests.history.hub.reopened import Hub, take
from tests.history.samples import DAY, START, sample, wait_until
from tests.loop_watch import LoopWatch

pytestmark = pytest.mark.may_block  # a hub opens its files before it serves; what it does then is watched below


async def test_points_are_what_the_samples_were(hub: Hub) -> None:
    assert all(await take(hub, *range(100)))
    points = await hub.stored()
    assert [(point.at, point.samples) for point in points] == [(START, 60), (START + 300, 40)]
    assert points[0].cpu_busy_percent == Stat(mean=29.5, max=59)
    hub.history.write()
    assert hub.history.problem is None
    assert await hub.stored() == points
    assert hub.store.points("node-0", START, START + 600) == points
    (half,) = await hub.stored(step=1800)
    assert half.samples == 100 and half.cpu_busy_percent is not None and half.cpu_busy_percent.max == 99


async def test_the_same_push_twice_at_once(hub: Hub) -> None:
    answers = await asyncio.gather(*[take(hub, *range(10)) for _ in range(5)])
    assert Counter(answer for each in answers for answer in each) == {True: 10, False: 40}
    assert await hub.samples() == 10


async def test_a_late_sample_goes_where_it_was_taken(hub: Hub) -> None:
    await take(hub, *range(60, 120))
    hub.history.write()
    await take(hub, *range(60))
    hub.history.write()
    await take(hub, *range(120, 130))
    points = await hub.stored()
    assert [(point.at - START, point.samples) for point in points] == [(0, 60), (300, 60), (600, 10)]
    assert [point.at for point in hub.history.recent("c", "node-0")] == [START + 5 * seq for seq in range(130)]
    hub.kill()
    hub.open()
    assert await hub.samples() == 130


async def test_the_journal_forgets_what_is_in_the_history(hub: Hub) -> None:
    for seq in range(300):
        await take(hub, seq)
    before = hub.journal.size
    hub.history.write()
    assert hub.journal.size < before / 3
    hub.kill()
    hub.open()
    assert await hub.samples() == 300
    assert [each.sample.seq for each in hub.restored] == [299]


async def test_latest_is_restored_and_never_moves_back(hub: Hub) -> None:
    await take(hub, 50)
    await take(hub, 10)
    await hub.history.accept([envelope("node-1", 7)])
    hub.history.write()
    hub.kill()
    hub.open()
    assert {(each.sample.node, each.sample.seq) for each in hub.restored} == {("node-0", 50), ("node-1", 7)}


async def test_a_forgotten_node_stays_forgotten(hub: Hub) -> None:
    await take(hub, *range(5))
    await take(hub, *range(5), node="node-1")
    await hub.history.forget("c", "node-0")
    await take(hub, 5, node="node-1")
    assert hub.history.recent("c", "node-0") == []
    hub.kill()
    assert {each.sample.node for each in hub.open()} == {"node-1"}
    assert await hub.samples() == 5  # its history stays


async def test_nodes_of_several_clusters_are_kept_apart(hub: Hub) -> None:
    other = SampleEnvelope(cluster="d", sample=sample(node="node-0", seq=1), received_at=START)
    assert await hub.history.accept([envelope("node-0", 1), other]) == [True, True]
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples(cluster="d") == await hub.samples(cluster="c") == 1
    assert hub.store.all_nodes() == [("c", "node-0"), ("d", "node-0")]


async def test_a_short_step_is_made_of_the_samples(hub: Hub) -> None:
    hub.clock.step(-3600 + 1000)
    await take(hub, *range(200))
    points = await hub.stored(step=10)
    assert [point.at for point in points[:2]] == [START, START + 300]  # before this the samples may have been more
    assert [(point.at, point.samples) for point in points[2:4]] == [(START + 310, 2), (START + 320, 2)]
    assert sum(point.samples for point in points) == 200
    assert points[-1].top_cpu[0].name == "init"


async def test_means_for_the_list_of_nodes(hub: Hub) -> None:
    await take(hub, *range(60), *range(120, 180))
    assert hub.history.means("c", "node-0", "cpu_busy_percent", START, 300, 4) == [29.5, None, 49.5, None]
    assert hub.history.means("c", "node-0", "cpu_celsius", START, 300, 1) == [None]
    assert hub.history.means("c", "nobody", "cpu_busy_percent", START, 300, 2) == [None, None]


async def test_the_last_hour_is_an_hour(hub: Hub) -> None:
    await take(hub, *range(699))
    assert len(hub.history.recent("c", "node-0")) == 699
    hub.clock.advance(300)
    assert len(hub.history.recent("c", "node-0")) == 639
    assert hub.history.recent("c", "nobody") == []


async def test_retention_removes_exactly_the_days_past_it(tmp_path: Path) -> None:
    hub = Hub(tmp_path, days=1)
    try:
        await hub.history.accept([envelope("node-0", 1)])
        old = SampleEnvelope(cluster="c", sample=sample(START - DAY, node="node-0", seq=2), received_at=START)
        older = SampleEnvelope(cluster="c", sample=sample(START - DAY - 1, node="node-0", seq=3), received_at=START)
        await hub.history.accept([old, older])
        hub.history.write()
        assert [point.at for point in await hub.stored()] == [START - DAY, START]
        hub.clock.advance(DAY)
        hub.history.write()
        assert [point.at for point in await hub.stored()] == [START]
    finally:
        hub.history.close()


async def test_points_appear_on_time(tmp_path: Path) -> None:
    hub = Hub(tmp_path, sample_interval=2)
    try:
        await hub.history.accept([envelope("node-0", 1)])
        hub.clock.advance(10)
        written = HistoryStore(tmp_path / "history", cluster="c")
        await asyncio.to_thread(wait_until, lambda: written.points("node-0", START, START + 60))
        assert [point.at for point in written.points("node-0", START, START + 60)] == [START + 4]
    finally:
        hub.history.close()


async def test_what_is_left_is_written_at_the_end(hub: Hub) -> None:
    await take(hub, *range(5))
    await hub.history.aclose()
    await hub.history.aclose()
    assert sum(point.samples for point in hub.store.points("node-0", START, START + DAY)) == 5
    with pytest.raises(JournalError, match="closed"):
        await take(hub, 6)


async def test_the_event_loop_is_not_blocked(hub: Hub) -> None:
    with LoopWatch() as watch:
        for begin in range(0, 600, 60):
            await take(hub, *range(begin, begin + 60))
        hub.history.recent("c", "node-0")
        await hub.stored()
        await hub.stored(step=10)
        await hub.history.forget("c", "node-0")
        await hub.history.aclose()
    assert watch.found == []


async def test_a_moment_is_told_from_samples_and_points(hub: Hub) -> None:
    await take(hub, *range(100), *range(900, 1000))  # the hour before the last one is no longer in memory
    new = START + 5 * 900
    found, _ = await hub.history.at("c", "node-0", new + 22)
    assert found is not None and (found.at, found.samples) == (new + 20, 1)
    found, points = await hub.history.at("c", "node-0", START + 400)
    assert found is None
    assert [(point.at, point.samples) for point in points] == [(START, 60), (START + 300, 40)]
    assert await hub.history.at("c", "node-0", START - 1) == (None, [])
    assert await hub.history.at("c", "nobody", new) == (None, [])
