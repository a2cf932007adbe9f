"""The space of a file system as df counts it. statvfs(3), coreutils' df.c."""

import os
from typing import Any

from msgspec import Struct

_LARGEST = 2**63 - 1


class Space(Struct, frozen=True, kw_only=True):
    """In bytes; `available` is what others than root may use, and below zero where root has taken of its reserve."""

    total: int
    free: int
    available: int
    inodes: int = 0
    inodes_free: int = 0


def space_of(told: os.statvfs_result) -> Space | None:
    """None where the file system tells no size: all bits set is -1 here."""
    if told.f_blocks < 0:
        return None
    unit = max(told.f_frsize or told.f_bsize, 0)
    return Space(
        total=told.f_blocks * unit,
        free=told.f_bfree * unit,
        available=told.f_bavail * unit,
        inodes=max(told.f_files, 0),
        inodes_free=told.f_ffree,
    )


def space_fields(space: Space | None) -> dict[str, Any]:
    """The fields of FilesystemMetrics, within the model's bounds; none where the space is not known.

    used_percent is df's: more than 100 where root's reserve is in use."""
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
    """None where it has no inodes, or tells more free ones than it has."""
    if not 0 <= space.inodes_free <= space.inodes or not space.inodes:
        return None
    return 100 * (space.inodes - space.inodes_free) / space.inodes
