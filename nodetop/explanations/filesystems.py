"""What the values of a file system are. statvfs(3), df(1)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME, each
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import FilesystemMetrics

_STATVFS = (RawFile("statvfs {mount_point}"),)


def _free(subject: Subject) -> Amount:
    total, used = subject.item.total_bytes, subject.item.used_bytes
    return Amount(None if total is None or used is None else total - used, "bytes")


_NUMBERS: dict[str, Source] = {
    "size": "total_bytes", "used": "used_bytes", "available": "available_bytes", "blocks free": _free,
    "share": "used_percent", "inodes used": "inodes_used_percent",
}  # fmt: skip
_SILENT = "A mount that does not answer (a dead server) is asked once and never waited for: its values are dashes."

FILESYSTEM = (
    Explanation(
        "used %", ("used_percent",), "What is used of what could be: blocks that only root may use are not in it.",
        formula="100 × {used} / ({used} + {available})", numbers=_NUMBERS, files=_STATVFS,
        others=(
            Other("df: Use%", "the same, rounded up to a whole percent", "ceil(100 × {used} / ({used} + {available}))"),
            Other("psutil, netdata", SAME, "100 × {used} / ({used} + {available})"),
            Other("used / size", "never reaches 100 where blocks are kept for root (5 % on ext4)",
                  "100 × {used} / {size}"),
            Other("btop, bottom", "count what is kept for root as used", "100 × ({size} − {available}) / {size}"),
        ),
        notes=("At 100 % ordinary programs can write no more; root still can.", _SILENT),
    ),
    Explanation(
        "size", ("total_bytes",), "f_blocks × f_frsize: all blocks, without the file system's own tables on most.",
        files=_STATVFS, others=(Other("df -h", SAME), Other("lsblk", "the device, which is larger")),
        notes=("All datasets of a ZFS pool are one line: their used space and what is left for all.",),
    ),
    Explanation(
        "used", ("used_bytes",), "(f_blocks − f_bfree) × f_frsize.", formula="{size} − {blocks free}", numbers=_NUMBERS,
        files=_STATVFS,
        others=(
            Other("df -h", SAME, "{size} − {blocks free}"),
            Other("btop, bottom", "with the blocks kept for root", "{size} − {available}"),
            Other("du", "adds up files: those deleted and still open, and what lies below a mount, are not in it"),
        ),
    ),
    Explanation(
        "available", ("available_bytes",), "f_bavail × f_frsize: what others than root may still write.",
        numbers=_NUMBERS,
        files=_STATVFS,
        others=(Other("df: Avail", SAME, "{available}"), Other("stat -f: Free", "root's too", "{blocks free}")),
    ),
    Explanation(
        "inodes used", ("inodes_used_percent",), "How many of the files that can be are: without a free inode no file "
        "can be made, however much space is left.", numbers=_NUMBERS, files=_STATVFS,
        others=(Other("df -i: IUse%", "the same, rounded up", "ceil({inodes used})"),),
        notes=("btrfs, ZFS and vfat have no fixed number of inodes: a dash.",),
    ),
    Explanation("inodes", ("inodes_total",), "f_files: how many files and folders there can be.", files=_STATVFS,
                others=(Other("df -i", SAME),)),
)  # fmt: skip

GROUPS = (Group("disks", FilesystemMetrics, each("filesystems", lambda item: item.mount_point), FILESYSTEM),)
