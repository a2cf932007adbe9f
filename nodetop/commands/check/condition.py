"""The conditions of `nodetop --check`: VALUE[:ITEM][.FIELD] COMPARISON NUMBER, as in `filesystem:/<90`. Pure."""

import difflib
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from nodetop.base import units
from nodetop.commands.check.values import FIELDS, OF_MOUNTS, SUBJECTS, Found, Subject, Unit
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

_CONDITION = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9_]*)(?::(.+?))?\s*(?:(<=|>=|!=|==|=|<|>)\s*([^<>=\s]+(?:\s+[A-Za-z%°]{1,2})?)\s*)?",
    re.DOTALL,
)
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z%°]{0,2})")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "==": operator.eq,
    "!=": operator.ne,
}  # fmt: skip
_SCALES: dict[Unit, dict[str, float]] = {
    "percent": {"": 1, "%": 1},
    "bytes": {"": 1, "B": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4},
    "seconds": {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400},
    "celsius": {"": 1, "C": 1, "°C": 1},
    "number": {"": 1},
}


class ConditionError(ValueError):
    """A condition that cannot be asked; the message is one plain line with what can."""


@dataclass(frozen=True)
class Condition:
    """One question. `text` is it as written."""

    text: str
    subject: Subject
    unit: Unit
    item: str
    sign: str
    number: float

    def of_row(self, row: NodeStatus) -> Found | None:
        """The value, where a row of a hub has it."""
        if self.item or self.subject.of_row is None:
            return None
        value = self.subject.of_row(row)
        return None if value is None else Found(value)

    def of_snapshot(self, snapshot: NodeSnapshot) -> Found:
        """The value in a snapshot."""
        return self.subject.of_snapshot(snapshot, self.item)

    @property
    def names_mount(self) -> bool:
        """Whether it asks of one file system, by where that is mounted."""
        return bool(self.item) and any(self.subject is SUBJECTS[name] for name in OF_MOUNTS)

    def holds(self, found: Found) -> bool | None:
        """Whether it does; None: nobody can tell."""
        if found.value is None:
            return None
        holds = _COMPARE[self.sign](found.value, self.number)
        if not found.at_least:
            return holds
        if self.sign in (">", ">="):  # more of them would not change a yes, nor a no to "at most"
            return True if holds else None
        if self.sign in ("<", "<="):
            return None if holds else False
        passed = found.value > self.number
        return (self.sign == "!=") if passed else None

    def shown(self, found: Found) -> str:
        """The value as text, in its unit."""
        value = found.value
        if value is None:
            return found.reason
        if self.unit == "bytes":
            return units.size(value)
        if self.unit == "seconds":
            return units.duration(value)
        sign = {"percent": "%", "celsius": "C"}.get(self.unit, "")
        return f"{value:.0f}" if not sign and value == int(value) else f"{value:.{1 if sign else 2}f}{sign}"


def parse(text: str) -> Condition:
    """A condition from its text. Raises ConditionError."""
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise ConditionError(f"{text!r} is no condition: write it like cpu<90, filesystem:/<90 or process:nginx")
    name, item, sign, number = found.groups()
    subject = SUBJECTS.get(name)
    if subject is None:
        close = difflib.get_close_matches(name, SUBJECTS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(SUBJECTS)}"
        raise ConditionError(f"{text!r}: there is no value {name!r}; {hint}")
    unit = _checked_item(text, name, subject, item)
    if sign is None:
        if name != "process":
            raise ConditionError(f"{text!r} compares nothing: write {_example(name, subject)}")
        sign, number = ">=", "1"
    return Condition(text.strip(), subject, unit, item or "", sign, _number(text, number, unit))


def _checked_item(text: str, name: str, subject: Subject, item: str | None) -> Unit:
    """What follows the colon must make sense; the unit that the value then has."""
    if item is None and subject.item == "must":
        raise ConditionError(f"{text!r}: {name} of what? Write {_example(name, subject)}")
    if item is not None and subject.item == "none":
        raise ConditionError(f"{text!r}: {name} has nothing behind a colon: write {_example(name, subject)}")
    if name not in FIELDS or item is None:
        return subject.unit
    device, _, field = item.rpartition(".")
    if not device or field not in FIELDS[name]:
        raise ConditionError(f"{text!r}: write {name}:DEVICE.FIELD, with one of {', '.join(FIELDS[name])}")
    return FIELDS[name][field][1]


def _example(name: str, subject: Subject) -> str:
    return subject.example or f"{name}<{'90' if subject.unit == 'percent' else '8'}"


def _number(text: str, number: str, unit: Unit) -> float:
    found = _NUMBER.fullmatch(number)
    scales = _SCALES[unit]
    if found is None or found[2] not in scales:
        said = " ".join(filter(None, scales))
        raise ConditionError(
            f"{text!r}: {number!r} is no number here; {f'units are {said}' if said else 'it has no unit'}"
        )
    return float(found[1]) * scales[found[2]]
