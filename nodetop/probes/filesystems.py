"""Mounted file systems and their space, as df counts it. mountinfo, statvfs(3)."""

import os
import threading
import time

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import FilesystemMetrics
from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.base.probe import Probe
from nodetop.probes.mounts import Mount, chosen, parse_mounts

_DEADLINE_SECONDS = 0.5
"""For all mounts together, so that a snapshot need not go without those that answer. A later answer is shown then."""


class Space(Struct, frozen=True, kw_only=True):
    """In bytes; `available` is what others than root may use."""

    total: int
    free: int
    available: int
    inodes: int = 0
    inodes_free: int = 0


class _Question:
    """Asks one mount in a thread of its own, which a dead server leaves waiting for good."""

    def __init__(self, path: bytes, number: str | None) -> None:
        self._path, self._number = path, number
        self.space: Space | None = None
        self.is_seen = True
        """False where the path leads elsewhere or nowhere for us: another mount lies over it."""
        self._thread = threading.Thread(target=self._ask, name="nodetop-statvfs", daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        try:
            if self._number is not None and _number(os.stat(self._path).st_dev) != self._number:
                self.is_seen = False
                return
            self.space = _space(os.statvfs(self._path))
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            self.is_seen = False
        except OSError:
            pass  # it does not answer: a server that forgot us, a FUSE program that ended, a disk with errors

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        self._thread.join(max(seconds, 0.0))


def _number(device: int) -> str:
    return f"{os.major(device)}:{os.minor(device)}"


def _space(told: os.statvfs_result) -> Space:
    unit = told.f_frsize
    return Space(
        total=told.f_blocks * unit,
        free=told.f_bfree * unit,
        available=told.f_bavail * unit,
        inodes=told.f_files,
        inodes_free=told.f_ffree,
    )


Reading = tuple[tuple[Mount, Space | None], ...]


class FilesystemsProbe(Probe):
    """What df would show, each file system once. One that does not answer delays nobody, and is asked no second time
    before the first answer."""

    name = "filesystems"
    slow_seconds = 10.0

    def __init__(self, files: HostFiles, *, all_filesystems: bool = False) -> None:
        self._files = files
        self._all = all_filesystems
        self._open: dict[bytes, _Question] = {}

    def read(self) -> Reading:
        """Mounts worth a line and their space; None where there is no answer. Raises OSError."""
        mounts = chosen(parse_mounts(self._mountinfo()), everything=self._all)
        if not self._files.has_root:
            return tuple((mount, None) for mount in mounts)  # statvfs here would tell of another machine
        questions = {mount.path: self._open.get(mount.path) or self._question(mount) for mount in mounts}
        deadline = time.monotonic() + _DEADLINE_SECONDS
        for path, question in questions.items():
            if path not in self._open:
                question.wait(deadline - time.monotonic())
        self._open = {path: question for path, question in questions.items() if question.is_open}
        return tuple(
            (mount, None if mount.path in self._open else questions[mount.path].space)
            for mount in mounts
            if questions[mount.path].is_seen
        )

    def _mountinfo(self) -> bytes:
        # Ours are those that our paths lead to; below another root it is the host's first process that sees its own.
        first, second = ("1", "self") if self._files.root or self._files.proc != "/proc" else ("self", "1")
        try:
            return self._files.read(f"/proc/{first}/mountinfo")
        except OSError:
            return self._files.read(f"/proc/{second}/mountinfo")

    def _question(self, mount: Mount) -> _Question:
        # Each subvolume of btrfs has a number of its own in stat, and mountinfo knows one for all.
        number = None if mount.fs_type == "btrfs" else mount.number
        return _Question(os.fsencode(self._files.root) + mount.path, number)

    def derive(self, previous: object, current: Reading, elapsed: float | None) -> tuple[FilesystemMetrics, ...]:
        """A line for each that has blocks; one for a whole ZFS pool."""
        return tuple(_metrics(mount, space) for mount, space in _pooled(current) if space is None or space.total > 0)


def _pooled(reading: Reading) -> list[tuple[Mount, Space | None]]:
    """The datasets of a pool as one: what each holds, and what is left for all."""
    lines: list[tuple[Mount, Space | None]] = []
    place: dict[str, int] = {}
    for mount, space in reading:
        if mount.pool is None:
            lines.append((mount, space))
        elif mount.pool not in place:
            place[mount.pool] = len(lines)
            lines.append((mount, space))
        else:
            first, so_far = lines[place[mount.pool]]
            lines[place[mount.pool]] = _nearer(first, mount), _together(so_far, space)
    return lines


def _nearer(one: Mount, other: Mount) -> Mount:
    return min(one, other, key=lambda mount: (mount.device.count("/"), len(mount.path)))


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


def _metrics(mount: Mount, space: Space | None) -> FilesystemMetrics:
    line = FilesystemMetrics(
        device=mount.device,
        mount_point=clean(mount.path, 4096),
        fs_type=mount.fs_type,
        read_only=mount.read_only,
        remote=mount.is_remote,
    )
    if space is None:
        return line
    used = max(space.total - space.free, 0)
    usable = used + space.available
    return replace(
        line,
        total_bytes=space.total,
        used_bytes=used,
        available_bytes=space.available,
        used_percent=100 * used / usable if usable else None,
        inodes_total=space.inodes or None,
        inodes_used_percent=100 * max(space.inodes - space.inodes_free, 0) / space.inodes if space.inodes else None,
    )
