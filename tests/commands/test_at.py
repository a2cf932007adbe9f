"""`--at TIME`: the same questions about a moment in the past."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nodetop.commands.base.past import parse_at
from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.model.snapshot import CpuMetrics, HistoryPoint, NodeSnapshot, Stat, TopProcess
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal
from tests.server.servers import Server, push, sample, server

STEP = 300.0


def ago(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.time() - seconds))


def test_this_host_as_it_was(nodetop: Nodetop, tmp_path: Path) -> None:
    now = time.time() // STEP * STEP
    top = (TopProcess(pid=7, name="backup", value=90.0),)
    points = [
        HistoryPoint(at=now - STEP * n, samples=60, cpu_busy_percent=Stat(mean=n, max=n), top_cpu=top)
        for n in range(1, 60)
    ]
    HistoryStore(tmp_path / "history").add("box", points)
    common = ("--data-dir", tmp_path, "--node-name", "box", "--at", ago(10 * STEP))
    found = json.loads(nodetop(*common, "--json").stdout)
    assert found["cpu"]["busy_percent"] in (10, 11) and found["seconds"] == STEP
    assert found["processes"]["rows"][0]["name"] == "backup"
    check = nodetop(*common, "--check", "cpu<12", "cpu<5", "temperature<80")
    assert [line.split()[0] for line in check.stdout.splitlines()] == ["OK", "FAIL", "UNKNOWN"]
    assert "backup" in nodetop(*common, "--once").stdout
    none = nodetop("--data-dir", tmp_path, "--node-name", "box", "--at", "-9d", "--json")
    assert (none.returncode, none.stderr) == (2, "nodetop: --at: no data of that time\n")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60) as running:
        yield running


def test_the_nodes_of_a_hub_as_they_were(nodetop: Nodetop, hub: Server) -> None:
    client: httpx.Client
    with hub.client("push") as client:
        now = time.time()
        samples = [
            sample("web", seq=n, taken_at=now - 3000 + 60 * n, interval=60.0, cpu={"busy_percent": float(n)})
            for n in range(1, 50)
        ]
        assert push(client, *samples, sent_at=time.time()).json()["accepted"] == 49
    common = ("--data-dir", hub.folder / "data", "--cluster", hub.url, "--at", ago(1800))
    rows = {row["node"]: row for row in json.loads(nodetop(*common, "--json").stdout)["nodes"]}
    assert rows["web"]["cpu_busy_percent"] in (19, 20, 21)
    node = json.loads(nodetop(*common, "--node", "web", "--json").stdout)
    assert 12 <= node["cpu"]["busy_percent"] <= 24
    check = nodetop(*common, "--node", "web", "--check", "cpu<30", "cpu>40")
    assert [line.split()[0] for line in check.stdout.splitlines()] == ["OK", "FAIL"]
    assert "web" in nodetop(*common, "--once").stdout


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nodes, a sample each minute from 12:00 to 13:00, with the minute as their CPU; db ends at 12:30."""
    begin = time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1))
    path = tmp_path_factory.mktemp("at") / "r.jsonl"
    samples = [
        NodeSnapshot(
            node=node, taken_at=begin + 60 * n, interval=60.0, boot_id="b", seq=n, cpu=CpuMetrics(busy_percent=float(n))
        )
        for n in range(61)
        for node in ("web", "db")
        if node == "web" or n <= 30
    ]
    path.write_bytes(b"".join(wire.encode(each) + b"\n" for each in samples))
    return path


def test_a_recording_as_it_was(nodetop: Nodetop, recording: Path) -> None:
    def at(text: str, *more: str) -> list[str]:
        return nodetop("--replay", recording, "--at", text, *more).stdout.splitlines()

    found = {each["node"]: each["cpu"]["busy_percent"] for each in map(json.loads, at("2026-11-24 12:20:30", "--json"))}
    assert found == {"web": 20.0, "db": 20.0}
    assert [json.loads(each)["node"] for each in at("12:50", "--json")] == ["web"]  # the last 12:50 of the recording
    assert [line.split()[:2] for line in at("-10m", "--check", "cpu<51", "cpu<50")] == [
        ["OK", "cpu<51:"],
        ["FAIL", "cpu<50:"],
    ]
    assert any("20.0% busy" in line for line in at("12:20", "--once"))
    for outside in ("11:00", "2026-11-25", "-2h"):
        done = nodetop("--replay", recording, "--at", outside, "--json")
        assert done.returncode == 2 and "is not in the recording, which is of 2026-11-24 12:00:00 to" in done.stderr


def test_the_monitor_opens_a_recording_at_a_time(recording: Path, tmp_path: Path) -> None:
    with Terminal("--replay", str(recording), "--at", "12:20", env={"NODETOP_DATA_DIR": str(tmp_path)}) as terminal:
        terminal.wait_for(lambda text: "12:20" in text and "20%" in text and "web" in text)
        terminal.press("p")
        terminal.wait_for(lambda text: "60%" in text)
        terminal.press("q")
        assert terminal.wait_end() == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--at", "2999-01-01", "--once"), "--at '2999-01-01' is in the future"),
        (("--at", "03:12", "--record", "r"), "--record records the present; omit --at"),
        (("--at", "03:12", "--demo"), "--demo plays its own day; omit --at"),
        (("--at", "03:12", "--replay", "/etc/passwd", "--speed", "2"), "--at loads the whole recording at once"),
        (("--at", "noonish", "--once"), "--at 'noonish' is not a time"),
        (("--at", "-1h", "--json", "--count", "2"), "--at is one moment; omit --count"),
    ],
)
def test_what_makes_no_sense_is_refused(nodetop: Nodetop, arguments: tuple[str, ...], reason: str) -> None:
    done = nodetop(*arguments)
    assert done.returncode == 2 and reason in done.stderr


def test_a_time_of_a_clock_that_is_a_little_ahead_is_now() -> None:
    """The hub whose message has the time may have another clock."""
    before = time.time()
    at = parse_at(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(before + 30)))
    assert at is not None and before <= at <= time.time()
