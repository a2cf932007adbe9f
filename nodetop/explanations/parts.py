"""What the explanations share: counters computed back from shares and rates, and the items of a snapshot."""

from collections.abc import Callable
from typing import Any

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Other, Selected, Source, Subject
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.quantity import Unit
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    MemoryMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProcessMetrics,
    WorkloadMetrics,
)

Items = Callable[[NodeSnapshot, Selected], list[Subject]]
SAME = "the same"


_PROBES: dict[type, str] = {
    CpuMetrics: "cpu", CoreMetrics: "cpu", MemoryMetrics: "memory", DiskMetrics: "disks", NetworkMetrics: "networks",
    ProcessMetrics: "processes", CgroupLimits: "limits", WorkloadMetrics: "workloads",
}  # fmt: skip
"""The probe whose elapsed time the rates of each struct are divided by."""


def elapsed(subject: Subject) -> float | None:
    """Seconds that the item's rates cover: its probe's own if known, else the snapshot's interval."""
    name = _PROBES.get(type(subject.item))
    own = (report.elapsed_seconds for report in subject.snapshot.probes if report.name == name)
    return next((seconds for seconds in own if seconds is not None), subject.snapshot.interval)


def interval(subject: Subject) -> Amount:
    """Seconds since the previous reading."""
    return Amount(elapsed(subject), "seconds")


def cpus(subject: Subject) -> Amount:
    """How many CPUs are online."""
    cpu = subject.snapshot.cpu
    online = sum(core.online for core in cpu.cores) if cpu else 0
    return Amount(online or None)


def grown(rate: str, unit: Unit | None = None) -> Source:
    """How much a counter grew in the interval, computed from its rate."""

    def growth(subject: Subject) -> Amount:
        value, seconds = getattr(subject.item, rate), elapsed(subject)
        known = value is not None and seconds is not None
        return Amount(value * seconds if known else None, unit or ("bytes" if "bytes" in rate else "count"))

    return growth


def part(name: str) -> Items:
    """The single item in this field of a snapshot, if present."""

    def items(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
        value = getattr(snapshot, name)
        return [] if value is None else [Subject(snapshot, value)]

    return items


def each(name: str, called: Callable[[Any], str]) -> Items:
    """All items in this field of a snapshot, each with the name that `called` gives it."""

    def items(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
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
        formula=f"{{{counter}}} / {{seconds}}",
        numbers={counter: grown(field), "seconds": interval},
        files=(file,),
        others=others,
        notes=notes,
    )
