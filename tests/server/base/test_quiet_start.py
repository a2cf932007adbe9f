"""How an agent starts under a CPU quota."""

import gc
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.server.base import quiet_start
from nodetop.server.base.quiet_start import RestingImports, own_quota
from tests.probes.cgroups.cgroup_hosts import docker_v2, kubernetes, without_limits


def test_imports_rest_before_each_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_up_outer.py").write_text("import made_up_inner\nvalue = made_up_inner.value + 1\n")
    (tmp_path / "made_up_inner.py").write_text("value = 1\n")
    rests = list[int]()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [RestingImports(lambda: rests.append(1)), *sys.meta_path])
    outer = importlib.import_module("made_up_outer")
    for name in ("made_up_outer", "made_up_inner"):
        del sys.modules[name]
    assert outer.value == 2 and len(rests) == 2


@pytest.mark.parametrize(("quota", "rests"), [(0.2, True), (2.0, False), (None, False)])
def test_only_a_small_quota_makes_imports_rest(
    quota: float | None, rests: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_start, "own_quota", lambda: quota)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    try:
        quiet_start.begin()
        assert not gc.isenabled()
        assert any(isinstance(each, RestingImports) for each in sys.meta_path) is rests
    finally:
        quiet_start.loaded()
        frozen = gc.get_freeze_count()
        gc.unfreeze()
    assert gc.isenabled() and frozen > 0


def test_the_own_quota(tmp_path: Path) -> None:
    made = {"docker": docker_v2, "pod": kubernetes, "none": without_limits}
    for name in made:
        (tmp_path / name).mkdir()
    found = {name: own_quota(make(tmp_path / name).files) for name, make in made.items()}
    assert found == {"docker": 2.0, "pod": 3.0, "none": None}


def test_httpx_is_loaded_without_its_own_command_line(tmp_path: Path) -> None:
    program = "from nodetop.server.cli import main; main()"
    words = [sys.executable, "-X", "importtime", "-c", program, "--join", "https://127.0.0.1:1", "--data-dir", tmp_path]
    ended = subprocess.run(words, stderr=subprocess.PIPE, text=True, timeout=60)
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert ended.returncode == 2 and "A node needs a join code" in ended.stderr
    assert "httpx" in loaded and not loaded & {"pygments.util", "rich.console"}
