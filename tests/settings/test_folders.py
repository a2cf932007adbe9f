"""Users without a home directory, as a systemd DynamicUser is: HOME is not set, and the user database has no entry."""

import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.settings.folders import NoHomeError, data_folder, required, settings_path
from nodetop.settings.options import Settings
from tests.pty_terminal import Terminal

UNKNOWN_USER = 54321
NODETOP = "from nodetop.cli import main; main()"
SERVER = "from nodetop.server.cli import main; main()"
REFUSAL = "this user has no home directory: set HOME, or give a folder with --data-dir"


@pytest.fixture
def without_home() -> list[str]:
    """The words before a command that run it as a user without a home."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no unshare here")
    prefix = [unshare, "--user", f"--map-user={UNKNOWN_USER}"]
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no user namespace can be made here")
    with pytest.raises(KeyError):
        pwd.getpwuid(UNKNOWN_USER)
    return ["env", "-u", "HOME", *prefix, sys.executable, "-c"]


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("arguments", [["--once"], ["--json"], ["--check", "cpu<101"]], ids=lambda each: each[0])
def test_what_keeps_nothing_needs_no_home(without_home: list[str], arguments: list[str]) -> None:
    done = run(*without_home, NODETOP, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (NODETOP, ["export", "--since", "-1m", "incident"]),
        (SERVER, []),
        (SERVER, ["--join", "http://127.0.0.1:1"]),
        (SERVER, ["forget", "web-1"]),
    ],
)
def test_what_keeps_data_says_what_to_set(without_home: list[str], program: str, arguments: list[str]) -> None:
    done = run(*without_home, program, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr in {f"nodetop: {REFUSAL}\n", f"nodetop-server: {REFUSAL}\n"}


def test_the_monitor_says_so_before_the_screen_changes(without_home: list[str]) -> None:
    with Terminal(command=[*without_home, NODETOP], columns=100) as terminal:
        terminal.wait_for(REFUSAL)
        assert b"\x1b[?1049h" not in terminal.raw


def test_a_data_folder_is_enough(without_home: list[str], tmp_path: Path) -> None:
    done = run(*without_home, SERVER, "--data-dir", str(tmp_path), "forget", "web-1")
    assert done.stderr == f"nodetop-server: There is no hub in {tmp_path}; give the right --data-dir\n"
    with Terminal(command=[*without_home, NODETOP, "--data-dir", str(tmp_path)]) as terminal:
        terminal.wait_for("CPU")


@pytest.mark.parametrize("path", ["~/kept", "~nobody-of-this-name/kept"])
def test_a_home_that_is_not_known_is_named(without_home: list[str], path: str) -> None:
    done = run(*without_home, NODETOP, "--once", "--data-dir", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"nodetop: Invalid value for '--data-dir': {path}: that user has no home directory.\n"


def test_the_folders_of_a_user_are_in_the_home(home: Path) -> None:
    assert settings_path() == home / ".config" / "nodetop" / "nodetop.toml"
    assert data_folder() == home / ".local" / "state" / "nodetop"


def test_folders_of_the_environment_stand_for_a_home(
    without_home: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    program = "from nodetop.settings.folders import *; print(settings_path(), data_folder())"
    done = run(*without_home, program)
    assert done.stdout == f"{tmp_path}/nodetop/nodetop.toml {tmp_path}/nodetop\n"


def test_settings_without_a_folder_refuse_to_name_one() -> None:
    with pytest.raises(NoHomeError):
        Settings(data_dir=None).required_data_dir()
    assert required(Path("/x")) == Path("/x")
