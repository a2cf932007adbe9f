"""What the explanations have in common: numbers made of shares and rates, and the items of a snapshot."""

from collections.abc import Callable
from typing import Any

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Other, Source, Subject
from nodetop.model.quantity import Unit
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot

Items = Callable[[NodeSnapshot, int | None], list[Subject]]
SAME = "the same"


def interval(subject: Subject) -> Amount:
    """Seconds since the sample before."""
    return Amount(subject.snapshot.interval, "seconds")


def cpus(subject: Subject) -> Amount:
    """How many CPUs are online."""
    cpu = subject.snapshot.cpu
    online = sum(core.online for core in cpu.cores) if cpu else 0
    return Amount(online or None)


def grown(rate: str, unit: Unit | None = None) -> Source:
    """By how much a counter grew in the interval, from its rate."""

    def growth(subject: Subject) -> Amount:
        value, seconds = getattr(subject.item, rate), subject.snapshot.interval
        known = value is not None and seconds is not None
        return Amount(value * seconds if known else None, unit or ("bytes" if "bytes" in rate else "count"))

    return growth


def part(name: str) -> Items:
    """The one item of a snapshot in this field, if it is there."""

    def items(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
        value = getattr(snapshot, name)
        return [] if value is None else [Subject(snapshot, value)]

    return items


def each(name: str, called: Callable[[Any], str]) -> Items:
    """All items of a snapshot in this field, by their names."""

    def items(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
        return [Subject(snapshot, item, called(item)) for item in getattr(snapshot, name) or ()]

    return items


def rate(
    name: str, field: str, counter: str, means: str, file: RawFile, others: tuple[Other, ...], *notes: str
) -> Explanation:
    """A counter's growth over the interval."""
    return Explanation(
        name,
        (field,),
        means,
        f"{{{counter}}} / {{seconds}}",
        {counter: grown(field), "seconds": interval},
        (file,),
        others,
        notes,
    )
