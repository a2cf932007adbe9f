"""The commands that the pages show: those that can, are run; of all, the programs accept the flags and the values."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from nodetop.base.terms import TermError
from nodetop.recording.demo import DEMO_FILE
from nodetop.server.api import openapi
from tests.conftest import Nodetop
from tests.documents.commands import command_lines, parsed
from tests.documents.pages import PAGES, ROOT, block_lines

# The reference is generated from the programs, and shows usage, not commands.
LINES = [line for page in PAGES if page.name != "reference.md" for line in block_lines(page)]
OURS = [(line, words) for line in LINES if "nodetop" in line.text for words in command_lines(line.text)]
_NOT_ALONE = {"--cluster", "--at", "--record", "--count", "--join"}
"""Flags of commands that need a hub, a past or a user who stops them."""
_SCRIPTED = {"--once", "--json", "--check"}
RUN = sorted({tuple(words) for _, words in OURS if _SCRIPTED & set(words) and not _NOT_ALONE & set(words)} - {()})


@pytest.mark.parametrize(("line", "words"), OURS, ids=[str(line) for line, _ in OURS])
def test_a_command_is_accepted(line: object, words: list[str]) -> None:
    try:
        parsed(words)
    except (click.UsageError, TermError) as error:
        pytest.fail(f"{line}: {error}")


def test_commands_are_found_and_wrong_ones_refused() -> None:
    assert len(OURS) > 40
    assert list(command_lines("sudo nodetop-server nodes && nodetop --once | head  # both")) == [
        ["nodetop-server", "nodes"],
        ["nodetop", "--once"],
    ]
    assert list(command_lines("kubectl -n nodetop exec x -- nodetop-server nodes")) == [["nodetop-server", "nodes"]]
    assert list(command_lines("systemctl start nodetop-server")) == []
    wrong = (
        "nodetop --onec",
        "nodetop --interval x",
        "nodetop exprot f",
        "nodetop --check 'cqu<3'",
        "nodetop-server -x",
    )
    for text in wrong:
        (words,) = command_lines(text)
        with pytest.raises((click.UsageError, TermError)):
            parsed(words)


@pytest.mark.parametrize("words", RUN, ids=" ".join)
def test_a_command_for_scripts_runs(
    words: tuple[str, ...], nodetop: Nodetop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DEMO_FILE, tmp_path / "day.jsonl.gz")
    monkeypatch.setenv("NODETOP_INTERVAL", "0.25")
    done = nodetop(*words[1:], cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert lines and done.stderr == ""
    if "--check" in words:
        assert {line.split()[0] for line in lines} <= {"OK", "FAIL", "UNKNOWN"}
        assert done.returncode in (0, 1, 2)
    else:
        assert done.returncode == 0
        assert all(json.loads(line)["node"] for line in lines if "--json" in words)


def test_commands_of_each_kind_are_run() -> None:
    assert {flag for words in RUN for flag in words} >= {*_SCRIPTED, "--replay"}


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {name for page in PAGES for name in re.findall(r"(?:^ {4}|`)make ([a-z-]+)", page.read_text(), re.M)}
    assert {"run", "test"} <= named <= targets


def test_addresses_of_the_interface_are_routes() -> None:
    paths = json.loads(openapi.document())["paths"]
    patterns = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) for path in paths]
    called = {found for line in LINES for found in re.findall(r"https?://[^/\s]+(/api/v2/[^\s?'\"]+)", line.text)}
    assert called
    assert [path for path in called if not any(re.fullmatch(pattern, path) for pattern in patterns)] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_line_for_completions_in_bash_is_one(nodetop: Nodetop, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text()
    assert "$(_NODETOP_COMPLETE=bash_source nodetop)" in readme
    monkeypatch.setenv("_NODETOP_COMPLETE", "bash_source")
    script = nodetop().stdout
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    assert "complete" in script
