"""File systems and block devices in a snapshot: a part of the model, see snapshot.py."""

from typing import Annotated

from msgspec import Meta, Struct

from nodetop.model.bounds import Count, Load, Milliseconds, Name, Percent, Rate, Text


class BackingDevice(Struct, frozen=True, kw_only=True):
    """A block device that a file system is on. kind is partition, lvm, crypt, multipath, dm, md, loop, disk or
    other."""

    device: Name
    kind: Name = "disk"
    name: Name | None = None
    """The name of a mapping (vg0-root), the level of a RAID (raid1), or the file of a loop device."""
    depth: Count = 0
    """0 for what is mounted, 1 for what that is on, and so on."""
    on: Annotated[tuple[Name, ...], Meta(max_length=64)] = ()
    """The devices that it is directly on."""


class FilesystemMetrics(Struct, frozen=True, kw_only=True):
    """One mounted file system. used_percent = used / (used + available), as in df."""

    device: Text
    mount_point: Text
    fs_type: Name
    total_bytes: Count | None = None
    used_bytes: Count | None = None
    available_bytes: Count | None = None
    used_percent: Percent | None = None
    inodes_total: Count | None = None
    inodes_used_percent: Percent | None = None
    read_only: bool = False
    remote: bool = False
    asked: bool = True
    """False: its space was not read, because the program cannot see the host's root."""
    other_mount_points: Annotated[tuple[Text, ...], Meta(max_length=16)] = ()
    """Other mount points of it or of its folders: the sixteen most useful ones."""
    backing: Annotated[tuple[BackingDevice, ...], Meta(max_length=64)] = ()
    """From what is mounted down to the disks; empty without block devices (ZFS, network)."""


class DiskMetrics(Struct, frozen=True, kw_only=True):
    """One block device over the interval. /proc/diskstats, kernel admin-guide/iostats.rst. kind is disk, partition, dm,
    md, loop or other. Totals include only devices with in_total, so nothing is counted twice."""

    device: Name
    model: Name | None = None
    kind: Name = "disk"
    in_total: bool = True
    size_bytes: Count | None = None
    read_bytes_per_second: Rate | None = None
    write_bytes_per_second: Rate | None = None
    reads_per_second: Rate | None = None
    writes_per_second: Rate | None = None
    utilisation_percent: Percent | None = None
    read_await_ms: Milliseconds | None = None
    write_await_ms: Milliseconds | None = None
    queue_depth: Load | None = None
    mount_points: Annotated[tuple[Text, ...], Meta(max_length=16)] = ()
    """File systems that are on it, directly or with other devices in between."""
    partitions: Annotated[tuple["DiskMetrics", ...], Meta(max_length=128)] = ()
