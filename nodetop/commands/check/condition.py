"""The conditions of `nodetop --check`: VALUE[:ITEM][.FIELD] COMPARISON NUMBER, as in `filesystem:/<90`. Pure."""

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nodetop.base import units
from nodetop.model.found import Found, find
from nodetop.model.item_kinds import DISK, INTERFACE, MOUNT, PROCESS
from nodetop.model.quantities import BY_WORD, QUANTITIES
from nodetop.model.quantity import Quantity, Unit
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
_BYTES: dict[str, float] = {"": 1, "B": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SCALES: dict[Unit, dict[str, float]] = {
    "percent": {"": 1, "%": 1},
    "bytes": _BYTES,
    "bytes/s": _BYTES,
    "seconds": {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400},
    "celsius": {"": 1, "C": 1, "°C": 1},
}
_NO_UNIT: dict[str, float] = {"": 1}
ASKED: Mapping[str, Quantity] = {word: each for word, each in BY_WORD.items() if each.is_of_snapshot}
"""What a condition can be about, by all words for it."""
DEVICES: Mapping[str, Mapping[str, Quantity]] = {
    kind.word: {word: each for each in QUANTITIES if each.each is kind for word in (each.name, *each.aliases)}
    for kind in (DISK, INTERFACE)
}
"""What can be asked of a device as WORD:DEVICE.FIELD, by field."""


class ConditionError(ValueError):
    """A condition that cannot be asked; the message is one plain line with what can."""


@dataclass(frozen=True)
class Condition:
    """One question. `text` is it as written."""

    text: str
    quantity: Quantity
    item: str
    sign: str
    number: float

    def of_row(self, row: NodeStatus) -> Found | None:
        """The value, where a row of a hub has it."""
        value = None if self.item else self.quantity.of_row(row)
        return None if value is None else Found(value)

    def of_snapshot(self, snapshot: NodeSnapshot) -> Found:
        """The value in a snapshot."""
        return find(self.quantity, snapshot, self.item)

    @property
    def names_mount(self) -> bool:
        """Whether it asks of one file system, by where that is mounted."""
        return bool(self.item) and self.quantity.each is MOUNT

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
        unit = self.quantity.unit
        if unit in ("bytes", "bytes/s"):
            return units.size(value)
        if unit == "seconds":
            return units.duration(value)
        sign = {"percent": "%", "celsius": "C"}.get(unit, "")
        return f"{value:.0f}" if not sign and value == int(value) else f"{value:.{1 if sign else 2}f}{sign}"


def parse(text: str) -> Condition:
    """A condition from its text. Raises ConditionError."""
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise ConditionError(f"{text!r} is no condition: write it like cpu<90, filesystem:/<90 or process:nginx")
    name, item, sign, number = found.groups()
    quantity, item = _quantity(text, name, item)
    if sign is None:
        if quantity.each is not PROCESS:
            raise ConditionError(f"{text!r} compares nothing: write {_example(name, quantity)}")
        sign, number = ">=", "1"
    return Condition(text.strip(), quantity, item or "", sign, _number(text, number, quantity.unit))


def _quantity(text: str, name: str, item: str | None) -> tuple[Quantity, str | None]:
    """What is asked for, and of which item. What follows the colon must make sense."""
    if name in DEVICES and (item is not None or name not in ASKED):
        return _of_device(text, name, item)
    quantity = ASKED.get(name)
    if quantity is None:
        known = [each.name for each in QUANTITIES if each.is_of_snapshot]
        close = difflib.get_close_matches(name, (*ASKED, *DEVICES), n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
        raise ConditionError(f"{text!r}: there is no value {name!r}; {hint}")
    if item is None and not quantity.is_single:
        raise ConditionError(f"{text!r}: {name} of what? Write {_example(name, quantity)}")
    if item is not None and quantity.each is None:
        raise ConditionError(f"{text!r}: {name} has nothing behind a colon: write {_example(name, quantity)}")
    return quantity, item


def _of_device(text: str, name: str, item: str | None) -> tuple[Quantity, str | None]:
    fields = DEVICES[name]
    if item is None:
        example = next(each.example for each in fields.values() if each.example)
        raise ConditionError(f"{text!r}: {name} of what? Write {example}")
    device, _, field = item.rpartition(".")
    if not device or field not in fields:
        said = ", ".join(dict.fromkeys(each.name for each in fields.values()))
        raise ConditionError(f"{text!r}: write {name}:DEVICE.FIELD, with one of {said}")
    return fields[field], device


def _example(name: str, quantity: Quantity) -> str:
    return quantity.example or f"{name}<{'90' if quantity.unit == 'percent' else '8'}"


def _number(text: str, number: str, unit: Unit) -> float:
    found = _NUMBER.fullmatch(number)
    scales = _SCALES.get(unit, _NO_UNIT)
    if found is None or found[2] not in scales:
        said = " ".join(filter(None, scales))
        raise ConditionError(
            f"{text!r}: {number!r} is no number here; {f'units are {said}' if said else 'it has no unit'}"
        )
    return float(found[1]) * scales[found[2]]
