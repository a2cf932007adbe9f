"""Locks between processes, on a file or a folder. One process holds a lock at a time; its end releases the lock."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})
_STEP_SECONDS = 0.01


def take(path: Path, *, wait_seconds: float = 0.0, is_optional: bool = False) -> int:
    """Locks a file and returns the descriptor that holds the lock until it is closed. A missing file is created (0600).

    Raises BlockingIOError if another process holds the lock for longer than `wait_seconds`, and OSError. With
    `is_optional`, a file system without locks is not an error, because a single process is safe without one.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return _locked(descriptor, path, wait_seconds, is_optional)


def take_folder(path: Path) -> int:
    """Like take(), for an existing folder."""
    return _locked(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), path, 0.0, False)


@contextmanager
def held(path: Path, *, wait_seconds: float, is_optional: bool = False) -> Iterator[None]:
    """A context manager that holds the lock. See take()."""
    descriptor = take(path, wait_seconds=wait_seconds, is_optional=is_optional)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int, path: Path, wait_seconds: float, is_optional: bool) -> int:
    try:
        _wait(descriptor, path, time.monotonic() + wait_seconds)
    except OSError as error:
        if not is_optional or error.errno not in _UNSUPPORTED:
            os.close(descriptor)
            raise
    return descriptor


def _wait(descriptor: int, path: Path, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise BlockingIOError(errno.EWOULDBLOCK, "another process holds the lock", str(path)) from None
        time.sleep(_STEP_SECONDS)
