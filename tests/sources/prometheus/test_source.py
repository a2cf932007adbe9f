"""A real store with made-up nodes, as a source: rows, states, one node, history, times in the past, hostile data."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.snapshot import NodeStatus
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.source import PrometheusSource
from nodetop.sources.source import Demand, NodesChanged, SnapshotTaken, SourceError
from tests.sources.prometheus.made_up_nodes import BOOT, GIB, MadeUpNode, load, put, until_now

STEP = 10.0


@asynccontextmanager
async def opened(url: str, selector: str, **labels: str) -> AsyncIterator[PrometheusSource]:
    """Only what this test has loaded."""
    source = PrometheusSource(PrometheusHttp(parse_hub_url(url)), Labels(selector=selector, **labels))
    try:
        yield source
    finally:
        await source.aclose()


async def rows_of(source: PrometheusSource) -> dict[str, NodeStatus]:
    _, rows = await source.overview()
    return {row.node: row for row in rows}


async def test_rows_have_the_values_of_the_store(victoria: str) -> None:
    nodes = [MadeUpNode("a:9100", labels='job="rows"'), MadeUpNode("b:9100", 4, 0.5, 7e6, 9e6, labels='job="rows"')]
    load(victoria, nodes, until_now(300, STEP))
    async with opened(victoria, 'job="rows"') as source:
        rows = await rows_of(source)
        summary = source.cluster.summary
    assert list(rows) == ["a:9100", "b:9100"]
    a, b = rows.values()
    assert (a.state, b.state) == ("up", "up")
    assert a.cpu_busy_percent == pytest.approx(25, abs=0.1)
    assert b.cpu_busy_percent == pytest.approx(50, abs=0.1)
    assert a.iowait_percent == pytest.approx(5, abs=0.1)
    assert (a.cpu_count, b.cpu_count, a.load_1m) == (2, 4, 1.5)
    assert (a.memory_used_percent, a.swap_used_percent, a.memory_total_bytes) == (25, 25, 16 * GIB)
    assert (a.filesystem_used_percent, a.fullest_filesystem) == (pytest.approx(60), "/")
    assert b.disk_read_bytes_per_second == pytest.approx(7e6, rel=0.01)
    assert b.network_receive_bytes_per_second == pytest.approx(9e6, rel=0.01)
    assert a.disk_utilisation_percent == pytest.approx(50, abs=1)
    assert (a.cpu_celsius, a.os) == (61, "Debian GNU/Linux 12")
    assert a.uptime_seconds == pytest.approx(time.time() - BOOT, abs=30)
    assert summary is not None
    assert (summary.nodes_up, summary.busiest) == (2, "b:9100")


async def test_states_by_age_and_by_up(victoria: str) -> None:
    def node(name: str) -> MadeUpNode:
        return MadeUpNode(name, labels='job="states"')

    now = time.time()
    for name, age in (("fresh", 0.0), ("late", 45.0), ("stale", 200.0), ("gone", 2000.0)):
        load(victoria, [node(name)], [now - age - STEP * number for number in reversed(range(20))])
    put(victoria, [f'up{{instance="never",job="states"}} 0 {now * 1000 - 5000:.0f}'])
    put(victoria, [f'up{{instance="other",job="elsewhere-states"}} 0 {now * 1000 - 5000:.0f}'])
    async with opened(victoria, "") as source:
        rows = await rows_of(source)
        with pytest.raises(SourceError, match="no current samples"):
            await source.snapshot("gone")
    states = {name: rows[name].state for name in ("fresh", "late", "stale", "gone", "never")}
    assert states == {"fresh": "up", "late": "late", "stale": "stale", "gone": "gone", "never": "gone"}
    assert "other" not in rows
    assert rows["stale"].age_seconds == pytest.approx(200, abs=STEP + 5)
    assert rows["gone"].cpu_busy_percent is None
    assert rows["never"].problem == "the store cannot scrape this node (up is 0)"


async def test_one_node_in_full(victoria: str) -> None:
    more = {
        'node_network_info{device="eth0",address="02:00:00:00:00:01",operstate="up"}': 1.0,
        'node_network_speed_bytes{device="eth0"}': 125e6,
        'node_cpu_scaling_frequency_hertz{cpu="0"}': 2.5e9,
        'node_cpu_scaling_frequency_hertz{cpu="1"}': 3.5e9,
        'nodetop_processes{state="running"}': 3.0,
        'nodetop_processes{state="sleeping"}': 97.0,
    }
    load(victoria, [MadeUpNode("full", labels='job="full"', more=more)], until_now(300, STEP))
    async with opened(victoria, 'job="full"') as source:
        found = await source.snapshot("full")
    assert found.cpu is not None and found.memory is not None and found.host is not None
    assert [core.busy_percent for core in found.cpu.cores] == pytest.approx([25, 25], abs=0.1)
    assert (found.cpu.load_1m, found.cpu.load_15m, found.cpu.frequency_mhz) == (1.5, 0.5, 3000)
    assert found.cpu.user_percent == pytest.approx(18.75, abs=0.1)
    assert (found.memory.used_bytes, found.memory.swap_used_bytes) == (4 * GIB, GIB)
    assert (found.host.hostname, found.host.kernel) == ("web", "6.1.0")
    assert found.filesystems is not None and [each.mount_point for each in found.filesystems] == ["/"]
    disks = {each.device: each for each in found.disks or ()}
    assert (disks["sda"].in_total, disks["dm-0"].in_total, disks["dm-0"].kind) == (True, False, "dm")
    assert disks["sda"].read_await_ms == pytest.approx(2.0)
    links = {each.interface: each for each in found.networks or ()}
    assert (links["eth0"].speed_mbps, links["eth0"].state, links["lo"].in_total) == (1000, "up", False)
    assert found.temperature is not None and found.temperature.cpu_celsius == 61
    assert found.processes is not None and (found.processes.total, found.processes.rows) == (100, ())


async def test_what_the_store_lacks_is_said(victoria: str) -> None:
    load(victoria, [MadeUpNode("lacks", labels='job="lacks"')], until_now(100, STEP))
    async with opened(victoria, 'job="lacks"') as source:
        found = await source.snapshot("lacks")
        with pytest.raises(SourceError, match="no single processes"):
            await source.cluster.processes("", "cpu", 5)
        with pytest.raises(SourceError, match="has no node other"):
            await source.snapshot("other")
    assert found.processes is None
    (report,) = [each for each in found.probes if each.name == "processes"]
    assert (report.status, report.reason) == ("unavailable", "a store of node_exporter's metrics has no processes")


async def test_history_has_means_and_maxima_and_gaps(victoria: str) -> None:
    start = (time.time() - 86_400) // 600 * 600
    quiet = MadeUpNode("past", labels='job="past"')
    times = [start + STEP * number for number in range(360) if not 120 <= number < 240]
    load(victoria, [quiet], times)
    spike = [f'node_load1{{instance="past",job="past"}} 99 {(start + 305) * 1000:.0f}']
    put(victoria, spike)
    load(victoria, [MadeUpNode("past", labels='job="past"')], until_now(60, STEP))
    async with opened(victoria, 'job="past"') as source:
        points = await source.history("past", start, start + 3600, 600)
    assert [point.at - start for point in points if point.samples > 5] == [0, 600, 2400, 3000]
    first = points[0]
    assert first.cpu_busy_percent is not None and first.load_1m is not None
    assert first.cpu_busy_percent.mean == pytest.approx(25, abs=0.5)
    assert first.load_1m.max == 99
    assert 1.5 < first.load_1m.mean < 4
    assert first.memory_used_percent is not None and first.memory_used_percent.mean == 25
    assert first.disk_read_bytes_per_second is not None
    assert first.disk_read_bytes_per_second.mean == pytest.approx(1000, rel=0.05)
    assert first.boot_time == BOOT


async def test_all_nodes_at_a_past_time_with_their_trends(victoria: str) -> None:
    at = time.time() - 7200
    times = [at - STEP * number for number in reversed(range(400))]
    load(victoria, [MadeUpNode("then", busy=0.75, labels='job="then"')], times)
    async with opened(victoria, 'job="then"') as source:
        moment = await source.cluster.at(at, 60)
    (row,) = moment.nodes
    assert row.state == "up"
    assert row.cpu_busy_percent == pytest.approx(75, abs=0.5)
    trend = moment.trends["then"]
    assert len(trend.cpu_busy_percent) == 60
    assert [each for each in trend.cpu_busy_percent if each is not None] == pytest.approx([75] * 60, abs=1)
    assert list(source.cluster.times()) == sorted(source.cluster.times())


async def test_it_follows_all_nodes_and_an_opened_one_with_its_last_minutes(victoria: str) -> None:
    load(victoria, [MadeUpNode("open", labels='job="open"')], until_now(600, STEP))
    async with opened(victoria, 'job="open"') as source:
        events = source.events()
        await source.demand(Demand("open", 0.2))
        seen = set()
        async for event in events:
            seen.add(type(event))
            if len(seen) == 2 and len(source.recent("open")) > 20:
                break
        ring = source.recent("open")
        assert seen == {SnapshotTaken, NodesChanged}
        assert list(ring.times) == sorted(set(ring.times))
        assert ring[5].cpu is not None and ring[5].cpu.busy_percent == pytest.approx(25, abs=0.5)


@pytest.mark.parametrize("label", ["host", "instance"])
async def test_the_labels_of_node_and_cluster_are_settings(victoria: str, label: str) -> None:
    mine = f'job="labels-{label}",host="h1",site="s1"'
    other = f'job="labels-{label}",host="h2",site="s2"'
    load(
        victoria,
        [MadeUpNode("i1", labels=mine), MadeUpNode("i0", labels=mine.replace("h1", "h0"))],
        until_now(60, STEP),
    )
    load(victoria, [MadeUpNode("i2", labels=other)], until_now(60, STEP))
    async with opened(victoria, f'job="labels-{label}"', node=label, cluster="site") as source:
        rows = await rows_of(source)
    expected = {"host": ["h0", "h1", "s2/h2"], "instance": ["i0", "i1", "s2/i2"]}[label]
    assert list(rows) == expected
    assert rows[expected[2]].cluster == "s2"


async def test_the_label_of_the_job_is_a_setting(victoria: str) -> None:
    for job in ("a", "b"):
        labels = f'service="{job}",env="jobs"'
        load(victoria, [MadeUpNode("same", load=float(job == "a"), labels=labels)], until_now(60, STEP))
    async with opened(victoria, 'env="jobs"', job="service") as source:
        rows = await rows_of(source)
        found = await source.snapshot("same")
    assert (list(rows), rows["same"].load_1m) == (["same"], 1.0)
    assert found.cpu is not None and found.cpu.load_1m == 1.0
    assert len(found.cpu.cores) == 2


async def test_a_query_that_the_store_refuses_loses_only_its_own_value(
    victoria: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nodetop.sources.prometheus import fleet
    from nodetop.sources.prometheus.promql import Part

    load(victoria, [MadeUpNode("broken", labels='job="broken"')], until_now(60, STEP))
    other: Callable[[Labels], list[Part]] = fleet.other_parts
    broken = Part("oom_kills", "node_load1{")
    monkeypatch.setattr(fleet, "other_parts", lambda labels: [broken, *other(labels)])
    async with opened(victoria, 'job="broken"') as source:
        rows = await rows_of(source)
        assert rows["broken"].load_1m == 1.5
        assert source.notice is not None and "1 value not available (oom_kills)" in source.notice
