"""Mounted file systems and their space, as df counts it. mountinfo, statvfs(3)."""

import os
import stat
import threading
import time

from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import BackingDevice, FilesystemMetrics
from nodetop.probes.base.probe import Probe
from nodetop.probes.base.space import Space, space_fields, space_of
from nodetop.probes.block_devices import backing_devices
from nodetop.probes.host_files import HostFiles
from nodetop.probes.mounts import Mount, MountSpace, chosen, parse_mounts
from nodetop.probes.zfs_pools import pooled

_MOST_OTHERS = 16
_MOST_BACKING = 64
_LOOK_BELOW_EVERY = 6
_DEADLINE_SECONDS = 0.5
"""For all mounts together, so that a hanging mount does not hold up the others. A late answer is shown in a later
reading."""


class _Query:
    """Asks one file system in its own thread, because a dead server may block the thread forever."""

    def __init__(self, root: bytes, mount: Mount) -> None:
        self._root, self._mount = root, mount
        self.space: Space | None = None
        self.seen_at: bytes | None = mount.path
        """The path at which it was reached; None if other mounts cover all its paths."""
        self._thread = threading.Thread(target=self._ask, name="nodetop-statvfs", daemon=True)
        try:
            self._thread.start()
        except (RuntimeError, MemoryError):  # no new thread: a local disk may block this probe's own
            if not mount.is_remote and not mount.fs_type.startswith("fuse"):
                self._ask()

    def _ask(self) -> None:
        for path in (self._mount.path, *self._mount.others):
            try:
                if self._is_at(self._root + path):
                    self.seen_at, self.space = path, space_of(os.statvfs(self._root + path))
                    return
            except (FileNotFoundError, PermissionError, NotADirectoryError):
                continue
            except OSError:
                return  # no answer: a stale server handle, a FUSE program that ended, a disk with errors
        self.seen_at = None

    def _is_at(self, path: bytes) -> bool:
        """Whether a path leads to this file system. Bind mounts of single files do not count."""
        status = os.stat(path)
        # In stat each btrfs subvolume has its own device number; mountinfo has one for all of them.
        is_it = self._mount.fs_type == "btrfs" or _number(status.st_dev) == self._mount.number
        return is_it and stat.S_ISDIR(status.st_mode)

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(max(seconds, 0.0))


def _key(mount: Mount) -> tuple[str, str, str]:
    return mount.device, mount.number, mount.fs_type


def _number(device: int) -> str:
    return f"{os.major(device)}:{os.minor(device)}"


Reading = tuple[MountSpace, ...]


class FilesystemsProbe(Probe):
    """What df shows, each file system once. One that does not answer delays nothing, and is not asked again before it
    has answered."""

    name = "filesystems"
    slow_seconds = 10.0

    def __init__(self, files: HostFiles, *, all_filesystems: bool = False) -> None:
        self._files = files
        self._all = all_filesystems
        self._open: dict[bytes, _Query] = {}
        self._backing: dict[tuple[str, str, str], tuple[BackingDevice, ...]] = {}
        self._readings = 0
        self.mounted: dict[str, tuple[str, ...]] = {}
        """The mount points of the last reading, by the devices below them."""

    def read(self) -> Reading:
        """The mounts to show, with their space (None without an answer). Raises OSError."""
        path, mountinfo = self._mountinfo()
        mounts = chosen(parse_mounts(mountinfo), everything=self._all)
        self.notice = None if mounts else f"no mounts in {self._files.path(path)}"
        self._look_below(mounts)
        reading = self._asked(mounts)
        self.mounted = _by_device(reading)
        return reading

    def _asked(self, mounts: list[Mount]) -> Reading:
        if not self._files.has_root:
            return tuple(
                MountSpace(mount, asked=False, backing=self._backing[_key(mount)]) for mount in mounts
            )  # statvfs would read another machine's space
        root = os.fsencode(self._files.root)
        queries = {mount.path: self._open.get(mount.path) or _Query(root, mount) for mount in mounts}
        deadline = time.monotonic() + _DEADLINE_SECONDS
        for path, query in queries.items():
            if path not in self._open:
                query.wait(deadline - time.monotonic())
        self._open = {path: query for path, query in queries.items() if query.is_open}
        answers = (self._answer(mount, queries[mount.path]) for mount in mounts)
        return tuple(answer for answer in answers if answer is not None)

    def _answer(self, mount: Mount, query: _Query) -> MountSpace | None:
        if mount.path in self._open:
            return MountSpace(mount, backing=self._backing[_key(mount)])
        if query.seen_at is None:
            return None
        if query.seen_at != mount.path:
            others = tuple(path for path in mount.others if path != query.seen_at)
            mount = replace(mount, path=query.seen_at, others=others)
        return MountSpace(mount, query.space, backing=self._backing[_key(mount)])

    def _look_below(self, mounts: list[Mount]) -> None:
        """Finds the devices below each mount: for new mounts, and now and then for all, because LVM and RAID change
        what is below them."""
        known = {} if self._readings % _LOOK_BELOW_EVERY == 0 else self._backing
        self._readings += 1
        self._backing = {
            key: known[key] if key in known else backing_devices(self._files, *key) for key in map(_key, mounts)
        }

    def _mountinfo(self) -> tuple[str, bytes]:
        """Its path and content."""
        # Our own mounts match our paths. For another root, the host's first process has the right mounts.
        first, second = ("1", "self") if self._files.root or self._files.proc != "/proc" else ("self", "1")
        try:
            return f"/proc/{first}/mountinfo", self._files.read(f"/proc/{first}/mountinfo")
        except OSError:
            return f"/proc/{second}/mountinfo", self._files.read(f"/proc/{second}/mountinfo")

    def derive(self, previous: object, current: Reading, elapsed: float | None) -> tuple[FilesystemMetrics, ...]:
        """A row for each file system that has blocks; one row for the datasets that share the space of a ZFS
        pool."""
        return tuple(_metrics(each) for each in pooled(current) if each.space is None or each.space.total > 0)


def _by_device(reading: Reading) -> dict[str, tuple[str, ...]]:
    mounted: dict[str, list[str]] = {}
    for each in reading:
        for device in each.backing:
            mounted.setdefault(device.device, []).append(clean(each.mount.path, 4096))
    return {device: tuple(points[:_MOST_OTHERS]) for device, points in mounted.items()}


def _metrics(asked: MountSpace) -> FilesystemMetrics:
    mount = asked.mount
    return FilesystemMetrics(
        device=mount.device,
        mount_point=clean(mount.path, 4096),
        fs_type=mount.fs_type,
        read_only=mount.read_only,
        remote=mount.is_remote,
        asked=asked.asked,
        backing=asked.backing[:_MOST_BACKING],
        other_mount_points=tuple(clean(path, 4096) for path in mount.others[:_MOST_OTHERS]),
        **space_fields(asked.space),
    )
