"""Explains the values of a disk. Kernel admin-guide/iostats.rst, iostat(1)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Subject
from nodetop.explanations.parts import SAME, elapsed, grown, interval, rate
from nodetop.model.derived import total
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import DiskMetrics, NodeSnapshot

_DISKSTATS = RawFile("/proc/diskstats", ("{device}",), 2)
_COLUMNS = (
    "After the name: reads, merged, sectors, ms; writes, merged, sectors, ms; in flight, busy ms, weighted ms. A "
    "sector here is always 512 bytes, whatever the disk's own sector size."
)
_PARALLEL = (
    "An SSD, NVMe device or RAID serves many requests at once: it can be 100 % busy and still have most of its speed "
    "left. Wait and queue say more."
)


def _bytes(name: str, field: str, letter: str) -> Explanation:
    counter = f"bytes {'read' if name == 'read' else 'written'}"
    return rate(
        name, field, counter,
        f"Sectors {'read' if name == 'read' else 'written'}, times 512, per second: what really reached the "
        "device, behind the page cache.",
        _DISKSTATS,
        (Other(f"iostat -k: {letter}kB/s", SAME, f"{{{counter}}} / {{seconds}} / 1024", "kB/s"),
         Other("vmstat bi, bo", "all devices together, in KiB"),
         Other("htop: DISK R/W, iotop", "per process; write-back is charged to the kernel")),
        _COLUMNS,
    )  # fmt: skip


def _operations(name: str, field: str, letter: str) -> Explanation:
    return rate(
        name, field, name, "Completed requests, after adjacent ones were merged.", _DISKSTATS,
        (Other(f"iostat: {letter}/s", SAME, f"{{{name}}} / {{seconds}}"),), _COLUMNS,
    )  # fmt: skip


def _await(name: str, field: str, letter: str) -> Explanation:
    return Explanation(
        name, (field,), "How long a request took on average, in the queue and on the device: Δms / Δrequests.",
        files=(_DISKSTATS,),
        others=(Other(f"iostat: {letter}_await", "the same; without requests it shows 0.00, nodetop a dash"),),
        notes=("About 0.1 ms is good for NVMe, 1 ms for an SSD, 10 ms for a hard disk.", _COLUMNS),
    )  # fmt: skip


def _of_time(subject: Subject, field: str, unit: float) -> Amount:
    """Seconds in the interval, computed back from a percentage or a mean."""
    value, seconds = getattr(subject.item, field), elapsed(subject)
    return Amount(None if value is None or seconds is None else value * unit * seconds, "seconds")


DISK = (
    _bytes("read", "read_bytes_per_second", "r"),
    _bytes("write", "write_bytes_per_second", "w"),
    _operations("reads", "reads_per_second", "r"),
    _operations("writes", "writes_per_second", "w"),
    _await("read wait", "read_await_ms", "r"),
    _await("write wait", "write_await_ms", "w"),
    Explanation(
        "busy", ("utilisation_percent",), "Share of the time in which at least one request was in flight (busy ms).",
        formula="100 × {busy} / {seconds}",
        numbers={"busy": lambda subject: _of_time(subject, "utilisation_percent", 0.01), "seconds": interval},
        files=(_DISKSTATS,),
        others=(Other("iostat: %util, atop", SAME, "100 × {busy} / {seconds}"),
         Other("htop: Disk IO", "the sum over all disks, so it may exceed 100")),
        notes=(_PARALLEL, "Old kernels always report about 100 % for NVMe; newer ones count in whole jiffies."),
    ),
    Explanation(
        "queue", ("queue_depth",), "How many requests were in flight, on average: Δweighted ms / elapsed ms.",
        formula="{time of all requests} / {seconds}",
        numbers={"time of all requests": lambda subject: _of_time(subject, "queue_depth", 1.0), "seconds": interval},
        files=(_DISKSTATS,), others=(Other("iostat: aqu-sz", SAME, "{time of all requests} / {seconds}"),),
    ),
    Explanation(
        "size", ("size_bytes",), "The device's sectors, times 512.", files=(RawFile("/sys/block/{device}/size"),),
        others=(Other("lsblk, fdisk -l", SAME),),
    ),
)  # fmt: skip


_TOTAL_MEANS = "All whole disks together. Partitions and devices on top of disks (LVM, RAID, loop) are not added again."
TOTAL = tuple(
    Explanation(
        name, (field,), _TOTAL_MEANS, formula="{bytes} / {seconds}",
        numbers={"bytes": grown(field), "seconds": interval},
        files=(RawFile("/proc/diskstats"),),
        others=(Other("htop: Disk IO", SAME, "{bytes} / {seconds}"),
         Other("psutil disk_io_counters()", "also adds dm, md and loop devices, so bytes are counted twice")),
        notes=(_COLUMNS,),
    )
    for name, field in (("read", "read_bytes_per_second"), ("write", "write_bytes_per_second"))
)  # fmt: skip


def _all(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    disks = [disk for disk in snapshot.disks or () if disk.in_total]
    if not disks:
        return []
    whole = DiskMetrics(
        device="",
        read_bytes_per_second=total(disks, lambda disk: disk.read_bytes_per_second),
        write_bytes_per_second=total(disks, lambda disk: disk.write_bytes_per_second),
    )
    return [Subject(snapshot, whole, "all disks")]


def _each(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    found = (each for disk in snapshot.disks or () for each in (disk, *disk.partitions))
    return [Subject(snapshot, each, each.device) for each in found]


GROUPS = (Group("disks", DiskMetrics, _all, TOTAL), Group("disks", DiskMetrics, _each, DISK))
