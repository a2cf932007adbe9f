"""A rectangle of the screen, in cells. Pure."""

from msgspec import Struct


class Rect(Struct, frozen=True):
    """Position of the upper left corner, and size, in cells."""

    x: int
    y: int
    width: int
    height: int
