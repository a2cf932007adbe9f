"""Command lines as they are met, a file for each domain in recording/command_lines: in some a secret stands between
« and », the others have none."""

import re
from pathlib import Path

from nodetop.base.command_line import CommandLine

_FOLDER = Path(__file__).parent / "recording" / "command_lines"
_MARKED = re.compile("«(.*?)»")
DOMAINS = sorted(path.stem for path in _FOLDER.glob("*.txt"))


def lines_of(domain: str) -> list[str]:
    lines = (_FOLDER / f"{domain}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def with_secret(domain: str) -> list[str]:
    return [line for line in lines_of(domain) if "«" in line]


def harmless(domain: str) -> list[str]:
    return [line for line in lines_of(domain) if "«" not in line]


def unmarked(line: str) -> str:
    """As the process shows it."""
    return line.replace("«", "").replace("»", "")


def command_line(*arguments: str) -> CommandLine:
    """As it is read of a process with these arguments."""
    return CommandLine.of("\0".join(arguments))


def secrets_of(line: str) -> list[str]:
    return _MARKED.findall(line)
