"""The file that a value was read from, and its lines that matter."""

from dataclasses import dataclass

from nodetop.base.text import clean

MOST_LINES = 12
_LONGEST = 400


@dataclass(frozen=True)
class RawFile:
    """`path` is a path as in the kernel's documentation, or "statvfs PATH", or "hwmon" for a sensor found by its chip
    and label. With `words`, only lines whose word number `column` (a colon ends a word) is one of these; else all
    lines."""

    path: str
    words: tuple[str, ...] = ()
    column: int = 0


@dataclass(frozen=True)
class RawLines:
    """The lines that were read, safe to show; or the problem, if they could not be read."""

    path: str
    lines: tuple[str, ...] = ()
    problem: str | None = None


def picked(data: bytes, file: RawFile) -> tuple[str, ...]:
    """The lines that match, at most MOST_LINES."""
    lines = [line for line in data.decode("utf-8", "replace").replace("\0", " ").split("\n") if line.strip()]
    if file.words:
        lines = [line for line in lines if _word(line, file.column) in file.words]
    return tuple(clean(line.replace("\t", " "), _LONGEST) for line in lines[:MOST_LINES])


def _word(line: str, column: int) -> str:
    words = line.replace(":", " ").split()
    return words[column] if column < len(words) else ""
