"""The image's base is Alpine: every library of it has a wheel for musl, on both architectures."""

import re
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, run

pytestmark = [pytest.mark.timeout(600), pytest.mark.may_block]
FOLDER = ROOT / "deploy" / "docker"
BASE = re.compile(r"^ARG BASE=\S+/python:(\d+)\.(\d+)-alpine$", re.M)


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_every_library_has_a_wheel(architecture: str, tmp_path: Path) -> None:
    (version,) = BASE.findall((FOLDER / "Dockerfile").read_text())
    pinned = [line for line in (FOLDER / "constraints.txt").read_text().splitlines() if "==" in line]
    platforms = [f"--platform=musllinux_1_{minor}_{architecture}" for minor in (1, 2)]
    abis = [f"--abi={name}" for name in (f"cp{''.join(version)}", "abi3", "none")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--implementation=cp", f"--python-version={'.'.join(version)}", *abis, *platforms, "--platform=any"]
    run(*command, "--dest", tmp_path, *pinned)
    wheels = list(tmp_path.glob("*.whl"))
    assert len(wheels) == len(pinned)
    assert any("musllinux" in wheel.name for wheel in wheels)
