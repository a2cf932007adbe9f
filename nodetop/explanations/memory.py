"""What the values of the memory panel are. proc_meminfo(5), proc_vmstat(5), free(1)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.cpu import pressure_entries
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME, grown, interval, part
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import MemoryMetrics, NodeSnapshot, Pressure

_NUMBERS: dict[str, Source] = {
    "MemTotal": "total_bytes", "MemAvailable": "available_bytes", "MemFree": "free_bytes", "Buffers": "buffers_bytes",
    "(Cached + SReclaimable)": "cached_bytes", "Shmem": "shared_bytes", "SwapTotal": "swap_total_bytes",
    "swap used": "swap_used_bytes", "used": "used_bytes",
}  # fmt: skip
_HTOP = "{MemTotal} − {MemFree} − {Buffers} − {(Cached + SReclaimable)} + {Shmem}"


def _info(*words: str) -> tuple[RawFile, ...]:
    return (RawFile("/proc/meminfo", words),)


def _plain(name: str, field: str, means: str, word: str, others: tuple[Other, ...], *notes: str) -> Explanation:
    """A line of meminfo as it is."""
    return Explanation(name, (field,), means, numbers=_NUMBERS, files=_info(*word.split()), others=others, notes=notes)


def _swap_free(subject: Subject) -> Amount:
    total, used = subject.item.swap_total_bytes, subject.item.swap_used_bytes
    return Amount(None if total is None or used is None else total - used, "bytes")


_ALL = "MemTotal MemFree MemAvailable Buffers Cached SReclaimable Shmem"

MEMORY = (
    Explanation(
        "used", ("used_bytes", "used_percent"),
        "All memory but what programs could have without swapping.",
        formula="{MemTotal} − {MemAvailable}", numbers=_NUMBERS, files=_info(*_ALL.split()),
        others=(
            Other("free, top, btop, psutil", SAME, "{MemTotal} − {MemAvailable}"),
            Other("htop, bottom", "shared memory and tmpfs count as used; all other cache as free, though the kernel "
                  "cannot give all of it back. htop counts compressed swap (zswap) apart", _HTOP),
            Other("free before procps 4", "all cache as free, with tmpfs, which nobody can have back",
                  "{MemTotal} − {MemFree} − {Buffers} − {(Cached + SReclaimable)}"),
            Other("docker stats", "of a container: what is charged to its group, without inactive file cache"),
        ),
        notes=("ZFS gives back its cache but for a minimum: that counts as available here, as in btop.",
         "The kernel does not write the file at one moment: its lines may disagree by a little.",
         "The sum of RSS over all processes is larger: shared pages are in it several times."),
    ),
    Explanation(
        "used %", ("used_percent",), "Used memory as a share of all.", formula="100 × {used} / {MemTotal}",
        numbers=_NUMBERS,
        files=_info("MemTotal", "MemAvailable"),
        others=(Other("psutil, glances, btop", SAME, "100 × ({MemTotal} − {MemAvailable}) / {MemTotal}"),
         Other("htop's bar", "see used", f"100 × ({_HTOP}) / {{MemTotal}}")),
    ),
    _plain("available", "available_bytes",
           "The kernel's estimate of what programs could have without swapping: free memory, and the part of the cache "
           "that can go.", "MemAvailable MemFree",
           (Other("free: available", SAME, "{MemAvailable}"),
            Other("MemFree alone", "what nobody uses at all; a healthy machine has little of it", "{MemFree}")),
           "Where a container's runtime says nothing sensible (0, or more than there is), it is MemFree, as in free."),
    Explanation(
        "cache", ("cached_bytes",), "Files that were read or written, kept in memory, and the kernel's caches that it "
        "can give back.", formula="{(Cached + SReclaimable)}", numbers=_NUMBERS,
        files=_info("Cached", "SReclaimable", "Shmem"),
        others=(Other("free -w: cache", SAME, "{(Cached + SReclaimable)}"),
         Other("free: buff/cache", "with buffers", "{(Cached + SReclaimable)} + {Buffers}"),
         Other("htop", "without shared memory, which it counts as used", "{(Cached + SReclaimable)} − {Shmem}")),
        notes=("tmpfs and shared memory are in Cached and cannot be given back: the bar lets used go first.",),
    ),
    _plain("buffers", "buffers_bytes", "Blocks of disks that belong to no file: a file system's own tables.",
           "Buffers", (Other("free -w: buffers, top, htop", SAME, "{Buffers}"),)),
    _plain("free", "free_bytes", "What nobody uses for anything. It is small on a healthy machine: what is left "
           "goes to the cache.", "MemFree", (Other("free, top, vmstat", SAME, "{MemFree}"),)),
    _plain("shared", "shared_bytes", "tmpfs (/dev/shm, /run, often /tmp), and memory shared between processes.",
           "Shmem", (Other("free: shared", SAME, "{Shmem}"),)),
    _plain("total", "total_bytes", "What the kernel has to give out: the memory modules without what firmware and the "
           "kernel's own code took at the start.", "MemTotal",
           (Other("free, top, htop", SAME, "{MemTotal}"),),
           "In a container it is the host's, unless LXCFS stands before it; its limit has a line of its own."),
    Explanation(
        "swap used", ("swap_used_bytes",), "What was written out to swap and is not free again.",
        formula="{SwapTotal} − {SwapFree}",
        numbers={**_NUMBERS, "SwapFree": _swap_free}, files=_info("SwapTotal", "SwapFree", "SwapCached"),
        others=(Other("free, top", SAME, "{SwapTotal} − {SwapFree}"),
         Other("htop", "less by SwapCached: what is in memory as well")),
        notes=("Used swap alone is harmless; swap that goes in and out all the time is not.",),
    ),
    _plain("swap", "swap_total_bytes", "All swap areas together.", "SwapTotal",
           (Other("free, swapon --show", SAME, "{SwapTotal}"),)),
    *(
        Explanation(
            f"swap {way}", (field,), f"What was {told} per second, by the kernel's count of pages.",
            formula="{bytes} / {seconds}", numbers={"bytes": grown(field), "seconds": interval},
            files=(RawFile("/proc/vmstat", (word,)),),
            others=(
                Other(f"vmstat {short}, sar -W", "vmstat in KiB, sar in pages", "{bytes} / {seconds} / 1024", "kB/s"),),
        )
        for way, field, told, word, short in (
            ("in", "swap_in_bytes_per_second", "read back from swap", "pswpin", "si"),
            ("out", "swap_out_bytes_per_second", "written out to swap", "pswpout", "so"),
        )
    ),
    Explanation(
        "ZFS ARC", ("zfs_arc_bytes",), "ZFS' own cache, which is not part of the page cache.",
        files=(RawFile("/proc/spl/kstat/zfs/arcstats", ("size", "c_min")),),
        others=(
            Other("htop, btop", "the same; htop takes what can go from used"),
            Other("free", "counts all of it as used"),
        ),
        notes=("A container sees its host's: there it is left out.",),
    ),
    Explanation(
        "OOM kills", ("oom_kills",), "Processes that the kernel killed since the boot, as memory ran out.",
        files=(RawFile("/proc/vmstat", ("oom_kill",)),),
        others=(Other("dmesg, journalctl -k", "a line for each, with the process and its size"),),
        notes=("A control group that reaches its own limit counts here as well.",),
    ),
)  # fmt: skip


def _pressure(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    pressure = snapshot.memory.pressure if snapshot.memory else None
    return [Subject(snapshot, pressure, "pressure on memory")] if pressure else []


GROUPS = (
    Group("memory", MemoryMetrics, part("memory"), MEMORY),
    Group("memory", Pressure, _pressure, pressure_entries("memory", "memory")),
)
