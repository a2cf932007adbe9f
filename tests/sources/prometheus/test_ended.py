"""Nodes whose series ended in a real Prometheus, marked by remote write: late, stale, gone, and without values."""

import asyncio
import time
from pathlib import Path

import httpx
import msgspec

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.writer import RemoteWriter
from tests.prometheus_programs import prometheus
from tests.server.servers import sample, until
from tests.sources.prometheus.test_source import opened, rows_of


def write(url: str, folder: Path, node: str, times: list[float], *, ends: bool) -> None:
    """A node with samples at these times; `ends`: the markers of its end follow."""
    client = RemoteWriteClient(parse_hub_url(f"{url}/api/v1/write"), headers=dict, tls=None)
    own = ("c", node if ends else "other")
    writer = RemoteWriter(client, folder / node, interval=1, own=own, read_counters=lambda sample: RawCounters())
    writer.start()
    for at in times:
        values = sample(node, seq=1, taken_at=at, interval=5.0, host={"boot_time": 1e9}, cpu={"load_1m": 1.0})
        writer.offer(msgspec.convert(values, NodeSnapshot))
    until(lambda: writer.status.sent == len(times), lambda: str(writer.status))
    writer.close()
    assert writer.status.waiting == 0


async def test_ended_nodes_are_late_stale_and_gone(tmp_path: Path) -> None:
    with prometheus(tmp_path, "{}", "--web.enable-remote-write-receiver") as url:
        now = time.time()
        await asyncio.to_thread(
            write, url, tmp_path, "up", [now - 5 * number for number in reversed(range(20))], ends=False
        )
        for name, age in (("stale", 200.0), ("gone", 2000.0), ("late", 20.0)):
            await asyncio.to_thread(
                write, url, tmp_path, name, [now - age - 5 * number for number in reversed(range(20))], ends=True
            )
        reply = httpx.get(f"{url}/api/v1/query", params={"query": "node_load1"}, trust_env=False).json()
        assert [each["metric"]["instance"] for each in reply["data"]["result"]] == ["up"]
        async with opened(url, "") as source:
            rows = await rows_of(source)
    assert {name: row.state for name, row in rows.items()} == {
        "up": "up", "late": "late", "stale": "stale", "gone": "gone"
    }  # fmt: skip
    assert {name for name, row in rows.items() if row.load_1m is not None} == {"up"}
