"""The built-in themes. Tests check their contrast and how well colour-blind people can tell their colours apart."""

from collections.abc import Iterator, Mapping

from nodetop.drawing.palette import Palette, theme_of
from nodetop.drawing.theme import Theme

_DARK = Palette(
    ground="#0f1318", ink="#c3ccd5", strong="#f0f4f8", dim="#7f8c99", faint="#29313a", border="#3a4550",
    accent="#62b0f5", key="#f2b45c", good="#5ccf8f", warning="#f0c04f", critical="#ff6b66", selected="#22405e",
    load=("#3fae83", "#8cc653", "#f0c04f", "#f58a4b", "#f4575c"),
    memory=("#4a7de0", "#7d83f2", "#b07cf0", "#e070c0"),
    heat=("#4aa3df", "#6cc79a", "#f0c04f", "#f4575c"),
    receive=("#2f74c0", "#4fa3ee", "#9fd6ff"), transmit=("#8a52c4", "#bb7fe8", "#ecc4ff"),
    read=("#2b8f83", "#45c4ae", "#9df2df"), write=("#b4652f", "#ea9550", "#ffd09a"),
    cache="#3f9fa8", buffers="#6a7f96",
)  # fmt: skip
_LIGHT = Palette(
    ground="#faf9f6", ink="#2b333b", strong="#0b0f13", dim="#5d6873", faint="#dcdedd", border="#b4babd",
    accent="#0b62b8", key="#a04a00", good="#0b7360", warning="#94600a", critical="#9c0f2a", selected="#cfe3f7",
    load=("#177a4e", "#4c7812", "#856600", "#ad4f0c", "#b01c2a"),
    memory=("#2456c4", "#5548c8", "#8038b4", "#b02a88"),
    heat=("#1b6fb0", "#1f7a52", "#856600", "#b01c2a"),
    receive=("#4a8fd0", "#2274c4", "#0a4c8c"), transmit=("#9a68c8", "#8445bb", "#5a1f92"),
    read=("#2f9686", "#128273", "#045c50"), write=("#c07a40", "#b2601c", "#7e3c04"),
    cache="#2a8c96", buffers="#748392",
)  # fmt: skip
# Blue, yellow and red from the palette by Okabe and Ito, made brighter: they differ in hue and, for those who cannot
# see that, in lightness.
_CONTRAST = Palette(
    ground="#000000", ink="#f2f2f2", strong="#ffffff", dim="#bcbcbc", faint="#3c3c3c", border="#8a8a8a",
    accent="#7cc8ff", key="#ffe45c", good="#62c0ff", warning="#fff04d", critical="#ff6670", selected="#0a4a80",
    load=("#3a9ce8", "#8ccaff", "#fff04d", "#ffae5e", "#ff6670"),
    memory=("#6fa8ff", "#b9a6ff", "#ffa9d8"),
    heat=("#3a9ce8", "#8ccaff", "#fff04d", "#ff6670"),
    receive=("#3a9ce8", "#7cc8ff", "#d8efff"), transmit=("#e08a00", "#ffb53d", "#ffe3b0"),
    read=("#3a9ce8", "#7cc8ff", "#d8efff"), write=("#e08a00", "#ffb53d", "#ffe3b0"),
    cache="#ffd24d", buffers="#b0b0b0",
)  # fmt: skip
_AURORA = Palette(
    ground="#171a2b", ink="#c5cae9", strong="#f3f4ff", dim="#8a91bd", faint="#2b3050", border="#414873",
    accent="#7dd3fc", key="#f9a8d4", good="#86efac", warning="#fcd34d", critical="#fb7185", selected="#343b73",
    load=("#34d399", "#5eead4", "#7dd3fc", "#c4a1ff", "#f472b6"),
    memory=("#60a5fa", "#a5a0ff", "#e9a3ff"),
    heat=("#38bdf8", "#a5a0ff", "#f9a8d4", "#fb7185"),
    receive=("#3b82c4", "#5cc8f5", "#bdf0ff"), transmit=("#a855c7", "#e08bf0", "#ffd0fa"),
    read=("#2fa58a", "#5eead4", "#c6fff3"), write=("#c9825a", "#fbb67d", "#ffe2c4"),
    cache="#4fb8c9", buffers="#6f77ad",
)  # fmt: skip
_EMBER = Palette(
    ground="#1b1613", ink="#dccdb8", strong="#fbf1de", dim="#a08f7c", faint="#372d26", border="#57483c",
    accent="#f0a35a", key="#9cc58a", good="#b4d486", warning="#f2c14e", critical="#ee6a55", selected="#54381f",
    load=("#8aa95a", "#c4b454", "#f0b04a", "#f08848", "#ec5f4c"),
    memory=("#5f9c94", "#8fb08a", "#d9b56a", "#ef8f5a"),
    heat=("#6fa5a0", "#c4b454", "#f0a04a", "#ec5f4c"),
    receive=("#4f8a8b", "#7fbfb5", "#c8ece0"), transmit=("#a8607a", "#d98aa0", "#f7c6d0"),
    read=("#6f9a4d", "#a5c261", "#dcedab"), write=("#b8702f", "#f0a35a", "#ffd9ac"),
    cache="#7d8f5a", buffers="#7a6a5c",
)  # fmt: skip

PALETTES: Mapping[str, tuple[bool, Palette]] = {
    "dark": (True, _DARK),
    "light": (False, _LIGHT),
    "contrast": (True, _CONTRAST),
    "aurora": (True, _AURORA),
    "ember": (True, _EMBER),
}
"""Whether it is dark, and its colours."""


class _Themes(Mapping[str, Theme]):
    """Each theme is made on first use: the first frame needs only one."""

    def __init__(self) -> None:
        self._made: dict[str, Theme] = {}

    def __getitem__(self, name: str) -> Theme:
        if name not in self._made:
            self._made[name] = theme_of(name, *PALETTES[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(PALETTES)

    def __len__(self) -> int:
        return len(PALETTES)

    def __contains__(self, name: object) -> bool:
        return name in PALETTES


THEMES: Mapping[str, Theme] = _Themes()
"""By name; "dark" is the default."""
