"""Staleness markers: what ends is marked on the wire, and a real Prometheus then has nothing, at once."""

import struct
from pathlib import Path

import httpx
import msgspec

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.endings import Endings
from nodetop.server.remote_write.messages import V1, V2, body
from nodetop.server.remote_write.record import Record, record_of, unpacked
from nodetop.server.remote_write.writer import RemoteWriter
from tests.prometheus_programs import prometheus
from tests.server.remote_write.wire import Point, read_v1, read_v2
from tests.server.servers import sample, until

START = 1_790_000_000.0
KEY = "c", "a"
MARKER = 0x7FF0000000000002


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def snapshot(at: float, *programs: str, node: str = "a") -> NodeSnapshot:
    rows = [{"pid": 7 + number, "name": name, "cpu_percent": 50.0} for number, name in enumerate(programs)]
    values = sample(node, seq=1, taken_at=at, interval=5.0, cpu={"load_1m": 1.0}, processes={"rows": rows})
    return msgspec.convert(values, NodeSnapshot)


def recorded(endings: Endings, at: float, *programs: str) -> Record:
    record = unpacked(endings.completed(KEY, record_of(snapshot(at, *programs), "c", None), at, 5.0))
    assert record is not None
    return record


def marked(points: list[Point]) -> set[str]:
    """The names, and programs, of the series with exactly the marker's bits."""
    bits = {point.labels: struct.unpack("<Q", struct.pack("<d", point.value))[0] for point in points}
    found = [dict(labels) for labels, value in bits.items() if value == MARKER]
    return {each.get("program", each["__name__"]) for each in found}


def test_a_series_that_is_no_longer_there_is_marked_once_in_both_versions() -> None:
    endings = Endings(Clock())
    first, second, third = (
        recorded(endings, START + 15 * number, *programs)
        for number, programs in enumerate((("one", "two"), ("two", "three"), ("two", "three")))
    )
    for version, read in ((V1, read_v1), (V2, read_v2)):
        sent = [read(body([record], version).content) for record in (first, second, third)]
        assert [marked(points) for points in sent] == [set(), {"one"}, set()]
        assert {point.at_ms for point in sent[1]} == {round((START + 15) * 1000)}


def test_a_silent_node_ends_right_behind_its_last_sample() -> None:
    clock = Clock()
    endings = Endings(clock)
    recorded(endings, START, "one")
    clock.now += 55
    assert not endings.is_due(KEY, START + 5, 15)
    clock.now += 55
    assert list(endings.silent()) == []
    clock.now += 10
    (record,) = endings.silent()
    assert marked(read_v1(body([record], V1).content)) == {"node_time_seconds", "node_load1", "one"}
    assert record.at_ms == START * 1000 + 1
    assert list(endings.silent()) == []
    assert endings.is_due(KEY, START + 10, 15)


def test_all_nodes_end_with_the_hub_its_own_host_first() -> None:
    endings = Endings(Clock())
    for node in ("b", "a", "c"):
        endings.completed(("c", node), record_of(snapshot(START, node=node), "c", None), START, 5.0)
    records = list(endings.all(KEY))
    assert [record.labels[1] for record in records] == ["a", "b", "c"]
    assert all(marked(read_v1(body([each], V1).content)) == {"node_time_seconds", "node_load1"} for each in records)
    assert list(endings.all(KEY)) == []


def test_a_query_right_after_the_end_shows_nothing(tmp_path: Path) -> None:
    with prometheus(tmp_path, "{}", "--web.enable-remote-write-receiver") as url:

        def count(query: str) -> int:
            reply = httpx.get(f"{url}/api/v1/query", params={"query": query}, trust_env=False).json()
            return len(reply["data"]["result"])

        client = RemoteWriteClient(parse_hub_url(f"{url}/api/v1/write"), headers=dict, tls=None)
        now = float(httpx.get(f"{url}/api/v1/query?query=time()", trust_env=False).json()["data"]["result"][1])
        writer = RemoteWriter(
            client,
            tmp_path / "spool",
            interval=1,
            own=KEY,
            read_counters=lambda sample: RawCounters(cpus={"0": (1,) * 4}),
        )
        writer.start()
        try:
            writer.offer(snapshot(now - 20, "one", "two"))
            writer.offer(snapshot(now - 10, "two"))
            writer.offer(snapshot(now - 10, node="other"))
            until(lambda: writer.status.sent == 3, lambda: str(writer.status))
            assert count('{job="nodetop",program="one"}') == 0
            assert count('nodetop_top_program_cpu_ratio{program="two"}') == 1
            assert count('{job="nodetop"}') > 3
        finally:
            writer.close()
        assert (writer.status.sent, writer.status.waiting) == (5, 0)
        assert count('{job="nodetop"}') == 0
        assert count("max_over_time(node_load1[1m])") == 2
