"""Every call by which history changes the disk. One module, so that tests can fail or record each of them.

Callers name them through the module (fsops.sync, not an imported sync). All raise OSError.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read(path: Path) -> bytes:
    """The whole file; a symbolic link is refused."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        return file.read()


def create(path: Path) -> int:
    """A new file of mode 0600, open for writing. Fails where one exists."""
    return os.open(path, _NEW_FILE, 0o600)


def write(descriptor: int, data: bytes) -> None:
    """All of the data, however many calls that takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(descriptor: int) -> None:
    """Returns when what was written is on the disk."""
    os.fsync(descriptor)


def sync_data(descriptor: int) -> None:
    """As sync(), but the file's times may be lost."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


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


def sync_directory(path: Path) -> None:
    """Returns when the names in a directory are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(descriptor)
    finally:
        close(descriptor)


def write_atomically(path: Path, parts: Iterable[bytes]) -> None:
    """The file holds the old bytes or the new ones, whatever happens; when this returns, the new ones, for good.

    The new bytes come in parts; what the making of one raises, this raises.
    """
    temporary = path.parent / f".nt-{os.getpid():x}-{os.urandom(6).hex()}.tmp"
    try:
        _write_new(temporary, parts)
        replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            remove(temporary)
        raise
    sync_directory(path.parent)


def remove_leftovers(folder: Path, pattern: str = "") -> None:
    """Removes what write_atomically() left in a folder as its process was killed. Only while nobody writes there."""
    for leftover in folder.glob(f"{pattern}.nt-*.tmp"):
        remove(leftover)


def _write_new(path: Path, parts: Iterable[bytes]) -> None:
    descriptor = create(path)
    try:
        for part in parts:
            write(descriptor, part)
        sync(descriptor)
    finally:
        close(descriptor)
