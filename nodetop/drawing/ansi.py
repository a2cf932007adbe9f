"""Converts lines of styled text to what is sent to a terminal."""

from collections.abc import Mapping

from nodetop.base.text import to_ascii
from nodetop.drawing.runs import Line

RESET = "\x1b[0m"


def in_ascii(line: Line) -> Line:
    """The line as a terminal that has only ASCII shows it, in as many cells."""
    return [(style, to_ascii(text)) for style, text in line]


def to_ansi(line: Line, sgr: Mapping[str, str]) -> str:
    """The line with its escape sequences, one for each change of style, and a reset at the end.

    `sgr` is theme.sgr's result: style name to sequence. The text must be clean.
    """
    out: list[str] = []
    last = ""
    for style, text in line:
        sequence = sgr[style]
        if sequence != last:
            out.append(sequence)
            last = sequence
        out.append(text)
    out.append(RESET)
    return "".join(out)
