"""Colours as "#rrggbb": mixed into gradients, and converted to the 256 or 16 that a terminal has. Pure."""

from collections.abc import Sequence

_CUBE = (0, 95, 135, 175, 215, 255)
# Hue in sixths of the circle, from red: the normal foreground codes of red, yellow, green, cyan, blue, magenta.
_HUES = (31, 33, 32, 36, 34, 35)
_ORANGE = 0.2
_OLIVE = 1.35
_GREY_SPREAD = 28
_DIM_BELOW = 0.56


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each 0-255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` (0-1) of the way from the first to the second."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def gradient(stops: Sequence[str], steps: int) -> list[str]:
    """`steps` colours from the first stop to the last, the stops evenly spaced."""
    spans = len(stops) - 1
    places = [step * spans / (steps - 1) for step in range(steps)]
    return [mix(stops[int(p)], stops[min(int(p) + 1, spans)], p - int(p)) for p in places]


def ansi256(colour: str) -> int:
    """The nearest of xterm's 256 colours: the 6x6x6 cube or the greys (the first 16 are the user's own)."""
    want = rgb(colour)
    nearest = [min(range(6), key=lambda i, v=v: abs(_CUBE[i] - v)) for v in want]  # type: ignore[misc]
    cube = (_CUBE[nearest[0]], _CUBE[nearest[1]], _CUBE[nearest[2]])
    level = min(23, max(0, round((sum(want) / 3 - 8) / 10)))
    grey = (8 + 10 * level,) * 3
    if _distance(grey, want) < _distance(cube, want):
        return 232 + level
    return 16 + 36 * nearest[0] + 6 * nearest[1] + nearest[2]


def ansi16(colour: str, bright: bool) -> int:
    """The foreground code with the closest hue; greys become the default foreground (39), or bright black if dim."""
    red, green, blue = rgb(colour)
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low <= _GREY_SPREAD:
        dim = high / 255 < _DIM_BELOW if bright else high / 255 > 1 - _DIM_BELOW
        return 90 if dim else 39
    if high == red:
        sixth = (green - blue) / (high - low)
    elif high == green:
        sixth = 2 + (blue - red) / (high - low)
    else:
        sixth = 4 + (red - green) / (high - low)
    # Orange becomes yellow rather than red: red is reserved for critical. Olive and lime become green: they are good.
    nearest = 1 if _ORANGE < sixth < _OLIVE else max(round(sixth), 2) if sixth > 1 else round(sixth)
    return _HUES[nearest % 6] + (60 if bright else 0)


def _distance(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
