"""nodetop --check as a script sees it: a real process on this host, on a recording, on a real hub."""

import re
import time
from pathlib import Path

import pytest

from nodetop.model import wire
from tests.conftest import Nodetop
from tests.server.servers import Server, push, rows, sample, server, until
from tests.test_house import NETWORK, SCREEN, imported
from tests.widgets.scenes import server as scene

FAST = ("--interval", "0.25")


def test_conditions_that_all_hold_exit_with_0(nodetop: Nodetop) -> None:
    done = nodetop(*FAST, "--check", "cpu<=100", "memory<100", "uptime>1s", "process:python>=0", "free:/>0")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0].split()[0] for line in done.stdout.splitlines()] == ["OK"] * 5


def test_one_that_does_not_is_1_and_one_unknown_2(nodetop: Nodetop) -> None:
    done = nodetop(*FAST, "--check", "uptime<1s", "filesystem:/none<9")
    assert done.returncode == 1
    assert re.fullmatch(
        r"FAIL    uptime<1s: \S.*\nUNKNOWN filesystem:/none<9: no file system is known at /none\n", done.stdout
    )
    assert nodetop(*FAST, "--check", "filesystem:/none<9", "uptime>1s").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check"], "--check needs conditions: nodetop --check 'cpu<90' 'filesystem:/<90'"),
        (["--check", "cpuu<9"], "--check: 'cpuu<9': unknown name 'cpuu'; did you mean cpu?"),
        (["cpu<9"], "'cpu<9' is not an option or a command; conditions need --check"),
        (["--check", "cpu<9", "--json"], "--check has its own output; omit --once and --json"),
        (["--check", "cpu<9", "--record", "x"], "--record needs the monitor or --json"),
    ],
)
def test_wrong_questions_are_one_line(nodetop: Nodetop, arguments: list[str], message: str) -> None:
    done = nodetop(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"nodetop: {message}\n")


def test_it_costs_a_script_little() -> None:
    assert imported(*FAST, "--check", "uptime>1s") & {*SCREEN, *NETWORK, "tinydb", "asyncio"} == set()


def test_the_last_snapshot_of_a_recording(nodetop: Nodetop, tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(b"".join(wire.encode(scene(tick)) + b"\n" for tick in range(3)))
    done = nodetop("--replay", path, "--check", "filesystem:/<50", "process:nginx")
    assert (done.returncode, done.stdout) == (1, "FAIL    filesystem:/<50: 71.4%\nOK      process:nginx: 8\n")


@pytest.fixture
def hub(tmp_path: Path):  # type: ignore[no-untyped-def]
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "hub") as running:
        yield running


def _pushed(hub: Server) -> None:
    filesystems = [{"device": "d", "mount_point": "/srv", "fs_type": "ext4", "used_percent": 95.0}]
    with hub.client("push") as client:
        assert push(
            client, sample("busy", filesystems=filesystems), sample("old", taken_at=time.time() - 300)
        ).is_success
    with hub.client() as client:
        until(lambda: {"default/busy", "default/old"} <= set(rows(client)))


def test_the_nodes_of_a_hub(nodetop: Nodetop, hub: Server) -> None:
    _pushed(hub)
    ask = ("--cluster", hub.url, "--token-file", hub.hub / "read.token", "--check")
    done = nodetop(*ask, "cpu<=100", "filesystem:/srv<90")
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert told["OK      busy cpu<=100"] == "25.0%"
    assert told["FAIL    busy filesystem:/srv<90"] == "95.0%"
    assert re.fullmatch(r"no report for \d+m \d+s \(stale\)", told["UNKNOWN old cpu<=100"])
    one = nodetop(*ask, "cpu<90", "process:nginx", "--node", "busy")
    assert (one.returncode, one.stdout) == (
        2, "OK      busy cpu<90: 25.0%\nUNKNOWN busy process:nginx: not available here\n"
    )  # fmt: skip
    assert nodetop(*ask, "cpu<90", "--node", "busy").returncode == 0
    stale = nodetop(*ask, "cpu<90", "--node", "old")
    assert stale.returncode == 2
    nobody = nodetop(*ask, "cpu<90", "--node", "nobody")
    assert (nobody.returncode, nobody.stdout) == (2, "UNKNOWN nobody cpu<90: the hub has no node nobody\n")


def test_a_hub_that_does_not_answer_tells_nothing(nodetop: Nodetop) -> None:
    done = nodetop("--cluster", "http://127.0.0.1:1", "--check", "cpu<90")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("nodetop: ") and done.stderr.count("\n") == 1
