"""Explains the balance of the CPU and memory panels. proc_pid_stat(5), proc_stat(5), proc_meminfo(5)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import Balance, NodeSnapshot


def _busy(subject: Subject) -> Amount:
    cpu = subject.snapshot.cpu
    return Amount(cpu.busy_percent if cpu else None, "percent")


def _total(subject: Subject) -> Amount:
    memory = subject.snapshot.memory
    return Amount(memory.total_bytes if memory else None, "bytes")


_CPU: dict[str, Source] = {
    "busy": _busy, "listed": "cpu_listed_percent", "ended": "cpu_ended_percent", "kernel": "cpu_kernel_percent",
    "steal": "cpu_steal_percent", "other": "cpu_other_percent",
}  # fmt: skip
_MEMORY: dict[str, Source] = {
    "MemTotal": _total, "processes": "memory_processes_bytes", "kernel": "memory_kernel_bytes",
    "cache": "memory_cache_bytes", "huge pages": "memory_huge_pages_bytes", "free": "memory_free_bytes",
    "other": "memory_other_bytes",
}  # fmt: skip
_STAT = RawFile("/proc/stat", ("cpu",))


def _all_but(name: str, whole: str, numbers: dict[str, Source]) -> str:
    """The formula of a part: the whole without all other parts."""
    others = [f"{{{each}}}" for each in numbers if each not in (name, whole)]
    return f"{{{whole}}} − " + " − ".join(others)


def _cpu(name: str, means: str, *notes: str, others: tuple[Other, ...] = ()) -> Explanation:
    return Explanation(
        name, (f"cpu_{name}_percent",), means, formula=_all_but(name, "busy", _CPU), numbers=_CPU, files=(_STAT,),
        others=others, notes=(*notes, "Percent of all CPUs' time. The parts always add up to busy."),
    )  # fmt: skip


def _memory(name: str, means: str, words: str, *notes: str, others: tuple[Other, ...] = ()) -> Explanation:
    field = f"memory_{name.replace(' ', '_')}_bytes"
    return Explanation(
        name, (field,), means, formula=_all_but(name, "MemTotal", _MEMORY), numbers=_MEMORY,
        files=(RawFile("/proc/meminfo", tuple(words.split())),), others=others,
        notes=(*notes, "The parts always add up to the total."),
    )  # fmt: skip


CPU = (
    _cpu(
        "listed", "CPU time of the processes in the list, with the kernel's work for them.",
        "The sum of the column CPU%, as a share of all CPUs, without kernel threads.",
    ),
    _cpu(
        "ended", "CPU time of processes that ended since the previous sample. Short ones are never in the list: a "
        "build, a script that starts many programs.",
        "When a process ends, the kernel adds its time to the parent that waits for it (cutime and cstime in "
        "/proc/PID/stat). What it had used before the previous sample was counted then and is subtracted.",
        "If more than 3% of all CPUs' time is not explained by that, the counters of control groups are read as well: "
        "they include processes that no parent waited for.",
        others=(Other("top, htop, btop", "do not show it: their list looks idle"),
                Other("atop", "shows ended processes, from the kernel's process accounting, as root"),),
    ),
    Explanation(
        "ended: parent", ("ended_parent_pid",),
        "The process whose ended children used most of the CPU time of ended processes.",
    ),
    _cpu("kernel", "Kernel threads, and interrupts (irq and softirq).",
         "The kernel's work for a process, such as its system calls, counts as that process's time."),
    Explanation(
        "steal", ("cpu_steal_percent",), "Time that the hypervisor gave to others: see steal above.", numbers=_CPU,
        files=(_STAT,), others=(Other("top st, sar %steal", SAME, "{steal}"),),
    ),
    _cpu("other", "Busy time that belongs to nothing that nodetop can see.",
         "Processes outside this container, hidden ones (hidepid), and ended ones whose parent has not waited yet.",
         "/proc/stat counts ticks and processes are counted in nanoseconds, so a percent or two may be noise."),
)  # fmt: skip
MEMORY = (
    _memory(
        "processes", "An estimate of what the listed processes have for themselves: the sum of RSS − SHR.", "AnonPages",
        "At most AnonPages, the kernel's exact sum for all processes. Pages that processes share after a fork are in "
        "the RSS of each. Exact shares (PSS) would cost too much for a whole list; the details of a process have them.",
        "Files that processes have mapped, and shared memory, are part of cache.",
        others=(Other("smem, PSS of all processes", "the same without mapped files"),),
    ),
    _memory("kernel", "What the kernel uses for itself and cannot give back.",
            "SUnreclaim KernelStack PageTables SecPageTables Percpu"),
    _memory("cache", "Page cache with shared memory and tmpfs, buffers, and reclaimable slab.",
            "Cached Buffers SReclaimable Shmem"),
    _memory("huge pages", "Memory reserved for huge pages, whether they are used or not.", "Hugetlb HugePages_Total"),
    _memory("free", "Memory that is not used at all.", "MemFree"),
    _memory("other", "What none of the other parts explains.", "MemTotal VmallocUsed AnonPages",
            "Memory of processes that are not listed, of drivers, and of ZFS."),
)  # fmt: skip


def _items(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    return [] if snapshot.balance is None else [Subject(snapshot, snapshot.balance, "balance")]


GROUPS = (Group("cpu", Balance, _items, CPU), Group("memory", Balance, _items, MEMORY))
