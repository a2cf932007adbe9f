"""Processes in groups: a header row for each program, user, or container and unit, with its members below. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.processes.forest import Forest
from nodetop.widgets.processes.key import is_kernel_thread

V = TypeVar("V")
UNKNOWN_GROUP = "(unknown)"
NOWHERE = "(none)"
KERNEL = "(kernel)"


def program_of(row: ProcessMetrics) -> str:
    """The program that a process runs: the first word of its command line, without path and decoration; else its
    name."""
    return KERNEL if is_kernel_thread(row) else _program(row.command) or row.name or UNKNOWN_GROUP


@lru_cache(maxsize=4096)
def _program(command: str) -> str:
    first = command.partition(" ")[0]
    # A login shell is "-bash"; daemons that set their own title say "sshd: me" and "(sd-pam)".
    return first.rpartition("/")[2].lstrip("-").rstrip(":").strip("()")


GROUPINGS: dict[str, Callable[[ProcessMetrics], str]] = {
    "program": program_of,
    "user": lambda row: row.user or UNKNOWN_GROUP,
    "container": lambda row: row.container or NOWHERE,
}
"""Kinds of groups, and for each the function that names the group of a process."""


def grouped(
    rows: Sequence[ProcessMetrics],
    threads: Sequence[ProcessMetrics],
    kind: str,
    counted: Mapping[str, Mapping[str, Any]] | None = None,
) -> Forest:
    """A forest whose roots are the headers of groups, sorted by name. Their children are the processes, and below these
    their threads. A thread is never without its process. `counted` has the counters of groups that have their own."""
    name_of = GROUPINGS[kind]
    names = [name_of(row) for row in rows]
    members: dict[str, list[ProcessMetrics]] = {}
    for name, row in zip(names, rows, strict=True):
        members.setdefault(name, []).append(row)
    heads = {name: number for number, name in enumerate(sorted(members))}
    at = {row.pid: number for number, row in enumerate(rows, len(heads))}
    return Forest(
        rows=[*(_head(name, members[name]) for name in heads), *rows, *threads],
        parents=[*[-1] * len(heads), *(heads[name] for name in names), *(at[row.thread_of or 0] for row in threads)],
        groups=[(kind, name) for name in heads],
        counted={number: (counted or {}).get(name, {}) for name, number in heads.items()},
    )


def _head(name: str, members: Sequence[ProcessMetrics]) -> ProcessMetrics:
    """A header row: values that all members share, and the earliest start."""
    states = {row.state for row in members}
    started = [row.started_at for row in members if row.started_at is not None]
    return ProcessMetrics(
        pid=0,
        name=name,
        user=_shared([row.user for row in members]),
        state="R" if "R" in states else states.pop() if len(states) == 1 else " ",
        nice=_shared([row.nice for row in members]),
        priority=_shared([row.priority for row in members]),
        started_at=min(started, default=None),
        container=_shared([row.container for row in members]),
    )


def _shared(values: Sequence[V]) -> V | None:
    return values[0] if all(value == values[0] for value in values) else None
