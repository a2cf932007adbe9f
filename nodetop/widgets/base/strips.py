"""Lines of runs as Textual strips whose terminal text is ready. The only file that uses the internals of Strip.

A normal Strip takes 11-15 us to make (eight caches) and renders its segments again. A panel's line is drawn once, sent
once, and hardly ever cut. So the ANSI text is made by our own drawing here, and the segments only when something needs
them: a screenshot, an overlay, a click. If Textual changes, `lazy_strips_work` is False, and normal strips are used.
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
    """A strip made of terminal text; all other attributes of a Strip are made on first use."""

    __slots__ = ("_line", "_sgr")

    def __init__(self, line: Line, width: int, ansi: str, sgr: Mapping[str, str]) -> None:
        # __getattr__ calls Strip.__init__ if it is ever needed.
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
    """The runs of a line as Rich segments with the same styles."""
    return [Segment(text, _rich_style(sgr[style])) for style, text in line]


@lru_cache(maxsize=1024)
def _rich_style(sequence: str) -> Style:
    text = AnsiDecoder().decode_line(sequence + "x")
    return text.spans[0].style if text.spans and isinstance(text.spans[0].style, Style) else Style.null()


def lazy_strips_work() -> bool:
    """Whether this version of Textual accepts and returns our strips as expected."""
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
    """Makes a strip of a line of exactly `width` cells, its terminal text, and the escape sequence of each style."""
    if _LAZY:
        return LazyStrip(line, width, ansi, sgr)
    return Strip(segments(line, sgr), width)
