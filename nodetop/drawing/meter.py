"""Meters: one line that shows a share of a whole, filled from the left."""

from collections.abc import Sequence
from functools import lru_cache

from nodetop.drawing.glyphs import Glyphs
from nodetop.drawing.runs import Line, Run
from nodetop.drawing.theme import STEPS

_BANDS = 5
"""Most colours in one meter: each change of colour costs bytes."""


def step(share: float) -> int:
    """The gradient's step for a share of 0-1 (values outside count as the nearest end)."""
    return round((STEPS - 1) * min(1.0, max(0.0, share)))


def meter(percent: float | None, cells: int, gradient: str, glyphs: Glyphs) -> tuple[Run, ...]:
    """`cells` wide: filled to percent of 100 in the gradient's colours, the rest faint. Unknown is empty."""
    if cells <= 0:
        return ()
    parts = 2 if glyphs.half else 1
    filled = 0 if percent is None else round(min(1.0, max(0.0, percent / 100)) * cells * parts)
    if filled == 0 and percent:
        filled = 1
    return _meter(filled, cells, gradient, glyphs)


@lru_cache(maxsize=8192)
def _meter(filled: int, cells: int, gradient: str, glyphs: Glyphs) -> tuple[Run, ...]:
    whole, half = divmod(filled, 2) if glyphs.half else (filled, 0)
    text = glyphs.full * whole + glyphs.half * half
    band = max(1, -(-cells // _BANDS))
    runs = [
        (f"{gradient}.{step((start + band) / cells)}", text[start : start + band])
        for start in range(0, len(text), band)
    ]
    rest = cells - len(text)
    return (*runs, ("faint", glyphs.empty * rest)) if rest else tuple(runs)


def plain_meter(percent: float | None, cells: int, style: str, glyphs: Glyphs) -> tuple[Run, ...]:
    """A meter of one colour."""
    if cells <= 0:
        return ()
    share = 0.0 if percent is None else min(1.0, max(0.0, percent / 100))
    whole, half = divmod(round(share * cells * 2), 2) if glyphs.half else (round(share * cells), 0)
    text = glyphs.full * whole + glyphs.half * half
    rest = cells - len(text)
    return tuple(run for run in ((style, text), ("faint", glyphs.empty * rest)) if run[1])


def stacked(parts: Sequence[tuple[str, float]], total: float, cells: int, glyphs: Glyphs) -> Line:
    """Parts of a total one after the other, each (style, amount) in its colour; the remainder is faint."""
    runs: Line = []
    amount, used = 0.0, 0
    for style, part in parts:
        amount += max(0.0, part)
        end = min(cells, round(amount / total * cells)) if total > 0 else 0
        if end > used:
            runs.append((style, glyphs.full * (end - used)))
            used = end
    if cells > used:
        runs.append(("faint", glyphs.empty * (cells - used)))
    return runs
