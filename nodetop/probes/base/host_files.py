"""The one object that opens anything below /proc, /sys and the host's root, and how a file of the kernel is read."""

import errno
import os
from dataclasses import dataclass, field

_CHUNK_BYTES = 8192
_MOST_BYTES = 64 * 1024 * 1024
_EXHAUSTED = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM])


def read_to_end(path: str, most: int = _MOST_BYTES) -> bytes:
    """A whole file, or its first `most` bytes. Raises OSError.

    A file of the kernel has no size, and one made of lines comes as many whole lines as fit a page, or a line at a
    time (fs/seq_file.c): so a short read is no sign of its end. Only an empty one is.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        chunk = os.read(descriptor, min(most, _CHUNK_BYTES))
        chunks, left = [chunk], most - len(chunk)
        while chunk and left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    finally:
        os.close(descriptor)


def read_record(path: str) -> bytes:
    """A file that is one record below a page, as /proc/PID/stat, statm and io: the kernel writes such a record whole
    into the first read. The hot path's way. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


def raise_if_exhausted(error: OSError) -> None:
    """Raises it again where this program or the machine has no descriptors or memory left: that says nothing of the
    file. To be called before an error is taken to mean that something is not there."""
    if error.errno in _EXHAUSTED:
        raise error


@dataclass(frozen=True)
class HostFiles:
    """Files of a host, named by the paths the kernel's documents use and read below re-rootable folders. Where this
    program has no descriptors left every method raises OSError: nothing is taken for absent then.

    A container sees its host with proc="/host/proc", sys="/host/sys", root="/host"; tests use recorded trees.
    """

    proc: str = "/proc"
    sys: str = "/sys"
    root: str = "/"
    live: bool = field(init=False)
    """True where /proc is this machine's own and its PIDs are ours, so that system calls on a PID mean the same."""

    def __post_init__(self) -> None:
        for name in ("proc", "sys", "root"):
            object.__setattr__(self, name, getattr(self, name).rstrip("/"))
        object.__setattr__(self, "live", self.proc == "/proc" and _own_namespace())

    def path(self, path: str) -> str:
        """Where a path of the host ("/proc/stat", "/sys/class/net", "/etc/passwd") is found from here."""
        if path.startswith("/proc/"):
            return self.proc + path[5:]
        if path.startswith("/sys/"):
            return self.sys + path[4:]
        return self.root + path

    @property
    def has_root(self) -> bool:
        """True where paths outside /proc and /sys are the same host's: statvfs and /etc/passwd may be asked."""
        return self.root != "" or self.proc == "/proc"

    def read(self, path: str) -> bytes:
        """A whole file. Raises OSError."""
        return read_to_end(self.path(path))

    def read_or_empty(self, path: str) -> bytes:
        """A whole file; nothing where it cannot be read."""
        try:
            return self.read(path)
        except OSError as error:
            raise_if_exhausted(error)
            return b""

    def text(self, path: str) -> str:
        """A whole file as text, undecodable bytes replaced. Raises OSError."""
        return self.read(path).decode("utf-8", "replace")

    def line(self, path: str) -> str | None:
        """A file's content without surrounding white space; None where it cannot be read or is empty."""
        return self.read_or_empty(path).decode("utf-8", "replace").strip() or None

    def number(self, path: str) -> int | None:
        """A file that holds one whole number; None where it cannot be read or holds something else."""
        try:
            return int(self.read_or_empty(path))
        except ValueError:
            return None

    def celsius(self, path: str) -> float | None:
        """A file that holds thousandths of a degree; None where it cannot be read or holds something else."""
        value = self.number(path)
        return None if value is None else value / 1000

    def names(self, path: str) -> list[str]:
        """What a folder holds, sorted; empty where it cannot be read."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError as error:
            raise_if_exhausted(error)
            return []

    def inodes(self, path: str) -> dict[str, int]:
        """What a folder holds, each name with its inode; empty where it cannot be read. One system call for all: in
        sysfs a device that went and came back has a new inode, so what was learnt about the old one is stale."""
        try:
            with os.scandir(self.path(path)) as entries:
                return {entry.name: entry.inode() for entry in entries}
        except OSError as error:
            raise_if_exhausted(error)
            return {}

    def exists(self, path: str) -> bool:
        return os.path.exists(self.path(path))

    def link(self, path: str) -> str | None:
        """Where a symbolic link points, as written; None where it is none."""
        try:
            return os.readlink(self.path(path))
        except OSError:
            return None


def _own_namespace() -> bool:
    try:
        return os.readlink("/proc/self") == str(os.getpid())
    except OSError:
        return False
