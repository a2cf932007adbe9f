"""Themes: style names to colours, and colours to what a terminal of some depth understands."""

from dataclasses import dataclass, field
from typing import Literal

Depth = Literal["none", "16", "256", "truecolor"]


@dataclass(frozen=True)
class Style:
    """Colours as "#rrggbb" (None: the theme's own ground or ink) and attributes."""

    ink: str | None = None
    ground: str | None = None
    bold: bool = False
    dim: bool = False
    reverse: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Theme:
    """A name, whether it is for a dark or a light room, and a style for each name that panels use.

    Besides the plain names there are gradients of 21 steps each, "load.0" to "load.20" (and "memory", "heat", "receive",
    "transmit", "read", "write" likewise), built from a few stops.
    """

    name: str
    dark: bool
    ink: str
    ground: str
    styles: dict[str, Style] = field(default_factory=dict)
