"""Programs that answer, fail, hang, or write without end."""

import os
from pathlib import Path

import pytest

from nodetop.probes.base.program import MOST_BYTES, Answer, ask


def script(folder: Path, text: str) -> str:
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


def test_what_a_program_writes(tmp_path: Path) -> None:
    program = script(tmp_path, 'echo "$1 $LC_ALL"; printf "\\033[31mno\\n" >&2; exit 3')
    answer = ask(program, ["a b"], 10)
    assert (answer.output, answer.code) == ("a b C\n", 3)
    assert "no" in answer.errors and "\x1b" not in answer.errors
    assert ask(script(tmp_path, ""), (), 10) == Answer("", "", 0)


def test_output_that_is_no_text(tmp_path: Path) -> None:
    assert ask(script(tmp_path, r"printf '\377\000ok'"), (), 10).output == "�\0ok"


@pytest.mark.parametrize("text", ["sleep 20", "sleep 20 & exit 0", "exec >&- 2>&-; sleep 20", "echo begun; sleep 20"])
def test_a_program_that_hangs_is_ended(tmp_path: Path, text: str) -> None:
    """So is one that leaves its output open to another, or closes it and does not end."""
    with pytest.raises(OSError, match="did not answer in 0 s"):
        ask(script(tmp_path, f"echo $$ >{tmp_path}/pid; {text}"), (), 0.3)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("where", ["", ">&2"])
def test_of_a_program_that_writes_without_end_the_beginning_is_kept(tmp_path: Path, where: str) -> None:
    answer = ask(script(tmp_path, f"exec yes {where}"), (), 30)
    assert answer.code == 0 and len(answer.errors) <= 1000
    assert len(answer.output) == (0 if where else MOST_BYTES)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        ask("no-such-program-of-nodetop", (), 1)
