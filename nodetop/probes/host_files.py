"""Reads files below /proc, /sys and the host's root. All probes open files through the class here."""

import errno
import os

_CHUNK_BYTES = 8192
PAGE_BYTES = 4096
_MOST_BYTES = 64 * 1024 * 1024
_LONGEST_NUMBER = 32
"""Characters, with white space around the digits."""
_EXHAUSTED = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM])


def read_to_end(path: str, most: int = _MOST_BYTES) -> bytes:
    """Reads a whole file, or its first `most` bytes. Raises OSError.

    Kernel files have no size, and a read returns only as many whole lines as fit into a page, or a single line
    (fs/seq_file.c). So a short read does not mean the end of the file; only an empty one does.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        chunk = os.read(descriptor, min(most, _CHUNK_BYTES))
        chunks, left = [chunk], most - len(chunk)
        while chunk and left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except OSError as error:
        error.filename = path  # os.read does not know it: EIO of a driver, a folder in a recorded tree
        raise
    finally:
        os.close(descriptor)


def read_record(path: str) -> bytes:
    """Reads a file that is one record of less than PAGE_BYTES, such as /proc/PID/stat, statm and io. The first read
    returns all of it. For the hot path. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, PAGE_BYTES)
    finally:
        os.close(descriptor)


_OF_ANY_PROC = ("stat", "meminfo", "diskstats", "net/dev", "1", "self", "sys")
"""Of these, every folder that shows a host has at least one."""


def raise_if_exhausted(error: OSError) -> None:
    """Raises the error again if this program or the machine has run out of descriptors or memory, because it then says
    nothing about the file. Call this before you take an error to mean that something does not exist."""
    if error.errno in _EXHAUSTED:
        raise error


class HostFiles:
    """Files of a host. Paths are those in the kernel's documentation; the folders they are read from can be changed.
    When this program has no descriptors left, every method raises OSError, so nothing is mistaken for absent.

    In a container, the host is read with proc="/host/proc", sys="/host/sys", root="/host". Tests use recorded trees.
    """

    def __init__(self, proc: str = "/proc", sys: str = "/sys", root: str = "/") -> None:
        self.proc, self.sys, self.root = proc.rstrip("/"), sys.rstrip("/"), root.rstrip("/")
        self.own_pids = _own_namespace(self.proc)
        """True if the folder shows our PID namespace, so that system calls can use its PIDs. So it is in a container
        that shares the host's PIDs, and has the host's /proc in another folder."""
        self.live = self.proc == "/proc" and self.own_pids
        """True if /proc is this machine's own and shows our PID namespace."""

    @property
    def problem(self) -> str | None:
        """Why nothing can be read here, in one plain line; None: something can, or this machine itself is read."""
        if self.proc == "/proc" or any(os.path.exists(self.path(f"/proc/{name}")) for name in _OF_ANY_PROC):
            return None
        return f"{self.proc} is not a /proc: it has none of {', '.join(_OF_ANY_PROC[:4])}"

    def path(self, path: str) -> str:
        """The local path of a host's path ("/proc/stat", "/sys/class/net", "/etc/passwd")."""
        if path.startswith("/proc/"):
            return self.proc + path[5:]
        if path.startswith("/sys/"):
            return self.sys + path[4:]
        return self.root + path

    @property
    def has_root(self) -> bool:
        """True if paths outside /proc and /sys belong to the same host, so that statvfs and /etc/passwd can be used."""
        return self.root != "" or self.proc == "/proc"

    def read(self, path: str) -> bytes:
        """Reads a whole file. Raises OSError."""
        return read_to_end(self.path(path))

    def read_or_empty(self, path: str) -> bytes:
        """Reads a whole file; empty if it cannot be read."""
        try:
            return self.read(path)
        except OSError as error:
            raise_if_exhausted(error)
            return b""

    def text(self, path: str) -> str:
        """Reads a whole file as text, with undecodable bytes replaced. Raises OSError."""
        return self.read(path).decode("utf-8", "replace")

    def line(self, path: str) -> str | None:
        """A file's content without surrounding white space; None if it cannot be read or is empty."""
        return self.read_or_empty(path).decode("utf-8", "replace").strip() or None

    def lines(self, path: str) -> list[str]:
        """A file's text between its line feeds, with undecodable bytes replaced; one empty line if it cannot be
        read."""
        return self.read_or_empty(path).decode("utf-8", "replace").split("\n")

    def number(self, path: str) -> int | None:
        """The whole number in a file; None if the file cannot be read or contains something else, or more digits than
        64 bits have: nothing can be computed from such a number."""
        content = self.read_or_empty(path)
        if len(content) > _LONGEST_NUMBER:
            return None
        try:
            return int(content)
        except ValueError:
            return None

    def celsius(self, path: str) -> float | None:
        """Degrees from a file with thousandths of a degree; None if it cannot be read or contains something else."""
        value = self.number(path)
        return None if value is None else value / 1000

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted; empty if it cannot be read."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError as error:
            raise_if_exhausted(error)
            return []

    def inodes(self, path: str) -> dict[str, int]:
        """The names in a folder with their inodes; empty if it cannot be read. In sysfs a device that was removed and
        added again has a new inode, so one call shows which cached facts are stale."""
        try:
            with os.scandir(self.path(path)) as entries:
                return {entry.name: entry.inode() for entry in entries}
        except OSError as error:
            raise_if_exhausted(error)
            return {}

    def exists(self, path: str) -> bool:
        return os.path.exists(self.path(path))

    def link(self, path: str) -> str | None:
        """The target of a symbolic link, as written; None if it is not a link."""
        try:
            return os.readlink(self.path(path))
        except OSError:
            return None


def _own_namespace(proc: str) -> bool:
    try:
        if os.readlink(f"{proc}/self") != str(os.getpid()):
            return False
        # In the /proc of a namespace above ours, our number may be the same by chance. But there we have several.
        return proc == "/proc" or len(_namespace_pids(read_to_end(f"{proc}/self/status"))) == 1
    except OSError:
        return False


def _namespace_pids(status: bytes) -> list[bytes]:
    """The numbers of a process in each PID namespace from that of the /proc down to its own. proc_pid_status(5)."""
    return status.partition(b"\nNSpid:")[2].partition(b"\n")[0].split()
