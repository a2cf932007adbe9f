"""All explanations, in the order of the panels. A new panel's are one name here."""

from collections.abc import Iterator
from dataclasses import dataclass

from nodetop.explanations import (
    cpu,
    disks,
    filesystems,
    header,
    limits,
    memory,
    network,
    processes,
    temperature,
)
from nodetop.explanations.explanation import Explanation, Group, Subject
from nodetop.model import panels
from nodetop.model.snapshot import NodeSnapshot

PANELS = (*panels.PANELS, "header")
_ALL = (
    cpu,
    memory,
    limits,
    filesystems,
    disks,
    network,
    temperature,
    processes,
    header,
)
GROUPS: tuple[Group, ...] = tuple(
    group for panel in PANELS for module in _ALL for group in module.GROUPS if group.panel == panel
)


@dataclass(frozen=True)
class Explained:
    """A value of a snapshot with its explanation."""

    panel: str
    subject: Subject
    entry: Explanation

    @property
    def key(self) -> tuple[str, str, str]:
        """The same value in the next snapshot has the same one."""
        return self.panel, self.subject.name, self.entry.name


def explained(snapshot: NodeSnapshot, pid: int | None = None) -> Iterator[Explained]:
    """Every value that the snapshot has a place for, panel after panel; of processes that of `pid` alone."""
    for group in GROUPS:
        for subject in group.items(snapshot, pid):
            for entry in group.entries:
                yield Explained(group.panel, subject, entry)
