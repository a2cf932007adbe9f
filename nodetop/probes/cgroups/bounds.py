"""The smallest limits between a control group and the root, and the files that count the usage under them.

Kernel admin-guide/cgroup-v2.rst, admin-guide/cgroup-v1/{memory,pids,cpusets}.rst, scheduler/sched-bwc.rst.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct

from nodetop.probes.cgroups.tree import UNIFIED, Group
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.host_files import HostFiles

N = TypeVar("N", int, float)


class CpuBound(Struct, frozen=True, kw_only=True):
    """`cores` is the quota, `cpus` the number of allowed CPUs; None means no limit. `stat` is the path of the file with
    the throttling, `usage` of the one with the CPU time (in cgroup v2 the same file); None if there is none."""

    cores: float | None = None
    cpus: int | None = None
    stat: str | None = None
    usage: str | None = None
    unified: bool = True


class MemoryBound(Struct, frozen=True, kw_only=True):
    """Limits in bytes; `folder` is the group that has the smaller of the two."""

    limit: int | None = None
    high: int | None = None
    folder: str = ""
    unified: bool = True


class PidsBound(Struct, frozen=True):
    """A limit on processes and threads, and the group that has it."""

    limit: int
    folder: str


def cpu_bound(files: HostFiles, groups: Mapping[str, Group]) -> CpuBound | None:
    """The quota and the allowed CPUs; None if neither is limited."""
    group = groups.get("cpu") or groups.get(UNIFIED)
    quota = _smallest(group, lambda folder: _quota(files, folder, group.unified)) if group else None
    cpus = _allowed_cpus(files, groups.get("cpuset") or groups.get(UNIFIED))
    if group is None or (quota is None and cpus is None):
        return None if cpus is None else CpuBound(cpus=cpus)
    # Without a quota, usage is that of the process's own group, which its CPU set limits.
    folder = quota[1] if quota else group.way_up()[0]
    return CpuBound(
        cores=quota[0] if quota else None,
        cpus=cpus,
        stat=f"{folder}/cpu.stat" if quota else None,
        usage=f"{folder}/cpu.stat" if group.unified else _usage_v1(folder, group, groups.get("cpuacct")),
        unified=group.unified,
    )


def memory_bound(files: HostFiles, groups: Mapping[str, Group], total: int | None) -> MemoryBound | None:
    """`total` is the machine's memory. A limit that is not below it does not count, nor do "max" and
    0x7FFFFFFFFFFFF000."""
    group = groups.get("memory") or groups.get(UNIFIED)
    if group is None:
        return None
    most = 2**60 if total is None else total

    def below(name: str) -> Callable[[str], int | None]:
        def limit(folder: str) -> int | None:
            value = files.number(f"{folder}/{name}")
            return value if value is not None and 0 <= value < most else None

        return limit

    limit = _smallest(group, below("memory.max" if group.unified else "memory.limit_in_bytes"))
    high = _smallest(group, below("memory.high")) if group.unified else None
    both = [each for each in (limit, high) if each is not None]
    if not both:
        return None
    return MemoryBound(
        limit=limit[0] if limit else None,
        high=high[0] if high else None,
        folder=min(both, key=lambda each: each[0])[1],
        unified=group.unified,
    )


def pids_bound(files: HostFiles, groups: Mapping[str, Group]) -> PidsBound | None:
    group = groups.get("pids") or groups.get(UNIFIED)
    found = _smallest(group, lambda folder: files.number(f"{folder}/pids.max")) if group else None
    return PidsBound(*found) if found else None


def _smallest(group: Group, limit: Callable[[str], N | None]) -> tuple[N, str] | None:
    """The smallest limit and its folder. Of equal limits the outer group's, because more processes share it."""
    found: tuple[N, str] | None = None
    for folder in group.way_up():
        value = limit(folder)
        if value is not None and (found is None or value <= found[0]):
            found = value, folder
    return found


def _quota(files: HostFiles, folder: str, unified: bool) -> float | None:
    """CPU time per wall time. `cpu.max` is "50000 100000" or "max 100000"; in cgroup v1, -1 means no limit."""
    if unified:
        quota, _, period = (files.line(f"{folder}/cpu.max") or "").partition(" ")
    else:
        quota, period = (files.line(f"{folder}/cpu.cfs_{name}_us") or "" for name in ("quota", "period"))
    if not (quota.isdigit() and period.isdigit() and int(period)):
        return None
    return int(quota) / int(period) or None


def _allowed_cpus(files: HostFiles, group: Group | None) -> int | None:
    if group is None:
        return None
    names = ("cpuset.cpus.effective",) if group.unified else ("cpuset.effective_cpus", "cpuset.cpus")
    own = group.way_up()[0]
    allowed = next((cpus for name in names if (cpus := parse_cpu_list(files.line(f"{own}/{name}")))), ())
    online = parse_cpu_list(files.line("/sys/devices/system/cpu/online"))
    return len(allowed) if allowed and len(allowed) < len(online) else None


def _usage_v1(folder: str, cpu: Group, cpuacct: Group | None) -> str | None:
    """CPU time is counted in another tree. It belongs to the group only if both groups have the same path."""
    if cpuacct is None or cpuacct.path != cpu.path:
        return None
    return f"{cpuacct.folder}{folder[len(cpu.folder) :]}/cpuacct.usage"
