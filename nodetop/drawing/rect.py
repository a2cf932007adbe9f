"""A rectangle of the screen, in cells. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """Cells of the screen, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int
