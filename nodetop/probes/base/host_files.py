"""The one object that opens anything below /proc, /sys and the host's root."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HostFiles:
    """Files of a host, named by the paths the kernel's documents use and read below re-rootable folders.

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
        descriptor = os.open(self.path(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            chunk = os.read(descriptor, 65536)
            if len(chunk) < 4096:  # /proc files come whole in one read below a page
                return chunk
            chunks = [chunk]
            while chunk := os.read(descriptor, 65536):
                chunks.append(chunk)
            return b"".join(chunks)
        finally:
            os.close(descriptor)

    def text(self, path: str) -> str:
        """A whole file as text, undecodable bytes replaced. Raises OSError."""
        return self.read(path).decode("utf-8", "replace")

    def line(self, path: str) -> str | None:
        """A file's content without surrounding white space; None where it cannot be read or is empty."""
        try:
            return self.text(path).strip() or None
        except OSError:
            return None

    def number(self, path: str) -> int | None:
        """A file that holds one whole number; None where it cannot be read or holds something else."""
        try:
            return int(self.read(path))
        except (OSError, ValueError):
            return None

    def celsius(self, path: str) -> float | None:
        """A file that holds thousandths of a degree; None where it cannot be read or holds something else."""
        value = self.number(path)
        return None if value is None else value / 1000

    def names(self, path: str) -> list[str]:
        """What a folder holds, sorted; empty where it cannot be read."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError:
            return []

    def inodes(self, path: str) -> dict[str, int]:
        """What a folder holds, each name with its inode; empty where it cannot be read. One system call for all: in
        sysfs a device that went and came back has a new inode, so what was learnt about the old one is stale."""
        try:
            with os.scandir(self.path(path)) as entries:
                return {entry.name: entry.inode() for entry in entries}
        except OSError:
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
