"""Makes untrusted text safe to show, and measures it in terminal cells. Pure."""

import unicodedata
from functools import lru_cache

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"
NEW_LINE = "\u21b5"
"""How a line feed in outside text is shown."""
_CONTROL = "\u00b7"
# Characters that nearly every font has: a box for a missing one would look like a broken encoding.
_CONTROLS = {chr(code): _CONTROL for code in (*range(32), *range(0x7F, 0xA0))} | {"\t": " ", "\n": NEW_LINE}
# Control and format characters (bidi, zero width, tags), lone surrogates, separators, and characters without an agreed
# glyph or width.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_COMBINING = frozenset({"Mn", "Me"})
_MARKS_PER_CHARACTER = 2
_SHORT = 256
_HOST_END = 0.7
_LEAST_MIDDLE = 5


def clean(value: str | bytes, limit: int = 256) -> str:
    """Makes untrusted text (process, host, mount or device names, a hub's reply) safe to print in a terminal.

    A line feed becomes ↵, a tab a blank, another control character a dot. Format characters, lone surrogates and
    characters without an agreed width become U+FFFD. More than two combining marks on one character are dropped. The
    result has at most `limit` characters. Everything that is shown goes through this function.
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
            out.append(_CONTROLS.get(character, REPLACEMENT))
        elif "\ufe00" <= character <= "\ufe0f":
            continue  # variation selectors: terminals disagree about the resulting width
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


_PLAIN = {"–": "-", "°": " ", "…": "~", "·": "-", "×": "x", "↓": "<", "↑": ">", NEW_LINE: " "}


def to_ascii(value: str) -> str:
    """Clean text for an ASCII-only terminal, in the same number of cells. nodetop's own symbols become ASCII ones, all
    other characters question marks."""
    return value if value.isascii() else _to_ascii(value)


@lru_cache(maxsize=4096)
def _to_ascii(value: str) -> str:
    return "".join(
        character if character.isascii() else _PLAIN.get(character) or "?" * _cells(character) for character in value
    )


def cut(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text cut to at most so many cells, with an ellipsis at the cut."""
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


def cut_middle(value: str, cells: int, ellipsis: str = ELLIPSIS, end: float = 0.5) -> str:
    """Clean text cut to at most so many cells in its middle: names usually differ at their end, and start with what
    they are. `end` is the share of the cells for its end."""
    if width(value) <= cells:
        return value
    if cells < _LEAST_MIDDLE:
        return cut(value, cells, ellipsis)
    tail = int((cells - len(ellipsis)) * end)
    head = cells - len(ellipsis) - tail
    if value.isascii():
        return value[:head] + ellipsis + value[-tail:]
    last = cut(value[::-1], tail, "")[::-1]
    while last and width(last[0]) == 0:  # a mark whose letter was cut off
        last = last[1:]
    return cut(value, head, "") + ellipsis + last


def fit_middle(value: str, cells: int, ellipsis: str = ELLIPSIS, end: float = 0.5) -> str:
    """Clean text of exactly so many cells: cut in its middle, or padded on the right."""
    value = cut_middle(value, cells, ellipsis, end)
    return value + " " * (cells - width(value))


def cut_host(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """The name of a host cut to at most so many cells. More is left of its end, as many begin alike: "ed…-02-n7"."""
    return cut_middle(value, cells, ellipsis, _HOST_END)


def fit_host(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """The name of a host in exactly so many cells."""
    return fit_middle(value, cells, ellipsis, _HOST_END)


def fit(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text of exactly so many cells: cut, or padded on the right."""
    if value.isascii():
        length = len(value)
        if length <= cells:
            return value + " " * (cells - length)
        return value[: max(cells - 1, 0)] + ellipsis[:cells]
    value = cut(value, cells, ellipsis)
    return value + " " * (cells - width(value))


def fit_right(value: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Clean text of exactly so many cells: cut, or padded on the left."""
    value = cut(value, cells, ellipsis)
    return " " * (cells - width(value)) + value
