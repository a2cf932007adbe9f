"""`nodetop --demo`: a recording that comes with the package, shown in a real terminal."""

import gzip
import runpy
import sys
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.demo import DEMO_FILE, PLAYED_SECONDS
from nodetop.recording.file import NodeHistory
from nodetop.sources.replay import ReplaySource
from tests.pty_terminal import Terminal

SCRIPTS = Path(__file__).parents[3] / "scripts"
MOST_BYTES = 500_000


def test_it_shows_the_fleet_a_node_and_its_past(tmp_path: Path) -> None:
    with Terminal("--demo", "--speed", "60", columns=140, rows=40, env={"XDG_CONFIG_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("worker-1")
        terminal.wait_for("4 up")
        terminal.press("G\r")
        terminal.wait_for("ffmpeg")
        terminal.press("w")
        terminal.wait_for("top by memory")
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_at_speed_0_all_of_it_is_there_at_once(tmp_path: Path) -> None:
    with Terminal("--demo", "--speed", "0", columns=140, rows=40, env={"XDG_CONFIG_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("replay, end of")
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_its_last_minutes_are_played_and_the_rest_is_there_at_once() -> None:
    source = ReplaySource(DEMO_FILE, speed=1.0, played_seconds=PLAYED_SECONDS)
    times = source.times()
    whole = ReplaySource(DEMO_FILE).times()
    assert whole[-1] - times[-1] == pytest.approx(PLAYED_SECONDS, abs=60)
    assert times[-1] - times[0] > 80_000
    assert not source.notices


def test_it_is_what_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DEMO_FILE.stat().st_size < MOST_BYTES
    monkeypatch.syspath_prepend(str(SCRIPTS))
    made = tmp_path / "demo.jsonl.gz"
    monkeypatch.setattr(sys, "argv", ["make_demo.py", str(made)])
    runpy.run_path(str(SCRIPTS / "make_demo.py"), run_name="__main__")
    assert content(made) == content(DEMO_FILE), "run: make generate"


def content(path: Path) -> list[bytes]:
    """Its lines after the header, with the fields that the model has today: a new one needs no new recording."""
    lines = gzip.decompress(path.read_bytes()).splitlines()[1:]
    kinds = (NodeHistory if line.startswith(b'{"history_of"') else NodeSnapshot for line in lines)
    return [wire.encode(wire.decode(line, kind)) for line, kind in zip(lines, kinds, strict=True)]
