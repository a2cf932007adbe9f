"""Every call that changes files which must survive a crash. One module, so that tests can fail or record each of them.

Callers name them through the module (files.sync, not an imported sync). All raise OSError.
"""

import errno
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

Links = Literal["refuse", "follow", "replace"]
"""What is done where the file to be written is a symbolic link: ELOOP is raised, the file it leads to is written, or
the link gives way to the file."""
PRIVATE = 0o600
UNUSED_SECONDS = 3600.0
"""A leftover that was not touched for so long has no writer any more."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read(path: Path) -> bytes:
    """The whole file; a symbolic link is refused, and what is not a file, which could keep us waiting for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            number = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO
            raise OSError(number, os.strerror(number), str(path))
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def create(path: Path, *, append: bool = False) -> int:
    """A new file of mode 0600, open for writing, with `append` always at its end. Fails where one exists."""
    return os.open(path, _NEW_FILE | (os.O_APPEND if append else 0), PRIVATE)


def write(descriptor: int, data: bytes) -> None:
    """All of the data, however many calls that takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def truncate(descriptor: int, size: int) -> None:
    """Cuts off what comes after so many bytes."""
    os.ftruncate(descriptor, size)


def set_mode(descriptor: int, mode: int) -> None:
    os.fchmod(descriptor, mode)


def sync(descriptor: int) -> None:
    """Returns when what was written is on the disk."""
    os.fsync(descriptor)


def sync_data(descriptor: int) -> None:
    """As sync(), but the file's times may be lost."""
    getattr(os, "fdatasync", os.fsync)(descriptor)  # macOS has no fdatasync


def is_removed(descriptor: int) -> bool:
    """Whether an open file has no name any longer: what is written to it is gone with the process."""
    return os.fstat(descriptor).st_nlink == 0


def close(descriptor: int) -> None:
    os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Gives the source the target's name: at every moment the name is the old file or the new one."""
    os.replace(source, target)


def remove(path: Path) -> None:
    os.unlink(path)


def remove_directory(path: Path) -> None:
    os.rmdir(path)


def make_directory(path: Path) -> None:
    """A directory of mode 0700 below one that exists, there for good; nothing where there is one already."""
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        sync_directory(path.parent)


def make_directories(path: Path) -> None:
    """As make_directory(), with all that is missing above it."""
    for directory in reversed([path, *path.parents]):
        if not directory.is_dir():
            make_directory(directory)


def sync_directory(path: Path) -> None:
    """Returns when the names in a directory are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(descriptor)
    finally:
        close(descriptor)


class AtomicFile:
    """A file that is written under another name in its folder, and gets its own once it is whole and on the disk.

    A context: what was not committed leaves nothing behind. Until then the name is the old file or none.
    """

    def __init__(self, path: Path, *, mode: int = PRIVATE, links: Links = "refuse") -> None:
        self.size = 0
        """Bytes written so far."""
        self._path = _target(path, links)
        self._mode = mode
        self._temporary = self._path.parent / f".nt-{os.getpid():x}-{os.urandom(6).hex()}.tmp"
        self._descriptor: int | None = None
        self._has_name = False

    def __enter__(self) -> "AtomicFile":
        self._descriptor = create(self._temporary)
        return self

    def write(self, data: bytes) -> None:
        """Adds to what was written."""
        assert self._descriptor is not None
        write(self._descriptor, data)
        self.size += len(data)

    def flush(self) -> None:
        """Nothing waits here to be written; file objects have this method."""

    def sync(self) -> None:
        """Ends the writing: what was written is on the disk, still under the other name."""
        assert self._descriptor is not None
        if self._mode != PRIVATE:
            set_mode(self._descriptor, self._mode)
        sync(self._descriptor)
        self._close()

    def commit(self) -> None:
        """The file has its name, for good, when this returns."""
        if self._descriptor is not None:
            self.sync()
        replace(self._temporary, self._path)
        self._has_name = True
        sync_directory(self._path.parent)

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._close()
        if not self._has_name:
            with suppress(OSError):
                remove(self._temporary)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            close(descriptor)


def write_atomically(path: Path, parts: Iterable[bytes], *, mode: int = PRIVATE, links: Links = "refuse") -> None:
    """The file holds the old bytes or the new ones, whatever happens; when this returns, the new ones, for good.

    The new bytes come in parts; what the making of one raises, this raises.
    """
    with AtomicFile(path, mode=mode, links=links) as file:
        for part in parts:
            file.write(part)
        file.commit()


def remove_leftovers(folder: Path, *, recursive: bool = False, unused_seconds: float = 0.0) -> None:
    """Removes what writers that were killed left in a folder. Only while nobody writes there, or those that were not
    touched for so long."""
    until = time.time() - unused_seconds
    for leftover in folder.glob("**/.nt-*.tmp" if recursive else ".nt-*.tmp"):
        with suppress(FileNotFoundError):  # somebody else removed it
            if not unused_seconds or os.lstat(leftover).st_mtime < until:
                remove(leftover)


def _target(path: Path, links: Links) -> Path:
    if links == "replace" or not path.is_symlink():
        return path
    if links == "refuse":
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return Path(os.path.realpath(path))
