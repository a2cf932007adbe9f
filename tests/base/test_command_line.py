"""A command line that still knows its arguments."""

import re
from pathlib import Path

import msgspec
import pytest

from nodetop.base.command_line import CommandLine, as_text

PACKAGE = Path(__file__).parents[2] / "nodetop"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["sh", "-c", "a b"], "sh -c a b"),
        (["sleep", "10"], "sleep 10"),
        (["app", "", "x"], "app  x"),
        (["app", ""], "app "),
        ([" a ", "b"], " a  b"),
    ],
)
def test_it_is_text_that_knows_its_arguments(arguments: list[str], text: str) -> None:
    line = CommandLine.of("\0".join(arguments))
    assert line == text
    assert hash(line) == hash(text)
    assert line.raw.split("\0") == arguments
    assert line.raw is line.raw
    assert type(str(line)) is str


def test_msgspec_writes_it_as_text_and_nothing_else_that_it_does_not_know() -> None:
    line = CommandLine.of("a\0b c")
    assert msgspec.json.encode(line, enc_hook=as_text) == b'"a b c"'
    with pytest.raises(TypeError, match="type object is unsupported"):
        msgspec.json.encode(object(), enc_hook=as_text)


def test_every_encoder_of_the_package_knows_it() -> None:
    """One that does not would fail at the first process with arguments."""
    made = [
        (path.name, call)
        for path in PACKAGE.rglob("*.py")
        for call in re.findall(r"\.Encoder\([^)]*\)", path.read_text())
    ]
    assert len(made) >= 3
    without = {name for name, call in made if "enc_hook=as_text" not in call}
    assert without <= {"spool.py", "record.py"}, "which write clocks and numbers with it; samples come as JSON"
