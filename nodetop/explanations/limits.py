"""What the values of a limited control group are. Kernel admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME
from nodetop.model.limits import CgroupLimits
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot

_GROUP = RawFile("/proc/self/cgroup")


def _file(name: str, older: str, *words: str) -> tuple[RawFile, ...]:
    """A file of the group, by its path in version 2's tree and in version 1's."""
    controller, _, file = older.partition("/")
    return (
        RawFile(f"/sys/fs/cgroup{{group}}/{name}", words),
        RawFile(f"/sys/fs/cgroup/{controller}{{group}}/{file}", words if file.endswith(("stat", "control")) else ()),
        _GROUP,
    )


def _most(subject: Subject) -> Amount:
    bounds = (subject.item.memory_limit_bytes, subject.item.memory_high_bytes)
    return Amount(min((bound for bound in bounds if bound is not None), default=None), "bytes")


_CORES: dict[str, Source] = {"used cores": "cpu_used_cores", "allowed cores": "cpu_limit_cores"}
_MEMORY: dict[str, Source] = {"used": "memory_used_bytes", "limit": _most}
_NESTED = (
    "Groups lie within groups: the smallest limit on the way up to the root counts, and use is that of the group that "
    "has it, with all others in it."
)

CPU = (
    Explanation(
        "limit used", ("cpu_used_percent",), "The group's CPU time as a share of what it may have.",
        formula="100 × {used cores} / {allowed cores}", numbers=_CORES,
        files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec"),
        others=(
            Other("docker stats: CPU %", "in percent of one core", "100 × {used cores}"),
            Other("htop, top in a container", "show the host's CPUs, as if there were no limit"),
        ),
        notes=(_NESTED,),
    ),
    Explanation(
        "cores used", ("cpu_used_cores",), "CPU time of the group for each second of the interval.", numbers=_CORES,
        files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec", "user_usec", "system_usec"),
        others=(Other("docker stats", "in percent of one core", "100 × {used cores}", "percent"),),
    ),
    Explanation(
        "cores allowed", ("cpu_limit_cores",), "The quota for each period, or the number of CPUs the group is held to, "
        "whichever is less.", numbers=_CORES, files=_file("cpu.max", "cpu/cpu.cfs_quota_us"),
        others=(Other("docker run --cpus, resources.limits.cpu", SAME, "{allowed cores}"),
         Other("nproc", "knows of allowed CPUs, and not of a quota")),
        notes=('"max" and -1 are no limit.', _NESTED),
    ),
    Explanation(
        "CPUs allowed", ("cpuset_cpus",), "How many CPUs the group may run on, where these are not all.",
        files=_file("cpuset.cpus.effective", "cpuset/cpuset.effective_cpus"),
        others=(Other("nproc, taskset -p", SAME),),
    ),
    Explanation(
        "throttled", ("cpu_throttled_percent",), "Share of the quota's periods (of 100 ms, usually) in which the group "
        "had used up its quota and was made to wait for the next one.",
        files=_file("cpu.stat", "cpu/cpu.stat", "nr_periods", "nr_throttled"),
        others=(Other("container_cpu_cfs_throttled_periods_total", "of cAdvisor: the same counters, never divided"),),
        notes=("It comes at a low mean use too: many threads spend a quota of 100 ms in a few milliseconds.",),
    ),
    Explanation(
        "time throttled", ("cpu_throttled_seconds_per_second",), "How long the group's CPUs were made to wait, all "
        "added up, for each second.",
        files=_file("cpu.stat", "cpu/cpu.stat", "throttled_usec", "throttled_time"),
        others=(Other("systemd-cgtop", "shows none"),),
    ),
)  # fmt: skip
MEMORY = (
    Explanation(
        "limit used", ("memory_used_percent",), "The group's memory as a share of its limit.",
        formula="100 × {used} / {limit}", numbers=_MEMORY,
        files=_file("memory.current", "memory/memory.usage_in_bytes"),
        others=(Other("docker stats: MEM %", SAME, "100 × {used} / {limit}"),
         Other("free, htop in a container", "show the host's memory, as if there were no limit")),
        notes=(_NESTED,),
    ),
    Explanation(
        "group's memory", ("memory_used_bytes",), "What is charged to the group, without file cache that was not used "
        "of late (inactive_file): that goes before anything is killed.", numbers=_MEMORY,
        files=(*_file("memory.current", "memory/memory.usage_in_bytes")[:2],
         *_file("memory.stat", "memory/memory.stat", "inactive_file", "total_inactive_file")),
        others=(Other("docker stats, kubectl top (working set)", SAME, "{used}"),
         Other("systemctl status", "with inactive file cache")),
    ),
    Explanation(
        "memory allowed", ("memory_limit_bytes",), "Beyond this, and with nothing left to give back, the kernel kills "
        "a process of the group.", files=_file("memory.max", "memory/memory.limit_in_bytes"),
        others=(Other("docker run --memory, resources.limits.memory", SAME),),
        notes=('"max", 0x7FFFFFFFFFFFF000, and whatever is not less than the machine has, are no limit.', _NESTED),
    ),
    Explanation(
        "slowed down from", ("memory_high_bytes",), "From here on the group is made to give memory back, and its "
        "processes wait for that; nothing is killed.", files=(RawFile("/sys/fs/cgroup{group}/memory.high"), _GROUP),
        others=(Other("systemd: MemoryHigh", SAME),),
    ),
    Explanation(
        "killed at the limit", ("oom_kills",), "Processes of the group that the kernel killed because its memory was "
        "at the limit, since the group was made.",
        files=_file("memory.events", "memory/memory.oom_control", "oom_kill"),
        others=(Other("kubectl: OOMKilled", "only where the container's first process was the one"),),
    ),
    Explanation(
        "processes in the group", ("pids_used",), "Processes and threads that count towards the limit.",
        files=_file("pids.current", "pids/pids.current"),
        others=(Other("docker stats: PIDS, systemctl status: Tasks", SAME),),
    ),
    Explanation(
        "processes allowed", ("pids_limit",), "With so many fork(2) fails: \"Resource temporarily unavailable\".",
        files=_file("pids.max", "pids/pids.max"), others=(Other("docker run --pids-limit, systemd: TasksMax", SAME),),
    ),
)  # fmt: skip


def _of(panel: str, has: tuple[str, ...], entries: tuple[Explanation, ...]) -> Group:
    def items(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
        limits = snapshot.limits
        if limits is None or all(getattr(limits, name) is None for name in has):
            return []
        return [Subject(snapshot, limits, "limited by its group")]

    return Group(panel, CgroupLimits, items, entries)


GROUPS = (
    _of("cpu", ("cpu_limit_cores",), CPU),
    _of("memory", ("memory_limit_bytes", "memory_high_bytes", "pids_limit"), MEMORY),
)
