"""Files that hold secrets. They are read only if no other user can read or write them, and written with mode 0600."""

import os
import stat
from pathlib import Path

from nodetop.base import files
from nodetop.history.disk_errors import plain
from nodetop.server.base.startup import StartError

_LARGEST = 1024 * 1024


def read_private(path: Path, what: str) -> bytes:
    """The content of a secret file. Raises StartError if other users could have read or replaced it.

    Symbolic links are followed if root or this user owns them, because mounted secrets and renewed certificates are
    links. A file of root may be readable by its group, because service managers pass secrets that way.
    """
    _check_links(path, what)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise StartError(f"Cannot read the {what} {path}: {error.strerror}") from None
    try:
        _check_status(os.fstat(handle), path, what)
        return _whole(handle)
    finally:
        os.close(handle)


def _whole(handle: int) -> bytes:
    with open(handle, "rb", closefd=False) as file:
        return file.read(_LARGEST)


def create_private(path: Path, content: bytes) -> None:
    """Creates a new file with mode 0600. Raises StartError."""
    try:
        handle = files.create(path)
        try:
            files.write(handle, content)
            files.sync(handle)
        finally:
            files.close(handle)
        files.sync_directory(path.parent)
    except FileExistsError as error:
        raise StartError(f"Cannot write {path}: {error.strerror}") from None
    except OSError as error:
        raise StartError(f"Cannot write {plain(error, path)}") from None


def _check_links(path: Path, what: str) -> None:
    try:
        status = os.lstat(path)
    except OSError as error:
        raise StartError(f"Cannot read the {what} {path}: {error.strerror}") from None
    if stat.S_ISLNK(status.st_mode) and status.st_uid not in (0, os.geteuid()):
        raise StartError(f"The {what} {path} is a symbolic link of another user; give the path of the file itself")


def _check_status(status: os.stat_result, path: Path, what: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise StartError(f"The {what} {path} is not a regular file")
    if status.st_uid not in (0, os.geteuid()):
        raise StartError(f"The {what} {path} belongs to another user; chown it to the user the server runs as")
    group_may = stat.S_IRGRP if status.st_uid == 0 and os.geteuid() != 0 else 0
    if stat.S_IMODE(status.st_mode) & 0o077 & ~group_may:
        raise StartError(f"The {what} {path} can be read by others; run: chmod 600 {path}")
