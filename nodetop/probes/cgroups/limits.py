"""The limits of the observed system's control group, in a container or a slice, and their usage.

Limits can be changed, so they are looked up twice a minute, which costs about 0.2 ms. In between nothing is read on
a machine without limits.
"""

import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from nodetop.base.text import clean
from nodetop.model.cgroups import CgroupLimits
from nodetop.probes.base.meminfo import parse_meminfo
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.cgroups.bounds import CpuBound, MemoryBound, PidsBound, cpu_bound, memory_bound, pids_bound
from nodetop.probes.cgroups.kept_mounts import KeptMounts
from nodetop.probes.cgroups.tree import UNIFIED, Mounted, groups
from nodetop.probes.host_files import HostFiles

LOOK_AGAIN_SECONDS = 30.0
_SHOWN = ("memory", "cpu", UNIFIED)
"""The controllers whose group's name is shown: the first one that exists."""


class Bounds(Struct, frozen=True, kw_only=True):
    """All limits; None for each that does not exist."""

    group: str = ""
    cpu: CpuBound | None = None
    memory: MemoryBound | None = None
    pids: PidsBound | None = None


class LimitsReading(Struct, frozen=True, kw_only=True):
    """The limits, and the counters of the groups that have them: microseconds, bytes, events."""

    bounds: Bounds
    used_microseconds: int | None = None
    periods: int | None = None
    throttled_periods: int | None = None
    throttled_microseconds: int | None = None
    memory_bytes: int | None = None
    inactive_file_bytes: int = 0
    oom_kills: int | None = None
    pids: int | None = None


class CgroupLimitsProbe(Probe):
    """Fills `limits`; None on a machine without limits."""

    name = "limits"

    def __init__(self, files: HostFiles, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._files, self._mounts = files, KeptMounts(files)
        self._monotonic = monotonic
        self._bounds: Bounds | None = None
        self._look_at = float("-inf")

    def read(self) -> LimitsReading | None:
        now = self._monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_AGAIN_SECONDS
            self._bounds = find_bounds(self._files, self._mounts.now())
        bounds = self._bounds
        if bounds is None:
            return None
        used: dict[str, int | None] = {}
        if bounds.cpu:
            used |= self._cpu(bounds.cpu)
        if bounds.memory:
            used |= self._memory(bounds.memory)
        if bounds.pids:
            used["pids"] = self._files.number(f"{bounds.pids.folder}/pids.current")
        return LimitsReading(bounds=bounds, **used)  # type: ignore[arg-type]

    def derive(
        self, previous: LimitsReading | None, current: LimitsReading | None, elapsed: float | None
    ) -> CgroupLimits | None:
        return derive(previous, current, elapsed)

    def _cpu(self, bound: CpuBound) -> dict[str, int | None]:
        stat = self._counts(bound.stat) if bound.stat else {}
        if bound.unified:
            usage = (stat if bound.usage == bound.stat or not bound.usage else self._counts(bound.usage)).get(
                "usage_usec"
            )
            waited = stat.get("throttled_usec")
        else:
            nanoseconds = self._files.number(bound.usage) if bound.usage else None
            usage = None if nanoseconds is None else nanoseconds // 1000
            waited = None if "throttled_time" not in stat else stat["throttled_time"] // 1000
        return {
            "used_microseconds": usage,
            "periods": stat.get("nr_periods"),
            "throttled_periods": stat.get("nr_throttled"),
            "throttled_microseconds": waited,
        }

    def _memory(self, bound: MemoryBound) -> dict[str, int | None]:
        current, inactive, events = (
            ("memory.current", "inactive_file", "memory.events")
            if bound.unified
            else ("memory.usage_in_bytes", "total_inactive_file", "memory.oom_control")
        )
        return {
            "memory_bytes": self._files.number(f"{bound.folder}/{current}"),
            "inactive_file_bytes": self._counts(f"{bound.folder}/memory.stat").get(inactive, 0),
            "oom_kills": self._counts(f"{bound.folder}/{events}").get("oom_kill"),
        }

    def _counts(self, path: str) -> dict[str, int]:
        return parse_counts(self._files.read_or_empty(path))


def find_bounds(files: HostFiles, mounted: Sequence[Mounted]) -> Bounds | None:
    """The current limits of the observed system, given the mounted trees; None if there are none."""
    found = groups(files, mounted)
    if not found:
        return None
    total = parse_meminfo(files.read_or_empty("/proc/meminfo")).get("total")
    cpu, memory, pids = cpu_bound(files, found), memory_bound(files, found, total), pids_bound(files, found)
    if cpu is None and memory is None and pids is None:
        return None
    shown = next((found[name].path for name in _SHOWN if name in found), "")
    return Bounds(group=clean(shown or "/", 4096), cpu=cpu, memory=memory, pids=pids)


def parse_counts(data: bytes) -> dict[str, int]:
    """Parses lines of a name and a whole number."""
    lines = (line.split() for line in data.decode("ascii", "replace").split("\n"))
    return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdecimal() and len(line[1]) < 20}


def derive(previous: LimitsReading | None, current: LimitsReading | None, elapsed: float | None) -> CgroupLimits | None:
    """Shares over the interval; None in the first reading and after the limits have changed."""
    if current is None:
        return None
    bounds = current.bounds
    before = previous if previous is not None and previous.bounds == bounds else LimitsReading(bounds=bounds)
    cores = _cores(bounds.cpu)
    used = delta_rate(before.used_microseconds, current.used_microseconds, elapsed)
    waited = delta_rate(before.throttled_microseconds, current.throttled_microseconds, elapsed)
    memory = None
    if current.memory_bytes is not None:
        memory = max(current.memory_bytes - current.inactive_file_bytes, 0)
    most = _least(bounds.memory.limit, bounds.memory.high) if bounds.memory else None
    return CgroupLimits(
        group=bounds.group,
        cpu_limit_cores=cores,
        cpuset_cpus=bounds.cpu.cpus if bounds.cpu else None,
        cpu_used_cores=None if used is None else used / 1e6,
        cpu_used_percent=None if used is None or not cores else 100 * used / 1e6 / cores,
        cpu_throttled_percent=_throttled(before, current),
        cpu_throttled_seconds_per_second=None if waited is None else waited / 1e6,
        memory_limit_bytes=bounds.memory.limit if bounds.memory else None,
        memory_high_bytes=bounds.memory.high if bounds.memory else None,
        memory_used_bytes=memory,
        memory_used_percent=100 * memory / most if memory is not None and most else None,
        oom_kills=current.oom_kills,
        pids_limit=bounds.pids.limit if bounds.pids else None,
        pids_used=current.pids,
    )


def _cores(cpu: CpuBound | None) -> float | None:
    return _least(cpu.cores, cpu.cpus) if cpu else None


def _least(one: float | None, other: float | None) -> float | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _throttled(before: LimitsReading, current: LimitsReading) -> float | None:
    """Percentage of throttled periods. No periods pass while nothing runs; then nothing was throttled."""
    if before.periods is None or current.periods is None:
        return None
    if before.throttled_periods is None or current.throttled_periods is None:
        return None
    periods, throttled = current.periods - before.periods, current.throttled_periods - before.throttled_periods
    if periods < 0 or throttled < 0:
        return None
    return min(100 * throttled / periods, 100.0) if periods else 0.0
