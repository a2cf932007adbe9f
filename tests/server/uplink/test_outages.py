"""The sender while its hub is away, hangs, trickles or resets: every sample arrives, the newest first."""

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from nodetop.server.uplink import client as uplink_client
from tests.server.scripted_hub import Answer, scripted_hub, seqs, taken
from tests.server.uplink.uplinks import distinct, snapshot, uplink, wait_until

pytestmark = [pytest.mark.may_block, pytest.mark.usefixtures("brisk")]


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
