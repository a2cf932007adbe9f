"""What was changed in the monitor stands in the user's file, and nothing else in it changed."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.settings.memory import SettingsMemory
from nodetop.settings.options import Settings
from nodetop.settings.tables import changes_of, checked_layout
from tests.disk_calls import fail, record

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


def test_a_value_that_was_changed_back_is_written_as_before(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(OLD)
    SettingsMemory(path).save({"": {"interval": 2.0}})
    assert "interval = 2   # slow" in path.read_text()
    SettingsMemory(path).save({"": {"interval": 5.0}})
    assert path.read_text() == OLD


def test_the_value_none_removes_a_key(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('ascii = true\n[layout]\nzoomed = "cpu"\n')
    SettingsMemory(path).save({"": {"ascii": None}, "layout": {"zoomed": None}, "keys": {"preset": None}})
    assert path.read_text() == ""  # no empty table is left


def test_a_table_with_something_else_in_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('[layout]\n# mine\nzoomed = "cpu"\n')
    SettingsMemory(path).save({"layout": {"zoomed": None}})
    assert "[layout]\n# mine" in path.read_text()


def test_looking_through_layouts_leaves_the_users_own_lines_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    old = '[layout]\nhidden = ["temperature"]  # no sensors here\nown = { night = ["cpu", "processes"] }\n'
    path.write_text(old)
    layout = checked_layout(tomllib.loads(old)["layout"])[1]["layout"]
    for _ in layout.known:
        layout = layout.next(1)
        SettingsMemory(path).save(changes_of(Settings(layout=layout), ["layout"]))
        assert 'hidden = ["temperature"]  # no sensors here' in path.read_text()
    assert path.read_text() == old
    layout = layout.next(1)
    SettingsMemory(path).save(changes_of(Settings(layout=layout), ["layout"]))
    again = checked_layout(tomllib.loads(path.read_text())["layout"])[1]["layout"]
    assert again == layout and again.hidden == {"disks", "network", "temperature", "workloads"}


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


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to("s.toml")
    calls = record(monkeypatch, "write", "set_mode", "sync", "replace", "sync_directory")
    SettingsMemory(tmp_path / "link").save({"": {"theme": "light"}})
    assert calls == ["write", "set_mode", "sync", "replace", "sync_directory", "sync"]
    assert sorted(os.listdir(tmp_path)) == ["link", "s.toml"]


@pytest.mark.parametrize("failing", ["create", "write", "set_mode", "sync", "replace"])
def test_a_disk_that_refuses_leaves_the_old_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "s.toml"
    path.write_text(OLD)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        fail(patch, failing)
        SettingsMemory(path).save({"": {"theme": "light"}})
    assert path.read_text() == OLD
    assert os.listdir(tmp_path) == ["s.toml"]


def test_what_a_killed_writer_left_goes_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    for name, age in ((".nt-1-a.tmp", 1e9), (".nt-2-b.tmp", None)):
        (tmp_path / name).write_bytes(b"half")
        if age is not None:
            os.utime(tmp_path / name, (age, age))
    SettingsMemory(tmp_path / "s.toml").save({"": {"theme": "light"}})
    assert sorted(os.listdir(tmp_path)) == [".nt-2-b.tmp", "s.toml"]


@pytest.mark.parametrize("broken", [b"interval = = 1", b"\xff\xfe", b"layout = 3"])
def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(broken)
    with pytest.raises(ValueError, match="not valid TOML"):
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
