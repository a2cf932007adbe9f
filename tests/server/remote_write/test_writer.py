"""Remote write against a receiver that does as a test says: versions, outages, refusals, and never an answer."""

import gc
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.remote_write import client as client_module
from nodetop.server.remote_write import writer as writer_module
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.messages import V1, V2
from nodetop.server.remote_write.record import packed, record_of, unpacked
from nodetop.server.remote_write.writer import RemoteWriter
from nodetop.server.uplink.client import Outcome
from nodetop.server.uplink.retry import Retry
from tests.scripted_http import Reply, ScriptedServer, scripted_server
from tests.server.remote_write.wire import read_v1, read_v2
from tests.server.servers import sample, until

START = 1_790_000_000.0
NO_CONTENT = Reply(204, b"")
TAKEN_V2 = Reply(204, b"", (("X-Prometheus-Remote-Write-Samples-Written", "1"),))


class Quick(Retry):
    """Tries again soon."""

    def delay(self, outcome: Outcome) -> float:
        super().delay(outcome)
        return 0.02


def snapshot(number: int, node: str = "a") -> NodeSnapshot:
    values = sample(node, seq=number + 1, taken_at=START + 15 * number, cpu={"load_1m": float(number)})
    return msgspec.convert(values, NodeSnapshot)


@pytest.fixture
def receiver() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        running.reply = lambda path: NO_CONTENT
        yield running
    gc.collect()  # an aborted connection's socket goes now, not in another test


@contextmanager
def writing(receiver: ScriptedServer, folder: Path, **more: int) -> Iterator[RemoteWriter]:
    client = RemoteWriteClient(parse_hub_url(f"{receiver.url}/api/v1/write"), headers=lambda: {"X-T": "1"}, tls=None)
    counters = RawCounters(cpus={"0": (100, 0, 0, 300)})
    writer = RemoteWriter(
        client,
        folder / "spool",
        interval=15,
        own=("c", "a"),
        read_counters=lambda sample: counters,
        retry=Quick(random.Random(1)),
        **more,
    )
    writer.start()
    try:
        yield writer
    finally:
        writer.close()


def loads(receiver: ScriptedServer) -> list[float]:
    """The loads in all bodies of version 1 that were answered with success, without the marker of the end."""
    points = [point for _, _, body in accepted(receiver) for point in read_v1(body)]
    return [point.value for point in points if ("__name__", "node_load1") in point.labels and point.value >= 0]


def accepted(receiver: ScriptedServer) -> list[tuple[str, dict[str, str], bytes]]:
    return [each for each in receiver.seen if each[1]["x-prometheus-remote-write-version"] == "0.1.0"]


def test_a_receiver_of_version_1_gets_version_1(receiver: ScriptedServer, tmp_path: Path) -> None:
    with writing(receiver, tmp_path) as writer:
        writer.offer(snapshot(1))
        until(lambda: writer.status.sent == 1)
    headers = [headers for _, headers, _ in receiver.seen[:2]]
    assert [each["x-prometheus-remote-write-version"] for each in headers] == ["2.0.0", "0.1.0"]
    assert headers[1]["content-type"] == "application/x-protobuf"
    assert (headers[1]["content-encoding"], headers[1]["x-t"]) == ("snappy", "1")
    points = {point.labels: point for point in read_v1(receiver.seen[1][2])}
    assert all(list(labels) == sorted(labels) for labels in points)
    own = ("cluster", "c"), ("instance", "a"), ("job", "nodetop")
    assert points[("__name__", "node_load1"), *own][1:] == (1.0, round((START + 15) * 1000))
    user = ("__name__", "node_cpu_seconds_total"), ("cluster", "c"), ("cpu", "0"), *own[1:], ("mode", "user")
    assert points[user].value == 1.0


def test_a_receiver_of_version_2_gets_version_2(receiver: ScriptedServer, tmp_path: Path) -> None:
    receiver.reply = lambda path: TAKEN_V2
    with writing(receiver, tmp_path) as writer:
        writer.offer(snapshot(1))
        until(lambda: writer.status.sent == 1)
    (_, headers, body), _ = receiver.seen
    assert headers["content-type"] == "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    names = {dict(point.labels)["__name__"]: point for point in read_v2(body)}
    assert names["node_load1"].value == 1.0
    assert dict(names["node_load1"].labels)["instance"] == "a"


@pytest.mark.parametrize("first", [Reply(415, b"no"), Reply(400, b"cannot parse"), Reply(200, b"")])
def test_what_does_not_know_version_2_gets_version_1(receiver: ScriptedServer, tmp_path: Path, first: Reply) -> None:
    replies = [first]
    receiver.reply = lambda path: replies.pop() if replies else NO_CONTENT
    with writing(receiver, tmp_path) as writer:
        writer.offer(snapshot(1))
        until(lambda: writer.status.sent == 1)
        assert writer.status.refused == 0
    assert loads(receiver) == [1.0]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(429, b"slow down", (("Retry-After", "0"),)),
        Reply(500, b"oops"),
        Reply(503, b""),
        Reply(200, b"", length=10),
    ],
    ids=["429", "500", "503", "half an answer"],
)
def test_trouble_is_tried_again_until_all_is_sent(receiver: ScriptedServer, tmp_path: Path, trouble: Reply) -> None:
    is_back = threading.Event()
    receiver.reply = lambda path: NO_CONTENT if is_back.is_set() else trouble
    with writing(receiver, tmp_path) as writer:
        writer._client.version = V1
        for number in range(30):
            writer.offer(snapshot(number))
        until(lambda: len(receiver.seen) > 3 and writer.status.problem and writer.status.waiting == 30)
        receiver.seen.clear()
        is_back.set()
        until(lambda: writer.status.sent == 30)
        assert (writer.status.waiting, writer.status.refused, writer.status.dropped) == (0, 0, 0)
        assert writer.status.problem is None
    assert sorted(set(loads(receiver))) == [float(number) for number in range(30)]


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_what_is_refused_is_dropped_and_counted_and_the_rest_is_sent(
    receiver: ScriptedServer, tmp_path: Path, status: int
) -> None:
    def reply(path: str) -> Reply:
        _, _, body = receiver.seen[-1]
        is_bad = any(dict(p.labels)["__name__"] == "node_load1" and p.value == 7 for p in read_v1(body))
        return Reply(status, b"out of order sample") if is_bad else NO_CONTENT

    receiver.reply = reply
    with writing(receiver, tmp_path) as writer:
        writer._client.version = V1
        for number in range(20):
            writer.offer(snapshot(number))
        until(lambda: writer.status.sent == 19)
        assert (writer.status.refused, writer.status.waiting) == (1, 0)


@pytest.mark.parametrize("status", [302, 401, 403, 404])
def test_what_a_user_can_mend_loses_nothing(receiver: ScriptedServer, tmp_path: Path, status: int) -> None:
    is_mended = threading.Event()
    receiver.reply = lambda path: NO_CONTENT if is_mended.is_set() else Reply(status, b"not here")
    with writing(receiver, tmp_path) as writer:
        writer._client.version = V1
        writer.offer(snapshot(1))
        until(lambda: writer.status.problem)
        assert (writer.status.waiting, writer.status.refused) == (1, 0)
        is_mended.set()
        until(lambda: writer.status.sent == 1)


def test_never_an_answer_is_given_up_and_tried_again(
    receiver: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "SEND_SECONDS", 0.2)
    released = threading.Event()

    def reply(path: str) -> Reply:
        released.wait(20)
        return NO_CONTENT

    receiver.reply = reply
    with writing(receiver, tmp_path) as writer:
        writer.offer(snapshot(1))
        until(lambda: writer.status.problem)
        assert "does not answer" in (writer.status.problem or "")
        released.set()
        until(lambda: writer.status.sent == 1)


def test_unsent_records_are_kept_across_a_restart(receiver: ScriptedServer, tmp_path: Path) -> None:
    receiver.reply = lambda path: Reply(503, b"")
    with writing(receiver, tmp_path) as writer:
        for number in range(5):
            writer.offer(snapshot(number))
        until(lambda: writer.status.waiting == 5)
    receiver.reply = lambda path: NO_CONTENT
    receiver.seen.clear()
    with writing(receiver, tmp_path) as writer:
        until(lambda: writer.status.sent == 6)
    assert loads(receiver) == [0, 1, 2, 3, 4]


def test_the_spool_is_bounded_and_what_it_loses_is_counted(receiver: ScriptedServer, tmp_path: Path) -> None:
    receiver.reply = lambda path: Reply(503, b"")
    with writing(receiver, tmp_path, max_bytes=1) as writer:
        record = packed(record_of(snapshot(0), "c", None))
        count = 3 * 1024 * 1024 // len(record)
        for number in range(min(count, writer_module._INBOX - 1)):
            writer.offer(snapshot(number, node=f"n{number}"))
        until(lambda: writer.status.waiting + writer.status.dropped > 900)
    size = sum(path.stat().st_size for path in (tmp_path / "spool").iterdir())
    assert size <= 2 * 1024 * 1024


def test_a_node_is_sent_at_most_each_interval(receiver: ScriptedServer, tmp_path: Path) -> None:
    with writing(receiver, tmp_path) as writer:
        for second in range(0, 60, 5):
            taken = msgspec.convert(sample("b", seq=second + 1, taken_at=START + second), NodeSnapshot)
            writer.offer(taken)
        until(lambda: writer.status.sent == 4)
        assert writer.status.waiting == 0


def test_a_damaged_record_is_no_record() -> None:
    record = record_of(snapshot(1), "c", RawCounters(cpus={"0": (1, 2, 3, 4)}))
    assert unpacked(packed(record)) == record
    for wrong in (b"", b"x", packed(record)[:-3], b"\x00" * 50):
        assert unpacked(wrong) is None


def test_versions_have_the_names_of_the_specification() -> None:
    assert (V1, V2) == ("prometheus.WriteRequest", "io.prometheus.write.v2.Request")
