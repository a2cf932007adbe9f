"""The guide's steps for a new metric are all of them: done in a copy of the package they show it everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.guide_steps import ROOT, copy_with, steps

FORGOTTEN = {
    1: "NodeSnapshot",
    2: "nodetop/model/history.py",
    4: "nodetop/probes/registry.py",
    5: "nodetop/model/quantities.py",
    7: "nodetop/widgets/node/registry.py",
    8: "nodetop/model/panels.py",
    9: "nodetop/explanations",
}
"""By the step that is left out, what the message names. Those of the files that registries import are not here: without
one of them nothing starts."""


def run(package: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Python with this copy of the package, and the tests of the repository."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(package), str(ROOT))), "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-B", *map(str, arguments)], cwd=package, env=environment, capture_output=True, text=True,
        timeout=50, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with(tmp_path_factory.mktemp("copy"))


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A /proc that has 1000 file handles to give."""
    for folder in ("proc/sys/fs", "sys"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "proc/sys/fs/file-nr").write_text("900\t0\t1000\n")
    (tmp_path / "proc/meminfo").write_text("MemTotal: 1000000 kB\n")  # so that it is one
    return tmp_path


@pytest.fixture
def roots(host: Path) -> list[object]:
    return ["--proc-root", host / "proc", "--sys-root", host / "sys", "--host-root", host, "--interval", "0.25"]


def test_the_metric_is_everywhere(package: Path, host: Path) -> None:
    done = run(package, "-m", "tests.made_up_metric", host)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    used = {"used": 900, "most": 1000, "used_percent": 90.0}
    assert seen["json"] == used
    for where in ("frame", "screen"):
        assert "⁸handles" in seen[where] and "90%!" in seen[where], seen[where]
        assert "900 of 1.0k" in seen[where]
    assert "file handles" in seen["trends"] and "90%" in seen["trends"]
    assert json.loads(seen["day file"])["handles_used_percent"] == {"mean": 90.0, "max": 90.0}
    assert seen["mean"]["used_percent"] == 90.0
    assert seen["row"] == 90.0 and seen["summary"] == {"mean": 90.0, "max": 90.0}
    assert "FDS%" in seen["table"] and "! 90%" in seen["table"]
    assert "file handles" in seen["map"] and "90%" in seen["map"]
    assert seen["filter"] == [True, False, True]
    assert ["handles", 2, 90.0] in seen["alerts"]
    assert set(seen["explained"]) == {"used %", "in use", "at most"}
    assert seen["option"]


def test_scripts_have_it(package: Path, roots: list[object]) -> None:
    printed = run(package, "-m", "nodetop", "--json", *roots)
    assert json.loads(printed.stdout)["handles"]["used_percent"] == 90.0, printed.stderr
    checked = run(package, "-m", "nodetop", "--check", "handles<80", "fds>89%", *roots)
    assert checked.stdout.splitlines() == ["FAIL    handles<80: 90.0%", "OK      fds>89%: 90.0%"], checked.stderr
    assert checked.returncode == 1


def test_only_the_documents_are_left_to_be_written(package: Path) -> None:
    done = run(package, "-m", "tests.forgotten", ROOT)
    left = done.stdout.splitlines()
    assert len(left) == 3, done.stdout + done.stderr
    assert "README.md" in left[0] and "**file handles** (of the whole machine)" in left[0]
    assert all(line.startswith(f"docs/{name}.md") for line, name in zip(left[1:], ("alerts", "filters"), strict=True))
    assert all("handles" in line for line in left[1:])


@pytest.mark.parametrize("step", FORGOTTEN)
def test_a_step_that_is_left_out_is_named(tmp_path: Path, step: int) -> None:
    package = copy_with(tmp_path, without=step)
    if step == 1:  # what is made of the struct cannot be imported
        assert "FileHandleMetrics" in run(package, "-m", "tests.forgotten", ROOT).stderr
        return
    said = [line for line in run(package, "-m", "tests.forgotten", ROOT).stdout.splitlines() if ".md" not in line]
    assert said and all("handles" in line.lower() for line in said), said
    assert any(FORGOTTEN[step] in line for line in said), said


def test_the_guide_has_nine_steps() -> None:
    assert list(steps()) == list(range(1, 10))
    assert all(steps().values())
