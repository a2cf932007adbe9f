"""The characters that panels draw with: a rich set, and plain ASCII for --ascii and terminals without UTF-8."""

from msgspec import Struct
from msgspec.structs import replace


class Glyphs(Struct, frozen=True):
    """Box corners and edges, meter cells, marks. Each is one cell wide."""

    ascii_only: bool
    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str
    horizontal: str
    vertical: str
    full: str
    half: str
    """The end of a meter whose last cell is half full; empty if there is no such character."""
    empty: str
    levels: str
    """Characters from empty to full: one cell that shows a level."""
    numbers: str
    """The digits 0-9 as drawn before a panel's title."""
    up: str
    down: str
    receive: str
    transmit: str
    dot: str
    separator: str
    ellipsis: str
    unknown: str
    degree: str
    times: str
    warning: str
    critical: str
    cursor: str
    branch: str
    last_branch: str
    closed: str
    open: str


UNICODE = Glyphs(
    ascii_only=False, top_left="╭", top_right="╮", bottom_left="╰", bottom_right="╯", horizontal="─", vertical="│",
    full="━", half="╸", empty="━", levels=" ▁▂▃▄▅▆▇█", numbers="⁰¹²³⁴⁵⁶⁷⁸⁹", up="▲", down="▼", receive="↓",
    transmit="↑", dot="●", separator="·", ellipsis="…", unknown="–", degree="°", times="×", warning="!", critical="‼",
    cursor="▶", branch="├", last_branch="└", closed="▸", open="▾",
)  # fmt: skip
FEW_COLOURS = replace(UNICODE, empty="─")
"""Meters are told from their empty parts without a colour, and without the attribute dim, which some terminals lack."""
ASCII = Glyphs(
    ascii_only=True, top_left="+", top_right="+", bottom_left="+", bottom_right="+", horizontal="-", vertical="|",
    full="#", half="", empty=".", levels=" 123456789", numbers="0123456789", up="^", down="v", receive="<",
    transmit=">", dot="*", separator="-", ellipsis="~", unknown="-", degree=" ", times="x", warning="!", critical="X",
    cursor=">", branch="|", last_branch="`", closed="+", open="-",
)  # fmt: skip
