"""Locks between processes: on a file or a folder, held by one process at a time, and let go of when it ends."""

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
    """Locks a file, made if absent (0600), and returns the descriptor that holds the lock until it is closed.

    Raises BlockingIOError where another process holds it for longer than `wait_seconds`, and OSError. `is_optional`: a
    file system that has no locks is no error, because a single process is safe there all the same.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return _locked(descriptor, path, wait_seconds, is_optional)


def take_folder(path: Path) -> int:
    """As take(), of a folder that exists."""
    return _locked(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), path, 0.0, False)


@contextmanager
def held(path: Path, *, wait_seconds: float, is_optional: bool = False) -> Iterator[None]:
    """A context in which this process has the lock: see take()."""
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
                raise BlockingIOError(errno.EWOULDBLOCK, "another process holds its lock", str(path)) from None
        time.sleep(_STEP_SECONDS)
