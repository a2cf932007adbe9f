"""A real hub over real sockets: what it takes, what it answers, and what it still knows after it was killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nodetop.server.base import limits
from tests.server.servers import Server, push, rows, sample, server, until

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1) as running:
        yield running


@pytest.fixture
def pusher(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("push") as client:
        yield client


@pytest.fixture
def reader(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("read") as client:
        yield client


def code(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/json"
    found: str = reply.json()["error"]["code"]
    return found


def test_it_shows_its_own_host_at_once_and_keeps_sampling_it(reader: httpx.Client) -> None:
    first = reader.get("/api/v2/clusters/default/node-metrics/self").json()
    assert first["cpu"]["busy_percent"] is not None
    assert 0 < len(first["processes"]["rows"]) <= 20 < first["processes"]["total"]
    until(lambda: reader.get("/api/v2/clusters/default/node-metrics/self").json()["seq"] > first["seq"])
    recent = reader.get("/api/v2/clusters/*/node-metrics/self/recent").json()["samples"]
    assert [each["seq"] for each in recent] == list(range(2, len(recent) + 2))


def test_the_client_of_the_same_user_finds_the_token_by_itself(hub: Server, reader: httpx.Client) -> None:
    command = [sys.executable, "-m", "nodetop", "--data-dir", str(hub.folder / "data"), "--cluster", hub.url]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=50, check=True)
    assert [row["node"] for row in json.loads(done.stdout)["nodes"]] == ["self"]
    done = subprocess.run(
        [*command, "--json", "--node", "self"], capture_output=True, text=True, timeout=50, check=True
    )
    assert json.loads(done.stdout)["host"]["cpu_count"] == os.cpu_count()
    assert hub.token("read") not in hub.said + hub.log


def test_a_push_is_a_row_a_repeat_is_none_and_a_late_one_does_not_move_it_back(
    pusher: httpx.Client, reader: httpx.Client
) -> None:
    reply = push(pusher, sample(seq=5), instance=ONE)
    assert reply.status_code == 200
    assert (reply.json()["accepted"], reply.json()["duplicates"]) == (1, 0)
    assert abs(reply.json()["clock_skew_seconds"]) < 5
    again = push(pusher, sample(seq=5), sample(seq=4, taken_at=time.time() - 5), instance=ONE).json()
    assert (again["accepted"], again["duplicates"]) == (1, 1)
    row = rows(reader)["default/a"]
    assert (row["state"], row["cpu_busy_percent"]) == ("up", 25.0)
    assert reader.get("/api/v2/clusters/default/node-metrics/a").json()["seq"] == 5
    points = reader.get("/api/v2/clusters/default/node-metrics/a/history?hours=1").json()["points"]
    assert sum(point["samples"] for point in points) == 2


def test_a_bare_snapshot_is_taken_too(pusher: httpx.Client, reader: httpx.Client) -> None:
    assert pusher.post("/metrics/node", json=sample("bare", taken_at=time.time() - 9)).json()["accepted"] == 1
    assert rows(reader)["default/bare"]["clock_skew_seconds"] is None


def test_a_wrong_clock_is_put_right_and_told(pusher: httpx.Client, reader: httpx.Client) -> None:
    slow = time.time() - 3000
    reply = push(pusher, sample(taken_at=slow), sent_at=slow + 1)
    assert reply.json()["clock_skew_seconds"] == pytest.approx(2999, abs=3)
    assert rows(reader)["default/a"]["clock_skew_seconds"] == pytest.approx(2999, abs=3)
    taken = reader.get("/api/v2/clusters/default/node-metrics/a").json()["taken_at"]
    assert taken == pytest.approx(time.time(), abs=5)


def test_samples_of_the_wrong_time_are_rejected_and_the_others_kept(pusher: httpx.Client) -> None:
    now = time.time()
    reply = push(pusher, sample(seq=1, taken_at=now + 700), sample(seq=2), sample(seq=3, taken_at=now - 73 * 3600))
    assert reply.json()["accepted"] == 1
    assert [(each["seq"], each["code"]) for each in reply.json()["rejected"]] == [
        (1, "from_the_future"),
        (3, "too_old"),
    ]


def test_a_second_machine_of_the_same_name_is_refused_until_it_is_forgotten(
    hub: Server, pusher: httpx.Client, reader: httpx.Client
) -> None:
    push(pusher, sample("Twin"), instance=ONE)
    reply = push(pusher, sample("twin", boot_id="b-2"), instance=TWO)
    assert (reply.status_code, code(reply)) == (409, "node_conflict")
    assert "second machine" in rows(reader)["default/twin"]["problem"]
    mixed = push(pusher, sample("twin", boot_id="b-2"), sample("other"), instance=TWO).json()
    assert (mixed["accepted"], mixed["rejected"][0]["code"]) == (1, "node_conflict")
    command = [sys.executable, "-c", "from nodetop.server.cli import main; main()"]
    told = subprocess.run(
        [*command, "--data-dir", str(hub.folder / "data"), "forget", "TWIN"], capture_output=True, text=True, timeout=50
    )
    assert (told.returncode, told.stdout) == (0, "Forgot TWIN\n")
    assert push(pusher, sample("twin", boot_id="b-2"), instance=TWO).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "wanted"),
    [
        (b"", 400, "malformed_json"),
        (b"null", 400, "not_an_object"),
        (b'{"samples": [', 400, "malformed_json"),
        (b"{} {}", 400, "malformed_json"),
        (b'{"samples": []}', 422, None),
        (b"[" * 100_000, 400, "malformed_json"),
        (json.dumps(sample(cpu={"busy_percent": -1})).encode(), 422, "invalid_sample"),
        (json.dumps(sample(node="a\n")).encode(), 422, "invalid_name"),
        (json.dumps(sample(node="../x")).encode(), 422, "invalid_name"),
        (json.dumps(sample(boot_id="x" * 65)).encode(), 422, "invalid_boot_id"),
        (json.dumps(sample()).encode().replace(b"25.0", b"NaN"), 400, "malformed_json"),
        (json.dumps(sample()).encode().replace(b"25.0", b"1e999"), 400, None),
    ],
)
def test_what_is_no_push_is_refused_without_being_repeated_and_the_next_is_taken(
    pusher: httpx.Client, body: bytes, status: int, wanted: str | None
) -> None:
    reply = pusher.post("/metrics/node", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in (status, 422), reply.text
    assert wanted in (None, code(reply))
    assert len(reply.content) < 600 and b"Traceback" not in reply.content
    assert push(pusher, sample("good")).status_code == 200


def test_the_limits_of_a_body(pusher: httpx.Client) -> None:
    def post(content: object, **headers: str) -> httpx.Response:
        return pusher.post("/metrics/node", content=content, headers={"content-type": "application/json"} | headers)  # type: ignore[arg-type]

    fits = json.dumps(sample("large", padding="")).encode()
    fits = fits.replace(b'"padding": ""', b'"padding": "' + b"x" * 4096 + b'"') + b" " * (
        1024 * 1024 - len(fits) - 4096
    )
    assert post(fits).status_code == 200
    assert (post(fits + b" ").status_code, code(post(fits + b" "))) == (413, "body_too_large")
    assert post(iter([b"{}"])).status_code == 411
    assert post(b"{}", **{"content-encoding": "gzip"}).status_code == 415
    assert pusher.post("/metrics/node", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
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


def test_what_is_not_there_is_said_in_the_one_shape(reader: httpx.Client) -> None:
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
        reply = reader.get(path)
        assert (path, reply.status_code) == (path, status)
        assert code(reply)
    assert reader.request("DELETE", "/api/v2/clusters").status_code == 405


def test_no_other_site_can_ask_through_a_browser(reader: httpx.Client) -> None:
    assert reader.get("/api/v2/clusters", headers={"Host": "evil.example"}).status_code == 421
    assert reader.get("/api/v2/clusters", headers={"Host": "localhost:8082"}).status_code == 200
    reply = reader.get("/api/v2/clusters", headers={"Origin": "http://evil.example"})
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


def test_a_request_whose_length_can_be_read_in_two_ways_is_refused(pusher: httpx.Client) -> None:
    body = json.dumps(sample()).encode()
    headers = {"content-type": "application/json", "transfer-encoding": "chunked", "content-length": str(len(body))}
    reply = pusher.post("/metrics/node", content=body, headers=headers)
    assert (reply.status_code, code(reply), reply.headers["connection"]) == (400, "ambiguous_length", "close")
    assert pusher.post("/metrics/node?x=1", json=sample()).status_code == 422


def test_every_reply_tells_a_browser_to_make_nothing_of_it(reader: httpx.Client) -> None:
    for path in ("/healthz", "/api/v2/clusters", "/nowhere"):
        headers = reader.get(path).headers
        assert (headers["content-security-policy"], headers["x-content-type-options"]) == (
            "default-src 'none'",
            "nosniff",
        )


def test_heads_that_are_too_large_or_no_http(hub: Server, reader: httpx.Client) -> None:
    assert reader.get("/api/v2/clusters", headers={"x": "y" * 20_000}).status_code == 431
    assert reader.get("/api/v2/clusters", headers={f"x-{n}": "y" for n in range(70)}).status_code == 431
    assert reader.get("/api/v2/clusters").status_code == 200


def test_who_sends_slowly_or_nonsense_or_too_often_is_shut_out_and_others_are_not(
    hub: Server, reader: httpx.Client
) -> None:
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
    assert limits.REQUEST_SECONDS - 1 < time.monotonic() - began < limits.REQUEST_SECONDS + 5


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


def test_who_pushes_too_often_is_told_to_wait(pusher: httpx.Client) -> None:
    burst = int(limits.PUSHES.burst)
    replies = [push(pusher, sample(seq=number)) for number in range(burst + 30)]
    refused = [reply for reply in replies if reply.status_code != 200]
    assert refused and {(reply.status_code, code(reply)) for reply in refused} == {(429, "too_many_pushes")}
    assert all(reply.status_code == 200 for reply in replies[:burst])
    assert push(pusher, sample("other")).status_code == 200


def test_a_stolen_token_does_not_use_up_what_another_node_may_push(pusher: httpx.Client) -> None:
    assert push(pusher, sample(seq=1), instance=ONE).status_code == 200
    burst = int(limits.PUSHES.burst)
    assert {push(pusher, sample(seq=number), instance=TWO).status_code for number in range(burst + 30)} == {409, 429}
    assert push(pusher, sample(seq=2), instance=ONE).status_code == 200


def test_a_hub_whose_folder_is_removed_takes_nothing_more_and_ends(hub: Server, pusher: httpx.Client) -> None:
    assert push(pusher, sample(seq=1)).status_code == 200
    shutil.rmtree(hub.hub)
    reply = push(pusher, sample(seq=2))
    assert (reply.status_code, code(reply)) in ((503, "not_durable"), (503, "stopping"))
    assert hub.process.wait(20) == 4
    assert "event=folder_gone" in hub.log
    assert not hub.hub.exists()


def test_the_processes_of_all_nodes_in_one_list(pusher: httpx.Client, reader: httpx.Client) -> None:
    def with_process(node: str, pid: int, percent: float) -> dict[str, object]:
        row = {"pid": pid, "name": "findme", "cpu_percent": percent, "memory_percent": 100 - percent}
        return sample(node, processes={"total": 1, "rows": [row]})

    push(pusher, with_process("x", 1, 10.0))
    push(pusher, with_process("y", 2, 90.0))
    found = reader.get("/api/v2/clusters/*/processes?match=FINDME").json()
    assert (found["matched"], [(row["node"], row["pid"]) for row in found["rows"]]) == (2, [("y", 2), ("x", 1)])
    found = reader.get("/api/v2/clusters/*/processes?match=findme&sort=memory&limit=1").json()
    assert (found["matched"], [row["node"] for row in found["rows"]]) == (2, ["x"])


def test_the_stream_tells_what_changed_and_one_node_in_full(
    pusher: httpx.Client, reader: httpx.Client, hub: Server
) -> None:
    push(pusher, sample("a", seq=1))
    events: list[tuple[str, dict[str, object]]] = []

    def listen() -> None:
        with (
            hub.client() as client,
            client.stream("GET", "/api/v2/clusters/*/stream?interval=0.5&node=default/a") as reply,
        ):
            name = ""
            for line in reply.iter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    events.append((name, json.loads(line[6:])))
                if events and events[-1][0] == "snapshot" and events[-1][1]["seq"] == 9:
                    return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    until(lambda: events)
    assert events[0][0] == "nodes" and events[0][1]["whole"]
    assert {row["node"] for row in events[0][1]["nodes"]} == {"a", "self"}  # type: ignore[index,attr-defined]
    push(pusher, sample("a", seq=9))
    listener.join(20)
    assert not listener.is_alive()
    later = [told for name, told in events[1:] if name == "nodes"]
    assert not any(told["whole"] for told in later)


def test_the_description_has_every_route_and_refers_only_to_what_is_in_it(reader: httpx.Client) -> None:
    described = reader.get("/api/v2/openapi.json").json()
    assert {"/metrics/node", "/healthz", "/api/v2/clusters/{cluster}/stream"} <= described["paths"].keys()
    text = json.dumps(described)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= described["components"]["schemas"].keys()


def test_sigterm_ends_it_with_streams_open_and_it_knows_all_again(tmp_path: Path) -> None:
    with (
        server(tmp_path / "hub", "--listen", "127.0.0.1:0") as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        push(pusher, sample("kept", seq=7), instance=ONE)
        with reader.stream("GET", "/api/v2/clusters/*/stream") as reply:
            next(reply.iter_lines())
            assert hub.end() == 0
    with (
        server(tmp_path / "hub", "--listen", "127.0.0.1:0") as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        row = rows(reader)["default/kept"]
        assert (row["state"], row["cpu_busy_percent"]) == ("up", 25.0)
        assert push(pusher, sample("kept", seq=7), instance=ONE).json()["duplicates"] == 1
        assert push(pusher, sample("kept", seq=8), instance=TWO).status_code == 409  # the name is still its owner's


def test_killed_under_load_it_has_every_sample_that_it_acknowledged(tmp_path: Path) -> None:
    arguments = ("--listen", "127.0.0.1:0", "--sample-interval", 2)
    acknowledged: dict[str, int] = {}
    for run in range(4):
        with server(tmp_path / "hub", *arguments) as hub:
            client = hub.client("push")
            enough = threading.Event()

            def load(
                node: str, client: httpx.Client = client, run: int = run, enough: threading.Event = enough
            ) -> None:
                seq = 0
                while True:
                    seq += 1
                    try:
                        reply = push(client, sample(node, seq=seq, boot_id=f"run-{run}"))
                    except httpx.TransportError:
                        return
                    if reply.status_code == 200:
                        acknowledged[node] = acknowledged.get(node, 0) + reply.json()["accepted"]
                    if seq == 25:
                        enough.set()

            threads = [threading.Thread(target=load, args=(f"n{number}",)) for number in range(4)]
            for thread in threads:
                thread.start()
            assert enough.wait(20)
            hub.end(signal.SIGKILL)
            for thread in threads:
                thread.join()
    with server(tmp_path / "hub", *arguments) as hub, hub.client() as reader:
        for node, count in acknowledged.items():
            points = reader.get(f"/api/v2/clusters/default/node-metrics/{node}/history?hours=1").json()["points"]
            # One that was on its way when the hub was killed may be there as well: one for each kill at most.
            assert count <= sum(point["samples"] for point in points) <= count + 4


def test_points_come_on_time_and_are_kept_on_disk(tmp_path: Path) -> None:
    with (
        server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--sample-interval", 2, "--interval", 0.5) as hub,
        hub.client() as reader,
    ):
        until(lambda: list((hub.hub / "history").rglob("*.json")), "a day file")
        [node] = rows(reader).values()
        path = f"/api/v2/clusters/default/node-metrics/{node['node']}/history?hours=1"
        points = until(lambda: (found := reader.get(path).json()["points"])[3:] and found)
        assert all(point["at"] % 2 == 0 for point in points)
        assert {point["samples"] for point in points[1:-1]} <= {3, 4, 5}
