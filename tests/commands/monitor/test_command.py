"""The monitor in a real terminal, from its start to its end."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.recording.error import RecordingError
from nodetop.recording.file import Reader
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal

FAST = ("--interval", "0.25")
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
PANELS = ("cpu", "memory", "disks", "network", "processes")
"""Temperature is there on machines that have sensors."""


def drawn(text: str) -> bool:
    return all(name in text for name in PANELS) and "quit" in text


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 48)])
def test_it_shows_this_machine_and_quits(columns: int, rows: int) -> None:
    with Terminal("--no-history", *FAST, columns=columns, rows=rows) as terminal:
        terminal.wait_for("processes")
        terminal.wait_for("live")
        terminal.press("q")
        assert terminal.wait_end() == 0
        assert ENTER in terminal.raw
        assert LEAVE in terminal.raw


def test_the_panels_are_there_with_rates() -> None:
    with Terminal(*FAST, columns=160, rows=48) as terminal:
        terminal.wait_for(drawn)
        terminal.wait_for(lambda text: "user" in text and "%" in text)
        terminal.press("q")
        assert terminal.wait_end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_gives_the_terminal_back(number: signal.Signals) -> None:
    with Terminal(*FAST) as terminal:
        terminal.wait_for(drawn)
        terminal.process.send_signal(number)
        assert terminal.wait_end() == 128 + number
        assert LEAVE in terminal.raw
        assert b"Traceback" not in terminal.raw


def test_a_terminal_that_cannot_be_drawn_on_is_not() -> None:
    with Terminal(*FAST, env={"TERM": "dumb"}) as terminal:
        assert terminal.wait_end() == 2
        assert ENTER not in terminal.raw
        assert "TERM=dumb" in terminal.text


@pytest.mark.parametrize("flags", [("--ascii",), ("--ascii", "--theme", "light")])
def test_in_ascii_the_terminal_gets_nothing_else(flags: tuple[str, ...]) -> None:
    with subprocess.Popen(["\u65e5\u672c-named", "600"], executable=shutil.which("sleep")) as child:
        try:
            with Terminal(*FAST, *flags) as terminal:
                terminal.wait_for(drawn)
                terminal.press("/")
                terminal.wait_for("user=root")
                terminal.press(f"pid={child.pid}\r")
                terminal.wait_for("????-named")
                terminal.press("w")
                terminal.wait_for("trends")
                assert terminal.raw.isascii()
        finally:
            child.kill()


def test_a_filter_typed_at_once_is_a_filter_and_no_commands() -> None:
    with Terminal(*FAST) as terminal:
        terminal.wait_for(drawn)
        for typed in ("qpw0z", "kq"):
            terminal.press(f"/{typed}\r")
            text = terminal.wait_for(f"filter {typed}")
            assert "live" in text
            terminal.press("\x1b")
            terminal.wait_for(lambda text, typed=typed: f"filter {typed}" not in text)  # type: ignore[misc]
        terminal.press("q")
        assert terminal.wait_end() == 0


def recorded(path: Path) -> int:
    """How many snapshots can be read from a file that is being written."""
    try:
        return len(list(Reader(path)))
    except RecordingError:
        return 0


def steps_back(terminal: Terminal, text: str) -> bool:
    """Presses [ until there is something older to step to."""
    terminal.press("[")
    return " ago " in text


def test_what_is_recorded_is_shown_again_in_the_same_screen(tmp_path: Path) -> None:
    path = tmp_path / "r.gz"
    with Terminal(*FAST, "--record", path, "--node-name", "recorded-here") as terminal:
        terminal.wait_for(drawn)
        terminal.wait_for(lambda _: recorded(path) >= 4)
        terminal.press("q")
        assert terminal.wait_end() == 0
    nodes = {snapshot.node for snapshot in Reader(path)}
    assert nodes == {"recorded-here"}
    with Terminal("--replay", path, "--speed", "0") as terminal:
        text = terminal.wait_for(drawn)
        assert "recorded-here" in text
        terminal.wait_for(lambda text: steps_back(terminal, text))
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_a_wrong_setting_is_told_before_the_screen_changes(tmp_path: Path) -> None:
    with Terminal("--theme", "pink") as terminal:
        assert terminal.wait_end() == 2
        assert ENTER not in terminal.raw
        assert "'pink' is not a theme" in terminal.text
    (tmp_path / "r").write_text("nothing\n")
    with Terminal("--replay", tmp_path / "r") as terminal:
        assert terminal.wait_end() == 2
        assert ENTER not in terminal.raw
        assert "not a snapshot" in terminal.text


def test_without_history_nothing_is_written(home: Path) -> None:
    with Terminal("--no-history", *FAST) as terminal:
        terminal.wait_for(drawn)
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_history_is_written_where_the_setting_says(tmp_path: Path) -> None:
    with Terminal(*FAST, "--data-dir", tmp_path / "kept") as terminal:
        terminal.wait_for(drawn)
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert list((tmp_path / "kept").rglob("*.json"))


def test_history_that_cannot_be_kept_does_not_stop_the_monitor(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "history").write_text("a file in its place")
    with Terminal(*FAST, "--data-dir", tmp_path / "kept") as terminal:
        terminal.wait_for(drawn)
        terminal.press("q")
        assert terminal.wait_end() == 0
        assert b"Traceback" not in terminal.raw


def test_a_host_alone_needs_no_http_and_no_server(tmp_path: Path) -> None:
    listed = tmp_path / "modules"
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: open({str(listed)!r}, 'w').write('\\n'.join(sys.modules)))\n"
        "from nodetop.cli import main\n"
        "main(['--interval', '0.25'])\n"
    )
    with Terminal(command=[sys.executable, "-c", script]) as terminal:
        terminal.wait_for(drawn)
        terminal.press("q")
        assert terminal.wait_end() == 0
    modules = {name.partition(".")[0] for name in listed.read_text().split()}
    assert "textual" in modules
    assert modules & {"httpx", "starlette", "uvicorn", "psutil"} == set()


def test_standard_output_that_is_no_terminal_is_refused(nodetop: Nodetop) -> None:
    with Terminal(command=["/bin/sh", "-c", f"{sys.executable} -m nodetop | cat"]) as terminal:
        assert terminal.wait_end() == 0  # cat's
        assert "the monitor needs a terminal" in terminal.text
    assert nodetop(stdin=subprocess.DEVNULL).returncode == 2
