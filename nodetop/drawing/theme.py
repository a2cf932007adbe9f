"""Themes: style names to colours, and colours to what a terminal of some depth understands."""

from dataclasses import dataclass, field, replace
from typing import Literal

from nodetop.drawing.colours import ansi16, ansi256, rgb

Depth = Literal["none", "16", "256", "truecolor"]

STEPS = 21
GRADIENTS = ("load", "memory", "heat", "receive", "transmit", "read", "write")
"""Each has the styles "load.0" to "load.20" and so on, from least to most."""

STYLE_NAMES = (
    "text", "dim", "faint", "title", "label", "value", "accent", "border", "border.focused", "key", "key.label",
    "good", "warning", "critical", "live", "paused", "stale", "used", "cache", "buffers", "free",
    "table.header", "table.sorted", "selected", "selected.dim", "match", "input", "error",
    "state.running", "state.sleeping", "state.waiting", "state.stopped", "state.zombie", "state.idle",
)  # fmt: skip
"""Every plain name a panel may use. faint and border are decoration and may be low in contrast; the others are read."""


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

    Besides STYLE_NAMES there are gradients of 21 steps each, "load.0" to "load.20" and so on. ground None leaves the
    terminal's own background; contrast is then the terminal's business.
    """

    name: str
    dark: bool
    ink: str
    ground: str | None
    styles: dict[str, Style] = field(default_factory=dict)


def on_terminal_ground(theme: Theme) -> Theme:
    """The theme without a ground of its own: for translucent terminals and those who chose theirs with care."""
    return replace(theme, ground=None)


def sgr(theme: Theme, depth: Depth) -> dict[str, str]:
    """The escape sequence of every style of a theme. Each stands alone: it ends whatever style came before it.

    With 16 colours or none the terminal's own ground and ink are used, and what has a ground of its own is reversed.
    """
    return {name: _sequence(theme, style, depth) for name, style in theme.styles.items()}


def _sequence(theme: Theme, style: Style, depth: Depth) -> str:
    rich = depth in ("256", "truecolor")
    codes = ["0"]
    codes += ["1"] if style.bold else []
    codes += ["2"] if style.dim and not rich else []
    codes += ["4"] if style.underline else []
    codes += ["7"] if style.reverse or (style.ground and not rich) else []
    if rich:
        codes.append(_colour(style.ink or theme.ink, "38", depth))
        ground = style.ground or theme.ground
        codes += [_colour(ground, "48", depth)] if ground else []
    elif depth == "16" and style.ink and not style.ground:
        codes.append(str(ansi16(style.ink, bright=theme.dark)))
    return f"\x1b[{';'.join(codes)}m"


def _colour(colour: str, kind: str, depth: Depth) -> str:
    if depth == "256":
        return f"{kind};5;{ansi256(colour)}"
    red, green, blue = rgb(colour)
    return f"{kind};2;{red};{green};{blue}"
