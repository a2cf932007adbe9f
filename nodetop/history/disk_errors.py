"""What is wrong with the disk, as one plain line that says how to fix it. Pure."""

import errno
from pathlib import Path

_FULL = "the disk is full: free some space"
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: "the disk quota is used up: free some space",
    errno.EACCES: "no permission: allow this user to read and write it, or choose another data folder",
    errno.EPERM: "no permission: allow this user to read and write it, or choose another data folder",
    errno.EROFS: "the file system is read-only: choose another data folder",
    errno.EEXIST: "it is a file where a folder is needed: move it away, or choose another data folder",
    errno.ENOTDIR: "it is a file where a folder is needed: move it away, or choose another data folder",
    errno.ELOOP: "it is a symbolic link, which is not followed: replace it with a file or folder",
    errno.EIO: "the disk is failing: see the kernel log",
    errno.EISDIR: "it is a folder where a file is needed: move it away",
    errno.ENXIO: "it is not a regular file: move it away",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
}


_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
_WHOLE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS}) | _PASSING


def is_temporary(error: OSError) -> bool:
    """Whether the error is not about the file itself, which may be readable later."""
    return error.errno in _PASSING


def is_whole_disk(error: OSError) -> bool:
    """Whether the error also affects all other files."""
    return error.errno in _WHOLE_DISK


def plain(error: BaseException, folder: Path) -> str:
    """One line for an error of an operation in a folder."""
    if not isinstance(error, OSError):
        return " ".join(str(error).split()) or type(error).__name__
    if error.errno is None:
        return " ".join(str(error).split())
    where = error.filename if isinstance(error.filename, str) else folder
    return f"{where}: {_REASONS.get(error.errno) or error.strerror or 'the disk does not answer'}"
