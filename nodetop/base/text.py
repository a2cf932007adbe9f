"""Outside text made safe to show, and measured in terminal cells. Pure."""

import unicodedata
from functools import lru_cache

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"
# Controls, formats (bidi, zero width, tags), lone surrogates, separators, and what has no agreed glyph or width.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_COMBINING = frozenset({"Mn", "Me"})
_MARKS_PER_CHARACTER = 2
_SHORT = 256


def clean(value: str | bytes, limit: int = 256) -> str:
    """Any text from outside (process, host, mount or device names, a hub's reply) as text that is safe in a terminal.

    Control and format characters, lone surrogates and what has no agreed width become U+FFFD; more than two combining
    marks on one character are dropped; the result has at most `limit` characters. Everything shown passes here.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if len(value) > limit:
        value = value[:limit]
    if value.isascii() and value.isprintable():
        return value
    return _cleaned_short(value) if len(value) <= _SHORT else _cleaned_long(value)


def _cleaned(value: str) -> str:
    out: list[str] = []
    marks = 0
    for character in value:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _COMBINING else 0
        if category in _UNSAFE:
            out.append(REPLACEMENT)
        elif "\ufe00" <= character <= "\ufe0f":
            continue  # variation selectors: terminals disagree on the width they give
        elif category == "Zs":
            out.append(" ")
        elif marks <= _MARKS_PER_CHARACTER:
            out.append(character)
    return "".join(out)


_cleaned_short = lru_cache(maxsize=4096)(_cleaned)
_cleaned_long = lru_cache(maxsize=128)(_cleaned)
"""Few: whoever can start a process can make texts of thousands of characters."""


def width(value: str) -> int:
    """How many terminal cells clean text takes."""
    return len(value) if value.isascii() else _wide(value)


@lru_cache(maxsize=4096)
def _wide(value: str) -> int:
    return sum(map(_cells, value))


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in _COMBINING or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_PLAIN = {"–": "-", "°": " ", "…": "~", "·": "-", "×": "x", "↓": "<", "↑": ">"}


def to_ascii(value: str) -> str:
    """Clean text for a terminal that has nothing but ASCII, in as many cells: marks of our own become plain ones, every
    other character a question mark."""
    return value if value.isascii() else _to_ascii(value)


@lru_cache(maxsize=4096)
def _to_ascii(value: str) -> str:
    return "".join(
        character if character.isascii() else _PLAIN.get(character) or "?" * _cells(character) for character in value
    )


def cut(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text of at most so many cells; what does not fit ends in an ellipsis."""
    if value.isascii():
        return value if len(value) <= cells else value[: max(cells - 1, 0)] + ellipsis[:cells]
    if width(value) <= cells:
        return value
    taken, used = 0, 0
    for taken, character in enumerate(value):  # noqa: B007
        used += _cells(character)
        if used > cells - 1:
            break
    return value[:taken] + ellipsis[:cells]


def fit(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text of exactly so many cells, cut or padded on the right."""
    if value.isascii():
        length = len(value)
        if length <= cells:
            return value + " " * (cells - length)
        return value[: max(cells - 1, 0)] + ellipsis[:cells]
    value = cut(value, cells, ellipsis)
    return value + " " * (cells - width(value))


def fit_right(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text of exactly so many cells, cut, or padded on the left."""
    value = cut(value, cells, ellipsis)
    return " " * (cells - width(value)) + value
