"""An incident, end to end: a real hub with three nodes, exported by the command, replayed in a real terminal."""

import gzip
import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodetop.recording.file import Reader
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal
from tests.server.servers import Server, push, sample, server

NODES = ("db-1", "web-1", "web-2")
BUSY = "stress --cpu 8 --password=***"
BEGIN = 1500
"""Seconds before now: a hub keeps complete samples of the last 900."""
STEP = 10


def busy(node: str, at: int) -> float:
    """A node's CPU at a number of seconds before now."""
    return round(10.0 + NODES.index(node) * 20 + at % 170 / 10, 1)


def made(node: str, at: int, now: float) -> dict[str, Any]:
    row = {"pid": 4242, "name": "stress", "command": BUSY, "cpu_percent": busy(node, at) * 2, "memory_percent": 3.5}
    return sample(
        node,
        seq=BEGIN - at,
        taken_at=now - at,
        interval=float(STEP),
        host={"cpu_count": 4, "os": "Debian 12"},
        cpu={"busy_percent": busy(node, at), "load_1m": 1.5},
        memory={"used_percent": 40.0, "total_bytes": 8 << 30, "used_bytes": 3 << 30},
        processes={"total": 100, "rows": [row]},
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, float]]:
    """A hub with samples of three nodes, and the time of the last one."""
    with server(tmp_path_factory.mktemp("hub"), "--listen", "127.0.0.1:0", "--node-name", "hub-1") as running:
        now = float(int(time.time()))
        with running.client("push") as client:
            for node in NODES:
                ages = range(BEGIN, 0, -STEP)
                for first in range(0, len(ages), 50):
                    samples = [made(node, age, now) for age in ages[first : first + 50]]
                    assert push(client, *samples, instance=f"{NODES.index(node):032x}").status_code == 200
        yield running, now


def exported(nodetop: Nodetop, hub: Server, path: Path, *arguments: object) -> Any:
    return nodetop("export", "--cluster", hub.url, "--token-file", hub.hub / "read.token", *arguments, path)


@pytest.fixture
def incident(hub: tuple[Server, float], tmp_path: Path, nodetop: Nodetop) -> Path:
    path = tmp_path / "i.gz"
    done = exported(nodetop, hub[0], path, "--since", "-30m")
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 nodes" in done.stdout
    return path


def test_a_hub_is_exported_whole(incident: Path, hub: tuple[Server, float]) -> None:
    running, now = hub
    lines = gzip.decompress(incident.read_bytes()).splitlines()
    header = json.loads(lines[0])
    assert header["nodetop_recording"] == 2
    assert set(header["nodes"]) == {*NODES, "hub-1"}
    assert header["since"] == pytest.approx(now - 1800, abs=60)
    assert stat.S_IMODE(incident.stat().st_mode) == 0o600
    reader = Reader(incident)
    samples = [each for each in reader if each.node == "web-1"]
    assert samples[-1].cpu is not None
    assert {each.cpu.busy_percent: each.taken_at for each in samples if each.cpu}[busy("web-1", STEP)] == now - STEP
    with running.client() as client:
        asked = client.get("/api/v2/clusters/*/node-metrics/web-1/history", params={"hours": 0.5, "step": 300})
    points = {point["at"]: point for point in asked.json()["points"]}
    kept = {
        point["at"]: point
        for line in lines[1:]
        if (each := json.loads(line)).get("history_of") == "web-1"
        for point in each["points"]
    }
    whole = set(points) & set(kept)
    assert len(whole) >= 5
    assert all(points[at] == kept[at] for at in whole)


def test_the_hub_tells_what_everything_looked_like(hub: tuple[Server, float]) -> None:
    running, now = hub
    with running.client() as client:
        reply = client.get("/api/v2/clusters/*/at", params={"time": now - 1200, "trend": 12}).json()
        rows = {row["node"]: row for row in reply["nodes"]}
        assert [rows[node]["cpu_busy_percent"] for node in NODES] == [busy(node, 1200) for node in NODES]
        assert {rows[node]["state"] for node in NODES} == {"up"}
        assert reply["summary"]["nodes_up"] == 3
        assert rows["hub-1"]["state"] == "gone" and rows["hub-1"]["cpu_busy_percent"] is None
        assert any(trend["cpu_busy_percent"][-1] for trend in reply["trends"])
        before = client.get("/api/v2/clusters/*/at", params={"time": now - 86_400}).json()
        assert before["summary"]["nodes_gone"] == 4
        found = client.get("/api/v2/clusters/*/processes", params={"time": now - 1200, "match": "stress"}).json()
        assert {row["node"] for row in found["rows"]} == set(NODES)
        for wrong in ("soon", "nan", "-1"):
            assert client.get("/api/v2/clusters/*/at", params={"time": wrong}).status_code == 422
        assert "/api/v2/clusters/{cluster}/at" in client.get("/api/v2/openapi.json").json()["paths"]


def test_it_is_shown_again_at_any_moment(incident: Path, hub: tuple[Server, float]) -> None:
    _, now = hub
    at = time.strftime("%H:%M:%S", time.localtime(now - 600))
    with Terminal("--replay", incident, columns=140, rows=40) as terminal:
        terminal.wait_for(lambda text: all(node in text for node in NODES) and "replay" in text)
        terminal.press("b")
        terminal.wait_for("14:03, 2026-11-24 14:03")
        terminal.press(f"{at}\r")
        terminal.wait_for(at + ",")
        terminal.press("/")
        terminal.wait_for("text, !text")
        terminal.press("web-1\r")
        terminal.wait_for("filter web-1")
        terminal.press("\r")
        text = terminal.wait_for(lambda text: "stress" in text and at in text)
        assert f"{busy('web-1', 600) * 2:.1f}" in text
        assert f"{busy('web-1', 600):.0f}%" in text
        terminal.press("[")
        earlier = time.strftime("%H:%M:%S", time.localtime(now - 610))
        terminal.wait_for(earlier)
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_wrong_requests_are_one_line(hub: tuple[Server, float], nodetop: Nodetop, tmp_path: Path) -> None:
    running, _ = hub
    path = tmp_path / "x"
    for arguments, code, message in (
        (("--since", "soon"), 2, "--since: 'soon' is not a time"),
        (("--since", "-1h", "--until", "-2h"), 2, "--since must be before --until"),
        (("--since", "-1h", "--node", "no-such"), 2, "has no node no-such"),
        (("--since", "-3h", "--until", "-2h"), 1, "no data in that time range"),
    ):
        done = exported(nodetop, running, path, *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
        assert message in done.stderr
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_unless_forced(hub: tuple[Server, float], nodetop: Nodetop, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("mine")
    done = exported(nodetop, hub[0], path, "--since", "-1h", "--node", "web-1")
    assert done.returncode == 2
    assert "already exists; use --force" in done.stderr
    assert path.read_text() == "mine"
    assert exported(nodetop, hub[0], path, "--since", "-1h", "--node", "web-1", "--force").returncode == 0
    assert {each.node for each in Reader(path)} == {"web-1"}
    assert list(tmp_path.iterdir()) == [path]
