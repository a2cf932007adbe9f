"""The wheel and the sdist, as they are built."""

import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from nodetop.base.version import __version__

ROOT = Path(__file__).parents[1]
WHEEL_FILES = ("nodetop/py.typed", "nodetop/nodetop.tcss", "nodetop/cli.py", "nodetop/server/cli.py")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not in a repository")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_sdist_has_everything_that_make_and_the_tests_need(built: Path) -> None:
    with tarfile.open(built / f"nodetop_monitor-{__version__}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    missing = {name for name in tracked() if not name.endswith(".gitignore")} - names
    assert not missing


def test_the_wheel_has_the_program_alone_with_its_licence(built: Path) -> None:
    with zipfile.ZipFile(built / f"nodetop_monitor-{__version__}-py3-none-any.whl") as archive:
        names = archive.namelist()
        metadata = message_from_bytes(archive.read(f"nodetop_monitor-{__version__}.dist-info/METADATA"))
    assert set(WHEEL_FILES) <= set(names)
    assert f"nodetop_monitor-{__version__}.dist-info/licenses/LICENSE" in names
    stray = [name for name in names if not name.startswith(("nodetop/", "nodetop_monitor-"))]
    assert not stray
    shared = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    assert shared == {str(path.relative_to(ROOT)) for path in (ROOT / "share").rglob("*") if path.is_file()}
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Name"] == "nodetop-monitor"
