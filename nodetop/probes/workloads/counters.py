"""The counters and limits of one control group. Kernel admin-guide/cgroup-v2.rst, cgroup-v1/{memory,cpuacct,
blkio-controller,pids}.rst, scheduler/sched-bwc.rst.

Memory and CPU time of the groups inside are included in both versions, I/O in version 1 only where the kernel has the
files that end in _recursive.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from nodetop.probes.base.pressure import parse_pressure
from nodetop.probes.cgroups.block_io import Stacks, parse_blkio, parse_io_stat
from nodetop.probes.cgroups.limits import parse_counts
from nodetop.probes.host_files import PAGE_BYTES, HostFiles, raise_if_exhausted, read_record, read_to_end
from nodetop.probes.workloads.tree import Trees
from nodetop.probes.workloads.unchanged import Unchanged

N = TypeVar("N", int, float)
_ID_LENGTH = 64
_UNKNOWN_IO = (None, None, None, None)
_MOST_BYTES = 256 * 1024
_NO_LIMIT = 2**60
"""Limits from here on are no limits: version 1 says 0x7FFFFFFFFFFFF000."""


_LIMITED = "/container"
"""The runtime crun makes this group in a container's scope, and sets the container's limits on it."""
_SCOPE = ".scope"


class Counters(NamedTuple):
    """What is read each time. Counters grow; None is not available."""

    cpu_microseconds: int | None = None
    periods: int | None = None
    throttled_periods: int | None = None
    memory_bytes: int | None = None
    """Without inactive file cache."""
    swap_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    reads: int | None = None
    writes: int | None = None
    tasks: int | None = None


class Facts(NamedTuple):
    """What changes rarely or is needed only on the screen."""

    cpu_cores: float | None = None
    memory_limit: int | None = None
    memory_high: int | None = None
    oom_kills: int | None = None
    tasks_limit: int | None = None
    cpu_pressure: float | None = None
    memory_pressure: float | None = None
    io_pressure: float | None = None


class CounterReader(Protocol):
    """Reads a group by its path below the mounts."""

    def counters(self, path: str) -> Counters | None:
        """None if the group has ended."""

    def facts(self, path: str) -> Facts: ...

    def look_again(self) -> None:
        """Devices may have changed since this was called last."""


def reader_for(files: HostFiles, trees: Trees) -> CounterReader:
    """The reader for the version of control groups that has the counters."""
    if trees.unified is not None:
        return UnifiedReader(files, trees.unified.folder)
    return ControllersReader(files, {name: each.folder for name, each in trees.controllers.items()})


class _Rest(NamedTuple):
    """Counts that change only if something runs in the group, or its memory is reclaimed: then its CPU time or its
    memory changes as well. So most files of an idle group need not be read."""

    inactive: int = 0
    swap: int | None = None
    tasks: int | None = None
    periods: int | None = None
    throttled: int | None = None


class UnifiedReader:
    """Version 2: all files are in one folder."""

    def __init__(self, files: HostFiles, folder: str) -> None:
        self._folder = files.path(folder)
        self._stacks = Stacks(files)
        self._moved = Unchanged[Sequence[int | None]]()
        self._rest = Unchanged[_Rest]()

    def look_again(self) -> None:
        self._stacks.forget()

    def _sums(self, stat: bytes | None) -> Sequence[int | None]:
        return _UNKNOWN_IO if stat is None else self._stacks.sums(parse_io_stat(stat), 4)

    def counters(self, path: str) -> Counters | None:
        folder = self._folder + path
        cpu, memory = parse_counts(_read(folder + "/cpu.stat")), _number(folder + "/memory.current")
        if not cpu and memory is None and not _read(folder + "/cgroup.events"):
            return None
        rest = self._rest.get(path, (cpu, memory), lambda: self._read_rest(folder, has_memory=memory is not None))
        moved = _attempt(folder + "/io.stat")
        io = self._moved.get(path, moved, lambda: self._sums(moved))
        quota = parse_counts(_read(f"{folder}{_LIMITED}/cpu.stat")) if _is_container_scope(path) else {}
        if not quota.get("nr_periods"):
            quota = cpu
        return Counters(
            cpu_microseconds=cpu.get("usage_usec"),
            periods=quota.get("nr_periods"),
            throttled_periods=quota.get("nr_throttled"),
            memory_bytes=None if memory is None else max(memory - rest.inactive, 0),
            swap_bytes=rest.swap,
            read_bytes=io[0],
            written_bytes=io[1],
            reads=io[2],
            writes=io[3],
            tasks=rest.tasks,
        )

    def _read_rest(self, folder: str, *, has_memory: bool) -> _Rest:
        return _Rest(
            inactive=_count_in(_read(folder + "/memory.stat"), b"inactive_file") if has_memory else 0,
            swap=_number(folder + "/memory.swap.current"),
            tasks=_number(folder + "/pids.current"),
        )

    def facts(self, path: str) -> Facts:
        folder = self._folder + path
        limited = [folder, folder + _LIMITED] if _is_container_scope(path) else [folder]
        return Facts(
            cpu_cores=_least([_cores(*_read(each + "/cpu.max").partition(b" ")[::2]) for each in limited]),
            memory_limit=_least([_limit(each + "/memory.max") for each in limited]),
            memory_high=_least([_limit(each + "/memory.high") for each in limited]),
            oom_kills=parse_counts(_read(folder + "/memory.events")).get("oom_kill"),
            tasks_limit=_least([_limit(each + "/pids.max") for each in limited]),
            cpu_pressure=_pressure(folder + "/cpu.pressure"),
            memory_pressure=_pressure(folder + "/memory.pressure"),
            io_pressure=_pressure(folder + "/io.pressure"),
        )


class ControllersReader:
    """Version 1: a tree for each controller, and a group may be in some of them only."""

    def __init__(self, files: HostFiles, folders: dict[str, str]) -> None:
        self._folders = {name: files.path(folder) for name, folder in folders.items()}
        self._stacks = Stacks(files)
        self._rest = Unchanged[_Rest]()
        self._operations = Unchanged[Sequence[int | None]]()
        self._policy: str | None = None
        self.look_again()

    def look_again(self) -> None:
        self._stacks.forget()
        self._policy = self._counting_policy()

    def _file(self, controller: str, path: str, name: str) -> bytes:
        folder = self._folders.get(controller)
        return b"" if folder is None else _read(f"{folder}{path}/{name}")

    def counters(self, path: str) -> Counters | None:
        usage = _whole(self._file("cpuacct", path, "cpuacct.usage"))
        memory = _whole(self._file("memory", path, "memory.usage_in_bytes"))
        if usage is None and memory is None and not self._is_somewhere(path):
            return None
        rest = self._rest.get(path, (usage, memory), lambda: self._read_rest(path, has_memory=memory is not None))
        moved = self._blkio(path, "io_service_bytes")
        reads, writes = self._operations.get(path, moved, lambda: self._blkio(path, "io_serviced"))
        return Counters(
            cpu_microseconds=None if usage is None else usage // 1000,
            periods=rest.periods,
            throttled_periods=rest.throttled,
            memory_bytes=None if memory is None else max(memory - rest.inactive, 0),
            swap_bytes=rest.swap,
            read_bytes=moved[0],
            written_bytes=moved[1],
            reads=reads,
            writes=writes,
            tasks=rest.tasks,
        )

    def _read_rest(self, path: str, *, has_memory: bool) -> _Rest:
        stat = self._file("memory", path, "memory.stat") if has_memory else b""
        quota = parse_counts(self._file("cpu", path, "cpu.stat"))
        return _Rest(
            inactive=_count_in(stat, b"total_inactive_file"),
            swap=_count_in(stat, b"total_swap") if b"total_swap " in stat else None,
            tasks=_whole(self._file("pids", path, "pids.current")),
            periods=quota.get("nr_periods"),
            throttled=quota.get("nr_throttled"),
        )

    def facts(self, path: str) -> Facts:
        quota, period = (self._file("cpu", path, f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
        oom = parse_counts(self._file("memory", path, "memory.oom_control"))
        return Facts(
            cpu_cores=_cores(quota, period),
            memory_limit=_below(_whole(self._file("memory", path, "memory.limit_in_bytes"))),
            oom_kills=oom.get("oom_kill"),
            tasks_limit=_below(_whole(self._file("pids", path, "pids.max"))),
        )

    def _counting_policy(self) -> str | None:
        """Who counts I/O here. Linux 6.10 and newer count in throttle only for devices of which some group has a limit:
        then not even the group around all others has counts. None: nobody counts."""
        for policy in ("throttle", "bfq"):
            counts = self._of_policy("", policy, "io_service_bytes")
            if not counts:  # kernels that have no such file in this group
                return "throttle"
            if parse_blkio(counts):
                return policy
        return None

    def _of_policy(self, path: str, policy: str, name: str) -> bytes:
        data = self._file("blkio", path, f"blkio.{policy}.{name}_recursive")
        return data or self._file("blkio", path, f"blkio.{policy}.{name}")

    def _blkio(self, path: str, name: str) -> Sequence[int | None]:
        data = b"" if self._policy is None else self._of_policy(path, self._policy, name)
        return self._stacks.sums(parse_blkio(data), 2) if data else _UNKNOWN_IO[:2]

    def _is_somewhere(self, path: str) -> bool:
        return any(_read(f"{folder}{path}/notify_on_release") for folder in self._folders.values())


def _attempt(path: str) -> bytes | None:
    """A file; None if it cannot be read. Only I/O counts of many devices are longer than a page."""
    try:
        data = read_record(path)
        return data if len(data) < PAGE_BYTES else read_to_end(path, _MOST_BYTES)
    except OSError as error:
        raise_if_exhausted(error)
        return None


def _read(path: str) -> bytes:
    return _attempt(path) or b""


def _whole(data: bytes) -> int | None:
    data = data.strip()
    return int(data) if data.isdigit() and len(data) < 20 else None


def _number(path: str) -> int | None:
    return _whole(_read(path))


def _below(value: int | None) -> int | None:
    return value if value is not None and value < _NO_LIMIT else None


def _limit(path: str) -> int | None:
    return _below(_number(path))


def _is_container_scope(path: str) -> bool:
    return path.endswith(_SCOPE) and len(path.rpartition("-")[2]) == _ID_LENGTH + len(_SCOPE)


def _least(limits: Sequence[N | None]) -> N | None:
    return min((each for each in limits if each is not None), default=None)


def _cores(quota: bytes, period: bytes) -> float | None:
    """CPU time per wall time; "max" and -1 are no limit."""
    allowed, each = _whole(quota), _whole(period)
    return allowed / each if allowed and each else None


def _count_in(data: bytes, name: bytes) -> int:
    """The number after a name at the start of a line; 0 if it is not there."""
    start = 0 if data.startswith(name + b" ") else data.find(b"\n" + name + b" ") + 1
    if start == 0 and not data.startswith(name + b" "):
        return 0
    return _whole(data[start + len(name) : data.find(b"\n", start) if b"\n" in data[start:] else None]) or 0


def _pressure(path: str) -> float | None:
    found = parse_pressure(_read(path))
    return found.some_10s_percent if found else None
