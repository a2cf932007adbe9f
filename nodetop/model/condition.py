"""Conditions on the values of a node, for `--check` and for alerts, in the language of base.terms: `filesystem:/<90`,
`!process:celery`. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nodetop.base import units
from nodetop.base.terms import OPERATORS, Name, Vocabulary, condition
from nodetop.model.found import Found, find
from nodetop.model.item_kinds import DISK, INTERFACE, MOUNT, PROCESS
from nodetop.model.quantities import BY_WORD, QUANTITIES
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

ASKED: Mapping[str, Quantity] = {word: each for word, each in BY_WORD.items() if each.is_of_snapshot}
"""What a condition can be about, by every word for it."""
DEVICES: Mapping[str, Mapping[str, Quantity]] = {
    kind.word: {word: each for each in QUANTITIES if each.each is kind for word in (each.name, *each.aliases)}
    for kind in (DISK, INTERFACE)
}
"""Fields of a device that can be written as WORD:DEVICE.FIELD."""


def _names() -> Iterator[Name]:
    for each in QUANTITIES:
        if each.is_of_snapshot:
            yield Name(
                each.name,
                each.unit,
                tuple(word for word in each.words if word != each.name and word not in DEVICES),
                item="none" if each.each is None else "may" if each.is_single else "must",
                example=each.example,
                is_count=each.each is PROCESS,
            )
    for word, fields in DEVICES.items():
        whole = ASKED.get(word)  # "disk" without a device means the fullest file system
        yield Name(
            word,
            whole.unit if whole else "number",
            item="may" if whole else "must",
            fields={name: each.unit for name, each in fields.items()},
            example=next(each.example for each in fields.values() if each.example),
        )


VOCABULARY = Vocabulary(tuple(_names()))


@dataclass(frozen=True)
class Condition:
    """One condition. `text` is how it was written."""

    text: str
    quantity: Quantity
    item: str
    sign: str
    number: float

    def of_row(self, row: NodeStatus) -> Found | None:
        """The value, if a row of a hub has it."""
        value = None if self.item else self.quantity.of_row(row)
        return None if value is None else Found(value)

    def of_snapshot(self, snapshot: NodeSnapshot) -> Found:
        """The value in a snapshot."""
        return find(self.quantity, snapshot, self.item)

    @property
    def names_mount(self) -> bool:
        """Whether it is about one file system, given by its mount point."""
        return bool(self.item) and self.quantity.each is MOUNT

    def holds(self, found: Found) -> bool | None:
        """Whether it holds; None: unknown."""
        if found.value is None:
            return None
        holds = OPERATORS[self.sign](found.value, self.number)
        if not found.at_least:
            return holds
        if self.sign in (">", ">="):  # there may be more of them, which cannot make these results wrong
            return True if holds else None
        if self.sign in ("<", "<="):
            return None if holds else False
        passed = found.value > self.number
        return (self.sign == "!=") if passed else None

    def shown(self, found: Found) -> str:
        """The value as text, with its unit."""
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
    """Parses a condition. Raises TermError."""
    asked = condition(text, VOCABULARY)
    assert isinstance(asked.value, float)  # no quantity is a text
    quantity = DEVICES[asked.name.name][asked.field] if asked.field else ASKED[asked.name.name]
    return Condition(text.strip(), quantity, asked.item, asked.sign, asked.value)
