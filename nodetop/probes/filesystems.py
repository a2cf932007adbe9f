"""Mounted file systems and their space, as df counts it. mountinfo, statvfs(3)."""

import os
import stat
import threading
import time

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import FilesystemMetrics
from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.base.probe import Probe
from nodetop.probes.base.space import Space, space_fields, space_of
from nodetop.probes.mounts import Mount, chosen, parse_mounts

_MOST_OTHERS = 16
_DEADLINE_SECONDS = 0.5
"""For all mounts together, so that a snapshot need not go without those that answer. A later answer is shown then."""


class _Question:
    """Asks one file system in a thread of its own, which a dead server leaves waiting for good."""

    def __init__(self, root: bytes, mount: Mount) -> None:
        self._root, self._mount = root, mount
        self.space: Space | None = None
        self.seen_at: bytes | None = mount.path
        """None where all its paths lead elsewhere or nowhere for us: other mounts lie over them."""
        self._thread = threading.Thread(target=self._ask, name="nodetop-statvfs", daemon=True)
        try:
            self._thread.start()
        except (RuntimeError, MemoryError):  # none to be had: this lane has a thread, which a local disk may keep
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
                return  # it does not answer: a server that forgot us, a FUSE program that ended, a disk with errors
        self.seen_at = None

    def _is_at(self, path: bytes) -> bool:
        """Whether a path leads to it. A single file that is bound somewhere is no file system of anybody's."""
        told = os.stat(path)
        # Each subvolume of btrfs has a number of its own in stat, and mountinfo knows one for all.
        is_it = self._mount.fs_type == "btrfs" or _number(told.st_dev) == self._mount.number
        return is_it and stat.S_ISDIR(told.st_mode)

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        if self._thread.ident is not None:
            self._thread.join(max(seconds, 0.0))


def _number(device: int) -> str:
    return f"{os.major(device)}:{os.minor(device)}"


class Asked(Struct, frozen=True):
    """A file system and what it said of its space: None without an answer. `asked`: whether it could be asked."""

    mount: Mount
    space: Space | None = None
    asked: bool = True


Reading = tuple[Asked, ...]


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
            return tuple(Asked(mount, asked=False) for mount in mounts)  # statvfs here would tell of another machine
        root = os.fsencode(self._files.root)
        questions = {mount.path: self._open.get(mount.path) or _Question(root, mount) for mount in mounts}
        deadline = time.monotonic() + _DEADLINE_SECONDS
        for path, question in questions.items():
            if path not in self._open:
                question.wait(deadline - time.monotonic())
        self._open = {path: question for path, question in questions.items() if question.is_open}
        answers = (self._answer(mount, questions[mount.path]) for mount in mounts)
        return tuple(answer for answer in answers if answer is not None)

    def _answer(self, mount: Mount, question: _Question) -> Asked | None:
        if mount.path in self._open:
            return Asked(mount)
        if question.seen_at is None:
            return None
        if question.seen_at != mount.path:
            others = tuple(path for path in mount.others if path != question.seen_at)
            mount = replace(mount, path=question.seen_at, others=others)
        return Asked(mount, question.space)

    def _mountinfo(self) -> bytes:
        # Ours are those that our paths lead to; below another root it is the host's first process that sees its own.
        first, second = ("1", "self") if self._files.root or self._files.proc != "/proc" else ("self", "1")
        try:
            return self._files.read(f"/proc/{first}/mountinfo")
        except OSError:
            return self._files.read(f"/proc/{second}/mountinfo")

    def derive(self, previous: object, current: Reading, elapsed: float | None) -> tuple[FilesystemMetrics, ...]:
        """A line for each that has blocks; one for a whole ZFS pool."""
        return tuple(_metrics(each) for each in _pooled(current) if each.space is None or each.space.total > 0)


def _pooled(reading: Reading) -> list[Asked]:
    """The datasets of a pool as one: what each holds, and what is left for all."""
    lines: list[Asked] = []
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
            lines[place[pool]] = Asked(_one_mount(so_far.mount, each.mount), space, each.asked)
    return lines


def _one_mount(one: Mount, other: Mount) -> Mount:
    """A pool is known as / where that is in it, else by the dataset nearest to its top."""
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


def _metrics(asked: Asked) -> FilesystemMetrics:
    mount = asked.mount
    return FilesystemMetrics(
        device=mount.device,
        mount_point=clean(mount.path, 4096),
        fs_type=mount.fs_type,
        read_only=mount.read_only,
        remote=mount.is_remote,
        asked=asked.asked,
        other_mount_points=tuple(clean(path, 4096) for path in mount.others[:_MOST_OTHERS]),
        **space_fields(asked.space),
    )
