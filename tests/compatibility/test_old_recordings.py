"""Recordings and incident files of an earlier nodetop, replayed by the command and by the monitor's source."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from nodetop.sources.replay import ReplaySource
from tests.compatibility.known import LOCAL, LOCAL_READS, MIDNIGHT, NOON, WITH_JOURNAL, rounded
from tests.compatibility.old_files import FILES, copied
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal

NODE_A = ("node-a", ["postgres", "nginx", "init"])
WEB_1 = ("web-1", ["nginx", "postgres"])
RECORDINGS: dict[str, tuple[tuple[str, list[str]], list[tuple[int, float, float | None]]]] = {
    "monitor.jsonl": (NODE_A, [(1, 1769861340.1160069, None), (2, 1769861340.4849157, 834854.676164269)]),
    "monitor.jsonl.gz": (
        NODE_A,
        [
            (1, 1769861400.122387, None),
            (2, 1769861400.4926574, 830882.9746040197),
            (3, 1769861400.9919763, 818480.028953451),
            (4, 1769861401.4923394, 817333.077209028),
            (5, 1769861401.9921117, 1027456.074546998),
        ],
    ),
    "killed.jsonl.gz": (
        NODE_A,
        [
            (1, 1769862000.1275845, None),
            (2, 1769862000.5085611, 808401.4786789182),
            (3, 1769862001.0074422, 820351.5077228573),
            (4, 1769862001.5070977, 820266.1901967546),
            (5, 1769862002.0071921, 846469.725102594),
        ],
    ),
    "json.jsonl": (NODE_A, [(2, 1769862600.6467724, 809300.0589825405), (3, 1769862601.146345, 821210.8118667074)]),
    "json-record.jsonl.gz": (
        NODE_A,
        [(2, 1769862660.5861204, 814378.2876695282), (3, 1769862661.0856593, 820208.500485206)],
    ),
    "of-hub.jsonl": (WEB_1, [(18, 1769861010.0, 18000.0)]),
}
"""The node and its processes; number, time and bytes read from disks of each sample."""


def lines(path: Path) -> list[dict[str, Any]]:
    """The snapshots that stand in a file, read without nodetop."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data)  # also where the end was never written
    found = [json.loads(line) for line in data.splitlines()]
    return [each for each in found if "seq" in each]


def holds(now: Any, then: Any) -> bool:
    """Whether all that was known then is known now; what a later nodetop adds does not count."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(key in now and holds(now[key], then[key]) for key in then)
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_is_replayed_as_json(tmp_path: Path, nodetop: Nodetop, name: str) -> None:
    path = copied(f"recordings/{name}", tmp_path / name)
    done = nodetop("--replay", path, "--json")
    notice = f"nodetop: {path} was not closed; everything up to there was read\n" if name.startswith("killed") else ""
    assert (done.returncode, done.stderr) == (0, notice)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    (node, processes), samples = RECORDINGS[name]
    assert [(each["seq"], each["taken_at"], each["disks"][0]["read_bytes_per_second"]) for each in found] == samples
    for each in found:
        assert each["node"] == node
        assert [row["name"] for row in each["processes"]["rows"]] == processes
    assert holds(found, lines(path))


@pytest.mark.parametrize("name", ["monitor.jsonl", "of-hub.jsonl"])
def test_a_recording_is_summed_up(tmp_path: Path, nodetop: Nodetop, name: str) -> None:
    done = nodetop("--replay", copied(f"recordings/{name}", tmp_path / name), "--once")
    assert (done.returncode, done.stderr) == (0, "")
    (node, processes), _ = RECORDINGS[name]
    assert all(word in done.stdout for word in (node, *processes[:2]))


def test_a_recording_is_shown(tmp_path: Path) -> None:
    path = copied("recordings/monitor.jsonl.gz", tmp_path / "old.gz")
    with Terminal("--replay", path, "--speed", "0", columns=160, rows=48, env={"TZ": "UTC"}) as terminal:
        text = terminal.wait_for(lambda text: "node-a" in text and "postgres -D /srv/db" in text and "quit" in text)
        assert "12:10:01" in text
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_an_incident_of_a_host_is_replayed(tmp_path: Path, nodetop: Nodetop) -> None:
    path = copied("incidents/host.jsonl", tmp_path / "host.jsonl")
    done = nodetop("--replay", path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (found["node"], found["taken_at"]) == ("node-a", 1769863201.13818)
    assert holds([found], lines(path))


async def test_the_history_in_an_incident_of_a_host_is_read() -> None:
    source = await asyncio.to_thread(ReplaySource, FILES / "incidents" / "host.jsonl")
    assert (source.cluster is not None, source.notices) == (False, [])
    points = [point for point in await source.history("node-a", 0.0, 4e9, 300.0) if point.at < NOON + 900]
    reads = {
        point.at: (point.samples, point.disk_read_bytes_per_second and point.disk_read_bytes_per_second.mean)
        for point in points
    }
    assert reads == LOCAL_READS
    assert LOCAL in points
    assert len(source.times()) == 7  # six that are made of the points, and the sample


def test_an_incident_of_a_hub_is_replayed(tmp_path: Path, nodetop: Nodetop) -> None:
    path = copied("incidents/hub.jsonl.gz", tmp_path / "hub.jsonl.gz")
    header = json.loads(gzip.decompress(path.read_bytes()).splitlines()[0])
    assert (header["made_by"], header["nodes"]) == ("ops@desk-1", ["hub-1", "node-a", "web-1", "east/db-1"])
    done = nodetop("--replay", path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    web = [(each["seq"], each["taken_at"], each["cpu"]["busy_percent"]) for each in found if each["node"] == "web-1"]
    assert web == [(seq, NOON + 30.0 + 60 * (seq - 15), 40.0 + seq) for seq in range(15, 19)]
    assert [each["node"] for each in found].count("hub-1") == 3
    assert holds(found, lines(path))


async def test_the_history_in_an_incident_of_a_hub_is_read() -> None:
    source = await asyncio.to_thread(ReplaySource, FILES / "incidents" / "hub.jsonl.gz")
    assert (source.cluster is not None, source.notices) == (True, [])
    assert {row.node for row in await source.nodes()} == {"hub-1", "node-a", "web-1", "east/db-1"}
    for (cluster, name), points in WITH_JOURNAL.items():
        node = name if cluster == "lab" else f"{cluster}/{name}"
        assert rounded(await source.history(node, 0.0, 4e9, 300.0)) == points
    moment = await source.at(MIDNIGHT - 6500, 1)
    assert {row.node: row.cpu_busy_percent for row in moment.nodes}["web-1"] == 43.0
