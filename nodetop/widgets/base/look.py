"""How nodetop looks on a terminal, and its keys: the theme reduced to the terminal's colours, the characters that the
terminal can draw, and the keymap. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from nodetop.drawing.glyphs import ASCII, FEW_COLOURS, UNICODE, Glyphs
from nodetop.drawing.terminal import colour_depth, wants_ascii
from nodetop.drawing.theme import Depth, Theme, sgr
from nodetop.keys.keymap import Keymap


class Look(Struct, frozen=True, eq=False):
    """Theme, number of colours, escape sequence of each style, characters, and keys."""

    theme: Theme
    depth: Depth
    sgr: Mapping[str, str]
    glyphs: Glyphs
    keymap: Keymap


def make_look(theme: Theme, ascii_only: bool | None, keymap: Keymap, env: Mapping[str, str]) -> Look:
    """The look for the terminal that the environment describes, which also decides on ASCII if that is None."""
    depth = colour_depth(env)
    is_ascii = wants_ascii(env) if ascii_only is None else ascii_only
    glyphs = ASCII if is_ascii else FEW_COLOURS if depth in ("none", "16") else UNICODE
    return Look(theme, depth, sgr(theme, depth), glyphs, keymap)
