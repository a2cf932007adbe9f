"""Explains the values of a file system. statvfs(3), df(1)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME, each
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import BackingDevice, FilesystemMetrics, NodeSnapshot

_STATVFS = (RawFile("statvfs {mount_point}"),)


def _free(subject: Subject) -> Amount:
    total, used = subject.item.total_bytes, subject.item.used_bytes
    return Amount(None if total is None or used is None else total - used, "bytes")


_NUMBERS: dict[str, Source] = {
    "size": "total_bytes", "used": "used_bytes", "available": "available_bytes", "blocks free": _free,
    "share": "used_percent", "inodes used": "inodes_used_percent",
}  # fmt: skip
_SILENT = "A mount that does not respond (a dead NFS server, say) is never waited for. Its values are dashes."

FILESYSTEM = (
    Explanation(
        "used %", ("used_percent",), "Used space as a share of what ordinary programs can use. Blocks reserved for "
        "root are left out.",
        formula="100 × {used} / ({used} + {available})", numbers=_NUMBERS, files=_STATVFS,
        others=(
            Other("df: Use%", "the same, rounded up to a whole percent", "ceil(100 × {used} / ({used} + {available}))"),
            Other("psutil, netdata", SAME, "100 × {used} / ({used} + {available})"),
            Other("used / size", "never reaches 100 if blocks are reserved for root (5 % on ext4)",
                  "100 × {used} / {size}"),
            Other("btop, bottom", "count root's reserve as used", "100 × ({size} − {available}) / {size}"),
        ),
        notes=("At 100 %, ordinary programs cannot write any more; root still can.", _SILENT),
    ),
    Explanation(
        "size", ("total_bytes",), "f_blocks × f_frsize: all blocks; on most file systems without their metadata.",
        files=_STATVFS, others=(Other("df -h", SAME), Other("lsblk", "the device, which is larger")),
        notes=("All datasets of a ZFS pool share one line: the space they use, and the space left in the pool.",),
    ),
    Explanation(
        "used", ("used_bytes",), "(f_blocks − f_bfree) × f_frsize.", formula="{size} − {blocks free}", numbers=_NUMBERS,
        files=_STATVFS,
        others=(
            Other("df -h", SAME, "{size} − {blocks free}"),
            Other("btop, bottom", "includes the blocks reserved for root", "{size} − {available}"),
            Other("du", "adds up files; misses those deleted but still open, and those under a mount"),
        ),
    ),
    Explanation(
        "available", ("available_bytes",), "f_bavail × f_frsize: what users other than root can still write.",
        numbers=_NUMBERS,
        files=_STATVFS,
        others=(Other("df: Avail", SAME, "{available}"), Other("stat -f: Free", "with root's part", "{blocks free}")),
    ),
    Explanation(
        "inodes used", ("inodes_used_percent",), "The share of inodes in use. Without a free inode no file "
        "can be created, however much space is left.", numbers=_NUMBERS, files=_STATVFS,
        others=(Other("df -i: IUse%", "the same, rounded up", "ceil({inodes used})"),),
        notes=("btrfs, ZFS and vfat have no fixed number of inodes: a dash is shown.",),
    ),
    Explanation("inodes", ("inodes_total",), "f_files: how many files and folders it can hold.", files=_STATVFS,
                others=(Other("df -i", SAME),)),
)  # fmt: skip

BACKING = (
    Explanation(
        "layer", ("depth",), "How many devices are between the file system and this one: 0 is what is mounted.",
        files=tuple(RawFile(f"/sys/class/block/{{device}}/{name}") for name in (
            "dm/name", "dm/uuid", "md/level", "loop/backing_file", "size")),
        others=(Other("lsblk -s", "the same tree"),),
        notes=("A partition is in the folder of its disk; what LVM, encryption and RAID are on is in "
               "/sys/class/block/NAME/slaves. btrfs lists its devices in /sys/fs/btrfs.",
               "A loop device is on a file: its disk is that of the file system with the file.",
               "ZFS does not tell the kernel what it is on: zpool status does."),
    ),
)  # fmt: skip


def _backing(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    return [
        Subject(snapshot, device, f"{item.mount_point} on {_called(device)}")
        for item in snapshot.filesystems or ()
        for device in item.backing
    ]


def _called(device: BackingDevice) -> str:
    return f"{device.device} ({device.name})" if device.name else device.device


GROUPS = (
    Group("disks", FilesystemMetrics, each("filesystems", lambda item: item.mount_point), FILESYSTEM),
    Group("disks", BackingDevice, _backing, BACKING),
)
