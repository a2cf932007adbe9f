"""The CPU of each process over the last samples, as a small graph. Pure."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from nodetop.drawing.graph import area
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.processes.key import Key, key_of

TREND_CELLS = 5
_SAMPLES = 2 * TREND_CELLS
_LEAST_PERCENT = 0.05
_DOTS = 4
"""Dots of a cell, one above the other."""
_UP_TO = (6.25, 25.0, 56.25)
"""Percent of a core that one, two and three dots stand for at most: the square-root scale, on which 0.3, 20 and 50 %
differ. On a linear one, all below 38 % would be one dot."""
_BLANK = " " * TREND_CELLS
_Dots = Mapping[Key, int]


@lru_cache(maxsize=2)
def _cells(ascii_only: bool) -> list[list[str]]:
    """The character of a cell by the dots of its left and right column."""
    dots = (None, *range(1, _DOTS + 1))
    return [
        [area((left, right), 1, 1, _DOTS, ascii_only=ascii_only)[0] if left or right else " " for right in dots]
        for left in dots
    ]


class Trends:
    """Looks at each sample once, and keeps only the processes that ran in it."""

    def __init__(self) -> None:
        self._samples: list[tuple[NodeSnapshot, _Dots]] = []
        self._dots: list[_Dots] = []
        self._cells: list[list[str]] = []

    def look(self, view: View) -> None:
        """Takes the last samples up to the time that the view shows."""
        ring = view.ring
        end = len(ring) if view.position is None else min(view.position + 1, len(ring))
        known = {id(snapshot): dots for snapshot, dots in self._samples}
        shown = [ring[index] for index in range(max(end - _SAMPLES, 0), end)]
        self._samples = [
            (snapshot, known[id(snapshot)] if id(snapshot) in known else _dots(snapshot)) for snapshot in shown
        ]
        self._dots = [{}] * (_SAMPLES - len(shown)) + [dots for _, dots in self._samples]
        self._cells = _cells(view.glyphs.ascii_only)

    def text(self, row: ProcessMetrics) -> str:
        """The graph of a process; blank if it did not run."""
        key = key_of(row)
        dots = [sample.get(key, 0) for sample in self._dots]
        if not any(dots):
            return _BLANK
        cells = self._cells
        return "".join([cells[left][right] for left, right in zip(dots[::2], dots[1::2], strict=True)])


def _dots(snapshot: NodeSnapshot) -> _Dots:
    rows = snapshot.processes.rows if snapshot.processes is not None else ()
    return {
        key_of(row): bisect_left(_UP_TO, percent) + 1
        for row in rows
        if (percent := row.cpu_percent) and percent >= _LEAST_PERCENT
    }
