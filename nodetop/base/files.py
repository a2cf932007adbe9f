"""All calls that write files which must survive a crash. They are in one module so that tests can record them or make
them fail.

Callers use them through the module (`files.sync`, not an imported `sync`). All raise OSError.
"""

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

Links = Literal["refuse", "follow", "replace"]
"""What happens if the file to be written is a symbolic link: ELOOP is raised, its target is written, or the link is
replaced by the file."""
PRIVATE = 0o600
MOST_GIVEN_BYTES = 16 * 1024 * 1024
"""The most that is read of a file of settings or certificates."""
UNUSED_SECONDS = 3600.0
"""A temporary file that was not touched for so long no longer has a writer."""
_NOT_REGULAR = "Not a regular file"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read(path: Path) -> bytes:
    """Reads the whole file. Refuses a symbolic link, and anything but a regular file."""
    descriptor = open_regular(path, os.O_NOFOLLOW)
    try:
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def read_given(path: Path, most_bytes: int = MOST_GIVEN_BYTES) -> bytes:
    """The whole of a file that a user named; links are followed. Refuses anything but a regular file, and a larger one:
    it is not what it was named as."""
    descriptor = open_regular(path)
    try:
        found = b""
        while len(found) <= most_bytes and (part := os.read(descriptor, most_bytes + 1 - len(found))):
            found += part
    finally:
        os.close(descriptor)
    if len(found) > most_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return found


def open_regular(path: Path, flags: int = 0) -> int:
    """Opens a file for reading. Anything but a regular file is refused: a pipe may block for ever, and a device may
    have no end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.ENXIO, _NOT_REGULAR, str(path))


def create(path: Path, *, append: bool = False) -> int:
    """Creates a file with mode 0600 and opens it for writing; with `append`, always at its end. Fails if it exists."""
    return os.open(path, _NEW_FILE | (os.O_APPEND if append else 0), PRIVATE)


def write(descriptor: int, data: bytes) -> None:
    """Writes all of the data, in as many calls as it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def truncate(descriptor: int, size: int) -> None:
    """Cuts the file to so many bytes."""
    os.ftruncate(descriptor, size)


def set_mode(descriptor: int, mode: int) -> None:
    os.fchmod(descriptor, mode)


def sync(descriptor: int) -> None:
    """Returns when the written data is on the disk."""
    os.fsync(descriptor)


def sync_data(descriptor: int) -> None:
    """Like sync(), but the file's timestamps may be lost."""
    getattr(os, "fdatasync", os.fsync)(descriptor)  # macOS has no fdatasync


def is_removed(descriptor: int) -> bool:
    """Whether an open file has been deleted. What is written to it is lost when the process ends."""
    return os.fstat(descriptor).st_nlink == 0


def close(descriptor: int) -> None:
    os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Renames the source to the target. At every moment the name refers to the old file or to the new one."""
    os.replace(source, target)


def remove(path: Path) -> None:
    os.unlink(path)


def remove_directory(path: Path) -> None:
    os.rmdir(path)


def make_directory(path: Path) -> None:
    """Creates a directory with mode 0700 durably. Its parent must exist. Does nothing if it exists already."""
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        sync_directory(path.parent)


def make_directories(path: Path) -> None:
    """Like make_directory(), but also creates missing parents."""
    for directory in reversed([path, *path.parents]):
        if not directory.is_dir():
            make_directory(directory)


def sync_directory(path: Path) -> None:
    """Returns when the directory's entries are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(descriptor)
    finally:
        close(descriptor)


class AtomicFile:
    """A file that is written under a temporary name, and renamed once it is complete and on the disk.

    Use it as a context manager. Until commit() the name refers to the old file, if any. Without a commit nothing is
    left behind.
    """

    def __init__(
        self, path: Path, *, mode: int = PRIVATE, links: Links = "refuse", for_owner_of_folder: bool = False
    ) -> None:
        """`for_owner_of_folder`: written by root, the file belongs to the owner of its folder."""
        self.size = 0
        """Bytes written so far."""
        self._path = _target(path, links)
        self._mode = mode
        self._is_given_away = for_owner_of_folder and os.geteuid() == 0
        self._temporary = self._path.parent / f".nt-{os.getpid():x}-{os.urandom(6).hex()}.tmp"
        self._descriptor: int | None = None
        self._has_name = False

    def __enter__(self) -> "AtomicFile":
        with self._errors_name_the_file():
            _refuse_device(self._path)
            self._descriptor = create(self._temporary)
        return self

    def write(self, data: bytes) -> None:
        """Appends data."""
        assert self._descriptor is not None
        write(self._descriptor, data)
        self.size += len(data)

    def flush(self) -> None:
        """Does nothing, because nothing is buffered. File objects must have this method."""

    def sync(self) -> None:
        """Ends the writing. The data is on the disk, still under the temporary name."""
        assert self._descriptor is not None
        if self._mode != PRIVATE:
            set_mode(self._descriptor, self._mode)
        if self._is_given_away:
            owner = os.stat(self._path.parent)
            os.fchown(self._descriptor, owner.st_uid, owner.st_gid)
        sync(self._descriptor)
        self._close()

    def commit(self) -> None:
        """Renames the file. When this returns, that is durable."""
        if self._descriptor is not None:
            self.sync()
        with self._errors_name_the_file():
            replace(self._temporary, self._path)
        self._has_name = True
        sync_directory(self._path.parent)

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._close()
        if not self._has_name:
            with suppress(OSError):
                remove(self._temporary)

    @contextmanager
    def _errors_name_the_file(self) -> Iterator[None]:
        """The temporary name says nothing to a user."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from error

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            close(descriptor)


def write_atomically(
    path: Path,
    parts: Iterable[bytes],
    *,
    mode: int = PRIVATE,
    links: Links = "refuse",
    for_owner_of_folder: bool = False,
) -> None:
    """Replaces a file's content. After a crash the file holds either the old or the new content; once this returns, the
    new content is durable.

    The content comes in parts. Exceptions raised by the iterable are passed on.
    """
    with AtomicFile(path, mode=mode, links=links, for_owner_of_folder=for_owner_of_folder) as file:
        for part in parts:
            file.write(part)
        file.commit()


def remove_leftovers(folder: Path, *, recursive: bool = False, unused_seconds: float = 0.0) -> None:
    """Removes the temporary files of killed writers from a folder. Without `unused_seconds`, call it only while nothing
    writes there; with it, only files not touched for so long are removed."""
    until = time.time() - unused_seconds
    for leftover in folder.glob("**/.nt-*.tmp" if recursive else ".nt-*.tmp"):
        with suppress(FileNotFoundError):  # another process removed it
            if not unused_seconds or os.lstat(leftover).st_mtime < until:
                remove(leftover)


def _refuse_device(path: Path) -> None:
    """A device such as /dev/null, or a pipe, must not be replaced by a file; nor a link to one, such as /dev/stdin."""
    try:
        mode = os.stat(path).st_mode
    except OSError:  # there is none, or a link that leads nowhere
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.ENXIO, _NOT_REGULAR, str(path))


def _target(path: Path, links: Links) -> Path:
    if links == "replace" or not path.is_symlink():
        return path
    if links == "refuse":
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return Path(os.path.realpath(path))
