"""Nodes whose series ended in a real Prometheus, marked by remote write: late, stale, gone, and without values."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.writer import RemoteWriter
from tests.prometheus_programs import prometheus
from tests.server.servers import sample, until
from tests.sources.prometheus.test_source import opened, rows_of


@contextmanager
def written(url: str, folder: Path, node: str, newest: float) -> Iterator[None]:
    """A node with samples until `newest`; when the writer stops, the markers of its end follow."""
    client = RemoteWriteClient(parse_hub_url(f"{url}/api/v1/write"), headers=dict, tls=None)
    own = ("c", "own")
    writer = RemoteWriter(client, folder / node, interval=1, own=own, read_counters=lambda sample: RawCounters())
    writer.start()
    for number in reversed(range(20)):
        taken_at = newest - 5 * number
        values = sample(node, seq=1, taken_at=taken_at, interval=5.0, host={"boot_time": 1e9}, cpu={"load_1m": 1.0})
        writer.offer(msgspec.convert(values, NodeSnapshot))
    until(lambda: writer.status.sent == 20, lambda: str(writer.status))
    yield
    writer.close()
    assert writer.status.waiting == 0


async def asked(url: str) -> dict[str, NodeStatus]:
    async with opened(url, "") as source:
        return await rows_of(source)


def test_ended_nodes_are_late_stale_and_gone(tmp_path: Path) -> None:
    with prometheus(tmp_path, "{}", "--web.enable-remote-write-receiver") as url:
        now = time.time()
        for name, age in (("stale", 200.0), ("gone", 2000.0), ("late", 20.0)):
            with written(url, tmp_path, name, now - age):
                pass
        with written(url, tmp_path, "up", now):
            reply = httpx.get(f"{url}/api/v1/query", params={"query": "node_load1"}, trust_env=False).json()
            assert [each["metric"]["instance"] for each in reply["data"]["result"]] == ["up"]
            rows = asyncio.run(asked(url))
    assert {name: row.state for name, row in rows.items()} == {
        "up": "up", "late": "late", "stale": "stale", "gone": "gone"
    }  # fmt: skip
    assert {name for name, row in rows.items() if row.load_1m is not None} == {"up"}
