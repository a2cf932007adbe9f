"""Users with a home and without one."""

import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from nodetop.settings.click_types import Folder, HomeFile
from nodetop.settings.home import settings_file
from nodetop.settings.options import Settings


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under a user of systemd's DynamicUser=, or under any number in a container."""

    def unknown(_uid: int) -> None:
        raise KeyError

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("homeless")
def test_who_has_no_home_has_the_places_of_the_machine() -> None:
    assert settings_file() == Path("/etc/nodetop/nodetop.toml")
    assert Settings().data_dir == Path("/var/lib/nodetop")


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("kind", [HomeFile(), Folder(exists=False)])
def test_a_name_in_a_home_that_is_not_there_is_refused(kind: click.Path) -> None:
    with pytest.raises(click.BadParameter, match="~/x: there is no home directory for ~"):
        kind.convert("~/x", None, None)
    assert str(kind.convert("/x", None, None)) == "/x"


UNKNOWN_USER = 54321
NODETOP = "from nodetop.cli import main; main()"
SERVER = "from nodetop.server.cli import main; main()"


@pytest.fixture
def without_home() -> list[str]:
    """The start of a command that runs Python code as a real user without a home directory, in a user namespace."""
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


@pytest.mark.parametrize("arguments", [["--once"], ["--json"], ["--check", "memory<101"]], ids=lambda each: each[0])
def test_a_process_of_a_user_without_a_home_works(without_home: list[str], arguments: list[str]) -> None:
    done = run(*without_home, NODETOP, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_server_of_a_user_without_a_home_needs_only_its_data_folder(without_home: list[str], tmp_path: Path) -> None:
    done = run(*without_home, SERVER, "--data-dir", str(tmp_path), "forget", "web-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"nodetop-server: There is no hub in {tmp_path}; give the right --data-dir\n"


@pytest.mark.parametrize("path", ["~/kept", "~no-such-user/kept"])
def test_a_path_in_an_unknown_home_is_one_plain_line(without_home: list[str], path: str) -> None:
    done = run(*without_home, NODETOP, "--once", "--data-dir", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"{path}: there is no home directory for ~" in done.stderr
