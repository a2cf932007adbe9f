"""Themes: from style names to colours, and from colours to what a terminal with few or many colours understands."""

from collections.abc import Callable
from typing import Literal, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from nodetop.drawing.colours import ansi16, ansi256, mix, rgb

Depth = Literal["none", "16", "256", "truecolor"]

STEPS = 11
"""Colours of a gradient. Each change of colour takes some 18 bytes on the line, so a screen has few of them."""
GRADIENTS = ("load", "memory", "heat", "receive", "transmit", "read", "write")
"""Each has the styles "load.0" to "load.10" and so on, from least to most."""

STYLE_NAMES = (
    "text", "dim", "faint", "title", "label", "value", "accent", "border", "border.focused", "key", "key.label",
    "good", "warning", "critical", "live", "paused", "stale", "cache", "buffers", "free",
    "table.header", "table.sorted", "selected", "selected.dim", "match", "input", "error",
    "state.running", "state.sleeping", "state.waiting", "state.stopped", "state.zombie", "state.idle",
)  # fmt: skip
"""All style names that panels use, without gradients. "faint" and "border" are decoration and may have low contrast;
the others must be readable."""

TEXT = 39
"""The terminal's own foreground, for text that has no colour of its own."""
DECORATION = 90
"""Bright black, for lines and the empty parts of meters."""
SELECTED = "selected:"
"""Before a style's name: the same on the ground of the row under the cursor, "selected:load.7"."""
_PALER = 0.4
"""So much of the selected row's own ink is in its other colours, so that they are readable on its ground."""
_T = TypeVar("_T")


class Style(Struct, frozen=True):
    """Colours as "#rrggbb" (None: the theme's own background or foreground) and attributes."""

    ink: str | None = None
    ground: str | None = None
    bold: bool = False
    dim: bool = False
    reverse: bool = False
    underline: bool = False
    basic: int | None = None
    """The code of its ink where there are 16 colours; None: the one with the nearest hue."""


class Theme(Struct, frozen=True):
    """A name, whether it is dark or light, and a style for each name that panels use.

    In addition to STYLE_NAMES there are gradients of 11 steps each, "load.0" to "load.10" and so on. If ground is None,
    the terminal's own background is used, and contrast cannot be guaranteed. Styles of the selected row are made from
    the others, see `selected`.
    """

    name: str
    dark: bool
    ink: str
    ground: str | None
    styles: dict[str, Style] = field(default_factory=dict)

    def selected(self, name: str) -> Style:
        """A style on the ground of the selected row."""
        style, row = self.styles[name], self.styles["selected"]
        return replace(style, ink=mix(style.ink or self.ink, row.ink or self.ink, _PALER), ground=row.ground, dim=False)


class OfStyles(dict[str, _T]):
    """Something for each style of a theme, also on the ground of the selected row; made on first use, as few are
    used."""

    def __init__(self, theme: Theme, make: Callable[[Style], _T]) -> None:
        super().__init__()
        self._theme, self._make = theme, make

    def __missing__(self, name: str) -> _T:
        plain = name.removeprefix(SELECTED)
        made = self[name] = self._make(self._theme.styles[name] if name == plain else self._theme.selected(plain))
        return made


def middle(gradient: str) -> str:
    """The style of a gradient for values that have no scale: readable, and not as strong as the highest."""
    return f"{gradient}.{STEPS * 2 // 3}"


def on_terminal_ground(theme: Theme) -> Theme:
    """The theme without its own background: for translucent terminals and carefully chosen backgrounds."""
    return replace(theme, ground=None)


def sgr(theme: Theme, depth: Depth) -> dict[str, str]:
    """The escape sequence of every style of a theme. Each first resets the style before it.

    With 16 colours or none, the terminal's own background and foreground are used, and styles with a background are
    reversed.
    """
    return OfStyles(theme, lambda style: _sequence(theme, style, depth))


def _sequence(theme: Theme, style: Style, depth: Depth) -> str:
    rich = depth in ("256", "truecolor")
    codes = ["0"]
    codes += ["1"] if style.bold else []
    codes += ["2"] if style.dim and not rich and not (depth == "16" and style.basic == DECORATION) else []
    codes += ["4"] if style.underline else []
    codes += ["7"] if style.reverse or (style.ground and not rich) else []
    if rich:
        codes.append(_colour(style.ink or theme.ink, "38", depth))
        ground = style.ground or theme.ground
        codes += [_colour(ground, "48", depth)] if ground else []
    elif depth == "16" and style.ink and not style.ground:
        codes.append(str(style.basic or ansi16(style.ink, bright=theme.dark)))
    return f"\x1b[{';'.join(codes)}m"


def _colour(colour: str, kind: str, depth: Depth) -> str:
    if depth == "256":
        return f"{kind};5;{ansi256(colour)}"
    red, green, blue = rgb(colour)
    return f"{kind};2;{red};{green};{blue}"
