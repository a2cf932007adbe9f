"""`nodetop export` of this host, by the real command."""

import json
import os
import time
from pathlib import Path

import pytest

from nodetop.base.grid import interval_start
from nodetop.commands.export.request import joined
from nodetop.history.store import HistoryStore
from nodetop.model.snapshot import HistoryPoint, Stat
from nodetop.recording.file import NodeHistory, Reader
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal
from tests.server.servers import server, until


def point(at: float, samples: int) -> HistoryPoint:
    return HistoryPoint(at=at, samples=samples, cpu_busy_percent=Stat(mean=float(samples), max=99.0))


def history_of(path: Path) -> dict[float, int]:
    entries = list(Reader(path).entries())
    return {each.at: each.samples for entry in entries if isinstance(entry, NodeHistory) for each in entry.points}


def test_this_host_is_exported_with_its_history_and_a_fresh_sample(nodetop: Nodetop, tmp_path: Path) -> None:
    begin = interval_start(time.time() - 7200, 300)
    store = HistoryStore(tmp_path / "data" / "history")
    store.add("here", [point(begin + 300 * number, number + 1) for number in range(12)])
    path = tmp_path / "i.gz"
    secret = {**os.environ, "NODETOP_NODE_NAME": "here", "NODETOP_DATA_DIR": str(tmp_path / "data")}
    done = nodetop("export", "--since", "-2h", path, env=secret)
    assert done.returncode == 0
    assert "it has one sample, taken now" in done.stderr and "with the key S" in done.stderr
    assert done.stdout.startswith(f"{path}: 1 node, 1 sample, 1")
    (sample,) = Reader(path)
    assert sample.node == "here"
    assert sample.interval is not None
    assert sample.processes is not None and any(row.command for row in sample.processes.rows)
    kept = history_of(path)
    assert kept.items() >= {begin + 300 * number: number + 1 for number in range(1, 12)}.items()
    with Terminal("--replay", path, columns=120, rows=40) as terminal:
        terminal.wait_for("replay")
        terminal.press("[")
        terminal.wait_for("5-minute mean")
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_command_lines_go_in_as_asked(nodetop: Nodetop, tmp_path: Path) -> None:
    with Terminal(command=["sh", "-c", "sleep 60; : --password=hunter2"], columns=80, rows=5):
        for args, seen in (("none", False), ("full", True), ("redacted", False)):
            path = tmp_path / args
            done = nodetop("--no-history", "export", "--since", "-1m", "--args", args, path)
            assert done.returncode == 0, done.stderr
            assert ("hunter2" in path.read_text()) is seen
            (sample,) = Reader(path)
            assert sample.processes is not None
            assert any(row.command for row in sample.processes.rows) is (args != "none")


def test_a_hub_of_the_same_user_gives_its_samples(nodetop: Nodetop, tmp_path: Path) -> None:
    with server(tmp_path, "--listen", "127.0.0.1:0", "--node-name", "here", "--interval", "1") as hub:
        with hub.client() as client:
            until(
                lambda: len(client.get("/api/v2/clusters/*/node-metrics/here/recent").json().get("samples", ())) > 2,
                "the hub has samples",
            )
        path = tmp_path / "i"
        data = tmp_path / "data"
        done = nodetop("--node-name", "here", "export", "--since", "-10m", "--data-dir", data, path)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(list(Reader(path))) > 2
        assert history_of(path)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["export"], 2, "Missing"),
        (["export", "--since", "-1h"], 2, "Missing argument 'FILE'"),
        (["export", "--since", "-1h", "/dev/null/x"], 1, "/dev/null/x: Not a directory"),
        (["export", "--since", "-1h", "--node", "x", "F"], 2, "--node needs --cluster"),
        (["--once", "export", "--since", "-1h", "F"], 2, "--once does not go with export"),
        (["--replay", __file__, "export", "--since", "-1h", "F"], 2, "--replay does not go with export"),
        (["export", "--since", "+1h", "F"], 2, "--since: '+1h' is not a time; write 14:03, "),
        (["export", "--since", "-1h", "--args", "some", "F"], 2, "Invalid value for '--args'"),
        (["export", "--since", "-3d", "--until", "-2d", "F"], 1, "no data in that time range"),
        (["export", "--since", "-1h", "--cluster", "http://127.0.0.1:1", "F"], 1, "Nothing answers at 127.0.0.1:1"),
        (["export", "--since", "-1h", "--cluster", "ftp://x", "F"], 2, "'ftp://x' is not a hub's URL"),
    ],
)
def test_what_goes_wrong_is_one_line_and_leaves_no_file(
    nodetop: Nodetop, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = nodetop(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(f"nodetop: {message}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_settings_before_the_command_count(nodetop: Nodetop, tmp_path: Path) -> None:
    done = nodetop("--cluster", "ftp://flag", "export", "--since", "-1h", tmp_path / "x")
    assert "'ftp://flag' is not a hub's URL" in done.stderr
    (tmp_path / "settings.toml").write_text('cluster = "ftp://file"\n')
    done = nodetop("--config", tmp_path / "settings.toml", "export", "--since", "-1h", tmp_path / "x")
    assert "'ftp://file' is not a hub's URL" in done.stderr
    done = nodetop("--cluster", "ftp://flag", "export", "--cluster", "ftp://here", "--since", "-1h", tmp_path / "x")
    assert "'ftp://here' is not a hub's URL" in done.stderr


def test_the_header_says_what_it_is_of(nodetop: Nodetop, tmp_path: Path) -> None:
    path = tmp_path / "i"
    assert nodetop("--no-history", "--node-name", "here", "export", "--since", "-1h", path).returncode == 0
    header = json.loads(path.read_bytes().splitlines()[0])
    assert (header["nodetop_recording"], header["source"], header["nodes"]) == (2, "local", ["here"])
    assert header["until"] - header["since"] == pytest.approx(3600, abs=30)
    assert "@" in header["made_by"]


def test_of_two_keepers_the_one_that_saw_more_is_believed() -> None:
    assert joined([point(0, 3), point(300, 9)], [point(0, 5), point(600, 1)]) == [
        point(0, 5),
        point(300, 9),
        point(600, 1),
    ]
