"""Explains the values of the memory panel. proc_meminfo(5), proc_vmstat(5), free(1)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.cpu import pressure_entries
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
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
    """A value that is one line of meminfo."""
    return Explanation(name, (field,), means, numbers=_NUMBERS, files=_info(*word.split()), others=others, notes=notes)


def _swap_free(subject: Subject) -> Amount:
    total, used = subject.item.swap_total_bytes, subject.item.swap_used_bytes
    return Amount(None if total is None or used is None else total - used, "bytes")


_ALL = "MemTotal MemFree MemAvailable Buffers Cached SReclaimable Shmem"

MEMORY = (
    Explanation(
        "used", ("used_bytes", "used_percent"),
        "All memory except what programs could still get without swapping.",
        formula="{MemTotal} − {MemAvailable}", numbers=_NUMBERS, files=_info(*_ALL.split()),
        others=(
            Other("free, top, btop, psutil", SAME, "{MemTotal} − {MemAvailable}"),
            Other("htop, bottom", "shared memory and tmpfs count as used, all other cache as free, though the kernel "
                  "cannot reclaim all of it. htop counts compressed swap (zswap) separately", _HTOP),
            Other("free before procps 4", "all cache counts as free, even tmpfs, which cannot be reclaimed",
                  "{MemTotal} − {MemFree} − {Buffers} − {(Cached + SReclaimable)}"),
            Other("docker stats", "for a container: memory charged to its group, without inactive file cache"),
        ),
        notes=("The ZFS cache above its minimum counts as available, as in btop: ZFS gives it back.",
         "The kernel does not take all lines of the file at the same instant: they may disagree a little.",
         "The sum of RSS over all processes is larger, because it counts shared pages several times."),
    ),
    Explanation(
        "used %", ("used_percent",), "Used memory as a share of all.", formula="100 × {used} / {MemTotal}",
        numbers=_NUMBERS,
        files=_info("MemTotal", "MemAvailable"),
        others=(Other("psutil, glances, btop", SAME, "100 × ({MemTotal} − {MemAvailable}) / {MemTotal}"),
         Other("htop's bar", "see used", f"100 × ({_HTOP}) / {{MemTotal}}")),
    ),
    _plain("available", "available_bytes",
           "The kernel's estimate of what programs could get without swapping: free memory, and the cache that can be "
           "reclaimed.", "MemAvailable MemFree",
           (Other("free: available", SAME, "{MemAvailable}"),
            Other("MemFree alone", "memory that is not used at all; a healthy machine has little", "{MemFree}")),
           "If a container's runtime reports an impossible value (0, or more than the total), MemFree is used, as in "
           "free."),
    Explanation(
        "cache", ("cached_bytes",), "File contents kept in memory after reading or writing, and the kernel's "
        "reclaimable caches.", formula="{(Cached + SReclaimable)}", numbers=_NUMBERS,
        files=_info("Cached", "SReclaimable", "Shmem"),
        others=(Other("free -w: cache", SAME, "{(Cached + SReclaimable)}"),
         Other("free: buff/cache", "includes buffers", "{(Cached + SReclaimable)} + {Buffers}"),
         Other("htop", "without shared memory, which it counts as used", "{(Cached + SReclaimable)} − {Shmem}")),
        notes=("tmpfs and shared memory are part of Cached but cannot be reclaimed: the bar counts them as used.",),
    ),
    _plain("buffers", "buffers_bytes", "Cached disk blocks that belong to no file, such as file system metadata.",
           "Buffers", (Other("free -w: buffers, top, htop", SAME, "{Buffers}"),)),
    _plain("free", "free_bytes", "Memory that is not used at all. It is small on a healthy machine, because the "
           "cache takes what is left.", "MemFree", (Other("free, top, vmstat", SAME, "{MemFree}"),)),
    _plain("shared", "shared_bytes", "tmpfs (/dev/shm, /run, often /tmp), and memory shared between processes.",
           "Shmem", (Other("free: shared", SAME, "{Shmem}"),)),
    _plain("total", "total_bytes", "Memory that the kernel manages: the installed memory minus what the firmware and "
           "the kernel's own code took at boot.", "MemTotal",
           (Other("free, top, htop", SAME, "{MemTotal}"),),
           "In a container this is the host's memory, unless LXCFS replaces the file; the container's limit is a line "
           "of its own."),
    Explanation(
        "swap used", ("swap_used_bytes",), "Swap space in use.",
        formula="{SwapTotal} − {SwapFree}",
        numbers={**_NUMBERS, "SwapFree": _swap_free}, files=_info("SwapTotal", "SwapFree", "SwapCached"),
        others=(Other("free, top", SAME, "{SwapTotal} − {SwapFree}"),
         Other("htop", "minus SwapCached: pages that are in memory as well")),
        notes=("Used swap alone is harmless; constant swapping in and out is not.",),
    ),
    _plain("swap", "swap_total_bytes", "All swap areas together.", "SwapTotal",
           (Other("free, swapon --show", SAME, "{SwapTotal}"),)),
    *(
        Explanation(
            f"swap {way}", (field,), f"Bytes {done} per second, from the kernel's count of pages.",
            formula="{bytes} / {seconds}", numbers={"bytes": grown(field), "seconds": interval},
            files=(RawFile("/proc/vmstat", (word,)),),
            others=(
                Other(f"vmstat {short}, sar -W", "vmstat in KiB, sar in pages", "{bytes} / {seconds} / 1024", "kB/s"),),
        )
        for way, field, done, word, short in (
            ("in", "swap_in_bytes_per_second", "read back from swap", "pswpin", "si"),
            ("out", "swap_out_bytes_per_second", "written out to swap", "pswpout", "so"),
        )
    ),
    Explanation(
        "ZFS ARC", ("zfs_arc_bytes",), "The cache of ZFS, which is not part of the page cache.",
        files=(RawFile("/proc/spl/kstat/zfs/arcstats", ("size", "c_min")),),
        others=(
            Other("htop, btop", "the same; htop subtracts the reclaimable part from used"),
            Other("free", "counts all of it as used"),
        ),
        notes=("Left out in a container, which would see the host's.",),
    ),
    Explanation(
        "OOM kills", ("oom_kills",), "Processes that the kernel killed since boot because memory ran out.",
        files=(RawFile("/proc/vmstat", ("oom_kill",)),),
        others=(Other("dmesg, journalctl -k", "a line for each, with the process and its size"),),
        notes=("Kills at a control group's own limit are included.",),
    ),
)  # fmt: skip


def _pressure(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    pressure = snapshot.memory.pressure if snapshot.memory else None
    return [Subject(snapshot, pressure, "memory pressure")] if pressure else []


GROUPS = (
    Group("memory", MemoryMetrics, part("memory"), MEMORY),
    Group("memory", Pressure, _pressure, pressure_entries("memory", "memory")),
)
