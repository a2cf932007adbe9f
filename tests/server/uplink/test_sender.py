"""The sender against a hub that misbehaves: what arrives, in which order, and what is never lost or sent elsewhere."""

import io
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nodetop.base.clock import SystemClock
from nodetop.base.hub_address import parse_hub_url
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.server.base.log import log_handler
from nodetop.server.base.startup import StartError
from nodetop.server.uplink import client as uplink_client
from nodetop.server.uplink import retry as uplink_retry
from nodetop.server.uplink.sender import Uplink
from tests.server.scripted_hub import Answer, Heard, refusal, scripted_hub, seqs, taken

# The sender's event loop is its own, and writing the spool before sending is what it is for.
pytestmark = pytest.mark.may_block

TOKEN = "t0ken-with-enough-characters-in-it"


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules, on a shorter scale."""
    monkeypatch.setattr(uplink_retry, "QUICK_SECONDS", (0.02, 0.04, 0.08))
    monkeypatch.setattr(uplink_retry, "STEADY_SECONDS", 0.1)
    monkeypatch.setattr(uplink_retry, "HELD_SECONDS", 0.1)


def snapshot(seq: int, age: float = 0.0) -> NodeSnapshot:
    rows = (ProcessMetrics(pid=1, name="init"),)
    return NodeSnapshot(
        node="web-01", taken_at=time.time() - age, boot_id="b", seq=seq, processes=ProcessSummary(total=1, rows=rows)
    )


@contextmanager
def uplink(url: str, folder: Path, **options: Any) -> Iterator[Uplink]:
    sender = Uplink(
        parse_hub_url(url),
        token=options.pop("token", lambda: TOKEN),
        instance_id="0" * 32,
        folder=folder,
        interval=0.0,
        **options,
    )
    sender.start()
    try:
        yield sender
    finally:
        sender.close()


def wait_until(condition: Callable[[], bool], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def distinct(heard: Heard) -> set[int]:
    return {seq for body in heard.bodies for seq in seqs(body)}


def test_a_sample_goes_whole_with_token_and_instance(tmp_path: Path) -> None:
    with scripted_hub(taken) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(7))
        heard.wait_for(lambda h: len(h.bodies) == 1)
        wait_until(lambda: sender.status.accepted == 1)
    body, headers = heard.bodies[0], {key.lower(): value for key, value in heard.headers[0].items()}
    assert seqs(body) == [7]
    assert len(body["samples"][0]["processes"]["rows"]) == 1
    assert abs(body["sent_at"] - time.time()) < 60
    assert "cluster_id" not in body
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["x-nodetop-instance"] == "0" * 32
    assert sender.status.connected
    assert sender.status.waiting == 0


def test_a_relay_names_the_cluster(tmp_path: Path) -> None:
    with scripted_hub(taken) as (url, heard), uplink(url, tmp_path, cluster_id="east") as sender:
        sender.offer(snapshot(1))
        heard.wait_for(lambda h: len(h.bodies) == 1)
        sender.offer(snapshot(2), "west")
        heard.wait_for(lambda h: len(h.bodies) == 2)
    assert [body["cluster_id"] for body in heard.bodies] == ["east", "west"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_hub_that_cannot_just_now_gets_the_sample_later(tmp_path: Path, status: int) -> None:
    answers = iter([refusal(status)] * 5)
    with (
        scripted_hub(lambda body: next(answers, None) or taken(body)) as (url, heard),
        uplink(url, tmp_path) as sender,
    ):
        sender.offer(snapshot(1))
        wait_until(lambda: sender.status.accepted == 1)
    assert [seqs(body) for body in heard.bodies] == [[1]] * 6


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 405, 409, 411, 421])
def test_what_must_be_put_right_costs_no_sample(tmp_path: Path, status: int) -> None:
    fixed = threading.Event()
    elsewhere_heard: list[Heard] = []
    with scripted_hub(taken) as (elsewhere, other):
        elsewhere_heard.append(other)

        def script(body: dict[str, Any]) -> Answer:
            return taken(body) if fixed.is_set() else refusal(status, "no", Location=f"{elsewhere}/metrics/node")

        with scripted_hub(script) as (url, heard), uplink(url, tmp_path) as sender:
            for seq in range(3):
                sender.offer(snapshot(seq))
            heard.wait_for(lambda h: len(h.bodies) >= 3)
            assert sender.status.accepted == 0
            assert sender.status.problem
            fixed.set()
            wait_until(lambda: sender.status.accepted == 3)
        assert other.bodies == []  # no redirect was followed, with or without the token
    assert sender.status.refused == 0


def test_a_new_token_counts_without_a_restart(tmp_path: Path) -> None:
    token = ["old-" + TOKEN]
    with scripted_hub(lambda body: taken(body) if token[0] == TOKEN else refusal(401)) as (url, heard):
        with uplink(url, tmp_path, token=lambda: token[0]) as sender:
            sender.offer(snapshot(1))
            heard.wait_for(lambda h: len(h.bodies) >= 2)
            token[0] = TOKEN
            wait_until(lambda: sender.status.accepted == 1)
        assert heard.headers[-1]["Authorization"] == f"Bearer {TOKEN}"


def test_a_token_file_that_broke_is_named_and_waited_for(tmp_path: Path) -> None:
    broken = [True]

    def token() -> str:
        if broken[0]:
            raise StartError("Cannot read the token file x: gone")
        return TOKEN

    with scripted_hub(taken) as (url, heard), uplink(url, tmp_path, token=token) as sender:
        sender.offer(snapshot(1))
        wait_until(lambda: sender.status.problem == "Cannot read the token file x: gone")
        assert heard.bodies == []
        broken[0] = False
        wait_until(lambda: sender.status.accepted == 1)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_only_the_bad_sample_of_a_batch_is_dropped(tmp_path: Path, status: int) -> None:
    gate = threading.Event()

    def script(body: dict[str, Any]) -> Answer:
        if not gate.is_set():
            return refusal(503)
        return refusal(status, "that one") if 13 in seqs(body) else taken(body)

    with scripted_hub(script) as (url, heard), uplink(url, tmp_path) as sender:
        for seq in range(40):
            sender.offer(snapshot(seq))
        heard.wait_for(lambda h: len(h.bodies) >= 2)
        gate.set()
        wait_until(lambda: sender.status.accepted == 39 and sender.status.refused == 1)
    assert sender.status.waiting == 0


def test_rejections_inside_a_reply_are_counted_and_not_sent_again(tmp_path: Path) -> None:
    reply = (
        b'{"accepted": 0, "rejected": [{"node": "web-01", "boot_id": "b", "seq": 1, "code": "too_old", "message": ""}]}'
    )
    with scripted_hub(lambda body: (200, {}, reply)) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(1))
        wait_until(lambda: sender.status.refused == 1)
        sender.offer(snapshot(2))
        heard.wait_for(lambda h: len(h.bodies) == 2)
    assert [seqs(body) for body in heard.bodies] == [[1], [2]]


@pytest.mark.parametrize("content", [b"", b"ok", b"[]", b'{"accepted": -1}', b"<html>", b"\xff", b"x" * 400_000])
def test_something_that_is_not_a_hub_is_not_taken_for_one(tmp_path: Path, content: bytes) -> None:
    with scripted_hub(lambda body: (200, {}, content)) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(1))
        heard.wait_for(lambda h: len(h.bodies) >= 2)
        wait_until(lambda: "not a nodetop hub" in (sender.status.problem or ""))
        assert sender.status.waiting == 1


def test_a_hub_that_was_away_gets_everything_the_newest_first(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with uplink(f"http://127.0.0.1:{port}", tmp_path) as sender:
        for seq in range(100):
            sender.offer(snapshot(seq, age=200 - seq))  # 0..99: all older than a minute
        for seq in range(100, 110):
            sender.offer(snapshot(seq))
        wait_until(lambda: "Nothing answers" in (sender.status.problem or "") and sender.status.waiting == 110)
        with scripted_hub(taken, port) as (_, heard):
            wait_until(lambda: sender.status.waiting == 0 and sender.status.accepted == 110)
    order = [seqs(body) for body in heard.bodies]
    assert order[0] == list(range(100, 110))
    assert [seq for batch in order[1:] for seq in batch] == list(range(100))
    assert all(len(batch) <= 60 for batch in order)
    assert all(not sample["processes"].get("rows") for body in heard.bodies[1:] for sample in body["samples"])


def test_the_backlog_does_not_hold_up_what_is_new(tmp_path: Path) -> None:
    with uplink("http://127.0.0.1:1", tmp_path) as sender:
        for seq in range(300):
            sender.offer(snapshot(seq, age=1000 - seq))
        wait_until(lambda: sender.status.problem is not None)
    with scripted_hub(taken) as (url, heard), uplink(url, tmp_path) as sender:
        heard.wait_for(lambda h: len(h.bodies) >= 1)
        sender.offer(snapshot(1000))
        heard.wait_for(lambda h: 1000 in distinct(h))
        assert len(distinct(heard)) < 301  # the backlog was still on its way
        wait_until(lambda: distinct(heard) == {*range(300), 1000})


def test_a_hub_that_hangs_delays_neither_the_sampler_nor_the_spool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplink_client, "PUSH_SECONDS", 0.2)
    awake = threading.Event()

    def script(body: dict[str, Any]) -> Answer:
        awake.wait(10)
        return taken(body)

    with scripted_hub(script) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(0))
        heard.wait_for(lambda h: len(h.bodies) >= 1)
        for seq in range(1, 50):
            sender.offer(snapshot(seq))
        wait_until(lambda: b'"seq":49' in b"".join(path.read_bytes() for path in tmp_path.rglob("*.spool")))
        wait_until(lambda: "does not answer" in (sender.status.problem or ""))
        awake.set()
        wait_until(lambda: sender.status.waiting == 0)
    assert distinct(heard) == set(range(50))


def test_a_reply_that_trickles_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink_client, "PUSH_SECONDS", 0.3)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        uplink(f"http://127.0.0.1:{listener.getsockname()[1]}", tmp_path) as sender,
    ):
        sender.offer(snapshot(0))
        connection, _ = listener.accept()
        with connection:
            connection.recv(100_000)
            try:
                while True:  # a byte at a time, well within any limit on the single read
                    connection.sendall(b"H")
                    threading.Event().wait(0.02)
            except OSError:
                pass
        wait_until(lambda: "does not answer" in (sender.status.problem or ""))
    assert sender.status.waiting == 1


def test_a_reset_in_the_middle_is_tried_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with uplink(f"http://127.0.0.1:{port}", tmp_path) as sender:
            sender.offer(snapshot(0))
            for _ in range(2):
                connection, _ = listener.accept()
                connection.recv(10)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                connection.close()
            listener.close()
            with scripted_hub(taken, port) as (_, heard):
                wait_until(lambda: sender.status.accepted == 1)
    assert seqs(heard.bodies[-1]) == [0]


def test_a_second_run_sends_what_the_first_left(tmp_path: Path) -> None:
    with uplink("http://127.0.0.1:1", tmp_path) as sender:
        for seq in range(5):
            sender.offer(snapshot(seq))
    assert sender.status.accepted == 0
    with scripted_hub(taken) as (url, heard), uplink(url, tmp_path) as sender:
        wait_until(lambda: sender.status.accepted == 5)
    assert distinct(heard) == set(range(5))


def test_environment_proxies_never_see_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_hub(taken) as (proxy, proxied), scripted_hub(taken) as (url, heard):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy)
        with uplink(url, tmp_path) as sender:
            sender.offer(snapshot(1))
            heard.wait_for(lambda h: len(h.bodies) == 1)
    assert proxied.bodies == []


def test_the_log_says_what_is_wrong_once_and_never_the_token(tmp_path: Path) -> None:
    stream = io.StringIO()
    handler = log_handler(stream, SystemClock())
    logging.getLogger("nodetop").addHandler(handler)
    try:
        with (
            scripted_hub(lambda body: refusal(401, "This token may not push")) as (url, heard),
            uplink(url, tmp_path) as sender,
        ):
            sender.offer(snapshot(1))
            heard.wait_for(lambda h: len(h.bodies) >= 4)
    finally:
        logging.getLogger("nodetop").removeHandler(handler)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert "This token may not push" in lines[0]
    assert TOKEN not in stream.getvalue()
