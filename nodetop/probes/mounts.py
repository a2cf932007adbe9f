"""Parses the mounts and chooses those to show. /proc/PID/mountinfo (proc_pid_mountinfo(5))."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.model.snapshot import BackingDevice
from nodetop.probes.base.space import Space

_PSEUDO = frozenset([
    "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "efivarfs",
    "functionfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fusectl", "gadgetfs", "hugetlbfs", "mqueue", "nfsd",
    "nsfs", "ocfs2_dlmfs", "openpromfs", "proc", "pstore", "ramfs", "resctrl", "rootfs", "rpc_pipefs", "s390_hypfs",
    "securityfs", "selinuxfs", "smackfs", "spufs", "sysfs", "tracefs", "usbfs", "xenfs"
])  # fmt: skip
"""The kernel's own file systems, which hold no user files."""
_WITHOUT_STORAGE = frozenset([
    "aufs", "cramfs", "devtmpfs", "erofs", "fuse.fuse-overlayfs", "fuse.snapfuse", "fuse.squashfuse",
    "fuse.squashfuse_ll", "iso9660", "overlay", "overlayfs", "romfs", "shiftfs", "squashfs", "tmpfs"
])  # fmt: skip
"""File systems in memory, overlays, and images that are always full."""
_REMOTE = frozenset([
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.glusterfs", "fuse.sshfs",
    "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"
])  # fmt: skip
_KERNELS = lazy_regex(rb"/(proc|sys)(/|$)|/etc/(hosts|hostname|resolv\.conf)$|/dev/termination-log$")
"""Mounts over the kernel's own files, and a container's files that are bind-mounted from its host's disk."""
_SYSTEMS = lazy_regex(rb"/(apex|dev|run/credentials|usr/lib/wsl)(/|$)|/var/lib/(docker|containers/storage|containerd)/")
"""Mounts that the system and container engines make for themselves; Android has an image for each of its parts. A disk
mounted for all containers is not one."""
_NUMBER, _ROOT, _PATH, _OPTIONS = 2, 3, 4, 5
_TYPE, _DEVICE, _FILESYSTEM_OPTIONS = 0, 1, 2
"""Field numbers in a line of mountinfo, before and after the hyphen: proc_pid_mountinfo(5)."""
_ESCAPE = lazy_regex(rb"\\([0-7]{3})")
_SNAPSHOT = "@"
_READ_ONLY = frozenset([b"ro", b"emergency_ro"])


class Mount(Struct, frozen=True, kw_only=True):
    """A line of mountinfo. `path` is the raw mount point, for system calls. `number` is the major:minor device number
    that stat(2) returns for files on it. `root` is the folder of the file system that is mounted there."""

    number: str
    root: str
    path: bytes
    device: str
    fs_type: str
    read_only: bool
    others: tuple[bytes, ...] = ()
    """Other mount points of the same file system or of parts of it, the most useful first."""

    @property
    def is_remote(self) -> bool:
        """Whether a dead server can make it hang."""
        # A path is local: mergerfs has several, with colons between them.
        is_elsewhere = self.fs_type.startswith("fuse.") and ":" in self.device and not self.device.startswith("/")
        return self.fs_type in _REMOTE or is_elsewhere

    @property
    def pool(self) -> str | None:
        """The pool of a ZFS dataset. All datasets of a pool share its space."""
        return self.device.partition("/")[0] if self.fs_type == "zfs" else None


class MountSpace(Struct, frozen=True):
    """A file system and its space (None without an answer). `asked`: whether it could be asked."""

    mount: Mount
    space: Space | None = None
    asked: bool = True
    backing: tuple[BackingDevice, ...] = ()


def parse_mounts(text: bytes) -> list[Mount]:
    """Parses mountinfo. Malformed lines are ignored."""
    lines = [(head.split(b" "), tail.split(b" ")) for head, _, tail in _halves(text)]
    lines = [(field, source) for field, source in lines if len(field) >= 6 and len(source) >= 3]
    is_sealed = any(field[_PATH] == b"/" and _is_sealed(field, source) for field, source in lines)
    return [_mount(field, source, is_sealed) for field, source in lines if field[_PATH].startswith(b"/")]


def _halves(text: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    return (line.partition(b" - ") for line in text.split(b"\n"))


def _is_sealed(field: list[bytes], source: list[bytes]) -> bool:
    """Whether only this mount is read-only, not the file system on it. systemd mounts the host like this for a service
    with ProtectSystem=strict; it does not mean that the host's file systems are read-only."""
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
    """The mounts to show, sorted by path: each file system once, by its most useful mount, and read-only only if all
    its mounts are. Includes all datasets of a ZFS pool. `everything`: also file systems without storage of their
    own."""
    visible = {mount.path: mount for mount in mounts}  # a later mount hides an earlier one at the same place
    of_each: dict[str, list[Mount]] = {}
    for mount in visible.values():
        of_each.setdefault(mount.number, []).append(mount)
    best = []
    for places in of_each.values():
        useful = sorted((mount for mount in places if _is_worth_a_line(mount, everything)), key=_usefulness)
        if useful:
            others = tuple([mount.path for mount in useful[1:]])
            best.append(replace(useful[0], others=others, read_only=all(mount.read_only for mount in places)))
    return sorted(best, key=lambda mount: mount.path)


def _is_worth_a_line(mount: Mount, everything: bool) -> bool:
    if mount.path == b"/":
        return True
    if mount.fs_type in _PSEUDO or _KERNELS.match(mount.path):
        return False
    if mount.pool and _SNAPSHOT in mount.device:
        return False
    if everything:
        return True
    is_image = mount.fs_type in _WITHOUT_STORAGE or mount.fs_type.endswith(".AppImage")
    return not is_image and not _SYSTEMS.match(mount.path)


def _usefulness(mount: Mount) -> tuple[bool, bool, int, int]:
    """A sort key; less is better. Prefers /, then writable mounts, then mounts of the whole file system (on ostree only
    a folder of it is mounted writable), then short paths. A btrfs subvolume counts as whole although its root is not
    /."""
    is_whole = mount.root == "/" or mount.fs_type == "btrfs"
    return mount.path != b"/", mount.read_only, 0 if is_whole else mount.root.count("/"), len(mount.path)
