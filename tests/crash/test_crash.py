"""What was acknowledged is there exactly once, after a kill at any time and after any power loss."""

import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base import files
from tests.crash.alert_kills import kill_telling_hub
from tests.crash.conftest import Crashes
from tests.crash.hub import kill_hub
from tests.crash.killed import ROOT, kill_program
from tests.crash.programs import PROGRAMS
from tests.crash.replayed import replay_hub, replay_program
from tests.crash.steps import STEPS


def test_a_hub_is_killed_under_load(tmp_path: Path, crashes: Crashes) -> None:
    crashes.report(kill_hub(tmp_path, crashes.kills, crashes.dice()))


def test_a_hub_is_killed_before_it_has_told_of_an_alert(tmp_path: Path, crashes: Crashes) -> None:
    crashes.report(kill_telling_hub(tmp_path, max(crashes.kills * 5 // 6, 2), crashes.dice()))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_killed_while_it_writes(tmp_path: Path, crashes: Crashes, name: str) -> None:
    crashes.report(kill_program(name, tmp_path, max(crashes.kills // 2, 2), crashes.dice()))


def test_a_hub_opens_every_state_a_crash_leaves(tmp_path: Path, crashes: Crashes) -> None:
    crashes.report(replay_hub(tmp_path, crashes.states, crashes.dice()))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_opens_every_state_a_crash_leaves(tmp_path: Path, crashes: Crashes, name: str) -> None:
    crashes.report(replay_program(name, tmp_path, crashes.states, crashes.dice()))


@pytest.mark.parametrize("step", STEPS)
def test_a_process_dies_at_its_step(tmp_path: Path, step: str) -> None:
    """The harness really kills at its steps, so that a run without faults means something."""
    script = """
import sys; from pathlib import Path; from nodetop.base import files; from tests.crash.steps import die_at
folder = Path(sys.argv[1]); die_at(sys.argv[2] + ":1:after")
files.make_directories(folder / "a"); descriptor = files.create(folder / "a" / "b")
files.write(descriptor, b"data"); files.truncate(descriptor, 2); files.sync(descriptor); files.sync_data(descriptor)
files.close(descriptor); files.replace(folder / "a" / "b", folder / "c"); files.sync_directory(folder)
files.remove(folder / "c"); print("alive")
"""
    command = [sys.executable, "-c", script, str(tmp_path), step]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
    assert (done.returncode, done.stdout) == (-9, ""), done.stderr


def test_a_fault_is_found(tmp_path: Path, crashes: Crashes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any sync, a power loss loses acknowledged data, and the replay finds it."""
    monkeypatch.setattr(files, "sync", lambda descriptor: None)
    monkeypatch.setattr("tests.crash.replay._RECORDED", ("create", "write", "close", "replace", "remove"))
    assert replay_program("history", tmp_path, 60, crashes.dice()).faults != []
