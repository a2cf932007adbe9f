"""What is watched, the thresholds of an alert, and how they are written in the settings. Pure.

A rule looks like `85/75 for 10m, critical 95/85`: a warning begins when the mean of the last ten minutes is 85 or more,
and ends below 75; critical begins at 95 and ends below 85. Between the two values an alert stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nodetop.base.units import number
from nodetop.model.quantities import ALERTED, BY_WORD, QUANTITIES, Levels
from nodetop.model.quantity import AlertSpec, Quantity, Unit


@dataclass(frozen=True)
class Kind:
    """A value that can be watched. `what` is its display name; `below`: lower is worse; `most`: the highest threshold
    that makes sense; `blames`: the resource by which the top process is chosen, if one can be named."""

    name: str
    what: str
    unit: str
    default: str
    below: bool = False
    most: float = 100.0
    blames: str | None = None


_SIGNS: Mapping[Unit, str] = {
    "percent": "%", "hours": "h", "celsius": "°", "seconds": "s", "bytes": "B", "bytes/s": "B/s", "ms": "ms",
}  # fmt: skip


def sign_of(quantity: Quantity) -> str:
    """The sign of a quantity's unit; empty for a number."""
    if quantity.alert is not None and quantity.alert.below and quantity.unit == "seconds":
        return "s left"
    return _SIGNS.get(quantity.unit, "")


def _kind(quantity: Quantity, spec: AlertSpec) -> Kind:
    return Kind(quantity.name, spec.what, sign_of(quantity), _default(spec), spec.below, spec.most, spec.blames)


def _default(spec: AlertSpec) -> str:
    """The default rule of an alert kind, as written in the settings."""
    lasting = f" for {spec.seconds / 60:g}m" if spec.seconds else ""
    critical = f", critical {_pair(spec.critical)}" if spec.critical else ""
    return f"{_pair(spec.warning)}{lasting}{critical}"


def _pair(levels: tuple[float, float]) -> str:
    at, clear = map(_number_text, levels)
    return at if at == clear else f"{at}/{clear}"


def _number_text(value: float) -> str:
    """Of a value, or of seconds that are whole days."""
    return f"{value / 86_400:g}d" if value >= 86_400 and not value % 86_400 else f"{value:g}"


KINDS: Mapping[str, Kind] = {each.name: _kind(each, each.alert) for each in ALERTED if each.alert}
SWITCHES = frozenset(each.name for each in ALERTED if each.alert and each.alert.is_switch)
"""Rules that can only be on or off."""
SILENT = "silent"
"""The rule about nodes that do not report."""
LONGEST_SECONDS = 86_400.0
_UNITS = {"%": "percent", "°": "celsius", "B": "bytes", "B/s": "bytes/s", "s": "seconds", "s left": "seconds"}


class RuleError(ValueError):
    """An invalid rule. `name` is the wrong entry; the message says what is wrong and what is allowed."""

    def __init__(self, name: str, message: str, path: tuple[str, ...] = ()) -> None:
        """`path` leads to the entry, if it is in a table of its own."""
        super().__init__(message)
        self.name = name
        self.path = path or (name,)


@dataclass(frozen=True)
class Level:
    """The alert begins at `at`, and ends when the value is back beyond `clear`."""

    at: float
    clear: float

    def is_reached(self, value: float, *, below: bool, is_active: bool) -> bool:
        """Whether the alert is active, given whether it was."""
        limit = self.clear if is_active else self.at
        return value <= limit if below else value >= limit


@dataclass(frozen=True)
class Rule:
    """One kind with its levels, which apply to the mean of the last `seconds` (0: to each value)."""

    kind: Kind
    warning: Level
    critical: Level | None = None
    seconds: float = 0.0

    def severity(self, value: float, before: int) -> int:
        """0 none, 1 warning, 2 critical: from the value and the previous severity."""
        below = self.kind.below
        if self.critical is not None and self.critical.is_reached(value, below=below, is_active=before == 2):
            return 2
        return int(self.warning.is_reached(value, below=below, is_active=before > 0))

    def threshold(self, severity: int) -> float:
        """The value at which this severity begins."""
        return self.critical.at if severity == 2 and self.critical is not None else self.warning.at

    def is_near(self, value: float) -> bool:
        """Whether a value may be part of an alert: beyond the value at which one ends."""
        return value <= self.warning.clear if self.kind.below else value >= self.warning.clear

    def worse(self, one: float, other: float) -> float:
        """The worse of two values."""
        return min(one, other) if self.kind.below else max(one, other)


Rules = Mapping[str, Rule]


def rules(changes: Mapping[str, object] | None = None) -> Rules:
    """The default rules with the user's changes, by any word for them: a string as above, False to turn it off, True
    for the default. Raises RuleError."""
    written = _written(changes or {})
    found: dict[str, Rule] = {}
    for kind in KINDS.values():
        word, said = written.get(kind.name, (kind.name, True))
        if said is not False:
            try:
                found[kind.name] = parse_rule(kind, said)
            except RuleError as error:
                raise RuleError(word, str(error)) from None
    return found


def _written(changes: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    """The user's changes, each with the word that was used, by the name of the alert."""
    written: dict[str, tuple[str, object]] = {}
    for word, said in changes.items():
        name = BY_WORD[word].name if word in BY_WORD else ""
        if name not in KINDS:
            raise RuleError(word, f"unknown alert {word!r}; known alerts: {', '.join(KINDS)}")
        if name in written:
            raise RuleError(word, f"{word} and {written[name][0]} are the same alert; keep only one")
        written[name] = word, said
    return written


def levels(rules: Rules) -> Levels:
    """The limits above which panels mark a quantity, from the rules. A quantity without a rule is not marked."""
    marked = {each.name: each.marks for each in QUANTITIES if each.marks}
    ruled = {name: (rule.warning.at, rule.critical.at if rule.critical else None) for name, rule in rules.items()}
    return marked | {name: each for name, each in ruled.items() if name in BY_WORD and BY_WORD[name].levels}


def parse_rule(kind: Kind, said: object) -> Rule:
    """Parses a rule of a kind; True is its default. Raises RuleError."""
    example = f'"{kind.default}"'
    if said is not True and kind.name in SWITCHES:
        raise RuleError(kind.name, f"{kind.name} must be true or false")
    if not isinstance(said, str | bool):
        raise RuleError(kind.name, f"{kind.name} must be a string like {example}, or false to turn it off")
    text = said if isinstance(said, str) else kind.default
    try:
        warning, critical, seconds = _parts(" ".join(text.split()), _UNITS.get(kind.unit, "number"))
    except ValueError as error:
        form = f"{kind.name} must be like {example}: WARNING/CLEAR for TIME, critical AT/CLEAR"
        raise RuleError(kind.name, f"{form}; {error}") from None
    _check(kind, warning, critical, seconds)
    return Rule(kind, warning, critical, seconds)


def _parts(text: str, unit: str) -> tuple[Level, Level | None, float]:
    """Warning, critical and duration. Raises ValueError with what is wrong."""
    first, comma, rest = text.partition(",")
    levels, lasting, time = first.strip().partition(" for ")
    word, _, critical = rest.strip().partition(" ")
    if comma and word != "critical":
        raise ValueError(f"{rest.strip()!r} must be: critical AT/CLEAR")
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
        raise ValueError(f"{text.strip()!r} is not a valid number")
    return found


def _check(kind: Kind, warning: Level, critical: Level | None, seconds: float) -> None:
    name, sign = kind.name, -1 if kind.below else 1
    for level in (warning, *((critical,) if critical else ())):
        if max(level.at, level.clear) > kind.most:
            raise RuleError(name, f"{name}: {max(level.at, level.clear):g} is more than {kind.most:g}")
        if sign * level.clear > sign * level.at:
            side = "below" if kind.below else "above"
            raise RuleError(name, f"{name}: the alert cannot clear {side} its threshold: {level.at:g}/{level.clear:g}")
    if critical is not None and sign * critical.at < sign * warning.at:
        raise RuleError(name, f"{name}: critical {critical.at:g} would begin before warning {warning.at:g}")
    if seconds > LONGEST_SECONDS:
        raise RuleError(name, f"{name}: the time must be at most 24h")
