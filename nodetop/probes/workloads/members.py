"""Processes of a control group: cgroup.procs, which everybody may read. cgroups(7)."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from nodetop.probes.base.host_files import raise_if_exhausted, read_record

_MOST_INSIDE = 16


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
