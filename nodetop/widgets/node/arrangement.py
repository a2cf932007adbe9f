"""Where each panel is placed on a screen of any size. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from nodetop.drawing.rect import Rect
from nodetop.model.panels import OPTIONAL, PANELS, SPEC, SPECS, PanelSpec


@lru_cache(maxsize=64)
def arrange(
    width: int,
    height: int,
    *,
    zoomed: str | None = None,
    hidden: frozenset[str] = OPTIONAL,
    wanted: tuple[tuple[str, int], ...] = (),
    absent: frozenset[str] = frozenset(),
) -> dict[str, Rect]:
    """A rectangle for each panel that has room: they fill the screen and never overlap.

    Rows from top to bottom: header; the top panels (cpu and memory); the middle panels; processes; footer. Panels get
    no more rows than they `wanted`; the process list has at least its share of the screen, and all that is left. As
    the screen gets smaller, first the middle panels disappear, each below its least height; then the top panels shrink
    to one line without a border; last the header and footer disappear. The room of panels that are `absent` on this
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
    rows = _rows(panels, width, height - header - footer, dict(wanted))
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
LEAST_TOP_ROWS = 3
_MOST_STACKED = 4
MANY_ROWS = 10
"""A panel that wants more gets more than the usual share of the height."""
LEAST_MIDDLE_ROWS = 2
CLOSED_FROM = 28
"""From this height on the process list has a bottom edge."""
Wanted = Mapping[str, int]


def _rows(panels: Sequence[str], width: int, height: int, wanted: Wanted) -> list[Row]:
    if not panels:
        return []
    if len(panels) == 1:
        return [([(panels[0], 1)], height)]
    top, middle = _top(panels, width), _middle(panels, width, height)
    if height == 1 and top:
        return [(top[0], 1)]
    if "processes" not in panels:
        return _without_processes(top, middle, height)
    if height < (LOW if len(top) < 2 else LOW + 4):  # one line each, without a frame
        upper, lower = [1 if height > index + 1 else 0 for index in range(len(top))], 0
    else:
        upper, lower = _panel_heights(top, middle, height, wanted)
    rest = height - sum(upper)
    if rest - lower < FEWEST_PROCESS_ROWS:
        lower = 0
    below = _stacked(panels, middle, width, height, rest - lower, wanted) if lower else []
    rest -= lower + sum(tall for _, tall in below)
    return [*zip(top, upper, strict=True), (middle, lower), *below, ([("processes", 1)], rest)]


def _stacked(panels: Sequence[str], middle: Shares, width: int, height: int, rest: int, wanted: Wanted) -> list[Row]:
    """On a narrow and high screen, rows of their own for middle panels that do not fit beside the others; the process
    list keeps half of the height."""
    if width >= NARROW:
        return []
    shown = {name for name, _ in middle}
    rows: list[Row] = []
    for spec in _of("middle", panels):
        tall = min(wanted.get(spec.name, spec.rows), _MOST_STACKED) + 1
        if spec.name not in shown and height >= spec.least_height and rest - tall >= height // 2:
            rows.append(([(spec.name, 1)], tall))
            rest -= tall
    return rows


def _panel_heights(top: list[Shares], middle: Shares, height: int, wanted: Wanted) -> tuple[list[int], int]:
    """Heights of the rows of panels above the process list, each with one edge, because it is joined to the next."""
    edges = len(top) + bool(middle)
    tallest = max((_most_wanted(shares, wanted, height) for shares in top), default=0)
    below = _most_wanted(middle, wanted, 0) if middle else 0
    room = max(height - _process_rows(height) - edges, LEAST_TOP_ROWS * len(top) + (LEAST_MIDDLE_ROWS if middle else 0))
    if tallest > MANY_ROWS:  # more than 16 cores
        room = max(room, round(height * 0.36))
    shared = round(height * max((SPEC[name].height_share for name, _ in middle), default=0.0))
    room = max(room, shared + LEAST_TOP_ROWS * len(top) + 2) if shared else room
    lower = min(below, max(LEAST_MIDDLE_ROWS, (room - 1) // 2, room - tallest)) if middle and top else min(below, room)
    lower = max(lower, min(below, shared))
    left = room - lower
    upper = [max(LEAST_TOP_ROWS, min(_most_wanted(shares, wanted, height), left // len(top))) for shares in top]
    return [rows + 1 for rows in upper], lower + 1 if middle else 0


def _most_wanted(shares: Shares, wanted: Wanted, height: int) -> int:
    """Rows inside the frames of panels side by side. Graphs over time grow with the screen."""
    each = [wanted.get(name, SPEC[name].rows) for name, _ in shares]
    return max(*each, LEAST_MIDDLE_ROWS, height // 7)


def _process_rows(height: int) -> int:
    """The least height of the process list, edges and header included: with its rows btop does not have more."""
    return max(round((height + 2) * 0.7 - 4) + (3 if height >= CLOSED_FROM else 2), FEWEST_PROCESS_ROWS)


def joined(rectangles: Mapping[str, Rect]) -> frozenset[str]:
    """The panels whose frame is closed by what is directly below them: other panels, on a low screen the footer too."""
    tops = {rect.y: name for name, rect in rectangles.items()}
    height = max((rect.y + rect.height for rect in rectangles.values()), default=0)
    closing = {y for y, name in tops.items() if name in PANELS or (name == "footer" and height < CLOSED_FROM + 2)}
    if len(set(rectangles) & set(PANELS)) < 2:
        return frozenset()
    return frozenset(name for name, rect in rectangles.items() if name in PANELS and rect.y + rect.height in closing)


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
