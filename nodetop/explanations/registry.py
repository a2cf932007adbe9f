"""All explanations, in the order of the panels. For a new panel, add its module to `_ALL`."""

from collections.abc import Iterator
from dataclasses import dataclass

from nodetop.explanations import (
    balance,
    cpu,
    disks,
    filesystems,
    header,
    limits,
    memory,
    network,
    processes,
    temperature,
    workloads,
)
from nodetop.explanations.explanation import Explanation, Group, Selected, Subject
from nodetop.model import panels
from nodetop.model.snapshot import NodeSnapshot

PANELS = (*panels.PANELS, "header")
_ALL = (
    cpu,
    memory,
    balance,
    limits,
    filesystems,
    disks,
    network,
    temperature,
    processes,
    workloads,
    header,
)
GROUPS: tuple[Group, ...] = tuple(
    group for panel in PANELS for module in _ALL for group in module.GROUPS if group.panel == panel
)


@dataclass(frozen=True)
class Explained:
    """A value in a snapshot, with its explanation."""

    panel: str
    subject: Subject
    entry: Explanation

    @property
    def key(self) -> tuple[str, str, str]:
        """The same value has the same key in every snapshot."""
        return self.panel, self.subject.name, self.entry.name


def explained(snapshot: NodeSnapshot, selected: Selected = None) -> Iterator[Explained]:
    """Every value of the snapshot, panel after panel; of processes and workloads only the selected one."""
    for group in GROUPS:
        for subject in group.items(snapshot, selected):
            for entry in group.entries:
                yield Explained(group.panel, subject, entry)
