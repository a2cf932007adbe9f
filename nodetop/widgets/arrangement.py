"""Where each panel stands on a screen of any size. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PANELS = ("cpu", "memory", "disks", "network", "temperature", "processes")


@dataclass(frozen=True)
class Rect:
    """Cells of the screen, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@lru_cache(maxsize=64)
def arrange(
    width: int,
    height: int,
    *,
    zoomed: str | None = None,
    hidden: frozenset[str] = frozenset(),
    cores: int = 1,
    sensors: bool = True,
) -> dict[str, Rect]:
    """A rectangle for each panel that has room: they tile the screen and never overlap.

    Rows from top to bottom: header; cpu and memory; disks, network and temperature; processes; footer. As the screen
    shrinks the third row goes (temperature first, then disks, then network), cpu and memory become one line without a
    border, and last header and footer go. Without `sensors` temperature gives its room to network.
    """
    if width < 1 or height < 1:
        return {}
    panels = [name for name in PANELS if name not in hidden and (sensors or name != "temperature")]
    if zoomed in PANELS:
        panels = [zoomed]
    header, footer = int(height >= 4), int(height >= 6)
    rows = _rows(panels, width, height - header - footer, cores)
    rows = [([("header", 1)], header), *rows, ([("footer", 1)], footer)]
    rectangles: dict[str, Rect] = {}
    y = 0
    for shares, tall in rows:
        if tall > 0:
            rectangles |= _across(shares, y, width, tall)
            y += tall
    return rectangles


Row = tuple[list[tuple[str, int]], int]
"""Panels side by side with their shares of the width, and the row's height."""


def _rows(panels: Sequence[str], width: int, height: int, cores: int) -> list[Row]:
    if not panels:
        return [([("header", 1)], height)]
    if len(panels) == 1:
        return [([(panels[0], 1)], height)]
    top, middle, has_processes = _top(panels, width), _middle(panels, width, height), "processes" in panels
    if not has_processes:
        return _without_processes(top, middle, height)
    if height < 8 or not (top or middle):
        line = 1 if height >= 2 and top else 0
        return [(top, line), ([("processes", 1)], height - line)]
    upper = _upper_height(height, cores, width) if top else 0
    lower = _lower_height(height) if middle else 0
    return [(top, upper), (middle, lower), ([("processes", 1)], height - upper - lower)]


def _without_processes(top: list[tuple[str, int]], middle: list[tuple[str, int]], height: int) -> list[Row]:
    if not top or not middle:
        return [(top or middle, height)]
    upper = -(-height * 3 // 5)
    return [(top, upper), (middle, height - upper)]


def _top(panels: Sequence[str], width: int) -> list[tuple[str, int]]:
    shares = {"cpu": 64 if width >= 100 else 60, "memory": 36 if width >= 100 else 40}
    return [(name, share) for name, share in shares.items() if name in panels]


def _middle(panels: Sequence[str], width: int, height: int) -> list[tuple[str, int]]:
    """Temperature needs 18 rows or is left out, disks 16, network 13; narrow screens show two, very narrow ones one."""
    least = {"disks": 16, "network": 13, "temperature": 18}
    shares = {"disks": 42, "network": 34, "temperature": 24}
    chosen = [name for name in shares if name in panels and height >= least[name]]
    most = 3 if width >= 76 else 2 if width >= 44 else 1
    for name in ("temperature", "disks"):
        if len(chosen) > most and name in chosen:
            chosen.remove(name)
    return [(name, shares[name]) for name in chosen]


def _upper_height(height: int, cores: int, width: int) -> int:
    """About three tenths, more where many cores need rows; never less than a border and three lines."""
    wanted = round(height * 0.3)
    if cores > 8:
        per_row = max(1, width // 24)
        wanted = max(wanted, min(-(-cores // per_row) + 3, round(height * 0.36)))
    return max(5 if height < 16 else 7, min(wanted, 26))


def _lower_height(height: int) -> int:
    """About a fifth: a border and two lines where it is tight, all of a list where it is not."""
    return max(4, min(round(height * 0.22), 18))


def _across(shares: list[tuple[str, int]], y: int, width: int, height: int) -> dict[str, Rect]:
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
