"""What was changed in the monitor stands in the user's file, and nothing else in it changed."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.settings.memory import SettingsMemory

OLD = """# mine
interval = 5   # slow
theme = "dark"

[server]
listen = "0.0.0.0:8082"

[keys] # fingers
trends = "y"
"""


def test_a_file_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "nodetop.toml"
    SettingsMemory(path).save({"": {"theme": "light"}, "layout": {"hidden": ["disks"], "zoomed": None}})
    assert tomllib.loads(path.read_text()) == {"theme": "light", "layout": {"hidden": ["disks"]}}


def test_comments_order_and_other_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(OLD)
    SettingsMemory(path).save({"": {"theme": "light"}, "keys": {"preset": "vim"}})
    text = path.read_text()
    assert "interval = 5   # slow" in text and text.startswith("# mine") and "[keys] # fingers" in text
    assert tomllib.loads(text) == {
        "interval": 5,
        "theme": "light",
        "server": {"listen": "0.0.0.0:8082"},
        "keys": {"trends": "y", "preset": "vim"},
    }


def test_none_takes_a_key_away(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('ascii = true\n[layout]\nzoomed = "cpu"\n')
    SettingsMemory(path).save({"": {"ascii": None}, "layout": {"zoomed": None}, "keys": {"preset": None}})
    assert tomllib.loads(path.read_text()) == {"layout": {}}


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("interval = 5\n")
    real.chmod(0o640)
    link = tmp_path / "nodetop.toml"
    link.symlink_to(real)
    SettingsMemory(link).save({"": {"interval": 1.0}})
    assert link.is_symlink() and tomllib.loads(real.read_text()) == {"interval": 1.0}
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["dotfiles.toml", "nodetop.toml"]


@pytest.mark.parametrize("broken", [b"interval = = 1", b"\xff\xfe", b"layout = 3"])
def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(broken)
    with pytest.raises(ValueError, match="not TOML"):
        SettingsMemory(path).save({"layout": {"zoomed": "cpu"}})
    assert path.read_bytes() == broken
    assert os.listdir(tmp_path) == ["s.toml"]


def test_a_disk_that_refuses_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.toml"
    path.write_text(OLD)

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        SettingsMemory(path).save({"": {"theme": "light"}})
    assert path.read_text() == OLD
    assert os.listdir(tmp_path) == ["s.toml"]


@given(st.dictionaries(st.sampled_from(["theme", "node_name"]), st.text(max_size=20), min_size=1))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("m") / "s.toml"
    SettingsMemory(path).save({"": values})
    assert tomllib.loads(path.read_text()) == values
