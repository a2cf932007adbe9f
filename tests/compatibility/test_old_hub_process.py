"""The real nodetop-server on the folder of an earlier one, asked by HTTP and by the command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.hub_api import HistoryReply
from tests.compatibility.known import NOON, WITH_JOURNAL, rounded
from tests.compatibility.old_files import copied, server_at
from tests.conftest import Nodetop
from tests.server.servers import Server, push, rows, sample, until

NOW = NOON + 270
"""By the clock of the server, soon after the last sample that the old one took."""
ROLE = ("--listen", "127.0.0.1:0", "--cluster-id", "lab", "--node-name", "watcher", "--interval", "3600")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    copied("hub", tmp_path / "data" / "hub")
    with server_at(NOW, tmp_path, *ROLE) as running:
        yield running


def test_it_tells_what_the_old_one_took(hub: Server, nodetop: Nodetop) -> None:
    with hub.client() as client:
        found = rows(client)
        assert set(found) == {"east/db-1", "lab/hub-1", "lab/node-a", "lab/web-1", "lab/watcher"}
        assert (found["lab/web-1"]["cpu_busy_percent"], found["lab/web-1"]["state"]) == (58.0, "up")
        for (cluster, node), points in WITH_JOURNAL.items():
            path = f"/api/v2/clusters/{cluster}/node-metrics/{node}"
            latest = client.get(path)
            assert latest.status_code == 200, latest.text
            assert latest.json()["taken_at"] == NOON + 210
            assert [row["name"] for row in latest.json()["processes"]["rows"]] == ["nginx", "postgres"]
            window = {"since": NOON - 86_400, "until": NOON + 600, "step": 300}
            reply = wire.decode(client.get(f"{path}/history", params=window).content, HistoryReply)
            assert rounded(reply.points) == points
        recent = client.get("/api/v2/clusters/lab/node-metrics/node-a/recent", params={"seconds": 900}).json()
        assert [each["seq"] for each in recent["samples"]] == [15, 16, 17, 18]
        moment = client.get("/api/v2/clusters/lab/at", params={"time": NOON - 200}).json()
        assert {row["node"]: row["cpu_busy_percent"] for row in moment["nodes"]}["node-a"] == 21.0
        assert client.get("/api/v2/status").json()["problem"] is None
    told = nodetop("--cluster", hub.url, "--data-dir", hub.folder / "data", "--node", "web-1", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert wire.decode_snapshot(told.stdout).seq == 18
    assert '"history"' not in hub.log and "failed" not in hub.log, hub.log


def test_it_takes_what_is_new_and_nothing_twice(hub: Server) -> None:
    with hub.client("push") as client:
        old = [sample("web-1", seq, taken_at=NOON + 200.0 + seq) for seq in (1, 15, 18, 19)]
        reply = push(client, *old, instance=f"{0x19C:032x}", sent_at=NOW)
        assert reply.status_code == 200, reply.text
        assert (reply.json()["accepted"], reply.json()["duplicates"]) == (1, 3)
        other = push(client, sample("web-1", 20, taken_at=NOW), instance=f"{1:032x}", sent_at=NOW)
        assert other.status_code == 409  # the name is still that of the instance that used it first
    assert hub.end() == 0
    with server_at(NOW + 60, hub.folder, *ROLE) as again, again.client() as client:
        assert client.get("/api/v2/clusters/lab/node-metrics/web-1").json()["seq"] == 19


def test_it_forgets_what_the_old_one_was_asked_to(tmp_path: Path) -> None:
    copied("forget", copied("hub", tmp_path / "data" / "hub") / "forget")
    with server_at(NOW, tmp_path, *ROLE) as hub, hub.client() as client:
        until(lambda: "lab/web-1" not in rows(client), "web-1 is forgotten")
        assert "lab/node-a" in rows(client)
