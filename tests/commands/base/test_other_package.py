"""The warning about the other package of this name, as a user meets it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodetop.commands.base.other_package import WARNING, is_installed_here

PACKAGE = Path(__file__).parents[3] / "nodetop"


def test_this_environment_has_only_ours() -> None:
    assert not is_installed_here()


def test_ours_beside_the_other_one_says_so(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "nodetop", ignore=shutil.ignore_patterns("__pycache__"))

    def started() -> str:
        command = [sys.executable, "-P", "-m", "nodetop", "--version"]
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert ran.stdout.startswith("nodetop ")
        return ran.stderr

    (tmp_path / "nodetop_monitor-1.0.dist-info").mkdir()
    assert started() == ""
    (tmp_path / "nodetop-1.0.dist-info").mkdir()
    assert started() == f"nodetop: {WARNING}\n"
