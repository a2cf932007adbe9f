"""Mounted file systems and their space, as df counts it. /proc/1/mountinfo, statvfs."""

import os
import re
import threading

from msgspec import Struct

from nodetop.model import FilesystemMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.text import clean

_DEADLINE_SECONDS = 5.0
_DROPPED = frozenset(
    [
        "autofs",
        "binfmt_misc",
        "bpf",
        "cgroup",
        "cgroup2",
        "configfs",
        "debugfs",
        "devpts",
        "devtmpfs",
        "fusectl",
        "fuse.portal",
        "fuse.gvfsd-fuse",
        "fuse.lxcfs",
        "hugetlbfs",
        "iso9660",
        "mqueue",
        "nsfs",
        "proc",
        "pstore",
        "ramfs",
        "rpc_pipefs",
        "securityfs",
        "selinuxfs",
        "squashfs",
        "erofs",
        "sysfs",
        "tracefs",
    ]
)
_REMOTE = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "fuse.sshfs", "9p", "lustre", "beegfs", "gpfs"]
)
_SYSTEM = re.compile(r"/(dev|proc|sys|run/credentials|var/lib/docker|var/lib/containers/storage)(/|$)")
_ESCAPE = re.compile(rb"\\([0-7]{3})")


class Mount(Struct, frozen=True, kw_only=True):
    """A line of mountinfo. `path` is the raw mount point, for system calls."""

    number: str
    root: str
    path: bytes
    device: str
    fs_type: str
    read_only: bool


class FilesystemsProbe:
    """Each mount is asked in a thread of its own: a dead server's stays unanswered and delays nobody else's."""

    name = "filesystems"
    slow_seconds = 10.0

    def __init__(self, files: HostFiles, *, all_filesystems: bool = False) -> None:
        self._files = files
        self._all = all_filesystems
        self._asking: dict[bytes, threading.Thread] = {}
        self._answers: dict[bytes, os.statvfs_result] = {}

    def read(self) -> tuple[tuple[Mount, os.statvfs_result | None], ...]:
        """Mounts worth showing, and their space; None where unknown or unanswered. Raises OSError."""
        try:
            text = self._files.read("/proc/1/mountinfo")
        except OSError:
            text = self._files.read("/proc/self/mountinfo")
        mounts = chosen(parse_mounts(text), self._all)
        if not self._files.has_root:
            return tuple((mount, None) for mount in mounts)  # statvfs here would tell of another machine
        return tuple(zip(mounts, self._ask_all([mount.path for mount in mounts]), strict=True))

    def _ask_all(self, paths: list[bytes]) -> list[os.statvfs_result | None]:
        for path in paths:
            if path not in self._asking or not self._asking[path].is_alive():
                self._answers.pop(path, None)
                self._asking[path] = threading.Thread(target=self._ask, args=(path,), daemon=True)
                self._asking[path].start()
        for path in paths:
            self._asking[path].join(
                _DEADLINE_SECONDS / max(len(paths), 1) if path in self._answers else _DEADLINE_SECONDS
            )
        return [self._answers.get(path) for path in paths]

    def _ask(self, path: bytes) -> None:
        try:
            self._answers[path] = os.statvfs(os.fsencode(self._files.root) + path)
        except OSError:
            self._answers.pop(path, None)

    def derive(
        self, previous: object, current: tuple[tuple[Mount, os.statvfs_result | None], ...], elapsed: float | None
    ) -> tuple[FilesystemMetrics, ...]:
        return tuple(_metrics(mount, space) for mount, space in current if space is None or space.f_blocks > 0)


def parse_mounts(text: bytes) -> list[Mount]:
    """Lines of mountinfo (proc_pid_mountinfo(5)); what is malformed is left out."""
    mounts = []
    for line in text.splitlines():
        head, separator, tail = line.partition(b" - ")
        field, source = head.split(b" "), tail.split(b" ")
        if separator and len(field) >= 6 and len(source) >= 3:
            mounts.append(
                Mount(
                    number=field[2].decode("ascii", "replace"),
                    root=clean(_unescaped(field[3])),
                    path=_unescaped(field[4]),
                    device=clean(_unescaped(source[1])),
                    fs_type=clean(source[0]),
                    read_only=b"ro" in field[5].split(b",") or b"ro" in source[2].split(b","),
                )
            )
    return mounts


def _unescaped(field: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 8) & 0xFF]), field)


def chosen(mounts: list[Mount], everything: bool = False) -> list[Mount]:
    """What df would show once: no pseudo file systems, one mount per device, the one nearest to / that is no bind."""
    last = {mount.path: mount for mount in mounts}  # a later mount hides an earlier one at the same place
    best: dict[str, Mount] = {}
    for mount in last.values():
        if _worth(mount, everything):
            key = mount.device if mount.fs_type in ("btrfs", "zfs") else mount.number
            other = best.get(key)
            if other is None or _nearness(mount) < _nearness(other):
                best[key] = mount
    return sorted(best.values(), key=lambda mount: mount.path)


def _worth(mount: Mount, everything: bool) -> bool:
    if mount.path == b"/":
        return True
    if mount.fs_type in _DROPPED or _SYSTEM.match(mount.path.decode("utf-8", "replace")):
        return False
    return everything or mount.fs_type not in ("tmpfs", "overlay")


def _nearness(mount: Mount) -> tuple[bool, int]:
    return mount.root != "/" and mount.fs_type != "btrfs", len(mount.path)


def _metrics(mount: Mount, space: os.statvfs_result | None) -> FilesystemMetrics:
    facts = {
        "device": mount.device, "mount_point": clean(mount.path, 4096), "fs_type": mount.fs_type,
        "read_only": mount.read_only, "remote": mount.fs_type in _REMOTE,
    }  # fmt: skip
    if space is None:
        return FilesystemMetrics(**facts)  # type: ignore[arg-type]
    used, free = space.f_blocks - space.f_bfree, space.f_bavail
    return FilesystemMetrics(
        **facts,  # type: ignore[arg-type]
        total_bytes=space.f_blocks * space.f_frsize,
        used_bytes=used * space.f_frsize,
        available_bytes=free * space.f_frsize,
        used_percent=100 * used / (used + free) if used + free else None,
        inodes_total=space.f_files or None,
        inodes_used_percent=100 * (space.f_files - space.f_ffree) / space.f_files if space.f_files else None,
    )
