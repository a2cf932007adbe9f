"""Themes are complete, readable, and tell severities apart for colour-blind eyes."""

from itertools import combinations

import pytest

from nodetop.drawing.colours import ansi16, ansi256, gradient, mix, rgb
from nodetop.drawing.theme import GRADIENTS, STEPS, STYLE_NAMES, Depth, Theme, on_terminal_ground, sgr
from nodetop.drawing.themes import THEMES

NAMES = {*STYLE_NAMES, *(f"{gradient}.{step}" for gradient in GRADIENTS for step in range(STEPS))}
READ = set(STYLE_NAMES) - {"faint", "free", "border", "border.focused", "cache", "buffers"}
DEPTHS: tuple[Depth, ...] = ("none", "16", "256", "truecolor")

# How colours come to eyes that lack the red or the green cone, on linear RGB (Viénot, Brettel and Mollon, 1999).
BLIND = {
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in rgb(colour))
    )
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, kind: str) -> tuple[float, float, float]:
    """L*, a*, b* of a colour as such eyes see it."""
    parts = linear(colour)
    red, green, blue = (min(1.0, max(0.0, sum(m * p for m, p in zip(row, parts, strict=True)))) for row in BLIND[kind])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(first: str, second: str, kind: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(seen(first, kind), seen(second, kind), strict=True)) ** 0.5


def ink(theme: Theme, name: str) -> str:
    return theme.styles[name].ink or theme.ink


def xterm(colour: str) -> str:
    """The colour that xterm shows for the number that stands for it among 256: the cube, or the greys."""
    number = ansi256(colour)
    if number >= 232:
        return "#" + 3 * f"{8 + 10 * (number - 232):02x}"
    steps = (0, 95, 135, 175, 215, 255)
    return "#" + "".join(f"{steps[(number - 16) // each % 6]:02x}" for each in (36, 6, 1))


@pytest.fixture(params=sorted(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    return THEMES[request.param]


def test_there_is_a_dark_one_by_default_and_a_light_one() -> None:
    assert THEMES["dark"].dark
    assert not THEMES["light"].dark
    assert len(THEMES) >= 4


def test_every_style_is_there(theme: Theme) -> None:
    assert set(theme.styles) == NAMES


@pytest.mark.parametrize("depth", DEPTHS)
def test_every_style_has_a_sequence_that_stands_alone(theme: Theme, depth: Depth) -> None:
    sequences = sgr(theme, depth)
    for name in NAMES:
        sequence = sequences[name]
        assert sequence.startswith("\x1b[0") and sequence.endswith("m")
        assert sequence[2:-1].replace(";", "").isdigit()


def test_no_colour_means_none(theme: Theme) -> None:
    sequences = sgr(theme, "none")
    for name in NAMES:
        assert set(sequences[name][2:-1].split(";")) <= {"0", "1", "2", "4", "7"}


def test_the_selected_row_is_seen_without_colours(theme: Theme) -> None:
    for depth in ("none", "16"):
        assert "7" in sgr(theme, depth)["selected"][2:-1].split(";")  # type: ignore[arg-type]


def test_what_is_read_has_contrast(theme: Theme) -> None:
    assert theme.ground
    for name in READ:
        ground = theme.styles[name].ground or theme.ground
        assert contrast(ink(theme, name), ground) >= 4.5, name


def test_values_coloured_by_a_gradient_have_contrast(theme: Theme) -> None:
    assert theme.ground
    for scale in ("load", "memory", "heat"):
        for step in range(STEPS):
            assert contrast(ink(theme, f"{scale}.{step}"), theme.ground) >= 4.5, (scale, step)
    for scale in ("receive", "transmit", "read", "write"):
        assert contrast(ink(theme, f"{scale}.7"), theme.ground) >= 4.5, scale


@pytest.mark.parametrize("few", [False, True])
def test_graphs_and_meters_have_contrast(theme: Theme, few: bool) -> None:
    """3:1, as WCAG wants it of graphics, also in a terminal of 256 colours and in the row under the cursor."""
    as_sent = xterm if few else str
    for name in NAMES - READ - {"faint", "free", "border"}:
        row = theme.selected(name)
        for shown, ground in ((ink(theme, name), theme.ground), (row.ink, row.ground)):
            assert shown and ground
            assert contrast(as_sent(shown), as_sent(ground)) >= 3, name


def test_what_is_read_has_contrast_in_256_colours(theme: Theme) -> None:
    assert theme.ground
    for name in READ:
        ground = theme.styles[name].ground or theme.ground
        assert contrast(xterm(ink(theme, name)), xterm(ground)) >= 3.9, name


def test_with_16_colours_text_is_the_terminals_own_and_severities_differ(theme: Theme) -> None:
    sequences = sgr(theme, "16")
    for name in ("text", "value", "title", "dim", "label", "table.header"):
        assert sequences[name].removesuffix("m").split(";")[-1] == "39", name
    for name in ("faint", "border", "free"):
        assert sequences[name] == "\x1b[0;90m", "bright black, dimmed as well, is black"
    inks = [sequences[name].removesuffix("m").split(";")[-1] for name in ("good", "warning", "critical")]
    assert len(set(inks)) == 3


def test_the_selected_row_keeps_the_colours_that_judge_and_has_contrast(theme: Theme) -> None:
    names = [f"{scale}.{step}" for scale in ("load", "memory", "heat") for step in range(STEPS)]
    for name in (*names, "good", "warning", "critical", "state.running", "accent", "key"):
        style = theme.selected(name)
        assert style.ground == theme.styles["selected"].ground and style.ink and style.ground
        assert contrast(style.ink, style.ground) >= 4.5, name
    sequences = sgr(theme, "truecolor")
    assert len({sequences[f"selected:{name}"] for name in ("good", "warning", "critical")}) == 3
    with pytest.raises(KeyError):
        sequences["selected:nosuch"]
    with pytest.raises(KeyError):
        sequences["nosuch"]


def test_the_high_contrast_theme_deserves_its_name() -> None:
    theme = THEMES["contrast"]
    assert theme.ground
    for name in READ - {"selected", "selected.dim", "input"}:
        assert contrast(ink(theme, name), theme.ground) >= 7, name


@pytest.mark.parametrize("kind", BLIND)
def test_severities_differ_for_colour_blind_eyes(theme: Theme, kind: str) -> None:
    least = 40 if theme.name == "contrast" else 10
    for first, second in combinations(("good", "warning", "critical"), 2):
        assert distance(ink(theme, first), ink(theme, second), kind) >= least, (first, second)


def test_the_terminal_keeps_its_own_ground_if_asked() -> None:
    assert ";48;" in sgr(THEMES["dark"], "truecolor")["text"]
    assert ";48;" not in sgr(on_terminal_ground(THEMES["dark"]), "truecolor")["text"]
    assert ";48;" in sgr(on_terminal_ground(THEMES["dark"]), "truecolor")["selected"]


def test_colours_are_mixed_and_brought_down() -> None:
    assert mix("#000000", "#ff8000", 0.5) == "#804000"
    assert gradient(("#000000", "#ffffff", "#ff0000"), 5) == ["#000000", "#808080", "#ffffff", "#ff8080", "#ff0000"]
    assert (ansi256("#ff0000"), ansi256("#000000"), ansi256("#808080"), ansi256("#ffffff")) == (196, 16, 244, 231)
    assert (ansi16("#ff3030", bright=False), ansi16("#30d040", bright=True)) == (31, 92)
    assert (ansi16("#202428", bright=True), ansi16("#e0e0e0", bright=True)) == (90, 39)
    assert (ansi16("#b4d486", bright=True), ansi16("#f2c14e", bright=True)) == (92, 93), "lime is green"
