"""CPU time of all control groups, which includes that of processes that have ended. Kernel admin-guide/cgroup-v2.rst,
cgroup-v1/cpuacct.rst."""

import os
from collections.abc import Mapping, Sequence

from msgspec import Struct

from nodetop.probes.cgroups.limits import parse_counts
from nodetop.probes.cgroups.tree import Mounted
from nodetop.probes.host_files import HostFiles, raise_if_exhausted

_MOST_GROUPS = 64
_EMPTY = (".mount", ".swap", ".automount")
"""Units of systemd in which nothing runs."""


class GroupsUsage(Struct, frozen=True):
    """Microseconds by group: groups that together contain all processes."""

    microseconds: Mapping[str, int]
    with_kernel_threads: bool

    def grown(self, before: "GroupsUsage | None") -> int | None:
        """Nanoseconds since an earlier reading; None without one, or if a counter ran backwards."""
        if before is None:
            return None
        old = before.microseconds
        deltas = [now - old.get(group, 0) for group, now in self.microseconds.items()]
        return None if min(deltas, default=-1) < 0 else 1000 * sum(deltas)


def groups_usage(files: HostFiles, found: Sequence[Mounted]) -> GroupsUsage | None:
    """The usage now, given the mounted trees; None if it is not available. Reads one file in version 1, in version 2
    one for each outermost group, because there the root group counts all time of the CPUs, also the kernel's."""
    for mounted in found:
        if "cpuacct" in mounted.controllers:
            usage = files.number(f"{mounted.folder}/cpuacct.usage")
            return None if usage is None else GroupsUsage({"": usage // 1000}, True)
    unified = next((mounted for mounted in found if mounted.unified), None)
    return None if unified is None else _unified(files, unified.folder)


def _unified(files: HostFiles, folder: str) -> GroupsUsage | None:
    inner = [""]
    if not files.exists(f"{folder}/cgroup.type"):  # only the machine's root group does not have it
        inner = _folders(files.path(folder))
    usage = {
        name: used
        for name in inner[:_MOST_GROUPS]
        if (used := parse_counts(files.read_or_empty(f"{folder}/{name}/cpu.stat")).get("usage_usec")) is not None
    }
    return GroupsUsage(usage, False) if usage else None


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.endswith(_EMPTY))
    except OSError as error:
        raise_if_exhausted(error)
        return []
