"""What is watched, from which value on it is an alert, and the text in which the settings say so. Pure.

A rule reads `85/75 for 10m, critical 95/85`: a warning once the mean of the last ten minutes is 85 or more, which ends
below 75; critical from 95 on, until below 85. Between the two values an alert stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nodetop.base.units import number


@dataclass(frozen=True)
class Kind:
    """A value that can be watched. `what` is how people call it; `below`: the lower the worse; `most`: the highest
    threshold that makes sense; `blames` is by which use the process on top is named, if one can be."""

    name: str
    what: str
    unit: str
    default: str
    below: bool = False
    most: float = 100.0
    blames: str | None = None


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("cpu", "cpu busy", "%", "85/75 for 10m, critical 95/85", blames="cpu"),
        Kind("memory", "memory used", "%", "90/80 for 1m, critical 98/90", blames="memory"),
        Kind("swap", "swap used", "%", "80/70 for 10m, critical 95/85", blames="memory"),
        Kind("filesystem", "file system", "%", "90/80, critical 98/90", blames="io"),
        Kind("inodes", "inodes of", "%", "90/80, critical 98/90"),
        Kind("full_in_hours", "disk full in", "h", "8/12, critical 2/4", below=True, most=1000.0, blames="io"),
        Kind("iowait", "waiting for disks", "%", "40/20 for 10m", blames="io"),
        Kind("steal", "CPU stolen", "%", "10/5 for 10m"),
        Kind("temperature", "temperature", "°", "80/75 for 1m, critical 95/90", most=1000.0, blames="cpu"),
        Kind("oom_kills", "out of memory kills", "", "1", most=1e6, blames="memory"),
        Kind("silent", "no reports", "s", "60, critical 60", most=1e9),
    )
}
SWITCHES = frozenset({"silent"})
"""Rules that are only on or off."""
LONGEST_SECONDS = 86_400.0
_UNITS = {"%": "percent", "°": "celsius"}


class RuleError(ValueError):
    """A rule that cannot be. `name` is the entry that is wrong, the message what is and what is allowed."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Level:
    """From `at` on it is an alert, until it is back beyond `clear`."""

    at: float
    clear: float

    def is_reached(self, value: float, *, below: bool, is_active: bool) -> bool:
        """Whether the alert is there, given whether it was."""
        limit = self.clear if is_active else self.at
        return value <= limit if below else value >= limit


@dataclass(frozen=True)
class Rule:
    """One kind with its levels; the mean of the last `seconds` is judged (0: each value)."""

    kind: Kind
    warning: Level
    critical: Level | None = None
    seconds: float = 0.0

    def severity(self, value: float, before: int) -> int:
        """0 fine, 1 warning, 2 critical: from the value judged, and what it was before."""
        below = self.kind.below
        if self.critical is not None and self.critical.is_reached(value, below=below, is_active=before == 2):
            return 2
        return int(self.warning.is_reached(value, below=below, is_active=before > 0))

    def threshold(self, severity: int) -> float:
        """The value from which on it is this severe."""
        return self.critical.at if severity == 2 and self.critical is not None else self.warning.at

    def is_near(self, value: float) -> bool:
        """Whether a value may be part of an alert: beyond the point at which one would end."""
        return value <= self.warning.clear if self.kind.below else value >= self.warning.clear

    def worse(self, one: float, other: float) -> float:
        """The worse of two values."""
        return min(one, other) if self.kind.below else max(one, other)


Rules = Mapping[str, Rule]


def rules(changes: Mapping[str, object] | None = None) -> Rules:
    """The default rules with the user's changes by name: a text as above, False for none, True for the default.
    Raises RuleError."""
    changes = changes or {}
    for name in changes:
        if name not in KINDS:
            raise RuleError(name, f"there is no alert {name!r}; there are {', '.join(KINDS)}")
    found = ((kind, changes.get(kind.name, True)) for kind in KINDS.values())
    return {kind.name: parse_rule(kind, said) for kind, said in found if said is not False}


def parse_rule(kind: Kind, said: object) -> Rule:
    """A rule of a kind from its text, or True for its default. Raises RuleError."""
    example = f'"{kind.default}"'
    if said is not True and kind.name in SWITCHES:
        raise RuleError(kind.name, f"{kind.name} must be true or false")
    if not isinstance(said, str | bool):
        raise RuleError(kind.name, f"{kind.name} must be a text like {example}, or false for none")
    text = said if isinstance(said, str) else kind.default
    try:
        warning, critical, seconds = _parts(" ".join(text.split()), _UNITS.get(kind.unit, "number"))
    except ValueError as error:
        form = f"{kind.name} must be like {example}: WARNING/CLEAR for TIME, critical AT/CLEAR"
        raise RuleError(kind.name, f"{form}; {error}") from None
    _check(kind, warning, critical, seconds)
    return Rule(kind, warning, critical, seconds)


def _parts(text: str, unit: str) -> tuple[Level, Level | None, float]:
    """Warning, critical and the time. Raises ValueError, which says what is wrong."""
    first, comma, rest = text.partition(",")
    levels, lasting, time = first.strip().partition(" for ")
    word, _, critical = rest.strip().partition(" ")
    if comma and word != "critical":
        raise ValueError(f"{rest.strip()!r} is not: critical AT/CLEAR")
    seconds = _number(time, "seconds") if lasting else 0.0
    if lasting and time[-1:].isdigit():
        raise ValueError(f"{time!r} needs a unit: s m h d")
    return _level(levels, unit), _level(critical, unit) if comma else None, seconds


def _level(text: str, unit: str) -> Level:
    at, slash, clear = text.partition("/")
    return Level(_number(at, unit), _number(clear if slash else at, unit))


def _number(text: str, unit: str) -> float:
    found = number(text.strip(), unit)
    if found is None or found < 0:
        raise ValueError(f"{text.strip()!r} is no number here")
    return found


def _check(kind: Kind, warning: Level, critical: Level | None, seconds: float) -> None:
    name, sign = kind.name, -1 if kind.below else 1
    for level in (warning, *((critical,) if critical else ())):
        if max(level.at, level.clear) > kind.most:
            raise RuleError(name, f"{name}: {max(level.at, level.clear):g} is more than {kind.most:g}")
        if sign * level.clear > sign * level.at:
            side = "below" if kind.below else "above"
            raise RuleError(name, f"{name}: it cannot end {side} where it begins: {level.at:g}/{level.clear:g}")
    if critical is not None and sign * critical.at < sign * warning.at:
        raise RuleError(name, f"{name}: critical {critical.at:g} would come before the warning {warning.at:g}")
    if seconds > LONGEST_SECONDS:
        raise RuleError(name, f"{name}: the time must be at most 24h")
