"""The same series in a real Prometheus and a real VictoriaMetrics, node_exporter's and cAdvisor's by their documented
names: nodetop says the same of both."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from prometheus_client.parser import text_string_to_metric_families as parse_text

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.snapshot import NodeStatus
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.record import Record, RecordFamily
from tests.prometheus_programs import prometheus
from tests.sources.prometheus.made_up_nodes import MadeUpNode, put, until_now
from tests.sources.prometheus.test_source import opened
from tests.sources.prometheus.test_workloads import Group, container_id, kubernetes_groups

STEP, SPAN, AHEAD = 10.0, 900, 300
"""Samples go on in the future, so that it does not matter when a slow machine asks."""
EDGE = MadeUpNode("edge", labels='job="edge"')
"""A node whose samples began and ended within the window of a rate. Prometheus' rates are too low then."""
TIMES = {"taken_at", "seq", "age_seconds", "uptime_seconds"}
"""What differs between two questions at two times."""


def lines(times: list[float]) -> list[str]:
    nodes = [
        MadeUpNode("10.8.0.5:9100", busy=0.5, labels='job="both"', nodename="machine-1"),
        MadeUpNode("10.8.0.6:9100", cpus=8, labels='job="both"', nodename="machine-2"),
    ]
    web = Group(f"/system.slice/docker-{container_id('web')}.scope", name="web", image="nginx")
    found = [line for node in nodes for at in times for line in node.lines(at)]
    for group in kubernetes_groups():
        found += group.lines(times, "kubelet", instance="10.8.0.5:10250", node="machine-1")
    return [*found, *web.lines(times, "cadvisor", instance="10.8.0.6:8080")]


def write(url: str, text: Iterable[str]) -> None:
    """Series in the text format, with their times, into a Prometheus by remote write."""
    records: dict[int, list[RecordFamily]] = {}
    for line in text:
        (family,) = parse_text(f"{line}\n")
        (sample,) = family.samples
        labels = tuple(part for pair in sample.labels.items() for part in pair)
        at_ms = round(float(sample.timestamp) * 1000)
        records.setdefault(at_ms, []).append(RecordFamily(sample.name, "unknown", "", ((labels, sample.value),)))
    client = RemoteWriteClient(parse_hub_url(f"{url}/api/v1/write"), headers=dict, tls=None)
    sent = client.send([Record(at_ms, (), tuple(families)) for at_ms, families in sorted(records.items())])
    client.close()
    assert sent.kind == "taken", sent.message


async def said(url: str, now: float) -> list[Any]:
    """All that is said of the nodes: rows, snapshots with workloads, the last minutes, history, a past time."""
    async with opened(url, 'job="both"') as source:
        summary, rows = await source.overview()
        found = [summary, rows]
        for row in rows:
            found += [await source.snapshot(row.node), len(await source.samples(row.node, 600)) > 50]
            found.append(await source.history(row.node, now - SPAN + 2 * STEP, now, 60))
        found += [(await source.cluster.at(now - 300, 12)).nodes, await source.cluster.trends(12)]
    return found


async def row_of_edge(url: str, now: float) -> NodeStatus:
    async with opened(url, 'job="edge"') as source:
        (row,) = (await source.cluster.at(now, 12)).nodes
    return row


def same(one: Any, other: Any, place: str = "") -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one.keys() - TIMES:
            same(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), place
        for number, pair in enumerate(zip(one, other, strict=True)):
            same(*pair, f"{place}[{number}]")
    else:
        assert one == (pytest.approx(other, rel=0.03, abs=1) if isinstance(one, float | int) else other), place


def test_they_say_the_same(victoria: str, tmp_path: Path) -> None:
    times = [at + AHEAD for at in until_now(SPAN + AHEAD, STEP)]
    now = times[-1] - AHEAD
    text = lines(times)
    with prometheus(tmp_path, "{}", "--web.enable-remote-write-receiver") as url:
        put(victoria, text)
        write(url, text)
        write(url, (line for at in times if now - 55 < at < now - 15 for line in EDGE.lines(at)))
        edge = asyncio.run(row_of_edge(url, now))
        both = [to_builtins(asyncio.run(said(each, now))) for each in (victoria, url)]
    assert (edge.cpu_busy_percent, edge.iowait_percent) == (pytest.approx(25, abs=1), pytest.approx(5, abs=0.5))
    same(*both)
    kinds = {
        row["kind"] for part in both[1] if isinstance(part, dict) for row in part.get("workloads", {}).get("rows", ())
    }
    assert {"container", "pod", "unit"} <= kinds
