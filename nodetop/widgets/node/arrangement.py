"""Where each panel stands on a screen of any size. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from nodetop.drawing.rect import Rect
from nodetop.model.panels import PANELS, SPECS, PanelSpec


@lru_cache(maxsize=64)
def arrange(
    width: int,
    height: int,
    *,
    zoomed: str | None = None,
    hidden: frozenset[str] = frozenset(),
    cores: int = 1,
    absent: frozenset[str] = frozenset(),
) -> dict[str, Rect]:
    """A rectangle for each panel that has room: they tile the screen and never overlap.

    Rows from top to bottom: header; the panels of the top (cpu and memory); those of the middle; processes; footer. As
    the screen shrinks those of the middle go, each below its least height, those of the top become one line without a
    border, and last header and footer go. What is `absent` on this machine gives its room to its neighbours.
    """
    if width < 1 or height < 1:
        return {}
    panels = [name for name in PANELS if name not in hidden | absent]
    if zoomed in PANELS:
        panels = [zoomed]
    header, footer = int(height >= 5), int(height >= 7)
    if not panels:
        header = height - footer
    rows = _rows(panels, width, height - header - footer, cores)
    rows = [([("header", 1)], header), *rows, ([("footer", 1)], footer)]
    rectangles: dict[str, Rect] = {}
    y = 0
    for shares, tall in rows:
        if tall > 0:
            rectangles |= _across(shares, y, width, tall)
            y += tall
    return rectangles


Shares = list[tuple[str, int]]
"""Panels side by side with their shares of the width."""
Row = tuple[Shares, int]
"""A row of them and its height."""
WIDE = 100
"""From so many cells on a panel has its usual share of the width."""
NARROW = 56
"""On less cells than these the panels of the top stand one above the other."""
LOW = 11
"""On less rows than these they are one line each."""
FEWEST_PROCESS_ROWS = 3
"""Panels between them and the upper ones go before the processes have less."""


def _rows(panels: Sequence[str], width: int, height: int, cores: int) -> list[Row]:
    if not panels:
        return []
    if len(panels) == 1:
        return [([(panels[0], 1)], height)]
    top, middle = _top(panels, width), _middle(panels, width, height)
    if height == 1 and top:
        return [(top[0], 1)]
    if "processes" not in panels:
        return _without_processes(top, middle, height)
    upper, lower = _upper_heights(top, height, cores, width), _lower_height(height) if middle else 0
    rest = height - sum(upper)
    if rest - lower < FEWEST_PROCESS_ROWS:
        lower = 0
    return [*zip(top, upper, strict=True), (middle, lower), ([("processes", 1)], rest - lower)]


def _without_processes(top: list[Shares], middle: Shares, height: int) -> list[Row]:
    if not middle:
        each = [height * (index + 1) // len(top) - height * index // len(top) for index in range(len(top))]
        return list(zip(top, each, strict=True))
    lower = height if not top else height * 2 // 5
    return [*_without_processes(top, [], height - lower), (middle, lower)] if top else [(middle, lower)]


def _top(panels: Sequence[str], width: int) -> list[Shares]:
    """Beside each other, or one above the other on a narrow screen."""
    present = [(spec.name, _share(spec, width)) for spec in _of("top", panels)]
    if width < NARROW:
        return [[each] for each in present]
    return [present] if present else []


def _of(place: str, panels: Sequence[str]) -> list[PanelSpec]:
    return [spec for spec in SPECS if spec.place == place and spec.name in panels]


def _share(spec: PanelSpec, width: int) -> int:
    return spec.narrow_share if spec.narrow_share and width < WIDE else spec.share


def _middle(panels: Sequence[str], width: int, height: int) -> Shares:
    """Those that the screen is high enough for, and of them as many as stand beside each other: the others are dropped
    in their order."""
    present = _of("middle", panels)
    is_alone = len(present) == len(panels)
    chosen = [spec for spec in present if is_alone or height >= spec.least_height]
    most = _most_beside(width)
    for spec in sorted(chosen, key=lambda spec: spec.dropped or len(SPECS)):
        if len(chosen) > most and spec.dropped:
            chosen.remove(spec)
    return [(spec.name, _share(spec, width)) for spec in chosen]


def _most_beside(width: int) -> int:
    """Two stand beside each other from 44 columns on, and one more for each further 32."""
    return 1 + max(width - 12, 0) // 32


def _upper_heights(top: list[Shares], height: int, cores: int, width: int) -> list[int]:
    """About three tenths, more where many cores need rows; where it is tight one line without a border."""
    if height < (LOW if len(top) < 2 else LOW + 4):
        return [1 if height > index + 1 else 0 for index in range(len(top))]
    if len(top) > 1:
        return [max(5, round(height * (0.18 if index else 0.22))) for index in range(len(top))]
    wanted = round(height * 0.3)
    if cores > 8:
        per_row = max(1, width // 24)
        wanted = max(wanted, min(-(-cores // per_row) + 3, round(height * 0.36)))
    return [max(5 if height < 16 else 7, min(wanted, 26)) for _ in top]


def _lower_height(height: int) -> int:
    """About a fifth: a border and two lines where it is tight, all of a list where it is not."""
    return max(4, min(round(height * 0.24), 18))


def _across(shares: Shares, y: int, width: int, height: int) -> dict[str, Rect]:
    """Panels side by side over the whole width, each by its share; what is left without a cell has no rectangle."""
    whole = sum(share for _, share in shares)
    rectangles: dict[str, Rect] = {}
    x, taken = 0, 0
    for name, share in shares:
        taken += share
        end = round(width * taken / whole)
        if end > x:
            rectangles[name] = Rect(x, y, end - x, height)
        x = end
    return rectangles
