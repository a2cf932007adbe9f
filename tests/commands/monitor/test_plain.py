"""The start without click: it does what click would do, and loads nothing that the first picture does not need."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from nodetop import cli
from nodetop.commands import dispatch
from nodetop.commands.base.mode import Mode
from nodetop.commands.monitor import plain
from nodetop.commands.monitor.plain import plain_settings
from nodetop.settings.options import Settings

TERMINAL = {"TERM": "xterm"}


@pytest.fixture(autouse=True)
def on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)


def by_click(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    found: list[Settings] = []

    def run(_mode: Mode, settings: Settings, _first_gap: float) -> int:
        found.append(settings)
        return 0

    monkeypatch.setattr(dispatch, "run", run)
    cli._command(arguments, standalone_mode=False)
    return found[0]


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["--interval", "2"], ["--interval", "0.25"], ["--ascii"], ["--no-ascii", "--ascii"], ["--no-history"],
        ["--interval", "5", "--interval", "3.5", "--readonly", "--bits", "--fahrenheit", "--all-filesystems"],
    ],
)  # fmt: skip
def test_the_settings_are_those_of_click(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain_settings(arguments, TERMINAL) == by_click(arguments, monkeypatch)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--once"], ["--theme", "light"], ["--interval"], ["--interval", "0.1"], ["--interval", "nan"], ["export"],
        ["--interval", "1e3"], ["--interval", "99999"], ["--interval=2"], ["--bit"], ["--help"], ["--", "--bits"],
    ],
)  # fmt: skip
def test_everything_else_is_clicks(arguments: list[str]) -> None:
    assert plain_settings(arguments, TERMINAL) is None


def test_variables_and_a_settings_file_are_clicks(tmp_path: Path) -> None:
    assert plain_settings([], {**TERMINAL, "NODETOP_THEME": "light"}) is None
    assert plain_settings([], {**TERMINAL, "_NODETOP_COMPLETE": "bash_source"}) is None
    (tmp_path / "nodetop").mkdir()
    (tmp_path / "nodetop" / "nodetop.toml").touch()
    assert plain_settings([], TERMINAL) is None


def test_so_is_what_is_refused_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain_settings([], {"TERM": "dumb"}) is None
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert plain_settings([], TERMINAL) is None


def test_an_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from nodetop.commands.monitor import host

    def fails(_settings: Settings, _recording: None) -> int:
        raise FileNotFoundError(2, "No such file or directory", "/proc")

    monkeypatch.setattr(host, "monitor_host", fails)
    assert plain.run_plain(Settings()) == 1
    assert capsys.readouterr().err == "nodetop: /proc: No such file or directory\n"


HEAVY = {
    "asyncio", "click", "dataclasses", "gzip", "httpx", "inspect", "json", "logging", "nodetop.probes.units",
    "nodetop.probes.workloads", "platformdirs", "psutil", "regex", "rich", "shlex", "shutil", "subprocess",
    "tempfile", "textual", "tinydb", "tomlkit", "tomllib", "typing_extensions",
}  # fmt: skip


def test_nothing_is_imported_that_the_first_picture_does_not_need() -> None:
    code = (
        "import sys, nodetop.__main__, nodetop.commands.monitor.host as host\n"
        "from nodetop.settings.options import Settings\n"
        "host.first_frame = lambda *_, **__: (print(*sys.modules), sys.exit())\n"
        "host.monitor_host(Settings(), None)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "nodetop.widgets.node.frame" in found
    brought = {"json"} if msgspec.__version__.startswith("0.19.") else set()  # that version reads its own number so
    assert not HEAVY & set(found) - brought
