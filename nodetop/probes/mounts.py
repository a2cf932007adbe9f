"""Which mounts are worth a line. /proc/PID/mountinfo (proc_pid_mountinfo(5))."""

import re
from collections.abc import Iterator

from msgspec import Struct

from nodetop.base.text import clean

_DROPPED = frozenset([
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
    "efivarfs", "erofs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fuse.snapfuse", "fuse.squashfuse",
    "fuse.squashfuse_ll", "fusectl", "hugetlbfs", "iso9660", "mqueue", "nsfs", "proc", "pstore", "ramfs",
    "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tracefs"
])  # fmt: skip
"""The kernel's own, and images that are full by nature."""
_WITHOUT_STORAGE = frozenset(["tmpfs", "overlay"])
_REMOTE = frozenset([
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.glusterfs", "fuse.sshfs",
    "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"
])  # fmt: skip
_SYSTEM = re.compile(
    rb"/(dev|proc|sys|run/credentials|var/lib/docker|var/lib/containers/storage)(/|$)"
    rb"|/etc/(hosts|hostname|resolv\.conf)$"  # a container's own, bound from its host's disk
)
_NUMBER, _ROOT, _PATH, _OPTIONS = 2, 3, 4, 5
_TYPE, _DEVICE, _FILESYSTEM_OPTIONS = 0, 1, 2
"""Of a line of mountinfo, before and after the hyphen: proc_pid_mountinfo(5)."""
_ESCAPE = re.compile(rb"\\([0-7]{3})")
_SNAPSHOT = "@"
_READ_ONLY = frozenset([b"ro", b"emergency_ro"])


class Mount(Struct, frozen=True, kw_only=True):
    """A line of mountinfo. `path` is the raw mount point, for system calls; `number` the major:minor that stat(2)
    tells of what is on it."""

    number: str
    root: str
    path: bytes
    device: str
    fs_type: str
    read_only: bool

    @property
    def is_remote(self) -> bool:
        """Whether a server that is gone can leave it unanswered."""
        return self.fs_type in _REMOTE or (self.fs_type.startswith("fuse.") and ":" in self.device)

    @property
    def pool(self) -> str | None:
        """Of a ZFS dataset: all of a pool share its space."""
        return self.device.partition("/")[0] if self.fs_type == "zfs" else None


def parse_mounts(text: bytes) -> list[Mount]:
    """What is malformed is left out."""
    lines = [(head.split(b" "), tail.split(b" ")) for head, _, tail in _halves(text)]
    lines = [(field, source) for field, source in lines if len(field) >= 6 and len(source) >= 3]
    is_sealed = any(field[_PATH] == b"/" and _is_sealed(field, source) for field, source in lines)
    return [_mount(field, source, is_sealed) for field, source in lines if field[_PATH].startswith(b"/")]


def _halves(text: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    return (line.partition(b" - ") for line in text.split(b"\n"))


def _is_sealed(field: list[bytes], source: list[bytes]) -> bool:
    """Whether only this mount is read-only, not what is on it: so a service manager hands all of the host to a service
    that is to change nothing (ProtectSystem=strict), and it says nothing of the host then."""
    return _has_read_only(field[_OPTIONS]) and not _has_read_only(source[_FILESYSTEM_OPTIONS])


def _has_read_only(options: bytes) -> bool:
    return not _READ_ONLY.isdisjoint(options.split(b","))


def _mount(field: list[bytes], source: list[bytes], is_sealed: bool) -> Mount:
    return Mount(
        number=field[_NUMBER].decode("ascii", "replace"),
        root=clean(_unescaped(field[_ROOT])),
        path=_unescaped(field[_PATH]),
        device=clean(_unescaped(source[_DEVICE]), 4096),
        fs_type=clean(_unescaped(source[_TYPE])),
        read_only=_has_read_only(source[_FILESYSTEM_OPTIONS]) or (_has_read_only(field[_OPTIONS]) and not is_sealed),
    )


def _unescaped(field: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 8) & 0xFF]), field)


def chosen(mounts: list[Mount], *, everything: bool = False) -> list[Mount]:
    """What has space of its own, by path: no pseudo file systems, and of the mounts of one file system the one nearest
    to / that is no bind of a folder. All datasets of a ZFS pool. `everything`: also tmpfs and overlays."""
    last = {mount.path: mount for mount in mounts}  # a later mount hides an earlier one at the same place
    best: dict[str, Mount] = {}
    for mount in last.values():
        if _is_worth_a_line(mount, everything):
            other = best.get(mount.number)
            if other is None or _distance(mount) < _distance(other):
                best[mount.number] = mount
    return sorted(best.values(), key=lambda mount: mount.path)


def _is_worth_a_line(mount: Mount, everything: bool) -> bool:
    if mount.path == b"/":
        return True
    if mount.fs_type in _DROPPED or mount.fs_type.endswith(".AppImage") or _SYSTEM.match(mount.path):
        return False
    if mount.pool and _SNAPSHOT in mount.device:
        return False
    return everything or mount.fs_type not in _WITHOUT_STORAGE


def _distance(mount: Mount) -> tuple[bool, int]:
    # A subvolume of btrfs is no bind, though its root is not / either.
    return mount.root != "/" and mount.fs_type != "btrfs", len(mount.path)
