"""What a real hub refuses: bodies, headers, tokens, browsers, floods; other clients are not affected."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nodetop.server.base import limits
from tests.server.servers import COMMAND, IMPATIENT_SECONDS, Server, code, push, sample, server, until, with_limit

ONE, TWO = "1" * 32, "2" * 32


@pytest.mark.parametrize(
    ("body", "status", "wanted"),
    [
        (b"", 400, "malformed_json"),
        (b"null", 400, "not_an_object"),
        (b'{"samples": [', 400, "malformed_json"),
        (b"{} {}", 400, "malformed_json"),
        (b'{"samples": []}', 422, "invalid_sample"),
        (b"[" * 100_000, 400, "malformed_json"),
        (json.dumps(sample(cpu={"busy_percent": -1})).encode(), 422, "invalid_sample"),
        (json.dumps(sample(node="a\n")).encode(), 422, "invalid_name"),
        (json.dumps(sample(node="../x")).encode(), 422, "invalid_name"),
        (json.dumps(sample(boot_id="x" * 65)).encode(), 422, "invalid_boot_id"),
        (json.dumps(sample()).encode().replace(b"25.0", b"NaN"), 400, "malformed_json"),
        (json.dumps(sample()).encode().replace(b"25.0", b"1e999"), 400, "malformed_json"),
    ],
    ids=range(12),  # the time of a sample must not be in a test's name
)
def test_what_is_no_push_is_refused_without_being_repeated_and_the_next_is_taken(
    shared_pusher: httpx.Client, body: bytes, status: int, wanted: str
) -> None:
    reply = shared_pusher.post("/metrics/node", content=body, headers={"content-type": "application/json"})
    assert (reply.status_code, code(reply)) == (status, wanted), reply.text
    assert len(reply.content) < 600 and b"Traceback" not in reply.content
    assert push(shared_pusher, sample("good")).status_code == 200


def test_the_limits_of_a_body(shared_pusher: httpx.Client) -> None:
    def post(content: object, **headers: str) -> httpx.Response:
        return shared_pusher.post(
            "/metrics/node", content=content, headers={"content-type": "application/json"} | headers
        )  # type: ignore[arg-type]

    fits = json.dumps(sample("large", padding="")).encode()
    fits = fits.replace(b'"padding": ""', b'"padding": "' + b"x" * 4096 + b'"') + b" " * (
        1024 * 1024 - len(fits) - 4096
    )
    assert post(fits).status_code == 200
    assert (post(fits + b" ").status_code, code(post(fits + b" "))) == (413, "body_too_large")
    assert post(iter([b"{}"])).status_code == 411
    assert post(b"{}", **{"content-encoding": "gzip"}).status_code == 415
    assert shared_pusher.post("/metrics/node", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    assert post(json.dumps({"sent_at": 1, "samples": [sample(seq=n) for n in range(61)]}).encode()).status_code == 422


def test_each_token_works_for_its_role_only(hub: Server, pusher: httpx.Client, reader: httpx.Client) -> None:
    assert (reader.post("/metrics/node", json=sample()).status_code, pusher.get("/api/v2/clusters").status_code) == (
        403,
        403,
    )
    with httpx.Client(base_url=hub.url, trust_env=False) as anonymous:
        assert anonymous.get("/healthz").text == "ok\n"
        replies = [anonymous.get(path) for path in ("/api/v2/clusters", "/nowhere", "/metrics/node", "/")]
        assert {(reply.status_code, reply.content) for reply in replies} == {(401, replies[0].content)}
        wrong = {"Authorization": "Bearer " + "x" * 43}
        assert [anonymous.get("/api/v2/clusters", headers=wrong).status_code for _ in range(8)][-1] == 429
    assert reader.get("/api/v2/clusters").status_code == 200


def test_what_is_not_there_is_said_in_the_one_shape(shared_reader: httpx.Client) -> None:
    for path, status in {
        "/nowhere": 404,
        "/api/v2/clusters/": 404,
        "/metrics/node": 403,
        "/api/v2/clusters/none/node-metrics": 404,
        "/api/v2/clusters/default/node-metrics/none": 404,
        "/api/v2/clusters/default/node-metrics/none/history": 404,
        "/api/v2/clusters/default/node-metrics/self/history?hours=x": 422,
        "/api/v2/clusters/default/node-metrics/self/history?hour=1": 422,
        "/api/v2/clusters/default/node-metrics/self/history?since=5&until=5": 422,
        "/api/v2/clusters/default/node-metrics/self/history?hours=8000&step=1": 422,
        "/api/v2/clusters/*/processes?sort=name": 422,
        "/api/v2/clusters/*/stream?node=x": 422,
        "/api/v2/" + "x" * 3000: 414,
    }.items():
        reply = shared_reader.get(path)
        assert (path, reply.status_code) == (path, status)
        assert code(reply)
    assert shared_reader.request("DELETE", "/api/v2/clusters").status_code == 405


def test_no_other_site_can_ask_through_a_browser(shared_reader: httpx.Client) -> None:
    assert shared_reader.get("/api/v2/clusters", headers={"Host": "evil.example"}).status_code == 421
    assert shared_reader.get("/api/v2/clusters", headers={"Host": "localhost:8082"}).status_code == 200
    reply = shared_reader.get("/api/v2/clusters", headers={"Origin": "http://evil.example"})
    assert not [name for name in reply.headers if name.startswith("access-control")]


def test_a_token_counts_in_its_one_place_only(hub: Server, reader: httpx.Client, pusher: httpx.Client) -> None:
    for client, method, path in ((reader, "GET", "/api/v2/clusters"), (pusher, "POST", "/metrics/node")):
        token = client.headers["Authorization"].partition(" ")[2]
        reply = client.request(method, f"{path}?token={token}")
        assert (reply.status_code, code(reply)) == (400, "token_in_url")
        assert token not in reply.text
    right = reader.headers["Authorization"]
    two = [("Authorization", "Bearer " + "x" * 43), ("Authorization", right)]
    with httpx.Client(base_url=hub.url, trust_env=False) as anonymous:
        assert anonymous.get("/api/v2/clusters", headers=two).status_code == 401
        assert anonymous.get("/api/v2/clusters?token=" + right.partition(" ")[2]).status_code == 400
        assert anonymous.get("/api/v2/clusters", headers=two[1:]).status_code == 200


def test_a_request_whose_length_can_be_read_in_two_ways_is_refused(shared_pusher: httpx.Client) -> None:
    body = json.dumps(sample()).encode()
    headers = {"content-type": "application/json", "transfer-encoding": "chunked", "content-length": str(len(body))}
    reply = shared_pusher.post("/metrics/node", content=body, headers=headers)
    assert (reply.status_code, code(reply), reply.headers["connection"]) == (400, "ambiguous_length", "close")
    assert shared_pusher.post("/metrics/node?x=1", json=sample()).status_code == 422


def test_every_reply_tells_a_browser_to_make_nothing_of_it(shared_reader: httpx.Client) -> None:
    for path in ("/healthz", "/api/v2/clusters", "/nowhere"):
        headers = shared_reader.get(path).headers
        assert (headers["content-security-policy"], headers["x-content-type-options"]) == (
            "default-src 'none'",
            "nosniff",
        )


def test_heads_that_are_too_large_or_no_http(hub: Server, reader: httpx.Client) -> None:
    assert reader.get("/api/v2/clusters", headers={"x": "y" * 20_000}).status_code == 431
    assert reader.get("/api/v2/clusters", headers={f"x-{n}": "y" for n in range(70)}).status_code == 431
    assert reader.get("/api/v2/clusters").status_code == 200


def test_who_sends_slowly_or_nonsense_or_too_often_is_shut_out_and_others_are_not(
    impatient_reader: httpx.Client,
) -> None:
    reader = impatient_reader
    address = "127.0.0.1", reader.base_url.port or 0
    with socket.create_connection(address) as anonymous:
        anonymous.sendall(b"\x16\x03\x01 what\r\n\r\n")
        assert anonymous.recv(100).startswith(b"HTTP/1.1 400 ")
    slow = socket.create_connection(address)
    began = time.monotonic()
    slow.sendall(b"GET / HTTP/1.1\r\n")
    connections = [socket.create_connection(address) for _ in range(limits.UNAUTHENTICATED_CONNECTIONS + 10)]
    assert sum(_is_closed(each) for each in connections) >= 10
    for each in connections:
        each.close()
    until(lambda: reader.get("/api/v2/clusters").status_code == 200)

    def shut_out() -> bool:
        try:
            slow.sendall(b"x")
        except OSError:
            return True
        return _is_closed(slow)

    until(shut_out)
    slow.close()
    assert time.monotonic() - began > IMPATIENT_SECONDS - 0.5


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.2)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_too_many_nodes_are_refused_and_the_known_go_on(tmp_path: Path) -> None:
    with (
        server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--max-nodes", 3) as hub,
        hub.client("push") as pusher,
    ):
        replies = [push(pusher, sample(f"n{number}")) for number in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 429, 429]  # its own host is the third
        assert (code(replies[2]), int(replies[2].headers["retry-after"])) == ("node_limit", 60)
        assert push(pusher, sample("n0", seq=2)).status_code == 200


@pytest.fixture(scope="module")
def strict_pusher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a hub where a node that pushed too often waits for hours: else a slow machine never pushes too often."""
    command = with_limit("limits.PUSHES = limits.Rate(1 / 3600, limits.PUSHES.burst)")
    folder = tmp_path_factory.mktemp("strict")
    with server(folder, "--listen", "127.0.0.1:0", command=command) as hub, hub.client("push") as client:
        yield client


def test_who_pushes_too_often_is_told_to_wait(strict_pusher: httpx.Client) -> None:
    burst = int(limits.PUSHES.burst)
    replies = [push(strict_pusher, sample(seq=number)) for number in range(burst + 30)]
    refused = [reply for reply in replies if reply.status_code != 200]
    assert refused and {(reply.status_code, code(reply)) for reply in refused} == {(429, "too_many_pushes")}
    assert all(reply.status_code == 200 for reply in replies[:burst])
    assert push(strict_pusher, sample("other")).status_code == 200


def test_a_stolen_token_does_not_use_up_what_another_node_may_push(strict_pusher: httpx.Client) -> None:
    def status(seq: int, instance: str) -> int:
        return push(strict_pusher, sample("stolen", seq), instance=instance).status_code

    assert status(1, ONE) == 200
    burst = int(limits.PUSHES.burst)
    assert {status(number, TWO) for number in range(burst + 30)} == {409, 429}
    assert status(2, ONE) == 200


def test_a_request_to_upgrade_is_no_reason_to_recommend_a_library(hub: Server, reader: httpx.Client) -> None:
    upgrade = {"connection": "Upgrade", "upgrade": "websocket"}
    assert reader.get("/api/v2/status", headers=upgrade).status_code == 200
    assert "upgrade" not in hub.log.lower() and "pip install" not in hub.log


def test_who_sends_much_that_is_no_sample_waits_and_small_pushes_do_not(pusher: httpx.Client) -> None:
    large = b'{"a": [' + b"{}," * 340_000 + b"{}]}"
    headers = {"content-type": "application/json"}
    replies: list[str] = []
    until(lambda: replies.append(code(pusher.post("/metrics/node", content=large, headers=headers)))
        or replies[-1] == "too_many_refused")  # fmt: skip
    assert set(replies) == {"too_many_values", "too_many_refused"}
    assert push(pusher, sample()).status_code == 200


def test_a_closed_output_is_no_fault() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
