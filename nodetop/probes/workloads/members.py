"""Processes of a control group: cgroup.procs, which everybody may read. cgroups(7)."""

import os
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence

from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_record, read_to_end
from nodetop.probes.workloads.tree import find_trees

_MOST_INSIDE = 16
_MOST_GROUPS = 512
_MOST_BYTES = 256 * 1024


def pids_in(files: HostFiles, group: str) -> frozenset[int] | None:
    """The processes of a group, by its path as rows have it, and of the groups inside it. None: they are not known,
    because the group has ended, its name cannot be shown as it is, or it has processes of another PID namespace."""
    trees = find_trees(files)
    if not files.own_pids or not group.startswith(f"{trees.root}/") or ".." in group.split("/"):
        return None
    path = group.removeprefix(trees.root)
    folders = [files.path(each.folder + path) for each in trees.mounted if files.exists(each.folder + path)]
    return frozenset(pid for folder in folders for pid in _all_in(folder)) if folders else None


def _all_in(folder: str) -> Iterator[int]:
    waiting, count = [folder], 0
    while waiting and count < _MOST_GROUPS:
        folder, count = waiting.pop(), count + 1
        try:
            numbers = read_to_end(f"{folder}/cgroup.procs", _MOST_BYTES).split()
            with os.scandir(folder) as entries:
                waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:  # it has just ended, or is a threaded group, whose processes are in the one around it
            continue
        yield from map(int, numbers)


def first_pid(folders: Sequence[str], paths: Iterable[str]) -> int | None:
    """A process of the first of these groups, below the first of the mounts that has the group, that has any; None:
    there is none, or it is not in this program's PID namespace."""
    for path in paths:
        numbers = next(
            (found for folder in folders if (found := _numbers(f"{folder}{path}/cgroup.procs")) is not None), []
        )
        pid = next((int(each) for each in numbers if each.isdigit() and 0 < len(each) < 10 and each != b"0"), None)
        if pid is not None:
            return pid
    return None


def own_groups(path: str, paths: Sequence[str], workloads: Collection[str]) -> list[str]:
    """A group and some of those inside it: first its own ones, then those that are other workloads. `paths` are all
    groups, sorted. In version 2 a group that contains others usually has no processes of its own."""
    start = bisect_right(paths, path + "/")
    inside = []
    for each in paths[start : start + 16 * _MOST_INSIDE]:
        if not each.startswith(path + "/"):
            break
        inside.append(each)
    others = tuple(each for each in inside if each in workloads)
    below = tuple(f"{each}/" for each in others)
    own = [each for each in inside if each not in others and not each.startswith(below)]
    return [path, *own[:_MOST_INSIDE], *others[:_MOST_INSIDE]]


def _numbers(file: str) -> list[bytes] | None:
    """The first processes of a group; None if it is not in this tree."""
    try:
        return read_record(file).split()
    except OSError as error:
        raise_if_exhausted(error)
        return None
