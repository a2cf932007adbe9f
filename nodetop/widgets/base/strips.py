"""Lines of runs as Textual strips whose terminal text is ready. The one file that touches the insides of Strip.

A stock Strip costs 11-15 us to make (eight caches) and renders its segments again; a panel's line is drawn once, sent
once, and hardly ever cut, so here the ANSI text is made by our own drawing and the segments only if somebody asks:
a screenshot, an overlay, a click. Should Textual change underneath, `lazy_strips_work` says no and stock strips serve.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rich.ansi import AnsiDecoder
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from nodetop.drawing.runs import Line


class LazyStrip(Strip):
    """A strip made of terminal text; everything else of a Strip comes into being when first touched."""

    __slots__ = ("_line", "_sgr")

    def __init__(self, line: Line, width: int, ansi: str, sgr: Mapping[str, str]) -> None:
        # Strip.__init__ is called by __getattr__, if ever.
        self._line = line
        self._sgr = sgr
        self._cell_length = width
        self._render_cache = ansi

    def __getattr__(self, name: str) -> Any:
        # Reached only for a slot that is still empty.
        if name not in _STOCK_SLOTS:
            raise AttributeError(name)
        ansi, width = self._render_cache, self._cell_length
        Strip.__init__(self, segments(self._line, self._sgr), width)
        self._render_cache = ansi
        return object.__getattribute__(self, name)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        cuts = list(cuts)
        return [self] if cuts == [self._cell_length] else super().divide(cuts)


_STOCK_SLOTS = frozenset(Strip.__slots__) - {"_cell_length", "_render_cache"}


def segments(line: Line, sgr: Mapping[str, str]) -> list[Segment]:
    """The runs of a line as Rich segments of the same look."""
    return [Segment(text, _rich_style(sgr[style])) for style, text in line]


@lru_cache(maxsize=1024)
def _rich_style(sequence: str) -> Style:
    text = AnsiDecoder().decode_line(sequence + "x")
    return text.spans[0].style if text.spans and isinstance(text.spans[0].style, Style) else Style.null()


def lazy_strips_work() -> bool:
    """Whether this Textual takes and returns our strips as expected."""
    try:
        probe = LazyStrip([("a", "ab")], 2, "\x1b[1mab\x1b[0m", {"a": "\x1b[1m"})
        whole = probe.divide([2])[0] is probe and probe.crop(0, 2) is probe
        untouched = not _is_filled(probe)
        return whole and untouched and probe.cell_length == 2 and probe.crop(0, 1).text == "a" and _is_filled(probe)
    except (AttributeError, TypeError, KeyError):
        return False


def _is_filled(strip: LazyStrip) -> bool:
    try:
        object.__getattribute__(strip, "_segments")
    except AttributeError:
        return False
    return True


_LAZY = lazy_strips_work()


def strip(line: Line, width: int, ansi: str, sgr: Mapping[str, str]) -> Strip:
    """A line of exactly `width` cells, its terminal text, and the sequence of each style, as a strip."""
    if _LAZY:
        return LazyStrip(line, width, ansi, sgr)
    return Strip(segments(line, sgr), width)
