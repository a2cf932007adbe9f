"""What a shell offers after Tab, asked as bash asks."""

import os
import subprocess
import sys

import pytest

from nodetop.drawing.themes import THEMES

MAIN = {"nodetop": "nodetop.cli", "nodetop-server": "nodetop.server.cli"}


def asked(program: str, mode: str, **words: str) -> str:
    variable = f"_{program.upper().replace('-', '_')}_COMPLETE"
    command = [sys.executable, "-c", f"from {MAIN[program]} import main; main()"]
    environment = os.environ | {variable: mode, **words}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30).stdout


def offered(line: str) -> list[str]:
    """The words that complete the last one of a command line."""
    words = line.split(" ")
    answer = asked(words[0], "bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    return [each.partition(",")[2] for each in answer.splitlines()]


@pytest.mark.parametrize("program", MAIN)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script_and_no_server_starts(program: str, shell: str) -> None:
    script = asked(program, f"{shell}_source")
    assert program in script and f"{shell}_complete" in script


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("nodetop --theme ", sorted(THEMES)),
        ("nodetop --keys b", ["btop"]),
        ("nodetop --columns pid,us", ["pid,user"]),
        ("nodetop exp", ["export"]),
        ("nodetop --check load_1", ["load_15m", "load_1m"]),
        ("nodetop --check --on", ["--once"]),
        ("nodetop-server --args n", ["none"]),
        ("nodetop-server for", ["forget"]),
        ("nodetop-server --join https://hub --tok", ["--token-file"]),
    ],
)
def test_words_are_completed(line: str, wanted: list[str]) -> None:
    assert offered(line) == wanted


def test_a_column_is_offered_once() -> None:
    assert "pid,user,pid" not in offered("nodetop --columns pid,user,")
