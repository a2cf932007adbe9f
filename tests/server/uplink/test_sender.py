"""The sender against a hub that misbehaves: what arrives, in which order, and what is never lost or sent elsewhere."""

import io
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from nodetop.base.clock import SystemClock
from nodetop.server.base.errors import NOT_YOUR_NODE
from nodetop.server.base.log import log_handler
from nodetop.server.base.startup import StartError
from tests.server.scripted_hub import Answer, Heard, refusal, scripted_hub, seqs, taken
from tests.server.uplink.uplinks import TOKEN, snapshot, uplink, wait_until

pytestmark = [pytest.mark.may_block, pytest.mark.usefixtures("brisk")]


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


def test_why_it_waits_is_said_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A new reason may come within the minute in which the log drops repeats of an event."""
    monkeypatch.setattr("nodetop.server.uplink.sender._LOG_AGAIN_SECONDS", 0)
    with scripted_hub(lambda body: refusal(401)) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(1))
        heard.wait_for(lambda h: len(h.bodies) >= 4)
    assert [each.getMessage() for each in caplog.records].count("uplink_waiting") >= 3


def test_samples_of_a_former_name_do_not_hold_up_the_others(tmp_path: Path) -> None:
    def of_web_01(body: dict[str, Any]) -> Answer:
        names = {sample["node"] for sample in body["samples"]}
        return taken(body) if "web-01" in names else refusal(403, "not for this node", code=NOT_YOUR_NODE)

    former = [replace(snapshot(seq, age=600), node="web-00") for seq in (1, 2, 3)]
    with uplink("http://127.0.0.1:9", tmp_path) as sender:
        for each in former:
            sender.offer(each)
        wait_until(lambda: sender.status.waiting == 3)
    with scripted_hub(of_web_01) as (url, _), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(4))
        wait_until(lambda: sender.status.waiting == 0)
        assert (sender.status.accepted, sender.status.refused) == (1, 3)


def test_samples_of_the_own_name_wait_until_the_token_is_right(tmp_path: Path) -> None:
    script = lambda body: refusal(403, "not for this node", code=NOT_YOUR_NODE)  # noqa: E731
    with scripted_hub(script) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(1))
        heard.wait_for(lambda h: len(h.bodies) >= 2)
        assert (sender.status.waiting, sender.status.refused) == (1, 0)


@pytest.mark.parametrize("content", [b"", b"ok", b"[]", b'{"accepted": -1}', b"<html>", b"\xff", b"x" * 400_000])
def test_something_that_is_not_a_hub_is_not_taken_for_one(tmp_path: Path, content: bytes) -> None:
    with scripted_hub(lambda body: (200, {}, content)) as (url, heard), uplink(url, tmp_path) as sender:
        sender.offer(snapshot(1))
        heard.wait_for(lambda h: len(h.bodies) >= 2)
        wait_until(lambda: "not a nodetop hub" in (sender.status.problem or ""))
        assert sender.status.waiting == 1


def test_environment_proxies_never_see_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_hub(taken) as (proxy, proxied), scripted_hub(taken) as (url, heard):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy)
        with uplink(url, tmp_path) as sender:
            sender.offer(snapshot(1))
            heard.wait_for(lambda h: len(h.bodies) == 1)
    assert proxied.bodies == []


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "unauthorized", "does not accept the push token; run nodetop-server invite there"),
        (403, "wrong_role", "does not accept this as a push token; run nodetop-server invite there"),
    ],
)
def test_the_log_says_what_is_wrong_once_and_never_the_token(tmp_path: Path, status: int, code: str, said: str) -> None:
    stream = io.StringIO()
    handler = log_handler(stream, SystemClock())
    logging.getLogger("nodetop").addHandler(handler)
    try:
        with (
            scripted_hub(lambda body: refusal(status, "This token may not push", code)) as (url, heard),
            uplink(url, tmp_path) as sender,
        ):
            sender.offer(snapshot(1))
            heard.wait_for(lambda h: len(h.bodies) >= 4)
    finally:
        logging.getLogger("nodetop").removeHandler(handler)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert TOKEN not in stream.getvalue()
