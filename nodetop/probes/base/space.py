"""The space of a file system, computed as in df. statvfs(3), coreutils' df.c."""

import os
from typing import Any

from msgspec import Struct

_LARGEST = 2**63 - 1


class Space(Struct, frozen=True, kw_only=True):
    """In bytes. `available` is what users other than root can use; it is negative if root has used some of its
    reserve."""

    total: int
    free: int
    available: int
    inodes: int = 0
    inodes_free: int = 0


def space_of(status: os.statvfs_result) -> Space | None:
    """None if the file system does not report a size (all bits set, which is -1 here)."""
    if status.f_blocks < 0:
        return None
    unit = max(status.f_frsize or status.f_bsize, 0)
    return Space(
        total=status.f_blocks * unit,
        free=status.f_bfree * unit,
        available=status.f_bavail * unit,
        inodes=max(status.f_files, 0),
        inodes_free=status.f_ffree,
    )


def space_fields(space: Space | None) -> dict[str, Any]:
    """The fields of FilesystemMetrics, within the model's bounds; empty if the space is unknown.

    used_percent is computed as in df: more than 100 if root's reserve is in use."""
    if space is None:
        return {}
    used = max(space.total - space.free, 0)
    usable = used + space.available
    return {
        "total_bytes": min(space.total, _LARGEST),
        "used_bytes": min(used, _LARGEST),
        "available_bytes": min(max(space.available, 0), _LARGEST),
        "used_percent": 100 * used / usable if usable > 0 else None,
        "inodes_total": min(space.inodes, _LARGEST) or None,
        "inodes_used_percent": _inodes_used(space),
    }


def _inodes_used(space: Space) -> float | None:
    """None if it has no inodes, or reports more free ones than it has."""
    if not 0 <= space.inodes_free <= space.inodes or not space.inodes:
        return None
    return 100 * (space.inodes - space.inodes_free) / space.inodes
