"""How nodetop looks on a terminal and what its keys are: a theme brought down to its colours, the characters it can
draw, the keymap. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from nodetop.drawing.glyphs import ASCII, UNICODE, Glyphs
from nodetop.drawing.terminal import colour_depth, wants_ascii
from nodetop.drawing.theme import Depth, Theme, sgr
from nodetop.drawing.themes import THEMES
from nodetop.keys.keymap import Keymap


@dataclass(frozen=True, eq=False)
class Look:
    """A theme, the terminal's colours, the sequence of each style, the characters, and the keys."""

    theme: Theme
    depth: Depth
    sgr: Mapping[str, str]
    glyphs: Glyphs
    keymap: Keymap


def make_look(theme_name: str, ascii_only: bool | None, keymap: Keymap, env: Mapping[str, str]) -> Look:
    """A look for the terminal that the environment describes; it also decides on ASCII where that is None."""
    theme, depth = THEMES[theme_name], colour_depth(env)
    is_ascii = wants_ascii(env) if ascii_only is None else ascii_only
    return Look(theme, depth, sgr(theme, depth), ASCII if is_ascii else UNICODE, keymap)
