"""What scripts/generate makes is what is in the repository, and a manual page is one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MANUALS = sorted((ROOT / "share" / "man" / "man1").glob("*.1"))


def test_what_is_generated_is_of_this_version(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate"), str(tmp_path)], capture_output=True, text=True, check=True
    )
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    assert len(made) == len(done.stdout.splitlines()) > 10
    old = [str(name) for name, path in made.items() if path.read_bytes() != _content(ROOT / name)]
    assert not old, "run: make generate"
    stray = {path for path in (ROOT / "share").rglob("*") if path.is_file()} - {ROOT / name for name in made}
    assert not stray


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
@pytest.mark.parametrize("page", MANUALS, ids=lambda page: page.name)
def test_a_manual_page_is_formatted_without_a_warning(page: Path) -> None:
    command = ["groff", "-man", "-ww", "-z", "-Kutf8", "-Tutf8", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one_of_its_shell(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    scripts = [path for path in (ROOT / "share").rglob("*") if path.is_file() and shell in str(path.parent)]
    scripts += [path for path in (ROOT / "share" / "fish").rglob("*.fish") if shell == "fish"]
    assert scripts
    for script in scripts:
        subprocess.run([shell, "-n", str(script)], check=True)
