"""The hub as a source, against a hub that comes, goes, lags and lies."""

import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.hub_api import (
    ClusterReply,
    ClusterSummary,
    HistoryReply,
    MomentReply,
    MomentRow,
    NodeProcess,
    NodeTrend,
    ProcessesReply,
    RecentReply,
)
from nodetop.model.snapshot import HistoryPoint, NodeStatus
from nodetop.sources.following import MOST_RINGS
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, SourceError, SourceProblem
from tests.sources.hub.hub_events import BASE, WEB, sample, source_of, until, wait_for
from tests.sources.hub.stub_hub import TOKEN, stub_hub

pytestmark = pytest.mark.usefixtures("brisk")

DB = NodeStatus(node="db-01", cluster="east", age_seconds=2.0)


async def test_rows_come_and_change() -> None:
    async with stub_hub(rows=(WEB, DB)) as hub, source_of(hub) as source:
        events = source.events()
        first = await until(events, NodesChanged)
        assert [row.node for row in first.nodes] == ["web-01", "east/db-01"]
        assert hub.tokens[-1] == f"Bearer {TOKEN}"
        hub.tell_rows(NodeStatus(node="db-01", cluster="east", state="late", age_seconds=20.0))
        second = await until(events, NodesChanged)
        assert [(row.node, row.state) for row in second.nodes] == [("web-01", "up"), ("east/db-01", "late")]
        assert second.nodes[0].age_seconds > 1.0  # type: ignore[operator]
        hub.tell_rows(removed=("east/db-01",))
        third = await until(events, NodesChanged)
        assert [row.node for row in third.nodes] == ["web-01"]
        assert [row.node for row in await source.nodes()] == ["web-01"]
        assert source.cluster.summary is not None


async def test_a_hubs_own_problem_is_a_notice_while_it_lasts() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        events = source.events()
        await until(events, NodesChanged)
        assert source.notice is None
        hub.tell_rows(problem="/data: the disk is full: free some space")
        await until(events, NodesChanged)
        assert source.notice == "the hub has a problem: /data: the disk is full: free some space"
        hub.tell_rows()
        await until(events, NodesChanged)
        assert source.notice is None


async def test_one_node_in_full_with_its_past() -> None:
    recent = RecentReply(node="db-01", cluster="east", samples=tuple(sample(seq, "db-01") for seq in range(3)))
    async with stub_hub(rows=(WEB, DB)) as hub, source_of(hub) as source:
        hub.answers[f"{BASE}/east/node-metrics/db-01/recent"] = recent
        events = source.events()
        await until(events, NodesChanged)
        await source.demand(Demand("east/db-01", 1.0))
        taken = await until(events, SnapshotTaken)
        assert taken.snapshot.node == "east/db-01"
        assert [each.seq for each in source.recent("east/db-01")] == [0, 1, 2]
        assert "node=east%2Fdb-01" in next(r for r in reversed(hub.requests) if "/stream" in r)
        hub.tell_snapshot(sample(3, "db-01"))
        assert (await until(events, SnapshotTaken)).snapshot.seq == 3
        hub.tell_snapshot(sample(3, "db-01"))
        hub.tell_snapshot(sample(9, "other"))
        hub.tell_snapshot(sample(4, "db-01"))
        assert (await until(events, SnapshotTaken)).snapshot.seq == 4
        assert [each.seq for each in source.recent("east/db-01")] == [0, 1, 2, 3, 4]
        assert len(source.recent("other")) == 0


async def test_samples_missed_while_away_are_fetched() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        await source.demand(Demand("web-01", 1.0))
        path = f"{BASE}/default/node-metrics/web-01/recent"
        hub.answers[path] = RecentReply(node="web-01", cluster="default", samples=(sample(0), sample(1)))
        events = source.events()
        await until(events, SnapshotTaken)
        await hub.stop()
        problem = await until(events, SourceProblem, "Nothing answers")
        assert problem.since > 0
        assert len(source.recent("web-01")) == 2
        assert [row.node for row in await source.nodes()] == ["web-01"]
        hub.answers[path] = RecentReply(
            node="web-01", cluster="default", samples=tuple(sample(seq) for seq in range(1, 6))
        )
        await hub.start()
        await until(events, SnapshotTaken)
        assert [each.seq for each in source.recent("web-01")] == list(range(6))


async def test_a_gap_in_the_stream_is_filled() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        await source.demand(Demand("web-01", 1.0))
        events = source.events()
        await until(events, NodesChanged)
        hub.tell_snapshot(sample(1))
        await until(events, SnapshotTaken)
        hub.answers[f"{BASE}/default/node-metrics/web-01/recent"] = RecentReply(
            node="web-01", cluster="default", samples=tuple(sample(seq) for seq in range(1, 5))
        )
        hub.tell_snapshot(sample(4))
        await wait_for(lambda: [each.seq for each in source.recent("web-01")] == [1, 2, 3, 4])


async def test_a_slow_reader_gets_the_latest_and_the_ring_all() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        await source.demand(Demand("web-01", 1.0))
        events = source.events()
        await until(events, NodesChanged)
        for seq in range(1, 51):
            hub.tell_snapshot(sample(seq))
        await wait_for(lambda: len(source.recent("web-01")) == 50)
        assert (await until(events, SnapshotTaken)).snapshot.seq == 50


async def test_questions() -> None:
    point = HistoryPoint(at=0, samples=3)
    process = NodeProcess(pid=1, node="db-01", cluster="east")
    trend = NodeTrend(node="db-01", cluster="east", step=60, cpu_busy_percent=(None, 1.0))
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        hub.answers |= {
            f"{BASE}/east/node-metrics/db-01/history": HistoryReply(
                node="db-01", cluster="east", since=0, until=100, step=10, points=(point,)
            ),
            f"{BASE}/*/processes": ProcessesReply(cluster="*", matched=1, rows=(process,)),
            f"{BASE}/*/node-metrics": ClusterReply(
                cluster="*", summary=ClusterSummary(nodes_total=2), nodes=(WEB, DB), trends=(trend,)
            ),
            f"{BASE}/east/node-metrics/db-01": sample(7, "db-01"),
        }
        summary, rows = await source.overview()
        assert (summary.nodes_total, [row.node for row in rows]) == (2, ["web-01", "east/db-01"])
        assert await source.history("east/db-01", 0, 100, 10) == (point,)
        assert (await source.cluster.trends(60))["east/db-01"].cpu_busy_percent == (None, 1.0)
        assert (await source.cluster.processes("java", "cpu", 10)).rows[0].node == "east/db-01"
        assert (await source.snapshot("east/db-01")).node == "east/db-01"
        with pytest.raises(SourceError, match="answers 404: There is no such thing"):
            await source.history("no/such", 0, 1, 1)
        assert "since=0&until=100&step=10" in next(r for r in hub.requests if "history" in r)


async def test_a_first_question_names_nodes_as_the_rows_do() -> None:
    trend = NodeTrend(node="web-01", cluster="default", step=60, cpu_busy_percent=(1.0,))
    process = NodeProcess(pid=1, node="web-01", cluster="default")
    hub_answers = {
        f"{BASE}/*/node-metrics": ClusterReply(cluster="*", summary=ClusterSummary(), nodes=(), trends=(trend,)),
        f"{BASE}/*/processes": ProcessesReply(cluster="*", matched=1, rows=(process,)),
    }
    async with stub_hub(rows=(WEB,)) as hub:
        hub.answers |= hub_answers
        async with source_of(hub) as source:
            assert list(await source.cluster.trends(60)) == ["web-01"]
        async with source_of(hub) as source:
            assert [row.node for row in (await source.cluster.processes("", "cpu", 9)).rows] == ["web-01"]


async def test_closing_ends_the_events_and_may_be_done_twice() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        events = source.events()
        await until(events, NodesChanged)
        await source.aclose()
        await source.aclose()
        assert [event async for event in events] == []
        assert [event async for event in source.events()] == []


def test_only_the_rings_looked_at_last_are_kept() -> None:
    source = HubSource(HubHttp(parse_hub_url("http://127.0.0.1"), token=lambda: None))
    rings = [source.recent(f"n{number}") for number in range(MOST_RINGS + 1)]
    assert source.recent(f"n{MOST_RINGS}") is rings[-1]
    assert source.recent("n0") is not rings[0]


async def test_a_moment_is_asked_of_all_nodes() -> None:
    rows = (MomentRow(node="db-01", cluster="east", mean_seconds=300.0), MomentRow(node="web-01", cluster="default"))
    trend = NodeTrend(node="db-01", cluster="east", step=300.0, cpu_busy_percent=(1.0, None))
    answer = MomentReply(cluster="*", time=1000.0, summary=ClusterSummary(nodes_up=2), nodes=rows, trends=(trend,))
    found = ProcessesReply(cluster="*", matched=0, rows=())
    async with stub_hub(rows=(WEB, DB)) as hub, source_of(hub) as source:
        hub.answers |= {f"{BASE}/*/at": answer, f"{BASE}/*/processes": found}
        await until(source.events(), NodesChanged)
        moment = await source.cluster.at(1000.0, 2)
        assert [row.node for row in moment.nodes] == ["web-01", "east/db-01"]  # in the order of the live rows
        assert moment.trends["east/db-01"].cpu_busy_percent == (1.0, None)
        assert (moment.at, moment.summary.nodes_up) == (1000.0, 2)
        await source.cluster.processes("java", "cpu", 5, 1000.0)
        assert any("time=1000.0" in request and "match=java" in request for request in hub.requests)
        await source.cluster.processes("java", "cpu", 5)
        assert "time" not in hub.requests[-1]
        times = source.cluster.times()
        assert list(times) == sorted(set(times))
        assert times[-1] - times[-2] == 5.0 and times[1] - times[0] == 300.0
