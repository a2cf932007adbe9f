"""Explanations of the values on the screen, as data: meaning, formula, source file, what other tools show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nodetop.explanations.amount import Amount
from nodetop.explanations.formula import calculated
from nodetop.model.quantity import Unit, unit_of
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot


@dataclass(frozen=True)
class Subject:
    """The part of a snapshot that is explained: its memory, one of its disks. `name` is the disk's, say."""

    snapshot: NodeSnapshot
    item: Any
    name: str = ""

    def amount(self, name: str) -> Amount:
        """A field of the item, with its unit."""
        value = getattr(self.item, name)
        return Amount(value, "text" if isinstance(value, str) else unit_of(name))


Selected = int | str | None
"""What is selected on the screen: a process by its PID, or a workload by its group."""
Source = str | Callable[[Subject], Amount]
"""The name of a field of the item, or a function that computes an amount from the subject."""


@dataclass(frozen=True)
class Other:
    """What another tool shows for the same value. `formula` uses the explanation's numbers. Without a formula the tool
    shows the same as nodetop, or something that these fields cannot give; `why` says which."""

    tools: str
    why: str
    formula: str = ""
    unit: Unit | None = None
    """The unit, if it differs from the value's."""


@dataclass(frozen=True)
class Explanation:
    """`fields` are the item's fields that it explains; the first is the value. `formula` uses `numbers` and gives the
    value; the names in it are the kernel's, or plain words. `files` may contain fields of the item in braces."""

    name: str
    fields: tuple[str, ...]
    means: str
    formula: str = ""
    numbers: Mapping[str, Source] = field(default_factory=dict)
    files: tuple[RawFile, ...] = ()
    others: tuple[Other, ...] = ()
    notes: tuple[str, ...] = ()

    def values(self, subject: Subject) -> list[Amount]:
        """The fields' values in the snapshot."""
        return [subject.amount(name) for name in self.fields]

    def amounts(self, subject: Subject) -> dict[str, Amount]:
        """The numbers of the formulas, by name."""
        return {
            name: subject.amount(source) if isinstance(source, str) else source(subject)
            for name, source in self.numbers.items()
        }

    def calculated(self, subject: Subject, formula: str) -> float | None:
        """The result of a formula over the numbers."""
        numbers = {name: each.value for name, each in self.amounts(subject).items()}
        return calculated(formula, {name: None if isinstance(value, str) else value for name, value in numbers.items()})

    def raw_files(self, subject: Subject) -> tuple[RawFile, ...]:
        """The files, with this item's names filled in."""
        names = _Names(subject.item)
        return tuple(
            RawFile(
                each.path.format_map(names).replace("//", "/"),
                tuple(word.format_map(names) for word in each.words),
                each.column,
            )
            for each in self.files
        )


class _Names(dict[str, str]):
    """Fields of an item, for format_map."""

    def __init__(self, item: Any) -> None:
        super().__init__()
        self._item = item

    def __missing__(self, name: str) -> str:
        return str(getattr(self._item, name))


@dataclass(frozen=True)
class Group:
    """The explanations of one kind of item on a panel, and which items a snapshot has."""

    panel: str
    model: type
    items: Callable[[NodeSnapshot, Selected], list[Subject]]
    """Called with a snapshot and what is selected."""
    entries: tuple[Explanation, ...]
