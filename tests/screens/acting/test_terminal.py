"""Signals, end to end: the real command on a real terminal, a real process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.pty_terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
COMMAND = ["sleep", f"37{os.getpid()}.25"]  # tests that run beside each other have processes of their own


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    started = subprocess.Popen(COMMAND, env={"PATH": os.environ["PATH"]})  # few enough to be seen on one page
    yield started
    started.kill()
    started.wait()


def open_on(terminal: Terminal, process: "subprocess.Popen[bytes]") -> None:
    terminal.wait_for("help")
    terminal.press("/")
    terminal.wait_for("~regex")
    terminal.press(COMMAND[1])
    terminal.wait_for(f"filter {COMMAND[1]}")
    terminal.press("\r")
    terminal.wait_for(f" {process.pid} ")


def test_a_process_is_looked_at_and_ended(process: "subprocess.Popen[bytes]") -> None:
    with Terminal("--no-history", "--interval", "0.5") as terminal:
        open_on(terminal, process)
        terminal.press("e")
        terminal.wait_for("PATH=")
        terminal.press("\x1b")
        terminal.wait_for(f"filter {COMMAND[1]}")
        terminal.press("k")
        terminal.wait_for(f"signal to sleep ({process.pid})")
        terminal.press("\r")
        terminal.wait_for("send TERM (15)")
        assert process.poll() is None
        terminal.press("y")
        terminal.wait_for(f"TERM sent to sleep ({process.pid})")
        assert process.wait(10) == -signal.SIGTERM
        terminal.press("q")
        assert terminal.wait_end() == 0


@pytest.mark.parametrize(("arguments", "env"), [(["--readonly"], {}), ([], {"NODETOP_READONLY": "1"})])
def test_read_only_is_asked_for_by_flag_or_environment(
    process: "subprocess.Popen[bytes]", arguments: list[str], env: dict[str, str]
) -> None:
    with Terminal("--no-history", "--interval", "0.5", *arguments, env=env) as terminal:
        open_on(terminal, process)
        assert "F9 kill" not in terminal.text
        terminal.press("k")
        terminal.wait_for("read-only: set by --readonly")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert process.poll() is None
