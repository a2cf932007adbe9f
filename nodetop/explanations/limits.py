"""Explains the values of a control group with limits. Kernel admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot

_GROUP = RawFile("/proc/self/cgroup")


def _file(name: str, older: str, *words: str) -> tuple[RawFile, ...]:
    """A file of the group, by its path in cgroup v2 and in cgroup v1."""
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
    "Groups are nested. The smallest limit between this group and the root applies, and usage is that of the group "
    "which has this limit, including everything in it."
)

CPU = (
    Explanation(
        "limit used", ("cpu_used_percent",), "The group's CPU time as a share of its limit.",
        formula="100 × {used cores} / {allowed cores}", numbers=_CORES,
        files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec"),
        others=(
            Other("docker stats: CPU %", "in percent of one core", "100 × {used cores}"),
            Other("htop, top in a container", "show the host's CPUs and ignore the limit"),
        ),
        notes=(_NESTED,),
    ),
    Explanation(
        "cores used", ("cpu_used_cores",), "CPU time of the group for each second of the interval.", numbers=_CORES,
        files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec", "user_usec", "system_usec"),
        others=(Other("docker stats", "in percent of one core", "100 × {used cores}", "percent"),),
    ),
    Explanation(
        "cores allowed", ("cpu_limit_cores",), "The quota per period, or the number of CPUs in the group's cpuset, "
        "whichever is less.", numbers=_CORES, files=_file("cpu.max", "cpu/cpu.cfs_quota_us"),
        others=(Other("docker run --cpus, resources.limits.cpu", SAME, "{allowed cores}"),
         Other("nproc", "counts the allowed CPUs, ignores the quota")),
        notes=('"max" and -1 mean no limit.', _NESTED),
    ),
    Explanation(
        "CPUs allowed", ("cpuset_cpus",), "How many CPUs the group may run on, if not all.",
        files=_file("cpuset.cpus.effective", "cpuset/cpuset.effective_cpus"),
        others=(Other("nproc, taskset -p", SAME),),
    ),
    Explanation(
        "throttled", ("cpu_throttled_percent",), "Share of the quota's periods (usually 100 ms) in which the group "
        "used up its quota and had to wait for the next period.",
        files=_file("cpu.stat", "cpu/cpu.stat", "nr_periods", "nr_throttled"),
        others=(Other("container_cpu_cfs_throttled_periods_total", "cAdvisor: the same counters, not divided"),),
        notes=("This happens at a low average usage too: many threads use up the quota in a few milliseconds.",),
    ),
    Explanation(
        "time throttled", ("cpu_throttled_seconds_per_second",), "How long the group's CPUs had to wait, added "
        "up, per second.",
        files=_file("cpu.stat", "cpu/cpu.stat", "throttled_usec", "throttled_time"),
        others=(Other("systemd-cgtop", "does not show it"),),
    ),
)  # fmt: skip
MEMORY = (
    Explanation(
        "limit used", ("memory_used_percent",), "The group's memory as a share of its limit.",
        formula="100 × {used} / {limit}", numbers=_MEMORY,
        files=_file("memory.current", "memory/memory.usage_in_bytes"),
        others=(Other("docker stats: MEM %", SAME, "100 × {used} / {limit}"),
         Other("free, htop in a container", "show the host's memory and ignore the limit")),
        notes=(_NESTED,),
    ),
    Explanation(
        "group's memory", ("memory_used_bytes",), "Memory charged to the group, without file cache that was not used "
        "recently (inactive_file): the kernel reclaims that before it kills anything.", numbers=_MEMORY,
        files=(*_file("memory.current", "memory/memory.usage_in_bytes")[:2],
         *_file("memory.stat", "memory/memory.stat", "inactive_file", "total_inactive_file")),
        others=(Other("docker stats, kubectl top (working set)", SAME, "{used}"),
         Other("systemctl status", "includes inactive file cache")),
    ),
    Explanation(
        "memory allowed", ("memory_limit_bytes",), "At this limit, when nothing can be reclaimed, the kernel kills "
        "a process of the group.", files=_file("memory.max", "memory/memory.limit_in_bytes"),
        others=(Other("docker run --memory, resources.limits.memory", SAME),),
        notes=('"max", 0x7FFFFFFFFFFFF000 and anything above the machine\'s memory mean no limit.', _NESTED),
    ),
    Explanation(
        "slowed down from", ("memory_high_bytes",), "Above this the kernel reclaims the group's memory and slows its "
        "processes down meanwhile; nothing is killed.", files=(RawFile("/sys/fs/cgroup{group}/memory.high"), _GROUP),
        others=(Other("systemd: MemoryHigh", SAME),),
    ),
    Explanation(
        "killed at the limit", ("oom_kills",), "Processes of the group that the kernel killed at its memory limit, "
        "since the group was created.",
        files=_file("memory.events", "memory/memory.oom_control", "oom_kill"),
        others=(Other("kubectl: OOMKilled", "only if the container's first process was killed"),),
    ),
    Explanation(
        "processes in the group", ("pids_used",), "Processes and threads that count towards the limit.",
        files=_file("pids.current", "pids/pids.current"),
        others=(Other("docker stats: PIDS, systemctl status: Tasks", SAME),),
    ),
    Explanation(
        "processes allowed", ("pids_limit",), "At this number fork(2) fails: \"Resource temporarily unavailable\".",
        files=_file("pids.max", "pids/pids.max"), others=(Other("docker run --pids-limit, systemd: TasksMax", SAME),),
    ),
)  # fmt: skip


def _of(panel: str, has: tuple[str, ...], entries: tuple[Explanation, ...]) -> Group:
    def items(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
        limits = snapshot.limits
        if limits is None or all(getattr(limits, name) is None for name in has):
            return []
        return [Subject(snapshot, limits, "limited by its group")]

    return Group(panel, CgroupLimits, items, entries)


GROUPS = (
    _of("cpu", ("cpu_limit_cores",), CPU),
    _of("memory", ("memory_limit_bytes", "memory_high_bytes", "pids_limit"), MEMORY),
)
