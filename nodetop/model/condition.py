"""Conditions on the values of a node, for `--check` and for alerts, in the language of base.terms: `filesystem:/<90`,
`!process:celery`. They look up a value of the node or of one of its items, or say why it is missing. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from nodetop.base import units
from nodetop.base.terms import OPERATORS, Name, Vocabulary, condition
from nodetop.model.derived import highest
from nodetop.model.item_kinds import DISK, INTERFACE, MOUNT, PROCESS, ItemKind
from nodetop.model.quantities import BY_WORD, QUANTITIES
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

NOT_HERE = "not available here"
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


class Found(Struct, frozen=True):
    """A value, or None and the reason why it is not available. `at_least`: only a part was seen, so it may be more."""

    value: float | None
    reason: str = NOT_HERE
    at_least: bool = False


def find(quantity: Quantity, snapshot: NodeSnapshot, item: str = "") -> Found:
    """The single value, or the value of the named item. If several items have this name, the highest."""
    if not item:
        return Found(_single(quantity, snapshot))
    kind = quantity.each
    if kind is None:
        return Found(None, f"{quantity.name} is a value of the whole node")
    if quantity.each is PROCESS:
        return _processes(snapshot, item)
    meant = _meant(kind, snapshot, item)
    if not meant:
        return Found(None, kind.missing.format(item))
    return Found(highest(meant, quantity.of_item), kind.silent(meant[0], item))


def _meant(kind: ItemKind, snapshot: NodeSnapshot, item: str) -> Sequence[Any]:
    return [each for each in kind.items(snapshot) or () if kind.is_called(each, item)]


def _single(quantity: Quantity, snapshot: NodeSnapshot) -> float | None:
    memory = snapshot.memory
    if quantity.name == "swap" and memory is not None and memory.swap_total_bytes == 0:
        return 0.0  # without swap, none is used
    return quantity.of(snapshot)


def _processes(snapshot: NodeSnapshot, name: str) -> Found:
    """How many processes have this name. For some nodes only the top processes are known."""
    processes = snapshot.processes
    if processes is None:
        return Found(None)
    count = sum(PROCESS.counts(each) for each in _meant(PROCESS, snapshot, name))
    seen, total = len(processes.rows), processes.total
    if total is not None and seen < total:
        if processes.counts is not None and "/" not in name:
            return _as_counted(processes.counts.get(name, 0), snapshot)
        return Found(float(count), f"only the top {seen} of {total} processes are known", at_least=True)
    return _as_counted(count, snapshot)


def _as_counted(count: int, snapshot: NodeSnapshot) -> Found:
    """A number of processes, if none are hidden from the probe."""
    hidden = next((each.reason for each in snapshot.probes if each.name == "processes" and each.status == "ok"), None)
    return Found(float(count), hidden or "", at_least=hidden is not None)


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
