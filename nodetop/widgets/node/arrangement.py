"""Where each panel is placed on a screen of any size. Pure."""

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
    """A rectangle for each panel that has room: they fill the screen and never overlap.

    Rows from top to bottom: header; the top panels (cpu and memory); the middle panels; processes; footer. As the
    screen gets smaller, first the middle panels disappear, each below its least height; then the top panels shrink to
    one line without a border; last the header and footer disappear. The room of panels that are `absent` on this
    machine goes to their neighbours.
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
"""Panels side by side, each with its share of the width."""
Row = tuple[Shares, int]
"""Such a row of panels and its height."""
WIDE = 100
"""From this width on a panel has its usual share of the width."""
NARROW = 56
"""Below this width the top panels are stacked."""
LOW = 11
"""Below this height the top panels are one line each."""
FEWEST_PROCESS_ROWS = 3
"""The middle panels are dropped before the process panel gets fewer rows than this."""


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
    """Side by side, or stacked on a narrow screen."""
    present = [(spec.name, _share(spec, width)) for spec in _of("top", panels)]
    if width < NARROW:
        return [[each] for each in present]
    return [present] if present else []


def _of(place: str, panels: Sequence[str]) -> list[PanelSpec]:
    return [spec for spec in SPECS if spec.place == place and spec.name in panels]


def _share(spec: PanelSpec, width: int) -> int:
    return spec.narrow_share if spec.narrow_share and width < WIDE else spec.share


def _middle(panels: Sequence[str], width: int, height: int) -> Shares:
    """The panels for which the screen is high enough; if too many to fit side by side, some are dropped in the order
    given by `dropped`."""
    present = _of("middle", panels)
    is_alone = len(present) == len(panels)
    chosen = [spec for spec in present if is_alone or height >= spec.least_height]
    most = _most_beside(width)
    for spec in sorted(chosen, key=lambda spec: spec.dropped or len(SPECS)):
        if len(chosen) > most and spec.dropped:
            chosen.remove(spec)
    return [(spec.name, _share(spec, width)) for spec in chosen]


def _most_beside(width: int) -> int:
    """Two fit side by side from 44 columns on, and one more for each further 32."""
    return 1 + max(width - 12, 0) // 32


def _upper_heights(top: list[Shares], height: int, cores: int, width: int) -> list[int]:
    """About three tenths; more if many cores need rows; one line without a border if there is little room."""
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
    """About a fifth: at least a border and two lines, at most what a whole list needs."""
    return max(4, min(round(height * 0.24), 18))


def _across(shares: Shares, y: int, width: int, height: int) -> dict[str, Rect]:
    """Panels side by side over the whole width, each by its share; a panel that gets no cell has no rectangle."""
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
