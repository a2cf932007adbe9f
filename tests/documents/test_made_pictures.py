"""The pictures of the pages are made by a script, from the demo."""

import subprocess
import sys
from pathlib import Path

from tests.documents.pages import ROOT


def test_the_script_makes_every_picture_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "pictures.py", tmp_path], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(made) == {path.name for path in (ROOT / "docs").glob("*.svg")}
    assert "OOM&#160;kill" in made["trends.svg"]
    assert all("worker-1" in svg and "url(http" not in svg for svg in made.values()), "a font from elsewhere"
