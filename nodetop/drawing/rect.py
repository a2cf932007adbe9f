"""A rectangle of the screen, in cells. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """Position of the upper left corner, and size, in cells."""

    x: int
    y: int
    width: int
    height: int
