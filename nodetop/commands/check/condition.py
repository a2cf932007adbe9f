"""The conditions of `nodetop --check`, in the language of base.terms: `filesystem:/<90`, `!process:celery`. Pure."""

from dataclasses import dataclass

from nodetop.base import units
from nodetop.base.terms import OPERATORS, Name, Vocabulary, condition
from nodetop.commands.check.values import FIELDS, OF_MOUNTS, SUBJECTS, Found, Subject
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

VOCABULARY = Vocabulary(
    tuple(
        Name(
            name,
            subject.unit,
            item=subject.item,
            fields={field: unit for field, (_, unit) in FIELDS.get(name, {}).items()},
            example=subject.example,
            is_count=name == "process",
        )
        for name, subject in SUBJECTS.items()
    )
)


@dataclass(frozen=True)
class Condition:
    """One question. `text` is it as written."""

    text: str
    subject: Subject
    unit: str
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
        holds = OPERATORS[self.sign](found.value, self.number)
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
    """A condition from its text. Raises TermError."""
    asked = condition(text, VOCABULARY)
    assert isinstance(asked.value, float)  # no subject is a text
    item = f"{asked.item}.{asked.field}" if asked.field else asked.item
    return Condition(text.strip(), SUBJECTS[asked.name.name], asked.unit, item, asked.sign, asked.value)
