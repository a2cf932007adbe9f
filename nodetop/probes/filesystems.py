"""Mounted file systems and their space, as df counts it. mountinfo, statvfs(3)."""

import os
import stat
import threading
import time

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import BackingDevice, FilesystemMetrics
from nodetop.probes.base.probe import Probe
from nodetop.probes.base.space import Space, space_fields, space_of
from nodetop.probes.block_devices import backing_devices
from nodetop.probes.host_files import HostFiles
from nodetop.probes.mounts import Mount, chosen, parse_mounts

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


class MountSpace(Struct, frozen=True):
    """A file system and its space (None without an answer). `asked`: whether it could be asked."""

    mount: Mount
    space: Space | None = None
    asked: bool = True
    backing: tuple[BackingDevice, ...] = ()


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
        mounts = chosen(parse_mounts(self._mountinfo()), everything=self._all)
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

    def _mountinfo(self) -> bytes:
        # Our own mounts match our paths. For another root, the host's first process has the right mounts.
        first, second = ("1", "self") if self._files.root or self._files.proc != "/proc" else ("self", "1")
        try:
            return self._files.read(f"/proc/{first}/mountinfo")
        except OSError:
            return self._files.read(f"/proc/{second}/mountinfo")

    def derive(self, previous: object, current: Reading, elapsed: float | None) -> tuple[FilesystemMetrics, ...]:
        """A row for each file system that has blocks; one row for a whole ZFS pool."""
        return tuple(_metrics(each) for each in _pooled(current) if each.space is None or each.space.total > 0)


def _by_device(reading: Reading) -> dict[str, tuple[str, ...]]:
    mounted: dict[str, list[str]] = {}
    for each in reading:
        for device in each.backing:
            mounted.setdefault(device.device, []).append(clean(each.mount.path, 4096))
    return {device: tuple(points[:_MOST_OTHERS]) for device, points in mounted.items()}


def _pooled(reading: Reading) -> list[MountSpace]:
    """Merges the datasets of a pool: the sum of their used space, and the space left in the pool."""
    lines: list[MountSpace] = []
    place: dict[str, int] = {}
    for each in reading:
        pool = each.mount.pool
        if pool is None or pool not in place:
            if pool is not None:
                place[pool] = len(lines)
            lines.append(each)
        else:
            so_far = lines[place[pool]]
            space = _together(so_far.space, each.space)
            lines[place[pool]] = MountSpace(_one_mount(so_far.mount, each.mount), space, each.asked)
    return lines


def _one_mount(one: Mount, other: Mount) -> Mount:
    """The mount that stands for a pool: / if it is in the pool, else the topmost dataset."""
    first, second = sorted((one, other), key=lambda each: (each.path != b"/", each.device.count("/"), len(each.path)))
    others = (*first.others, second.path, *second.others)
    return replace(first, others=others, read_only=one.read_only and other.read_only)


def _together(one: Space | None, other: Space | None) -> Space | None:
    if one is None or other is None:
        return one or other
    used = one.total - one.free + other.total - other.free
    available = max(one.available, other.available)
    return replace(
        one,
        total=used + available,
        free=available,
        available=available,
        inodes=max(one.inodes, other.inodes),
        inodes_free=max(one.inodes_free, other.inodes_free),
    )


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
