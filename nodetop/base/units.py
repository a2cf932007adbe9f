"""Formats numbers as text of known width, and parses what people type. Pure. None ("not available") becomes a dash."""

from collections.abc import Mapping

from nodetop.base.lazy_regex import lazy_regex

UNKNOWN = "–"
_PREFIXES = "BKMGTPEZ"

DURATIONS: Mapping[str, float] = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SIZES: Mapping[str, float] = {"b": 1} | {
    prefix + tail: 1024**power for power, prefix in enumerate("kmgt", 1) for tail in ("", "b", "ib")
}
_UNITS: Mapping[str, Mapping[str, float]] = {
    "percent": {"%": 1},
    "bytes": SIZES,
    "bytes/s": {**SIZES, **{f"{name}/s": scale for name, scale in SIZES.items()}},
    "seconds": DURATIONS,
    "celsius": {"c": 1, "°c": 1, "°": 1},
}
"""For each unit: the suffixes a number may have, in lower case, and their factors."""
_ALLOWED: Mapping[str, str] = {
    "percent": "units are %",
    "bytes": "units are B K M G T",
    "bytes/s": "units are B K M G T (per second)",
    "seconds": "units are s m h d",
    "celsius": "units are C",
}
_NUMBER = lazy_regex(r"(-?(?:[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))\s*([A-Za-z%°/]{0,5})")


def size(count: float | None) -> str:
    """Bytes with a binary prefix in at most five characters: 0B, 512B, 1.5K, 41.2G, 101G, 1023M."""
    if count is None:
        return UNKNOWN
    scaled, prefix = float(count), 0
    while scaled >= 1023.5 and prefix < len(_PREFIXES) - 1:
        scaled /= 1024
        prefix += 1
    if prefix == 0 or scaled >= 99.95:
        return f"{scaled:.0f}{_PREFIXES[prefix]}"
    return f"{scaled:.1f}{_PREFIXES[prefix]}"


def bits(bytes_per_second: float | None) -> str:
    """Bytes per second as bits per second with a decimal prefix: 980b, 1.2k, 340M, 1.0G."""
    if bytes_per_second is None:
        return UNKNOWN
    scaled, prefix = bytes_per_second * 8, 0
    while scaled >= 999.5 and prefix < 6:
        scaled /= 1000
        prefix += 1
    letter = "bkMGTPE"[prefix]
    return f"{scaled:.0f}{letter}" if prefix == 0 or scaled >= 99.95 else f"{scaled:.1f}{letter}"


def count(value: float | None) -> str:
    """A count or a rate of events with a decimal prefix: 0, 7.5, 42, 1.2k, 340k, 2.0M."""
    if value is None:
        return UNKNOWN
    if value < 9.95:
        return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    scaled, prefix = float(value), 0
    while scaled >= 999.5 and prefix < 6:
        scaled /= 1000
        prefix += 1
    letter = " kMGTPE"[prefix].strip()
    return f"{scaled:.0f}{letter}" if prefix == 0 or scaled >= 99.95 else f"{scaled:.1f}{letter}"


def percent(value: float | None, decimals: int = 0) -> str:
    """37 or 37.4, without the sign."""
    return UNKNOWN if value is None else f"{value:.{decimals}f}"


def cores(value: float | None) -> str:
    """A number of CPUs, with a fraction where a quota sets one: 2.0, 0.25, 64."""
    if value is None:
        return UNKNOWN
    if value >= 10:
        return f"{value:.0f}"
    has_tenths_alone = abs(value * 10 - round(value * 10)) < 0.01
    return f"{value:.1f}" if has_tenths_alone else f"{value:.2f}"


def degrees(celsius: float, fahrenheit: bool) -> float:
    """A temperature in the user's unit."""
    return celsius * 1.8 + 32 if fahrenheit else celsius


def temperature(celsius: float | None, fahrenheit: bool, decimals: int = 0) -> str:
    """62°C, or 144°F"""
    if celsius is None:
        return UNKNOWN
    return f"{degrees(celsius, fahrenheit):.{decimals}f}°{'F' if fahrenheit else 'C'}"


def milliseconds(value: float | None) -> str:
    """0.21, 3.4, 12, 1.2s"""
    if value is None:
        return UNKNOWN
    if value >= 1000:
        return f"{value / 1000:.1f}s" if value < 99_950 else f"{value / 1000:.0f}s"
    if value < 0.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def duration(seconds: float | None) -> str:
    """The two largest units: 42s, 3m 20s, 5h 12m, 12d 3h, 2y 31d."""
    if seconds is None:
        return UNKNOWN
    whole = int(seconds)
    for unit, size_, lower, lower_size in (
        ("y", 31_536_000, "d", 86_400),
        ("d", 86_400, "h", 3600),
        ("h", 3600, "m", 60),
        ("m", 60, "s", 1),
    ):
        if whole >= size_:
            rest = whole % size_ // lower_size
            return f"{whole // size_}{unit} {rest}{lower}"
    return f"{whole}s"


def age(seconds: float | None) -> str:
    """The largest unit alone: 2s, 3m, 5h, 12d."""
    return duration(seconds).partition(" ")[0]


def cpu_time(seconds: float | None) -> str:
    """CPU time of a process in at most eight characters, as top shows it: 0:01.23, 83:20.01, 120h05m, 41d02h."""
    if seconds is None:
        return UNKNOWN
    if seconds < 6_000:
        return (
            f"{int(seconds // 60)}:{seconds % 60:05.2f}" if seconds % 60 < 59.995 else f"{int(seconds // 60) + 1}:00.00"
        )
    minutes = int(seconds // 60)
    if minutes < 60_000:
        return f"{minutes // 60}h{minutes % 60:02d}m"
    days = minutes // 1440
    return f"{days}d{minutes % 1440 // 60:02d}h" if days < 10_000 else f"{days}d"


def number(text: str, unit: str) -> float | None:
    """Parses a number with an optional suffix of this unit; None if it is not a number."""
    found = _NUMBER.fullmatch(text)
    scale = _UNITS.get(unit, {}).get(found[2].lower()) if found and found[2] else 1
    return float(found[1]) * scale if found and scale else None


def allowed(unit: str) -> str:
    """Which suffixes `number` accepts for a unit, for a message."""
    return _ALLOWED.get(unit, "it takes no unit")
