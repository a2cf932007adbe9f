"""A real hub over real sockets: what it accepts, what it replies, and what it still has after a kill."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.server.servers import Server, code, push, refused, rows, sample, server, until

ONE, TWO = "1" * 32, "2" * 32


def test_it_shows_its_own_host_at_once_and_keeps_sampling_it(reader: httpx.Client) -> None:
    first = reader.get("/api/v2/clusters/default/node-metrics/self").json()
    assert first["cpu"]["busy_percent"] is not None
    assert 0 < len(first["processes"]["rows"]) <= 20 < first["processes"]["total"]
    until(lambda: reader.get("/api/v2/clusters/default/node-metrics/self").json()["seq"] > first["seq"])
    recent = reader.get("/api/v2/clusters/*/node-metrics/self/recent").json()["samples"]
    assert [each["seq"] for each in recent] == list(range(2, len(recent) + 2))


def test_a_hub_can_leave_its_own_host_to_others(tmp_path: Path) -> None:
    listen = ("--listen", "127.0.0.1:0", "--interval", 0.25, "--no-own-host")
    with server(tmp_path, *listen) as hub, hub.client() as reader, hub.client("push") as pusher:
        assert rows(reader) == {}
        assert push(pusher, sample("web-1")).status_code == 200
        assert set(rows(reader)) == {"default/web-1"}
        assert reader.get("/metrics").status_code == 200
        assert hub.end() == 0
    code_, line = refused(tmp_path / "node", "--join", "http://127.0.0.1:9", "--no-own-host")
    assert code_ == 2 and "--no-own-host needs --listen" in line


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
    assert "another machine" in rows(reader)["default/twin"]["problem"]
    mixed = push(pusher, sample("twin", boot_id="b-2"), sample("other"), instance=TWO).json()
    assert (mixed["accepted"], mixed["rejected"][0]["code"]) == (1, "node_conflict")
    command = [sys.executable, "-c", "from nodetop.server.cli import main; main()"]
    told = subprocess.run(
        [*command, "--data-dir", str(hub.folder / "data"), "forget", "TWIN"], capture_output=True, text=True, timeout=50
    )
    assert (told.returncode, told.stdout) == (0, "Forgot TWIN\n")
    assert push(pusher, sample("twin", boot_id="b-2"), instance=TWO).status_code == 200


def test_a_hub_whose_folder_is_removed_takes_nothing_more_and_ends(hub: Server, pusher: httpx.Client) -> None:
    assert push(pusher, sample(seq=1)).status_code == 200
    shutil.rmtree(hub.hub)
    with suppress(httpx.TransportError):  # it looks by itself too, and may have ended
        reply = push(pusher, sample(seq=2))
        assert (reply.status_code, code(reply)) in ((503, "not_durable"), (503, "stopping"))
    assert hub.wait() == 4
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


def test_the_workloads_of_all_nodes_in_one_list(pusher: httpx.Client, reader: httpx.Client) -> None:
    def with_workload(node: str, name: str, percent: float) -> dict[str, object]:
        pod = {"group": "/p", "kind": "pod", "name": "shop/web", "is_outer": True, "cpu_percent": 100.0}
        row = {"group": "/p/c", "kind": "container", "name": name, "parent": "/p", "cpu_percent": percent,
               "memory_bytes": int(100 - percent)}  # fmt: skip
        return sample(node, workloads={"total": 7, "rows": [pod, row]})

    push(pusher, with_workload("x", "shop/web-1/app", 10.0))
    push(pusher, with_workload("y", "shop/web-2/app", 90.0))
    found = reader.get("/api/v2/clusters/*/workloads?match=shop/web").json()
    assert found["matched"] == 2 and found["total"] >= 14
    assert [(row["node"], row["name"]) for row in found["rows"]] == [("y", "shop/web-2/app"), ("x", "shop/web-1/app")]
    found = reader.get("/api/v2/clusters/*/workloads?match=WEB-1&sort=memory&limit=1").json()
    assert (found["matched"], [row["node"] for row in found["rows"]]) == (1, ["x"])
    assert reader.get("/api/v2/clusters/*/workloads?sort=name").status_code == 422


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
        points = until(lambda: (found := reader.get(path).json()["points"])[2:] and found)
        assert all(point["at"] % 2 == 0 for point in points)
        assert {point["samples"] for point in points[1:-1]} <= {3, 4, 5}
