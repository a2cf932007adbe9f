"""The shortest sequences that move the cursor. LF keeps the column here: see tty.keys_only."""

from functools import lru_cache

UNKNOWN = -1
_FEW = 3
"""So many single characters are not longer than a sequence."""


@lru_cache(maxsize=4096)
def absolute(row: int, column: int) -> str:
    """To a place, both numbers from 0, from wherever the cursor is."""
    return f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H" if row else "\x1b[H"


@lru_cache(maxsize=4096)
def relative(down: int, start: int, column: int) -> str:
    """So many rows down (up if negative), and from a column, which may be UNKNOWN, to another. The place must be on the
    screen: LF in the last row would scroll."""
    return _vertically(down) + min(_horizontally(start, column), key=len)


def _vertically(down: int) -> str:
    if 0 <= down <= _FEW:
        return "\n" * down
    return _moved(down, "B", "A")


def _horizontally(start: int, column: int) -> list[str]:
    """The ways from one column to another; the first ones are preferred."""
    if start == column:
        return [""]
    to = f"\x1b[{column + 1}G" if column else "\r"
    if start == UNKNOWN:
        return [to]
    ways = [to, _moved(column - start, "C", "D")]
    return ["\b" * (start - column), *ways] if 0 < start - column <= _FEW else ways


def _moved(by: int, forward: str, backward: str) -> str:
    """CUD and CUU, or CUF and CUB, by so many cells."""
    return f"\x1b[{abs(by) if abs(by) > 1 else ''}{forward if by > 0 else backward}"
