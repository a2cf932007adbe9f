"""Settings files of users: one with every key there was, and one that the monitor itself has written into."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from nodetop.cli import _command as monitor
from nodetop.model.panels import OPTIONAL, Panels
from nodetop.server.cli import _command as server
from nodetop.server.settings import ServerSettings
from nodetop.settings.file import SERVER, read
from nodetop.settings.memory import SettingsMemory
from nodetop.settings.options import Settings, options
from nodetop.settings.tables import TABLES
from tests.compatibility.old_files import FILES, copied
from tests.pty_terminal import Terminal

ALL, KEPT = FILES / "settings" / "all.toml", FILES / "settings" / "kept.toml"
PIN = "sha256:" + "0123456789abcdef" * 4
ALERTS = {
    "cpu": "50/40 for 1m, critical 80/70",
    "memory": "91/81 for 2m",
    "swap": False,
    "filesystem": "92/82, critical 99/91",
    "inodes": "93",
    "full_in_hours": "6/10, critical 1/3",
    "iowait": "41/21 for 1h",
    "steal": "11/6 for 30s",
    "temperature": True,
    "oom_kills": "2",
    "silent": False,
}


def of(command: Any, kind: Any) -> list[Any]:
    return [option for option in command.params if option.name in kind.__struct_fields__]


def test_every_key_of_the_monitor_is_read() -> None:
    values, tables = read(ALL, of(monitor, Settings), tables=TABLES)
    written = tomllib.loads(ALL.read_text())
    assert values.pop("keys") == "vim"
    assert values == {key: value for key, value in written.items() if not isinstance(value, dict)}
    assert (values["interval"], values["pin"], len(values["columns"])) == (0.75, PIN, 19)
    own = {"night": ("cpu", "processes"), "day": ("disks",)}
    assert tables == {
        "key_changes": {"trends": "Y F12", "follow": "F11 f", "zoom": ""},
        "layout": Panels("night", frozenset({"temperature", "network"}) | OPTIONAL, "cpu", own),
        "alerts": ALERTS,
    }


def test_every_key_of_the_server_is_read() -> None:
    values, _ = read(ALL, of(server, ServerSettings), SERVER)
    assert values == tomllib.loads(ALL.read_text())["server"]
    assert (values["interval"], values["sample_interval"], values["max_nodes"]) == (4, 60.5, 12)


@pytest.mark.parametrize(
    ("command", "kind", "file"), [(monitor, Settings, "token_file"), (server, ServerSettings, "push_token_file")]
)
def test_the_commands_take_every_key(command: Any, kind: Any, file: str, home: Path) -> None:
    with command.make_context("x", ["--config", str(ALL)]) as context:
        given = context.params
    assert given["node_name"] == ("node-a" if kind is Settings else "hub-1")
    assert given["pin"] == PIN
    assert Path(given[file]).parent == home
    names = set(options(kind))
    written = tomllib.loads(ALL.read_text())
    mine = written["server"] if kind is ServerSettings else {**written, "keys": "vim"}
    assert all(given[name] is not None for name in names & mine.keys())


def test_what_the_monitor_kept_is_read() -> None:
    values, tables = read(KEPT, of(monitor, Settings), tables=TABLES)
    assert values == {
        "interval": 1.0,
        "columns": ["pid", "cpu", "mem", "rss", "state", "nice", "threads", "time", "read", "write", "container"],
        "theme": "light",
        "fahrenheit": True,
        "ascii": True,
        "keys": "btop",
    }
    panels = Panels("full", frozenset({"memory"}) | OPTIONAL, "cpu", {"night": ("cpu", "processes")})
    assert tables == {"layout": panels, "key_changes": {}}
    assert read(KEPT, of(server, ServerSettings), SERVER)[0] == {"listen": "0.0.0.0:8082"}


def test_what_the_monitor_kept_is_shown_and_goes_on(tmp_path: Path) -> None:
    kept = copied("settings/kept.toml", tmp_path / "nodetop.toml")
    recording = copied("recordings/monitor.jsonl", tmp_path / "old")
    with Terminal("--config", kept, "--replay", recording, "--speed", "0", columns=150, rows=45) as terminal:
        text = terminal.wait_for(lambda text: "node-a" in text and "quit" in text)
        assert "memory" not in text and "processes" not in text  # one is hidden, the other behind the zoomed panel
        assert terminal.raw.isascii()  # ascii = true
        terminal.press("z")  # no panel is zoomed any longer
        terminal.wait_for(lambda text: "117F" in text and "processes" in text and "USER" not in text)
        terminal.wait_for(lambda _: "zoomed" not in kept.read_text())
        terminal.press("q")
        assert terminal.wait_end() == 0
    written = tomllib.loads(KEPT.read_text())
    del written["layout"]["zoomed"]
    assert tomllib.loads(kept.read_text()) == written
    assert kept.read_text() == KEPT.read_text().replace('zoomed = "cpu"\n', "")


def test_what_is_changed_in_the_file_of_all_keys_leaves_the_others(tmp_path: Path) -> None:
    path = copied("settings/all.toml", tmp_path / "nodetop.toml")
    SettingsMemory(path).save({"": {"theme": "ember", "ascii": None}, "layout": {"zoomed": None}})
    wanted = tomllib.loads(ALL.read_text())
    wanted["theme"] = "ember"
    del wanted["ascii"], wanted["layout"]["zoomed"]
    assert tomllib.loads(path.read_text()) == wanted
